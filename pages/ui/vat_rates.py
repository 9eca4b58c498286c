"""The shop's tax rates with their VAT code, and the ledgers of other countries' VAT."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from pages.ui import formats, frame, vat_editing
from pages.ui.escape import plain, spoken, visible
from pages.ui.speech import language, say
from pages.ui.texts import TEXTS
from pages.ui.vat_editing import Mapped
from pages.ui.vat_lines import Abroad, Line, Told
from sync.domain import mapping_edits
from sync.domain.mapping_faults import Fault
from sync.domain.mutations import SALES_CODES
from sync.domain.rules import MAX_LEDGER
from sync.domain.taxes import TaxRate, TaxRule
from sync.store.taxes import TaxesRead

_MOST: Final = 50
"""So many rates are drawn at once; the search finds the others."""
_NO_CODE: Final = ""


def show(shown: Mapped, told: Told, read: TaxesRead | None) -> None:
    """Draw the rates that need a code, other countries' VAT, and what needs none."""
    st.header(say("vat.rates"), anchor=False)
    st.text(say("vat.rates.intro"))
    lines = _searched(told.lines)
    if not told.lines:
        st.info(say("vat.rates.none" if read else "vat.rates.unread"), icon=":material/inbox:")
    for line in lines[:_MOST]:
        _line(shown, line, read)
    if len(lines) > _MOST:
        frame.quiet(say("vat.more", n=formats.number(len(lines) - _MOST, language())))
    _others_abroad(shown, told.abroad)
    _others(told.others)


def _searched(lines: Sequence[Line]) -> Sequence[Line]:
    """What the search leaves; there is one only where there is much to search."""
    if len(lines) <= _MOST:
        return lines
    typed = (st.text_input(say("vat.search"), key="vat_search", type="search") or "").strip()
    wanted = typed.casefold()
    return [x for x in lines if wanted in f"{x.tax} {x.country} {x.code}".casefold()]


def _line(shown: Mapped, line: Line, read: TaxesRead | None) -> None:
    """One rate: what it is, its code, and what is wrong with that."""
    with st.container(border=True, key=f"vat_line_{shown.connection}_{line.tax}"):
        about, chosen = st.columns([3, 4], vertical_alignment="center")
        with about, st.container(gap=None):
            st.markdown(f"**{plain(line.tax)}**")
            st.text(visible(_facts(line)))
            for words in _rule_words(line, read):
                frame.quiet(visible(words))
        with chosen:
            _code(shown, line)
        if line.fault:
            _fault(shown, line.fault)


def _facts(line: Line) -> str:
    if line.percent is None:
        return say("vat.not_in_shop")
    country = formats.country(line.country, language())
    return f"{formats.rate(line.percent, language())} · {country}"


def _rule_words(line: Line, read: TaxesRead | None) -> list[str]:
    """Which of the shop's rules charge it, and for which tax classes."""
    if line.percent is None or read is None or read.taxes.rules is None:
        return []
    return [rule_words(rule) for rule in line.rules] or [say("vat.no_rule")]


def rule_words(rule: TaxRule) -> str:
    """A tax rule with its classes: "High rate (Retail Customer × Taxable Goods)"."""
    customers = ", ".join(rule.customer_classes) or "–"
    products = ", ".join(rule.product_classes) or "–"
    return say("vat.rule", name=rule.name, customers=customers, products=products)


def code_words(code: str) -> str:
    """A VAT code with what it is for."""
    key = f"vat.code.{code}"
    return f"{code} · {say(key)}" if key in TEXTS else visible(code) or say("vat.code.none")


def _code(shown: Mapped, line: Line) -> None:
    """The code: to be chosen by whoever may, in its place; else as a text."""
    if not shown.actor:
        st.text(code_words(line.code))
        return
    key = f"vat_code_{shown.connection}_{line.tax}"
    st.session_state[key] = line.code  # what is in force, whatever was chosen and then refused
    st.selectbox(
        spoken(say("vat.code_of", tax=line.tax)),
        list(dict.fromkeys([_NO_CODE, *SALES_CODES, line.code])),
        format_func=code_words,
        key=key,
        on_change=_choose,
        args=(shown, line.tax, key),
        label_visibility="collapsed",
    )


def _choose(shown: Mapped, tax: str, key: str) -> None:
    code = st.session_state.get(key) or _NO_CODE
    _set(shown, tax, code)


