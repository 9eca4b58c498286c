"""Taking attempts along: choose what and in which form, and fetch what the worker wrote."""

from datetime import date
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, cast, get_args
from zoneinfo import ZoneInfo

import streamlit as st

from pages.ui import actions, data, following, formats, frame, ours
from pages.ui.escape import plain, visible
from pages.ui.speech import language, say
from sync.domain.documents import Entity
from sync.errors import RightError, StoreError
from sync.settings import Settings
from sync.store import Request, exports, followed, queries

_SUCCESS: Final = ("all", "yes", "no")
_FAILED: Final = "taking_failed"
_SHOWN: Final = 5
_MIME: Final = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".parquet": "application/vnd.apache.parquet",
}


def show(found: Settings) -> None:
    """Choose and ask, or follow what was asked; below it the latest files."""
    st.header(say("taking"), anchor=False)
    st.text(say("taking.intro"))
    payload = _choose()
    if not following.under_way(found, "export"):
        _button(found, payload)
    if failed := st.session_state.pop(_FAILED, ""):
        st.error(say("views.failed"), icon=":material/error:")
        st.text(failed)
    for request in followed.latest(data.reader(found), _SHOWN, "export"):
        if request.state == "done":
            _result(found, request)


def _choose() -> dict[str, object]:
    """What is taken along, as a request's payload."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kinds = ("", *get_args(Entity))
        entity = st.selectbox(
            say("taking.kind"),
            kinds,
            format_func=lambda kind: say(f"taking.kind.{kind or 'all'}"),
            key="taking_kind",
            width=190,
        )
        success = st.selectbox(
            say("success"),
            _SUCCESS,
            format_func=lambda word: say(f"success.{word}"),
            key="taking_success",
            width=150,
        )
        days = st.date_input(
            say("taking.days"),
            value=[],
            format=formats.DATE_INPUT[language()],
            key="taking_days",
            help=say("taking.days.help"),
            width=250,
        )
        form = st.selectbox(
            say("taking.form"),
            exports.FORMS,
            format_func=lambda name: say(f"taking.form.{name}"),
            key="taking_form",
            width=260,
        )
    chosen = cast("tuple[date, ...]", days if isinstance(days, tuple) else (days,))
    return {
        "entity": entity or "",
        "success": success or "all",
        "since": str(chosen[0]) if chosen else "",
        "until": str(chosen[-1]) if chosen else "",
        "form": form or exports.FORMS[0],
        "language": language(),
    }


def _button(found: Settings, payload: dict[str, object]) -> None:
    asked = exports.log_filter(payload, ZoneInfo(found.timezone))
    rows = queries.count(data.reader(found), asked).rows
    with st.container(horizontal=True, vertical_alignment="bottom"):
        actor = actions.name_field("taking")
        st.button(
            say("taking.make", n=formats.number(rows, language())),
            key="taking_make",
            icon=":material/download:",
            disabled=not (rows and actor),
            on_click=_ask,
            args=(found, payload, actor),
        )
    if not rows:
        frame.quiet(say("taking.nothing"))


def _ask(found: Settings, payload: dict[str, object], actor: str) -> None:
    try:
        actions.ask_for_export(found, payload, actor)
    except (StoreError, RightError) as error:
        st.session_state[_FAILED] = ours.told(error.message)


def _result(found: Settings, request: Request) -> None:
    """A file that was made, to be fetched; or why it was not."""
    moment = formats.moment(request.asked_at, found.timezone, language())
    state = str(request.result.get("state") or "done")
    if state != "done":
        why = ours.told(str(request.result.get("message") or ""))
        st.warning(
            plain(visible(say(f"taking.{state}", moment=moment, why=why))),
            icon=":material/info:",
        )
        return
    name = Path(str(request.result.get("file"))).name
    file = exports.folder(found.data_home) / name
    rows = formats.number(int(str(request.result.get("rows") or 0)), language())
    with st.container(horizontal=True, vertical_alignment="center"):
        there = file.is_file()
        size = formats.size(file.stat().st_size, language()) if there else "–"
        st.download_button(
            plain(name),
            data=partial(_open, file),
            file_name=name,
            mime=_MIME.get(file.suffix, "application/octet-stream"),
            key=f"taking_{request.id}",
            on_click="ignore",
            icon=":material/download:",
            disabled=not there,
        )
        key = "taking.done" if there else "taking.gone"
        frame.quiet(say(key, n=rows, size=size, moment=moment, who=request.actor or "–"))


def _open(file: Path) -> BinaryIO:
    return file.open("rb")
