"""Ledger rules: which kind of line, at which rate, of which country goes to which ledger."""

from functools import partial

import streamlit as st

from pages.ui import formats, vat_editing
from pages.ui.escape import plain, visible
from pages.ui.speech import language, say
from pages.ui.texts import TEXTS
from pages.ui.vat_editing import Mapped
from sync.domain import mapping_edits
from sync.domain.mapping_edits import Place, entries, place_of
from sync.domain.mapping_faults import uncovered
from sync.domain.rules import LINE_KINDS, MAX_LEDGER, LedgerRule
from sync.store.taxes import TaxesRead

_NEW = "vat_new"


def show(shown: Mapped, read: TaxesRead | None) -> None:
    """Draw what no rule covers, a row per rule, and a way to add one."""
    st.header(say("vat.ledgers"), anchor=False)
    st.text(say("vat.ledgers.intro"))
    _, rules, _ = entries(shown.mapping)
    known = {rate.code for rate in read.taxes.rates} if read else None
    for kind in uncovered(rules):
        vat_editing.say_fault(say("vat.uncovered", kind=kind_words(kind)), stops=True)
    for rule in sorted(rules, key=lambda rule: (rule.weight, place_of(rule))):
        _rule(shown, rule)
        if rule.tax and known is not None and rule.tax not in known:
            vat_editing.say_fault(say("vat.ledgers.gone", tax=rule.tax), stops=False)
    if not rules:
        st.info(say("vat.ledgers.none"), icon=":material/inbox:")
    if shown.actor:
        _add(shown, sorted((known or set()) | set(entries(shown.mapping)[0])))


def kind_words(kind: str) -> str:
    """A kind of line as people call it; "" is any."""
    key = f"vat.kind.{kind or 'any'}"
    return say(key) if key in TEXTS else kind


def _rule(shown: Mapped, rule: LedgerRule) -> None:
    place = "_".join(place_of(rule))
    with st.container(border=True, key=f"vat_rule_{shown.connection}_{place}"):
        about, chosen = st.columns([3, 4], vertical_alignment="center")
        with about:
            st.text(visible(_place_words(rule)))
        with chosen:
            if not shown.actor:
                st.text(visible(_ledger_words(rule)))
            else:
                _fields(shown, rule, place)


def _place_words(rule: LedgerRule) -> str:
    tax = rule.tax or say("vat.any_rate")
    country = formats.country(rule.country, language()) if rule.country else say("vat.any_country")
    return f"{kind_words(rule.kind)} · {tax} · {country}"


def _ledger_words(rule: LedgerRule) -> str:
    words = say("vat.ledger", ledger=rule.ledger)
    return f"{words} · {say('vat.centre', n=rule.cost_centre)}" if rule.cost_centre else words


def _fields(shown: Mapped, rule: LedgerRule, place: str) -> None:
    """Ledger and cost centre, to be changed in their place, and a way to take the rule out."""
    ledger = f"vat_ledger_{shown.connection}_{place}"
    centre = f"vat_centre_{shown.connection}_{place}"
    st.session_state[ledger], st.session_state[centre] = rule.ledger, rule.cost_centre
    what = plain(_place_words(rule))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            say("vat.ledger_label"),
            key=ledger,
            max_chars=MAX_LEDGER,
            help=what,
            on_change=_book,
            args=(shown, place_of(rule), ledger, centre),
            width=130,
        )
        st.number_input(
            say("vat.centre_label"),
            key=centre,
            min_value=0,
            step=1,
            help=say("vat.centre.help"),
            on_change=_book,
            args=(shown, place_of(rule), ledger, centre),
            width=150,
        )
        st.button(
            say("vat.remove"),
            key=f"vat_remove_{shown.connection}_{place}",
            icon=":material/delete:",
            help=what,
            on_click=_remove,
            args=(shown, rule),
        )


def _remove(shown: Mapped, rule: LedgerRule) -> None:
    edit = partial(mapping_edits.remove_ledger, place=place_of(rule))
    vat_editing.change(shown, edit, _place_words(rule), _ledger_words(rule), "")


def _book(shown: Mapped, place: Place, ledger: str, centre: str) -> None:
    kind, tax, country = place
    rule = LedgerRule(
        ledger=str(st.session_state.get(ledger) or "").strip(),
        cost_centre=int(st.session_state.get(centre) or 0),
        kind=kind,
        tax=tax,
        country=country,
    )
    _, rules, _ = entries(shown.mapping)
    before = next((_ledger_words(x) for x in rules if place_of(x) == place), "")
    edit = partial(mapping_edits.set_ledger, rule=rule)
    vat_editing.change(shown, edit, _place_words(rule), before, _ledger_words(rule))


def _add(shown: Mapped, rates: list[str]) -> None:
    """A rule more; one for the same lines is replaced."""
    countries = formats.countries(language())
    with st.form(_NEW, clear_on_submit=True):
        st.subheader(say("vat.new"), anchor=False)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.selectbox(
                say("vat.kind"),
                ["", *LINE_KINDS],
                format_func=kind_words,
                key=f"{_NEW}_kind",
                width=180,
            )
            st.selectbox(
                say("vat.col.tax"),
                ["", *rates],
                format_func=lambda tax: visible(tax) or say("vat.any_rate"),
                key=f"{_NEW}_tax",
                width=180,
            )
            st.selectbox(
                say("col.country"),
                ["", *countries],
                format_func=lambda code: countries.get(code) or say("vat.any_country"),
                key=f"{_NEW}_country",
                width=220,
            )
            st.text_input(
                say("vat.ledger_label"), key=f"{_NEW}_ledger", max_chars=MAX_LEDGER, width=130
            )
            st.number_input(
                say("vat.centre_label"), key=f"{_NEW}_centre", min_value=0, step=1, width=150
            )
        st.form_submit_button(
            say("vat.add"), key=f"{_NEW}_add", icon=":material/add:", on_click=_added, args=(shown,)
        )


def _added(shown: Mapped) -> None:
    state = st.session_state
    kind, tax, country = (
        str(state.get(f"{_NEW}_{name}") or "") for name in ("kind", "tax", "country")
    )
    _book(shown, (kind, tax, country), f"{_NEW}_ledger", f"{_NEW}_centre")