def _set(shown: Mapped, tax: str, code: str) -> None:
    """Book a rate with a code; with none, forget its entry."""
    edit = partial(mapping_edits.set_vat, tax=tax, code=code)
    if not code:
        edit = partial(mapping_edits.remove_vat, tax=tax)
    before = mapping_edits.entries(shown.mapping)[0].get(tax, "")
    vat_editing.change(shown, edit, tax, before, code)


def _fault(shown: Mapped, fault: Fault) -> None:
    """What is wrong, and the right code beside it."""
    kind = "unknown" if fault.kind == "retired" and not fault.right else fault.kind
    words = say(
        f"vat.fault.{kind}",
        tax=fault.tax,
        code=fault.code,
        right=fault.right,
        percent=formats.rate(fault.percent, language()),
        country=formats.country(fault.country, language()),
    )
    if fault.right and fault.right not in words:
        words = f"{words} {say('vat.right', right=fault.right)}"
    vat_editing.say_fault(words, stops=fault.weight < 2)
    if not shown.actor or fault.cure == "choose" or not fault.tax:
        return
    st.button(
        plain(say(f"vat.cure.{fault.cure}", tax=fault.tax, right=fault.right)),
        key=f"vat_right_{shown.connection}_{fault.tax}",
        icon=":material/check:" if fault.right else ":material/delete:",
        on_click=_set,
        args=(shown, fault.tax, fault.right),
    )


def _others_abroad(shown: Mapped, abroad: Sequence[Abroad]) -> None:
    """VAT of other EU countries: a balance ledger each, no code."""
    if not abroad:
        return
    st.header(say("vat.abroad"), anchor=False)
    st.text(say("vat.abroad.intro"))
    for each in abroad:
        with st.container(border=True, key=f"vat_abroad_{shown.connection}_{each.country}"):
            about, chosen = st.columns([3, 4], vertical_alignment="center")
            with about, st.container(gap=None):
                st.markdown(f"**{plain(formats.country(each.country, language()))}**")
                st.text(visible(_charged(each.rates)))
            with chosen:
                _ledger(shown, each)
            if each.fault:
                _fault(shown, each.fault)


def _charged(rates: Sequence[TaxRate]) -> str:
    if not rates:
        return say("vat.abroad.no_rates")
    return ", ".join(f"{x.code} {formats.rate(x.percent, language())}" for x in rates)


def _ledger(shown: Mapped, each: Abroad) -> None:
    if not shown.actor:
        st.text(visible(say("vat.ledger", ledger=each.ledger or "–")))
        return
    key = f"vat_oss_{shown.connection}_{each.country}"
    st.session_state[key] = each.ledger
    st.text_input(
        spoken(say("vat.abroad.ledger", country=formats.country(each.country, language()))),
        key=key,
        max_chars=MAX_LEDGER,
        placeholder=say("vat.abroad.empty"),
        on_change=_book_abroad,
        args=(shown, each.country, key),
    )


def _book_abroad(shown: Mapped, country: str, key: str) -> None:
    ledger = str(st.session_state.get(key) or "").strip()
    edit = partial(mapping_edits.set_oss, country=country, ledger=ledger)
    if not ledger:
        edit = partial(mapping_edits.remove_oss, country=country)
    before = mapping_edits.entries(shown.mapping)[2].get(country, "")
    what = say("vat.abroad.ledger", country=formats.country(country, language()))
    vat_editing.change(shown, edit, what, before, ledger)


def _others(rates: Sequence[TaxRate]) -> None:
    """Rates that need no code, with the reason each."""
    if not rates:
        return
    st.header(say("vat.others"), anchor=False)
    st.text(say("vat.others.intro"))
    types = st.column_config
    rows = [
        {
            "tax": visible(rate.code),
            "rate": formats.rate(rate.percent, language()),
            "country": visible(formats.country(rate.country, language())),
            "why": say("vat.why.outside" if rate.percent else "vat.why.zero"),
        }
        for rate in rates
    ]
    st.dataframe(
        pd.DataFrame(rows),
        key="vat_others",
        hide_index=True,
        height=min(len(rows), 10) * 35 + 40,
        column_config={
            "tax": types.TextColumn(say("vat.col.tax"), width=160),
            "rate": types.TextColumn(say("vat.col.rate"), width=90),
            "country": types.TextColumn(say("col.country"), width=170),
            "why": types.TextColumn(say("vat.col.why"), width=420),
        },
        placeholder="",
        alt=say("vat.others.alt", n=len(rows)),
    )
