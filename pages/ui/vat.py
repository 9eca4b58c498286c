"""VAT codes: the shop's rates and rules with the code each is booked on, and the ledgers."""

from typing import Final, Literal, get_args

import streamlit as st

from pages.ui import data, formats, frame, tabs, vat_editing, vat_ledgers, vat_rates, vat_rules
from pages.ui.escape import plain
from pages.ui.panel import nothing_yet, panel
from pages.ui.speech import language, say
from pages.ui.vat_editing import Mapped
from pages.ui.vat_lines import Told, tell
from sync.settings import Settings
from sync.store import mappings
from sync.store.taxes import TaxesRead

PAGE: Final = "vat"
Tab = Literal["rates", "rules", "ledgers"]
_TABS: Final[tuple[Tab, ...]] = get_args(Tab)
_CONNECTION: Final = "vat_connection"


def show() -> None:
    """Draw the whole page."""
    frame.head(say("vat.title"))
    st.session_state["page"] = PAGE
    with panel("vat_settings"):
        found = data.settings()
        frame.notice(found)
        if not data.has_store(found):
            nothing_yet(PAGE)
            return
        if not found.connections:
            st.info(say("health.connections.none"), icon=":material/power_off:")
            return
        frame.condition(PAGE, found)
        name = _connection(found)
        chosen = tabs.choose(PAGE, _TABS)
        with panel(f"vat_{chosen}"):
            _part(found, name, chosen)


def _part(found: Settings, name: str, chosen: Tab) -> None:
    reader = data.reader(found)
    version, mapping = mappings.mapping_of(reader, name)
    home = found.connections[name].booking.home_country
    read = mappings.taxes_of(reader, name)
    told = tell(mapping, read.taxes if read else None, home)
    shown = Mapped(found=found, connection=name, version=version, mapping=mapping, home=home)
    vat_editing.result(shown)
    if chosen == "rules":
        _read_at(found, read)
        vat_rules.show(shown, read)
        return
    if chosen == "rates":
        _verdict(told, read)
        _read_at(found, read)
    actor = vat_editing.ask_who()
    shown = Mapped(
        found=found, connection=name, version=version, mapping=mapping, home=home, actor=actor
    )
    if chosen == "rates":
        vat_rates.show(shown, told, read)
    else:
        vat_ledgers.show(shown, read)


def _connection(found: Settings) -> str:
    """Whose mapping; it stands in the address where there are several."""
    names = list(found.connections)
    if len(names) == 1:
        return names[0]
    asked = st.query_params.get("connection", "")
    if _CONNECTION not in st.session_state:
        st.session_state[_CONNECTION] = asked if asked in names else names[0]
    chosen = st.selectbox(say("col.connection"), names, key=_CONNECTION, width=260) or names[0]
    if asked != chosen:
        st.query_params["connection"] = chosen
    return chosen


def _verdict(told: Told, read: TaxesRead | None) -> None:
    """One sentence: is every amount booked on the right code?"""
    numbers = [sum(1 for each in told.faults if each.weight == weight) for weight in range(3)]
    words = [
        say(f"vat.verdict.{weight}{'.one' if number == 1 else ''}", n=number)
        for weight, number in enumerate(numbers)
        if number
    ]
    if not words:
        if read is not None:
            st.success(say("vat.verdict.right"), icon=":material/check_circle:")
    elif numbers[0] or numbers[1]:
        st.error(plain(" ".join(words)), icon=":material/error:")
    else:
        st.info(plain(" ".join(words)), icon=":material/info:")


def _read_at(found: Settings, read: TaxesRead | None) -> None:
    """When the shop was asked for its rates and rules: they may have changed since."""
    if read is None:
        st.warning(plain(say("vat.unread")), icon=":material/hourglass_empty:")
        return
    moment = formats.clock(read.at, data.now(), found.timezone, language())
    ago = formats.ago(data.now() - read.at, language())
    frame.quiet(say("vat.read", moment=moment, ago=ago))
