"""What is chosen to be booked again: which may be, which not and why, and the button."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from pages.ui import actions, data, filter_words, formats, frame, guard, ours, resyncing, tables
from pages.ui.escape import plain, visible
from pages.ui.logs import OF_KIND
from pages.ui.resyncing import Choice
from pages.ui.speech import language, say
from pages.ui.view import View
from sync.domain.documents import Entity
from sync.domain.resync import MOST, Candidate, Obstacle, Plan, plan
from sync.errors import RightError, StoreError
from sync.settings import Settings
from sync.store import Document, Wish, choosing, fetched, queries
from sync.store.filters import LogFilter
from sync.store.reader import Reader

_FAILED: Final = "resync_failed"
_NOTHING: Final = "resync_nothing"
_ROW: Final = 35
_SHOWN_ROWS: Final = 10
OPEN: Final = View(range="all", state="open")


def offers(found: Settings) -> None:
    """Nothing is chosen yet: everything that is open, by kind."""
    counts = data.open_failures(found)
    if not any(counts.values()):
        st.success(say("resync.none_open"), icon=":material/check_circle:")
        return
    st.text(say("resync.choose"))
    for kind in OF_KIND:
        if number := counts.get(kind, 0):
            label = say(f"resync.offer.{kind}", n=formats.number(number, language()))
            resyncing.link(plain(label), entity=kind, chosen=OPEN)


def show(found: Settings, asked: Choice) -> None:
    """Draw the preview of a choice, and what confirms it."""
    reader = data.reader(found)
    keys, booked, unknown = _keys(found, reader, asked)
    switched_on = {name for name, each in found.connections.items() if each.enabled}
    made = plan(choosing.candidates(reader, keys, switched_on), data.now())
    st.text(visible(in_words(asked, len(keys))))
    _sums(made, booked)
    if made.eligible:
        _confirm(found, asked, made)
        _eligible(reader, found, made)
    else:
        st.info(say("resync.nothing"), icon=":material/block:")
    _invoices_first(asked, made, keys)
    if made.refused or unknown:
        _refused(found, made, unknown)
    if made.eligible and made.rest:
        frame.quiet(say("resync.rest", n=formats.number(made.rest, language()), most=MOST))


def in_words(asked: Choice, documents: int) -> str:
    """What was chosen, in words. Holds user text as it is."""
    if asked.docs:
        if len(asked.docs) == 1:
            key = asked.docs[0]
            return say("resync.chosen.one", no=key.rpartition(":")[2])
        return say("resync.chosen.docs", n=formats.number(len(asked.docs), language()))
    kind = say(f"nav.{OF_KIND[asked.entity]}") if asked.entity else say("resync.all_kinds")
    return say(
        "resync.chosen.filter",
        kind=kind,
        filter=filter_words.in_words(asked.view),
        n=formats.number(documents, language()),
    )


def _keys(
    found: Settings, reader: Reader, asked: Choice
) -> tuple[Sequence[str], int, Sequence[str]]:
    """Keys of the choice, how many more are in the books already, and keys nobody knows."""
    if not asked.docs and asked.entity and asked.view.books:
        return _fetched(found, reader, asked.entity, asked.view), 0, ()
    if not asked.docs:
        named = choosing.named_by(reader, data.log_filter(asked.entity, asked.view, found.timezone))
        return named.keys, named.booked, ()
    known = {each.document.key for each in choosing.candidates(reader, asked.docs, ())}
    strange = [key for key in asked.docs if key not in known and ":cus:" not in key]
    return asked.docs, 0, strange


def _fetched(found: Settings, reader: Reader, entity: Entity, chosen: View) -> Sequence[str]:
    """Keys of what a data page's filter leaves that is not in the books, tried or not."""
    states = tuple(each for each in chosen.books if each != "booked")
    if not states:
        return ()
    wanted = replace(chosen, books=states)
    return fetched.keys(reader, data.fetched_filter(entity, wanted, found.timezone))


def _sums(made: Plan[Document], booked: int) -> None:
    tongue = language()
    with st.container(horizontal=True, key="resync_sums"):
        for name, number in (
            ("eligible", len(made.eligible)),
            ("refused", len(made.refused)),
            ("later", made.rest),
            ("booked", booked),
        ):
            if number or name in {"eligible", "refused"}:
                st.metric(say(f"resync.sum.{name}"), formats.number(number, tongue), border=True)


def _confirm(found: Settings, asked: Choice, made: Plan[Document]) -> None:
    if not guard.may("operator"):
        st.info(say("resync.no_right", role=say("role.operator")), icon=":material/lock:")
        return
    actor = actions.name_field("resync")
    number = len(made.eligible)
    refused = dict(Counter(why.reason for _, why in made.refused))
    wish = Wish(
        kind="resync",
        connection=_connection(made),
        payload={"refused": refused} if refused else {},
        filter=urlencode(address(asked), doseq=True),
        documents={each.document.key: each.document.latest_attempt for each in made.eligible},
    )
    st.button(
        say(
            "resync.confirm1" if number == 1 else "resync.confirm",
            n=formats.number(number, language()),
        ),
        key="resync_confirm",
        type="primary",
        icon=":material/replay:",
        disabled=not actor,
        on_click=confirmed,
        args=(found, wish, actor),
    )
    frame.quiet(say("resync.safe"))
    if failed := st.session_state.pop(_FAILED, ""):
        st.error(say("views.failed"), icon=":material/error:")
        st.text(failed)
    if st.session_state.pop(_NOTHING, False):
        st.info(say("resync.moved"), icon=":material/update:")


