"""Runs: a grid and a list of them, what people asked for, and the audit trail."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, Literal, get_args

import pandas as pd
import streamlit as st

from pages.ui import (
    actions,
    audit,
    data,
    filter_words,
    filters,
    following,
    formats,
    frame,
    guard,
    leave,
    ours,
    resyncing,
    run_grid,
    tabs,
    workers,
)
from pages.ui.escape import visible
from pages.ui.logs import OF_KIND
from pages.ui.palette import palette
from pages.ui.panel import nothing_yet, panel
from pages.ui.pulse import ALL
from pages.ui.run_grid import Counts
from pages.ui.speech import language, say
from pages.ui.view import View
from sync.domain.documents import Entity
from sync.errors import RightError, StoreError
from sync.settings import Settings
from sync.store import Request, Run, Wish, followed
from sync.store.reader import Reader

PAGE: Final = "runs"
Tab = Literal["runs", "requests", "audit"]
_TABS: Final[tuple[Tab, ...]] = get_args(Tab)
_MOST: Final = 200
_REQUESTS: Final = 100
_LOOK_AGAIN: Final = timedelta(seconds=2)
_FAILED: Final = "runs_failed"
_PLOT: Final = {"displayModeBar": False, "responsive": True}


def show() -> None:
    """Draw the whole page."""
    frame.head(say("runs.title"))
    st.session_state["page"] = PAGE
    with panel("runs_settings"):
        found = data.settings()
        frame.notice(found)
        if not data.has_store(found):
            nothing_yet(PAGE)
            return
        chosen = tabs.choose(PAGE, _TABS)
        if chosen != "audit":
            audit.leave()
        with panel(f"runs_{chosen}"):
            {"runs": _runs, "requests": _requests, "audit": audit.show}[chosen](found)


def _runs(found: Settings) -> None:
    reader = data.reader(found)
    frame.freshness(found, reader)
    _now(found, reader)
    runs = followed.latest_runs(reader, _MOST)
    if not runs:
        st.info(say("runs.none"), icon=":material/hourglass_empty:")
        return
    counts = count(followed.parts(reader, runs))
    _grid(runs[: run_grid.FULL], counts)
    _list(found, runs, counts)


def count(parts: Sequence[followed.Part]) -> dict[tuple[int, Entity], Counts]:
    """How the attempts of each run and kind ended."""
    found: dict[tuple[int, Entity], Counts] = {}
    for part in parts:
        key = (part.run, part.entity)
        found[key] = found.get(key, Counts()).plus(part.outcome, part.attempts)
    return found


def _now(found: Settings, reader: Reader) -> None:
    """Run now, and what is under way, with its progress."""
    waiting = followed.still_open(reader)
    if guard.may("operator") and not any(each.kind == "run" for each in waiting):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            actor = actions.name_field(PAGE)
            st.button(
                say("runs.now"),
                key="runs_now",
                type="primary",
                icon=":material/play_arrow:",
                disabled=not actor,
                help=say("runs.now.help"),
                on_click=_ask,
                args=(found, actor),
            )
    if failed := st.session_state.pop(_FAILED, ""):
        st.error(say("views.failed"), icon=":material/error:")
        st.text(failed)
    for request in waiting:
        following.head(found, request)
        following.progress(found, request.id)
    if not waiting:
        _watch(found)
    _last_asked(found, reader)
    st.page_link(
        f"pages/{resyncing.PAGE}.py",
        label=say("runs.resync"),
        icon=":material/replay:",
        query_params=filters.tongue(),
        width="content",
    )


@st.fragment(run_every=_LOOK_AGAIN)
def _watch(found: Settings) -> None:
    """What is wrong with runs and worker; draws the page anew once somebody asks for something."""
    with panel("runs_watch"):
        reader = data.reader(found)
        if followed.still_open(reader):
            st.rerun()
        frame.alarm(found, reader)
        workers.notice(found, PAGE, waiting=False)


def _ask(found: Settings, actor: str) -> None:
    try:
        asked = actions.ask(found, Wish(kind="run"), actor)
    except (StoreError, RightError) as error:
        st.session_state[_FAILED] = ours.told(error.message)
    else:
        st.session_state["runs_asked"] = asked.request


def _last_asked(found: Settings, reader: Reader) -> None:
    """What this session asked for and has ended: the way to its result."""
    number = st.session_state.get("runs_asked")
    request = followed.find(reader, number) if number else None
    if request is not None and request.state == "done":
        _link(request)


def _link(request: Request) -> None:
    st.page_link(
        f"pages/{resyncing.PAGE}.py",
        label=say("runs.result", n=request.id),
        icon=":material/task_alt:",
        query_params=resyncing.of_request(request.id),
        width="content",
    )


def _grid(runs: Sequence[Run], counts: Mapping[tuple[int, Entity], Counts]) -> None:
    """Kind by run, the newest on the right; a click opens the attempts of that run and kind."""
    st.subheader(say("runs.grid"), anchor=False)
    shown = list(reversed(runs))
    event: Any = st.plotly_chart(
        run_grid.figure(shown, counts, palette(), language()),
        key="runs_grid",
        on_select="rerun",
        selection_mode="points",
        config=_PLOT,
        alt=say("runs.grid.alt", n=len(shown)),
    )
    frame.quiet(say("runs.grid.legend"))
    if event.selection.points:
        point = event.selection.points[0]
        kinds = tuple(OF_KIND)
        run = int(str(point["x"]).lstrip("#"))
        kind = next(k for k in kinds if run_grid.label(k, language()) == point["y"])
        _open(OF_KIND[kind], run)


def _list(
    found: Settings, runs: Sequence[Run], counts: Mapping[tuple[int, Entity], Counts]
) -> None:
    """A row per run; choosing one opens its attempts."""
    st.subheader(say("runs.list"), anchor=False)
    several = len({run.connection for run in runs}) > 1
    rows = [_row(run, counts, several=several) for run in runs]
    types = st.column_config
    kinds: dict[str, Any] = {
        kind: types.TextColumn(say(f"nav.{page}"), width=92, help=say("runs.counts.help"))
        for kind, page in OF_KIND.items()
    }
    event: Any = st.dataframe(
        pd.DataFrame(rows),
        key="runs_list",
        hide_index=True,
        height=min(len(rows), 15) * 35 + 40,
        column_config={
            "id": types.NumberColumn(say("col.run"), format="%d", width=50),
            "connection": types.TextColumn(say("col.connection"), width=90),
            "started_at": types.DatetimeColumn(
                say("runs.started"),
                format=formats.GRID_MOMENT[language()],
                timezone=found.timezone,
                width=142,
            ),
            "state": types.TextColumn(say("runs.state"), width=96),
            "trigger": types.TextColumn(say("col.trigger"), width=110),
            "actor": types.TextColumn(say("col.actor"), width=70),
            "took": types.TextColumn(say("runs.took"), width=66),
            **kinds,
            "message": types.TextColumn(say("col.message"), width=260),
        },
        selection_mode="single-row",
        on_select="rerun",
        placeholder="",
        alt=say("runs.list.alt", n=len(rows)),
    )
    frame.quiet(say("runs.list.hint"))
    if event.selection.rows:
        _open(ALL, runs[event.selection.rows[0]].id)


def _row(
    run: Run, counts: Mapping[tuple[int, Entity], Counts], *, several: bool
) -> dict[str, object]:
    took = "–"
    if run.finished_at is not None:
        milliseconds = round((run.finished_at - run.started_at) / timedelta(milliseconds=1))
        took = formats.duration(max(milliseconds, 0), language())
    where = {"connection": run.connection} if several else {}
    kinds: dict[str, object] = {
        kind: counts.get((run.id, kind), Counts()).words(language()) for kind in OF_KIND
    }
    return {
        "id": run.id,
        **where,
        "started_at": run.started_at,
        "state": run_grid.state_words(run.state, language()),
        "trigger": filter_words.shown("trigger", run.trigger),
        "actor": visible(run.actor),
        "took": took,
        **kinds,
        "message": visible(ours.told(run.message, run.code)),
    }


def _open(page: str, run: int) -> None:
    shown = View(range="all", run=run)
    leave.to(page, filters.link_address(shown))


def _requests(found: Settings) -> None:
    """What people asked for, the latest first; choosing one opens its progress or result."""
    requests = followed.latest(data.reader(found), _REQUESTS)
    if not requests:
        st.info(say("requests.none"), icon=":material/inbox:")
        return
    rows = [
        {
            "id": each.id,
            "what": following.kind_words(each.kind),
            "state": _request_state(each),
            "actor": visible(each.actor),
            "asked_at": each.asked_at,
            "counts": _request_counts(each),
        }
        for each in requests
    ]
    types = st.column_config
    event: Any = st.dataframe(
        pd.DataFrame(rows),
        key="requests_list",
        hide_index=True,
        height=min(len(rows), 15) * 35 + 40,
        column_config={
            "id": types.NumberColumn(say("requests.id"), format="%d", width=80),
            "what": types.TextColumn(say("requests.what"), width=140),
            "state": types.TextColumn(say("runs.state"), width=160),
            "actor": types.TextColumn(say("col.actor"), width=110),
            "asked_at": types.DatetimeColumn(
                say("requests.asked"),
                format=formats.GRID_MOMENT[language()],
                timezone=found.timezone,
                width=150,
            ),
            "counts": types.TextColumn(say("result"), width=400),
        },
        selection_mode="single-row",
        on_select="rerun",
        placeholder="",
        alt=say("requests.alt", n=len(rows)),
    )
    frame.quiet(say("requests.hint"))
    if event.selection.rows:
        request = requests[event.selection.rows[0]].id
        leave.to(resyncing.PAGE, resyncing.of_request(request))


def _request_state(request: Request) -> str:
    if request.state == "done":
        return run_grid.state_words(str(request.result.get("state") or "done"), language())
    return say(f"request.state.{request.state}")


def _request_counts(request: Request) -> str:
    counts = request.result.get("counts") or (request.progress.counts if request.progress else {})
    if not isinstance(counts, Mapping):
        return ""
    return ", ".join(
        f"{formats.number(int(number), language())} {say(f'outcome.{name}')}"
        for name, number in counts.items()
        if name in run_grid.OUTCOMES
    )
