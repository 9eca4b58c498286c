"""A person decides about one document: look in the books, see what differs, give a reason, confirm.

The address names the document and what is decided, so a reload changes nothing. The worker looks
and acts; this page only asks it to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pandas as pd
import streamlit as st

from pages.ui import (
    actions,
    choosing,
    data,
    filters,
    following,
    formats,
    frame,
    guard,
    ours,
    resyncing,
)
from pages.ui.escape import plain, visible
from pages.ui.logs import OF_KIND
from pages.ui.question import Question
from pages.ui.speech import language, say
from pages.ui.view import View
from sync.domain.documents import State
from sync.domain.lookup import mutation_named_in
from sync.domain.rulings import KINDS, LOOK, Kind, bar
from sync.errors import BoekwachtError
from sync.settings import Settings
from sync.store import Document, Request, Wish, followed, queries, search
from sync.store.filters import LogFilter
from sync.store.reader import Reader

_FAILED: Final = "decide_failed"
_NUMBER: Final = "decide_mutation"
_LONGEST: Final = 200
_ICONS: Final[Mapping[Kind, str]] = {"link": ":material/link:", "reverse": ":material/undo:"}


def offer(question: Question, key: str) -> None:
    """In a document's story: the ways to decide that apply to it, and what was decided already."""
    known = search.of_keys(question.reader, [key]).get(key)
    if known is None:
        return
    if known.ruling is not None:
        said = say(
            f"decide.pending.{known.ruling.kind}",
            who=visible(known.ruling.actor),
            mutation=known.ruling.mutation,
        )
        st.info(plain(said), icon=":material/gavel:")
    if not guard.may("operator"):
        return
    for kind in KINDS:
        if bar(kind, known.entry.entity, known) is None:
            st.page_link(
                f"pages/{resyncing.PAGE}.py",
                label=say(f"decide.{kind}"),
                icon=_ICONS[kind],
                query_params=resyncing.of_decision(kind, key),
                width="content",
            )


def show(found: Settings, kind: Kind, key: str) -> None:
    """Draw the way from looking to confirming."""
    reader = data.reader(found)
    known = search.of_keys(reader, [key]).get(key)
    if known is None:
        st.info(say("why.unknown"), icon=":material/search_off:")
        return
    entry = known.entry
    title = say(f"decide.title.{kind}", kind=say(f"kind.{entry.entity}"), no=entry.document_no)
    st.header(plain(title[:1].upper() + title[1:]), anchor=False)
    filters.link(
        OF_KIND[entry.entity],
        say("decide.story"),
        View(range="all", doc=key),
        ":material/history:",
    )
    barred = bar(kind, entry.entity, known)
    if barred is not None:
        st.info(say(f"decide.bar.{barred}"), icon=":material/block:")
        return
    frame.quiet(say(f"decide.help.{kind}"))
    if not guard.may("operator"):
        st.info(say("decide.no_right", role=say("role.operator")), icon=":material/lock:")
        return
    actor = actions.name_field("decide")
    if failed := st.session_state.pop(_FAILED, ""):
        st.error(say("views.failed"), icon=":material/error:")
        st.text(failed)
    _look(found, reader, kind, known, actor)


def _look(found: Settings, reader: Reader, kind: Kind, known: Document, actor: str) -> None:
    """Ask for a look, follow it, and show what it brought."""
    request = followed.about(reader, LOOK, known.key)
    if request is not None and request.state != "done":
        following.progress(found, request.id)
        return
    mutation = _mutation(reader, kind, known, request)
    wish = Wish(
        kind=LOOK,
        connection=known.entry.connection,
        payload={
            "document": known.key,
            "decide": kind,
            "mutation": mutation,
            "latest": known.latest_attempt,
        },
    )
    st.button(
        say("decide.look"),
        key="decide_look",
        icon=":material/search:",
        disabled=not (actor and mutation),
        on_click=_look_up,
        args=(found, wish, actor),
    )
    if request is not None and _is_of(request, wish):
        _result(found, kind, known, request, actor)


def _is_of(request: Request, wish: Wish) -> bool:
    """Whether a look was at the same mutation, and nobody tried the document since."""
    return dict(request.payload) == dict(wish.payload)


def _mutation(reader: Reader, kind: Kind, known: Document, looked: Request | None) -> int | None:
    """The mutation's number: typed for a link, known where a booking is taken back.

    The field is not drawn while the worker looks and forgets what was typed; the look knows it.
    """
    if kind == "reverse":
        return known.mutation_no
    typed = st.number_input(
        say("decide.mutation"),
        min_value=1,
        value=_looked_at(looked, kind, known) or _named(reader, known),
        step=1,
        key=_NUMBER,
        help=say("decide.mutation.help"),
        width=260,
    )
    return None if typed is None else int(typed)


def _looked_at(looked: Request | None, kind: Kind, known: Document) -> int | None:
    """The mutation of the latest look, unless the document was tried since; None without one."""
    if looked is None:
        return None
    asked = looked.payload
    is_now = (asked.get("decide"), asked.get("latest")) == (kind, known.latest_attempt)
    return int(str(asked["mutation"])) if is_now else None