def address(asked: Choice) -> Mapping[str, Sequence[str]]:
    """The address of this choice, without the language."""
    found = resyncing.address(asked.docs, entity=asked.entity, chosen=asked.view)
    return {name: values for name, values in found.items() if name != "lang"}


def _connection(made: Plan[Document]) -> str:
    """The one that all are about; empty when they are about several."""
    names = {each.document.entry.connection for each in made.eligible}
    return names.pop() if len(names) == 1 else ""


def confirmed(found: Settings, wish: Wish, actor: str) -> None:
    """The click: what the preview listed and nothing tried since; leads to the request."""
    try:
        asked = actions.ask(found, wish, actor)
    except (StoreError, RightError) as error:
        st.session_state[_FAILED] = ours.told(error.message)
        return
    if asked.request is None:
        st.session_state[_NOTHING] = True
        return
    st.session_state["resync_found"] = None if asked.is_new else asked.request
    st.query_params.from_dict(dict(resyncing.of_request(asked.request)))


def _eligible(reader: Reader, found: Settings, made: Plan[Document]) -> None:
    """The documents that may be booked again, with what went wrong the last time."""
    st.header(say("resync.eligible"), anchor=False)
    latest = _latest(reader, made.eligible)
    untried = say("resync.untried")
    rows = [
        {**_facts(each), "message": latest.get(each.document.latest_attempt or 0, untried)}
        for each in made.eligible
    ]
    _table(rows, "resync_eligible", say("resync.eligible"), found.timezone, say("col.message"))


def _latest(reader: Reader, chosen: Sequence[Candidate[Document]]) -> Mapping[int, str]:
    """What the latest attempt at each said, by its id."""
    ids = tuple(each.document.latest_attempt for each in chosen if each.document.latest_attempt)
    if not ids:
        return {}
    tongue = language()
    rows = queries.newest(reader, LogFilter(ids=ids), len(ids)).to_pylist()
    return {row["id"]: visible(tables.message(row, tongue)) for row in rows}


def _refused(found: Settings, made: Plan[Document], unknown: Sequence[str]) -> None:
    """The documents that may not, each with the reason."""
    st.header(say("resync.refused"), anchor=False)
    rows: list[dict[str, object]] = [
        {**_facts(each), "message": _why(why, found.timezone)} for each, why in made.refused
    ]
    rows += [
        {"entity": "", "document_no": visible(key), "message": say("why.unknown")}
        for key in unknown
    ]
    _table(rows, "resync_refused", say("resync.refused"), found.timezone, say("resync.reason"))
    requests = {why.request for _, why in made.refused if why.request is not None}
    for request in sorted(requests):
        st.page_link(
            f"pages/{resyncing.PAGE}.py",
            label=say("resync.to_request", n=request),
            icon=":material/hourglass_top:",
            query_params=resyncing.of_request(request),
            width="content",
        )


def _why(found: Obstacle, zone: str) -> str:
    moment = formats.moment(found.until, zone, language()) if found.until else "–"
    return say(
        f"why.{found.reason}",
        mutation="–" if found.mutation_no is None else found.mutation_no,
        until=moment,
        request=found.request or "–",
    )


def _invoices_first(asked: Choice, made: Plan[Document], keys: Sequence[str]) -> None:
    """Credit memos that wait for invoices nobody chose: offer to take those along."""
    if not made.invoices:
        return
    number = len(made.invoices)
    memos = [
        each.document.key for each, why in made.refused if why.reason == "invoice" and each.invoices
    ]
    with st.container(border=True, key="resync_invoices"):
        key = "resync.invoice_first" if len(memos) == 1 else "resync.invoices_first"
        st.text(say("resync.waits_for_invoice", n=formats.number(len(memos), language())))
        docs = (*made.invoices, *(keys if asked.docs else memos))
        resyncing.link(
            plain(say(key, n=formats.number(number, language()))),
            docs,
            icon=":material/receipt_long:",
        )


def _facts(each: Candidate[Document]) -> dict[str, object]:
    entry = each.document.entry
    kind: Entity = each.entity
    return {
        "entity": say(f"kind.{kind}"),
        "document_no": visible(entry.document_no),
        "order": visible(entry.order_no),
        "issued_at": entry.issued_at,
        "amount": None if entry.grand_total is None else float(entry.grand_total),
    }


def _table(
    rows: Sequence[Mapping[str, object]], key: str, alt: str, zone: str, message: str
) -> None:
    types = st.column_config
    st.dataframe(
        pd.DataFrame(
            rows,
            columns=["entity", "document_no", "order", "message", "issued_at", "amount"],
        ),
        key=key,
        hide_index=True,
        height=min(len(rows), _SHOWN_ROWS) * _ROW + 40,
        column_config={
            "entity": types.TextColumn(say("col.entity"), width=90),
            "document_no": types.TextColumn(say("resync.number"), width=110),
            "order": types.TextColumn(say("col.order"), width=110),
            "message": types.TextColumn(message, width=430),
            "issued_at": types.DatetimeColumn(
                say("resync.issued"), format=formats.GRID_DAY[language()], timezone=zone, width=100
            ),
            "amount": types.NumberColumn(say("col.amount"), format="euro"),
        },
        placeholder="",
        alt=alt,
    )
