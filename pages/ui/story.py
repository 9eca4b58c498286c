"""One row's story: what happened, what to do, and every attempt of its document."""

import json
from dataclasses import replace
from typing import Final, Literal
from urllib.parse import urlencode, urlsplit

import pyarrow as pa
import streamlit as st

from pages.ui import (
    advice,
    cleaned,
    deciding,
    filters,
    formats,
    frame,
    kinds,
    naming,
    shop_facts,
    tables,
    view,
)
from pages.ui.escape import plain, visible
from pages.ui.logs import kind_of
from pages.ui.panel import panel
from pages.ui.question import Question
from pages.ui.speech import language, say
from pages.ui.view import View
from sync.store import decisions, queries, search

Colour = Literal["green", "red", "gray", "blue"]
_TIMELINE: Final = (
    "started_at",
    "success",
    "message",
    "trigger",
    "actor",
    "duration_ms",
    "run",
    "id",
)
_TOLD: Final = ("order_no", "grand_total", "relation_code")
"""What an attempt says already of what the shop says."""
_ALL: Final = "attempts"
"""Of all kinds: invoices and credit memos fail alike."""
_BOOKS: Final = ".e-boekhouden.nl"
_LOG_IN: Final = "https://secure.e-boekhouden.nl/bh/inloggen.asp"
_OF_RELATIONS: Final = frozenset({"created", "updated", "linked"})
_COLOURS: Final[dict[str, Colour]] = {
    "yes": "green",
    "no": "red",
    "skipped": "gray",
    "running": "blue",
}


def show(question: Question) -> None:
    """Open the story of the view's document over the page; closing it clears the address."""
    page, chosen = question.page, question.view

    def close() -> None:
        st.session_state[f"{page}_closed"] = st.session_state.get(f"{page}_closed", 0) + 1
        filters.ask(page, replace(chosen, doc=""))

    def body() -> None:
        with panel(f"{page}_story"):
            _story(question, queries.story(question.reader, chosen.doc))

    number = chosen.doc.rpartition(":")[2]
    kind = kind_of(chosen.doc, question.log.entity)
    st.dialog(plain(say(f"story.title.{kind}", no=number)), width="medium", on_dismiss=close)(
        body
    )()


def link(question: Question) -> str:
    """The address that opens this story again, with the filter around it."""
    base = (st.context.url or "").partition("?")[0]
    return f"{base}?{urlencode(view.address(question.view), doseq=True)}"


def _story(question: Question, attempts: pa.Table) -> None:
    rows = attempts.to_pylist()
    if not rows:
        _untried(question)
        return
    latest = rows[0]
    zone = question.settings.timezone
    _verdict(latest, zone)
    kinds.before_advice(question, latest)
    if latest["success"] is False:
        with st.container(border=True):
            st.subheader(say("story.advice"), anchor=False)
            advice.draw(latest)
    useless = latest["success"] is False and advice.cure_of(latest).resync == "useless"
    kinds.act(question, latest["key"], helps=not useless)
    deciding.offer(question, latest["key"])
    _same(question, latest)
    _facts(latest, tables.order_link(latest, question.admins), _books(question, latest))
    if question.log.per_document:
        shop_facts.show(question, latest["key"], told=_TOLD)
    kinds.after_facts(question, latest)
    st.subheader(say("story.timeline", n=len(rows)), anchor=False)
    cleaned.notice(question, latest["key"])
    st.dataframe(
        tables.frame(attempts, _TIMELINE, {}).data,
        key=f"{question.page}_timeline",
        hide_index=True,
        height=min(len(rows), 6) * 35 + 40,
        column_config=tables.config(
            question.log, _TIMELINE, linked=False, zone=zone, message_width=204
        ),
        placeholder="",
        alt=say("story.grid", kind=say(f"kind.{latest['entity']}"), no=latest["document_no"]),
    )
    _stored(latest)
    st.text(say("story.copy"))
    st.code(link(question), None, wrap_lines=True)


