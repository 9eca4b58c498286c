"""Cleaning up: until when, what would go, a typed confirmation; then progress and result."""

from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from pages.ui import actions, data, following, formats, guard, ours, retention
from pages.ui.escape import plain, visible
from pages.ui.speech import language, say
from sync.domain.retention import KEPT, LEGAL_YEARS, latest_cutoff, within_legal_period
from sync.errors import RightError, StoreError
from sync.settings import Settings
from sync.store import cleanups, followed
from sync.store.cleanups import Cleanup
from sync.store.months import Month

_KIND: Final = "cleanup"
_FAILED: Final = "cleaning_failed"
_PAST: Final = 20
_STATES: Final = {
    "exporting": "cleaning.state.exporting",
    "removing": "cleaning.state.removing",
    "done": "cleaning.state.done",
    "given up": "cleaning.state.given_up",
}


def show(found: Settings) -> None:
    """The whole part: what cleaning up is, and, for an admin, the way to it."""
    st.header(say("cleaning"), anchor=False)
    st.text(say("cleaning.intro", days=KEPT.days))
    st.warning(say("cleaning.law", years=LEGAL_YEARS), icon=":material/gavel:")
    if not guard.may("admin"):
        st.info(say("cleaning.no_right", role=say("role.admin")), icon=":material/lock:")
        return
    if failed := st.session_state.pop(_FAILED, ""):
        st.error(say("views.failed"), icon=":material/error:")
        st.text(failed)
    if following.under_way(found, _KIND):
        return
    _result(found)
    cut_short = next((x for x in _latest(found) if x.ended_at is None), None)
    if cut_short is not None:
        _finish(found, cut_short)
        return
    _choose(found)


def past(found: Settings) -> None:
    """Cleanups that were made: when, until when, how many, and where the export lies."""
    made = _latest(found)
    if not made:
        return
    st.header(say("cleaning.past"), anchor=False)
    rows = []
    for each in made:
        parts = cleanups.parts_of(data.reader(found), each.id)
        rows.append(
            {
                "asked_at": each.asked_at,
                "actor": visible(each.actor),
                "before": _day(each.before, found),
                "removed": sum(part.removed or 0 for part in parts),
                "size": formats.size(sum(part.bytes for part in parts), language()),
                "state": say(_STATES[each.state]),
                "folder": visible(str(each.folder)),
            }
        )
    types = st.column_config
    st.dataframe(
        pd.DataFrame(rows),
        key="cleaning_past",
        hide_index=True,
        column_config={
            "asked_at": types.DatetimeColumn(
                say("cleaning.when"),
                format=formats.GRID_MOMENT[language()],
                timezone=found.timezone,
                width=150,
            ),
            "actor": types.TextColumn(say("cleaning.who"), width=110),
            "before": types.DateColumn(
                say("cleaning.before"), format=formats.GRID_DAY[language()], width=110
            ),
            "removed": types.NumberColumn(say("cleaning.removed"), format="localized", width=110),
            "size": types.TextColumn(say("cleaning.size"), width=90),
            "state": types.TextColumn(say("cleaning.state"), width=110),
            "folder": types.TextColumn(say("cleaning.folder"), width=420),
        },
        placeholder="",
        alt=say("cleaning.past.alt", n=len(rows)),
    )


def _choose(found: Settings) -> None:
    """Until when, what would go, and the confirmation."""
    today = data.today(found.timezone)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        day = st.date_input(
            say("cleaning.day"),
            value=date(today.year - LEGAL_YEARS, 1, 1),
            min_value=date(2000, 1, 1),
            max_value=latest_cutoff(today),
            format=formats.DATE_INPUT[language()],
            key="cleaning_day",
            help=say("cleaning.day.help", days=KEPT.days),
            width=220,
        )
        form = st.selectbox(
            say("cleaning.form"),
            ("parquet", "csv"),
            format_func=lambda name: say(f"taking.form.{name}"),
            key="cleaning_form",
            width=260,
        )
    if not isinstance(day, date):
        return
    months = [month for month in data.months(found, _midnight(day, found)) if _touched(month, day)]
    going = sum(month.going for month in months)
    if not going:
        st.info(
            say("cleaning.nothing", day=formats.day(day, language())),
            icon=":material/check_circle:",
        )
        return
    _preview(months, going)
    if within_legal_period(day, today):
        st.warning(say("cleaning.law.now", years=LEGAL_YEARS), icon=":material/warning:")
    _confirm(found, day, form or "parquet", going)