def _named(reader: Reader, known: Document) -> int | None:
    """The first mutation that the latest attempt names; None when it names none."""
    if known.mutation_no is not None or known.latest_attempt is None:
        return known.mutation_no
    rows = queries.newest(reader, LogFilter(ids=(known.latest_attempt,)), 1).to_pylist()
    return mutation_named_in(rows[0]["detail"]) if rows else None


def _result(found: Settings, kind: Kind, known: Document, request: Request, actor: str) -> None:
    seen = request.result
    if seen.get("message"):
        st.warning(say("decide.not"), icon=":material/warning:")
        st.text(visible(ours.told(str(seen["message"]))))
        return
    books: Mapping[str, Any] = dict(seen.get("books") or {})  # type: ignore[call-overload]
    with st.container(border=True, key="decide_seen"):
        st.subheader(plain(say("decide.seen", mutation=request.payload["mutation"])), anchor=False)
        shown = {
            "number": books["number"],
            "date": _shown("date", books["date"]),
            "relation": books["relation"],
            "total": _shown("amount", books["total"]),
        }
        st.text(visible(say("decide.books", **shown)))
        if kind == "link":
            _differences(seen.get("differs") or [])
        else:
            _contrary(known, seen)
        _confirm(found, kind, known, request, actor)


def _differences(rows: Any) -> None:  # noqa: ANN401 - out of a request's result, which is JSON
    if not rows:
        st.success(say("decide.same"), icon=":material/check_circle:")
        return
    st.warning(say("decide.differs"), icon=":material/difference:")
    names = ("what", "books", "shop")
    _table(
        [
            {
                "what": say(f"decide.field.{field}"),
                "books": visible(_shown(field, books)),
                "shop": visible(_shown(field, shop)),
            }
            for field, books, shop in rows
        ],
        {name: say(f"decide.col.{name}") for name in names},
        say("decide.differs"),
    )


def _contrary(known: Document, seen: Mapping[str, Any]) -> None:
    if known.entry.shop_state != State.CANCELLED:
        st.warning(say("decide.not_cancelled"), icon=":material/warning:")
    if refunds := seen.get("refunds"):
        said = say("decide.refunds", numbers=", ".join(map(str, refunds)))
        st.warning(plain(visible(said)), icon=":material/warning:")
    amount = _shown("amount", seen["amount"])
    st.text(visible(say("decide.back", number=seen["number"], amount=amount)))
    names = ("ledger", "code", "net", "vat")
    _table(
        [
            {
                "ledger": visible(ledger),
                "code": visible(code),
                "net": _shown("amount", net),
                "vat": _shown("amount", vat),
            }
            for ledger, code, net, vat in seen["lines"]
        ],
        {name: say(f"decide.col.{name}") for name in names},
        say("decide.lines"),
    )


def _shown(field: str, text: str) -> str:
    """A fact of the books as a reader of the language writes it."""
    if field == "amount":
        return formats.money(Decimal(text), "EUR", language())
    return formats.day(date.fromisoformat(text), language()) if field == "date" else text


def _table(rows: Sequence[Mapping[str, str]], heads: Mapping[str, str], alt: str) -> None:
    st.dataframe(
        pd.DataFrame(rows),
        key="decide_table",
        hide_index=True,
        height=min(len(rows), 8) * 35 + 40,
        column_config={
            name: st.column_config.TextColumn(head, width=180) for name, head in heads.items()
        },
        alt=alt,
    )


def _confirm(found: Settings, kind: Kind, known: Document, request: Request, actor: str) -> None:
    """A typed reason and a button that says what it does."""
    reason = st.text_input(
        say("decide.reason"),
        key="decide_reason",
        max_chars=_LONGEST,
        help=say("decide.reason.help"),
    )
    mutation = request.payload["mutation"]
    wish = Wish(
        kind=kind,
        connection=known.entry.connection,
        payload={
            "mutation": mutation,
            "stamp": request.result["stamp"],
            "amount": request.result["amount"],
            "reason": (reason or "").strip(),
        },
        documents={known.key: known.latest_attempt},
    )
    st.button(
        plain(say(f"decide.confirm.{kind}", mutation=mutation)),
        key="decide_confirm",
        type="primary",
        icon=_ICONS[kind],
        disabled=not (actor and (reason or "").strip()),
        on_click=choosing.confirmed,
        args=(found, wish, actor),
    )


def _look_up(found: Settings, wish: Wish, actor: str) -> None:
    """Ask for a look at the number in the field, which may be newer than what `wish` was made of.

    A number and the click right after it come in one run, where the click's wish is of the run
    before.
    """
    typed = st.session_state.get(_NUMBER)
    if wish.payload["decide"] == "link" and typed is not None:
        wish = replace(wish, payload={**wish.payload, "mutation": int(typed)})
    _ask(found, wish, actor)


def _ask(found: Settings, wish: Wish, actor: str) -> None:
    try:
        actions.ask(found, wish, actor)
    except BoekwachtError as error:
        st.session_state[_FAILED] = ours.told(error.message)
