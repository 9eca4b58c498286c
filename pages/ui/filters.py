"""Widgets <-> view <-> address: the one place that knows all three.

The address leads when it changed by itself (a link, the Back button), the widgets lead when a
person used one. State keys carry the page's name, shared ones do not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import streamlit as st

from pages.ui import filter_words, formats, view
from pages.ui.escape import plain, visible
from pages.ui.keys import key, put
from pages.ui.logs import Log
from pages.ui.speech import CHOSEN, language, say
from pages.ui.texts import TEXTS
from pages.ui.view import View

_WIDGETS: Final = (
    "range",
    "date",
    "success",
    "state",
    "q",
    "platform",
    "cat",
    "pattern",
    "trigger",
    "run",
    "books",
    "store",
    "country",
    "slow",
    "page",
    "sort",
    "cols",
)
_BEHIND: Final = ("store", "country", "cat", "pattern", "trigger", "run", "slow")
"""Filters that stand behind the Filters button; its label counts those in use."""
_THRESHOLDS: Final = (0, 1_000, 5_000, 30_000)
"""Durations that are offered, milliseconds; 0 means any."""
_SHARED: Final = "shared"
_NO_CAUSES: Final[Mapping[str, str]] = {}
_LONGEST: Final = 80
"""Characters of an error pattern that is offered."""
CATEGORIES: Final = tuple(
    sentence.partition(".")[2] for sentence in TEXTS if sentence.startswith("category.")
)
"""Of failed attempts, in the order in which they are offered."""


def arriving(page: str) -> bool:
    """Whether this is the first run of a page since another one was open."""
    return st.session_state.get("page") != page


def current(page: str, today: date, fit: Callable[[View], View]) -> View:
    """What is asked for now; afterwards every widget's state agrees with it.

    Arriving with an address, the address is meant whole; arriving by the menu, the page is as it
    was left, in the period and platforms of the page before.

    Args:
        page: Its name.
        today: For the days of a period that is about to be chosen.
        fit: Takes from a view what the page doesn't have.
    """
    asked = {name: st.query_params.get_all(name) for name in view.NAMES if name in st.query_params}
    kept: View | None = st.session_state.get(key(page, "view"))
    arrived = kept is None or arriving(page)
    st.session_state["page"] = page
    if kept is None or arrived:
        chosen = view.parse(asked) if asked else _with_shared(kept or View())
        _to_widgets(page, chosen := fit(chosen))
    else:
        used = _from_widgets(page, kept)
        if used != kept:
            chosen = _settle(used, kept, today)
        elif asked != st.session_state.get(key(page, "address")):
            chosen = fit(view.parse(asked))
        else:
            chosen = kept
        if chosen != used:
            _to_widgets(page, chosen)
    st.session_state[key(page, "view")] = chosen
    return chosen


def publish(page: str, chosen: View, has: Sequence[str] = view.SHARED) -> None:
    """Write the view to the address, so that it can be copied and sent.

    Args:
        page: Its name.
        chosen: What it shows.
        has: Names of the filters that it has; of those that it lacks, the one of the page before
            travels on.
    """
    wanted = view.address(chosen)
    st.session_state[key(page, "address")] = wanted
    st.session_state[key(page, "view")] = chosen
    before: Mapping[str, object] = st.session_state.get(_SHARED, {})
    now = {name: getattr(chosen, name) for name in view.SHARED if name in has}
    st.session_state[_SHARED] = {**before, **now}
    wanted = {**tongue(), **wanted}
    present = {name: st.query_params.get_all(name) for name in st.query_params}
    if present != wanted:
        st.query_params.from_dict(wanted)


def tongue() -> dict[str, list[str]]:
    """The language, for an address; nothing as long as the browser's is followed."""
    return {"lang": [language()]} if st.session_state.get(CHOSEN) else {}


def link_address(chosen: View) -> dict[str, list[str]]:
    """The parameters of a link that means exactly `chosen`, the default period included.

    An address without any parameter is what the menu gives; it means the page as it was left.
    """
    return {**tongue(), "range": [chosen.range], **view.address(chosen)}