def _untried(question: Question) -> None:
    """Of a document that was fetched and never tried there is only its state."""
    doc = question.view.doc
    known = search.of_keys(question.reader, [doc]).get(doc)
    was_cleaned = cleaned.notice(question, doc)
    if known is None:
        st.info(say("story.gone"))
        return
    moment = formats.moment(known.since, question.settings.timezone, language())
    state = say(f"state.{known.state}")
    held = known.state == "waiting" and known.due_at is None and not known.attempts
    key = "story.cleaned" if was_cleaned else "story.held" if held else "story.untried"
    st.info(plain(say(key, state=state, moment=moment)), icon=":material/schedule:")
    kinds.act(question, doc, helps=True)
    shop_facts.show(question, doc)


def _verdict(row: tables.Row, zone: str) -> None:
    word = tables.success_word(row)
    kind = row["outcome"] or "running"
    at = row["finished_at"] or row["started_at"]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(say(word), color=_COLOURS[word])
        st.text(
            say(
                f"story.{_sentence(row, kind)}",
                moment=formats.moment(at, zone, language()),
                mutation=row["mutation_no"] or "–",
                relation=row["relation_code"] or "–",
            ),
            width="stretch",
        )
    if kind not in {"created", "updated", "running"}:
        st.text(tables.message(row, language()))


def _sentence(row: tables.Row, kind: str) -> str:
    """Which sentence tells the outcome: customers become relations, the others mutations."""
    if row["entity"] == "customer" and kind in _OF_RELATIONS:
        return f"customer.{kind}"
    return "created" if kind == "updated" else kind


def _same(question: Question, row: tables.Row) -> None:
    """Which error pattern a failure belongs to, and the way to the others of it."""
    if row["success"] is not False or not row["pattern"]:
        return
    rules = [made.rule for made in decisions.made_rules(question.reader)]
    title = naming.title_of(naming.key_of(row["pattern"], row, rules), language())
    shown = View(range="all", pattern=row["pattern"])
    with st.container(horizontal=True, key="story_same"):
        filters.link("patterns", plain(visible(title)), shown, ":material/troubleshoot:")
        there = replace(shown, success="no")
        filters.link(_ALL, say("story.same"), there, ":material/manage_search:")


def _books(question: Question, row: tables.Row) -> str:
    """Where people log in to the books, which have no address of their own per mutation."""
    connection = question.settings.connections.get(row["connection"])
    host = urlsplit(connection.books.url).hostname if connection else None
    return _LOG_IN if row["mutation_no"] and host and host.endswith(_BOOKS) else ""


def _facts(row: tables.Row, shop: str, books: str) -> None:
    tongue = language()
    values: dict[str, str] = {
        "order_no": row["order_no"],
        "amount": formats.money(row["amount"], row["currency"], tongue),
        "mutation_no": str(row["mutation_no"] or "–"),
        "relation_code": row["relation_code"] or "–",
        "customer": tables.customer(row),
        "error_code": row["error_code"] or "–",
    }
    if row["entity"] == "customer":
        for name in ("order_no", "amount", "mutation_no"):
            del values[name]
    with st.grid(3, min_column_width=110):
        for name, value in values.items():
            with st.container(gap=None):
                frame.quiet(say(f"col.{name}"))
                st.text(visible(value))
    with st.container(horizontal=True):
        if shop:
            st.link_button(say("story.shop"), shop, icon=":material/open_in_new:")
        if books:
            st.link_button(
                say("story.books"),
                books,
                icon=":material/open_in_new:",
                help=plain(say("story.books.help", mutation=row["mutation_no"])),
            )


def _stored(row: tables.Row) -> None:
    with st.expander(say("story.stored")):
        st.code(visible(row["message"]), None, wrap_lines=True)
        st.text(say("story.sent"))
        st.code(_pretty(row["detail"]), "json", wrap_lines=True)


def _pretty(detail: str) -> str:
    try:
        return visible(json.dumps(json.loads(detail), ensure_ascii=False, indent=2))
    except ValueError:
        return visible(detail)