def _preview(months: list[Month], going: int) -> None:
    staying = sum(month.rows - month.going for month in months)
    size = sum(month.going_bytes for month in months)
    words = say(
        "cleaning.going",
        n=formats.number(going, language()),
        size=formats.size(size, language()),
        stay=formats.number(staying, language()),
    )
    st.text(words)
    retention.table(months, "cleaning_table", say("cleaning.table", n=len(months)), going=True)


def _confirm(found: Settings, day: date, form: str, going: int) -> None:
    """Nothing goes before its date was typed."""
    shown = formats.day(day, language())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        actor = actions.name_field("cleaning")
        typed = st.text_input(
            plain(say("cleaning.type", day=shown)), key="cleaning_typed", max_chars=20, width=260
        )
        st.button(
            say("cleaning.start", n=formats.number(going, language())),
            key="cleaning_start",
            type="primary",
            icon=":material/delete_sweep:",
            disabled=not actor or (typed or "").strip() != shown,
            on_click=_ask,
            args=(found, {"before": str(day), "form": form}, actor),
        )


def _finish(found: Settings, cut_short: Cleanup) -> None:
    """A cleanup that was cut short: go on, or leave what it has not removed."""
    day = _day(cut_short.before, found)
    words = say(
        "cleaning.cut",
        day=formats.day(day, language()),
        moment=formats.moment(cut_short.asked_at, found.timezone, language()),
    )
    st.warning(plain(words), icon=":material/warning:")
    st.text(visible(str(cut_short.folder)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        actor = actions.name_field("cleaning")
        st.button(
            say("cleaning.finish"),
            key="cleaning_finish",
            type="primary",
            disabled=not actor,
            on_click=_ask,
            args=(found, {"finish": True}, actor),
        )
        st.button(
            say("cleaning.give_up"),
            key="cleaning_give_up",
            disabled=not actor,
            help=say("cleaning.give_up.help"),
            on_click=_ask,
            args=(found, {"give_up": True}, actor),
        )


def _ask(found: Settings, payload: dict[str, object], actor: str) -> None:
    try:
        actions.clean_up(found, payload, actor)
    except (StoreError, RightError) as error:
        st.session_state[_FAILED] = ours.told(error.message)
    st.session_state.pop("cleaning_typed", None)


def _result(found: Settings) -> None:
    """What the last cleanup came to, when it ended today."""
    done = followed.latest(data.reader(found), 1, _KIND)
    if not done or done[0].finished_at is None:
        return
    if data.now() - done[0].finished_at > KEPT / 90:
        return
    result = done[0].result
    if message := str(result.get("message") or ""):
        st.error(say("cleaning.failed"), icon=":material/error:")
        st.text(visible(ours.told(message)))
    elif result.get("folder"):
        words = say(
            "cleaning.done",
            exported=formats.number(int(str(result.get("exported") or 0)), language()),
            removed=formats.number(int(str(result.get("removed") or 0)), language()),
            folder=result["folder"],
        )
        st.success(plain(visible(words)), icon=":material/check_circle:")


def _latest(found: Settings) -> list[Cleanup]:
    return cleanups.latest(data.reader(found), _PAST)


def _touched(month: Month, day: date) -> bool:
    return month.going > 0 or month.month < f"{day:%Y-%m}"


def _midnight(day: date, found: Settings) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(found.timezone))


def _day(moment: datetime, found: Settings) -> date:
    return moment.astimezone(ZoneInfo(found.timezone)).date()