def link(page: str, label: str, chosen: View, icon: str | None = None) -> None:
    """Draw a link to another page of this dashboard that shows exactly `chosen` there."""
    st.page_link(
        f"pages/{page}.py",
        label=label,
        icon=icon,
        query_params=link_address(chosen),
        width="content",
    )


def ask(page: str, chosen: View) -> None:
    """Show another view from now on. Only from callbacks: no widget may be drawn yet."""
    st.session_state[key(page, "view")] = chosen
    _to_widgets(page, chosen)


def bar(
    log: Log,
    chosen: View,
    offered: Mapping[str, Sequence[str]],
    causes: Mapping[str, str],
    beside: Callable[[], None],
) -> None:
    """Draw the filter row: always visible the common ones, the others behind a button.

    Args:
        log: Of the page.
        chosen: What is shown now.
        offered: The values that are offered, for filters that have them from the store.
        causes: Error patterns that are offered, by id, in words. Hold outside text as it is.
        beside: Draws what stands at the end of the first row.
    """
    page = log.page
    own = f"{page}.q"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text_input(
            say("q"),
            key=key(page, "q"),
            type="search",
            live="300ms",
            placeholder=say(own if own in TEXTS else "q.placeholder"),
            max_chars=view.MAX_TEXT,
            label_visibility="collapsed",
            width=330,
        )
        if "success" in log.filters:
            _segments(page, "success", view.SUCCESSES)
        if "state" in log.filters:
            open_only(page)
        if "books" in log.filters:
            _pills(page, "books", view.BOOKS)
        beside()
    with st.container(horizontal=True, vertical_alignment="center"):
        period_bar(page, chosen)
        if "platform" in log.filters:
            _platforms(page, {*offered.get("platform", ()), *chosen.platform})
        names = [name for name in _BEHIND if name in log.filters]
        more(page, chosen, offered, names, causes=causes)


def period_bar(page: str, chosen: View) -> None:
    """Draw the choice of a period."""
    _segments(page, "range", view.RANGES)
    if chosen.range == "custom":
        st.date_input(
            say("date"),
            key=key(page, "date"),
            format=formats.DATE_INPUT[language()],
            min_value=date(1970, 1, 1),
            max_value=date(9998, 12, 31),
            label_visibility="collapsed",
            width=230,
        )


def chips(page: str, chosen: View) -> None:
    """Draw a chip per filter in use; a click takes that filter off."""
    names = view.narrowed(chosen)
    for name in names:
        label = filter_words.describe(chosen, name)
        st.button(
            plain(label),
            key=f"{page}_chip_{name}",
            icon=":material/close:",
            icon_position="right",
            help=plain(say("filters.remove", chip=label)),
            on_click=ask,
            args=(page, view.cleared(chosen, name)),
        )
    if names:
        st.button(
            say("filters.clear"),
            key=f"{page}_clear",
            type="tertiary",
            on_click=ask,
            args=(page, view.cleared(chosen)),
        )


def open_only(page: str) -> None:
    """Draw the switch that leaves only what is failed now."""
    st.toggle(say("state"), key=key(page, "state"), help=say("state.help"))


def _segments(page: str, name: str, options: Sequence[str]) -> None:
    words = {value: say(f"{name}.{value}") for value in options}
    st.segmented_control(
        say(name),
        options,
        format_func=words.__getitem__,
        key=key(page, name),
        required=True,
        label_visibility="collapsed",
        wrap=True,
    )


def _platforms(page: str, options: set[str]) -> None:
    st.multiselect(
        say("platform"),
        sorted(options, key=str.casefold),
        key=key(page, "platform"),
        placeholder=say("platform.any"),
        label_visibility="collapsed",
        width=200,
    )


def _pills(page: str, name: str, options: Sequence[str]) -> None:
    words = {value: filter_words.shown(name, value) for value in options}
    st.pills(
        say(name),
        options,
        selection_mode="multi",
        format_func=words.__getitem__,
        key=key(page, name),
        label_visibility="collapsed",
        wrap=True,
    )


def more(
    page: str,
    chosen: View,
    offered: Mapping[str, Sequence[str]],
    names: Sequence[str],
    *,
    causes: Mapping[str, str] = _NO_CAUSES,
) -> None:
    """Draw the filters that stand behind a button; `names` are those that the page has."""
    used = sum(1 for name in names if getattr(chosen, name))
    label = say("filters") + (f" ({used})" if used else "")
    offered = {**offered, "cat": CATEGORIES, "trigger": view.TRIGGERS}
    with st.popover(label, icon=":material/tune:"):
        for name in names:
            if name in offered:
                _any_of(page, name, {*offered[name], *getattr(chosen, name)})
            elif name == "pattern":
                _cause(page, chosen.pattern, causes)
            elif name == "run":
                st.number_input(
                    say("run"),
                    key=key(page, "run"),
                    value=None,
                    min_value=0,
                    step=1,
                    placeholder=say("any"),
                )
        if "slow" not in names:
            return
        durations = {value: _threshold(value) for value in sorted({*_THRESHOLDS, chosen.slow})}
        st.selectbox(
            say("slow"),
            list(durations),
            format_func=durations.__getitem__,
            key=key(page, "slow"),
        )


def _cause(page: str, chosen: str, causes: Mapping[str, str]) -> None:
    """Draw the choice of one error pattern: those that failures have, and the chosen one."""
    words = {"": say("any"), **causes}
    if chosen not in words:
        words[chosen] = filter_words.shown("pattern", chosen)
    st.selectbox(
        say("pattern"),
        sorted(words, key=lambda each: (bool(each), words[each].casefold())),
        format_func=lambda each: visible(words[each])[:_LONGEST],
        key=key(page, "pattern"),
    )


def _threshold(milliseconds: int) -> str:
    if not milliseconds:
        return say("any")
    return say("slow.value", duration=formats.duration(milliseconds, language()))


def _any_of(page: str, name: str, options: set[str]) -> None:
    words = {value: filter_words.shown(name, value) for value in options}
    st.multiselect(
        say(name),
        sorted(options, key=lambda value: words[value].casefold()),
        format_func=words.__getitem__,
        key=key(page, name),
        placeholder=say("any"),
    )


def _with_shared(chosen: View) -> View:
    """`chosen` in the period and platforms that the page before had."""
    return replace(chosen, page=1, **st.session_state.get(_SHARED, {}))


def _from_widgets(page: str, kept: View) -> View:
    """`kept` with what the widgets say; a widget that is not on screen says nothing."""
    found: dict[str, Any] = {}
    for name in _WIDGETS:
        state_key = key(page, name)
        if state_key in st.session_state:
            found[name] = _widget_value(name, st.session_state[state_key], kept)
    return replace(kept, **found)


def _widget_value(name: str, value: object, kept: View) -> object:
    if name == "state":
        return "open" if value else "all"
    if name == "run":
        return value if isinstance(value, int) else None
    if name == "cols":
        chosen = value if isinstance(value, Sequence) else ()
        return tuple(each for each in view.OPTIONAL if each in chosen)
    if name == "date" and not (isinstance(value, Sequence) and len(value) == 2):
        # Only the first day has been clicked yet: the second one is still to come.
        return kept.date
    if isinstance(value, list | tuple):
        return tuple(value)
    return getattr(kept, name) if value is None else value


def _settle(used: View, kept: View, today: date) -> View:
    """What follows from a widget's use: another filter begins at page 1, custom needs days."""
    if used.range == "custom" and used.date is None:
        days = view.days(kept, today) or (today - timedelta(days=29), today)
        used = replace(used, date=days)
    if used.range != "custom":
        used = replace(used, date=None)
    moved = any(getattr(used, n) != getattr(kept, n) for n in (*view.FILTERS, "sort"))
    return replace(used, page=1) if moved else used


def _to_widgets(page: str, chosen: View) -> None:
    values: Mapping[str, Any] = {name: getattr(chosen, name) for name in _WIDGETS}
    for name, value in values.items():
        if name == "date" and value is None:
            st.session_state.pop(key(page, name), None)
        elif name == "state":
            put(page, name, value == "open")
        else:
            put(page, name, list(value) if isinstance(value, tuple) else value)
