"""The address of the resync: of documents, of all that a filter leaves, of a request, a decision.

Other pages only link to it; what may be booked again is decided there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, get_args

import streamlit as st

from pages.ui import filters, view
from pages.ui.view import Params, View
from sync.domain.documents import Entity
from sync.domain.resync import MOST
from sync.domain.rulings import KINDS, Kind

PAGE: Final = "resync"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What an address of the resync asks for.

    Attributes:
        docs: Keys of documents; empty when a filter chooses them.
        entity: The kind that the filter is about; None means all kinds.
        view: The filter.
        request: The request that is to be shown; None before it was asked for.
        decide: What a person decides about the one document; None when it is to be booked again.
    """

    docs: tuple[str, ...] = ()
    entity: Entity | None = None
    view: View = View()  # noqa: RUF009 - frozen
    request: int | None = None
    decide: Kind | None = None


def link(
    label: str,
    docs: Iterable[str] = (),
    *,
    entity: Entity | None = None,
    chosen: View | None = None,
    icon: str = ":material/replay:",
    disabled: bool = False,
) -> None:
    """Draw a link to the resync of these documents, or of all that a log's filter leaves.

    Args:
        label: Its words, as Markdown.
        docs: Keys of documents. With none, the filter chooses.
        entity: The kind of the log; None means all kinds.
        chosen: What the log shows; its `state="open"` leaves what is failed now.
        icon: Before the words.
        disabled: It leads nowhere yet, and only takes its place.
    """
    st.page_link(
        f"pages/{PAGE}.py",
        label=label,
        icon=icon,
        query_params=address(docs, entity=entity, chosen=chosen),
        width="content",
        disabled=disabled,
    )


def address(
    docs: Iterable[str] = (), *, entity: Entity | None = None, chosen: View | None = None
) -> Mapping[str, Sequence[str]]:
    """The parameters behind the resync's address; see `link`."""
    keys = tuple(dict.fromkeys(docs))
    if keys:
        return {**filters.tongue(), "doc": keys}
    kind = {"entity": [entity]} if entity else {}
    return {**filters.link_address(only_filter(chosen or View())), **kind}


def of_request(request: int) -> Mapping[str, Sequence[str]]:
    """The parameters of the address that shows a request's progress and result."""
    return {**filters.tongue(), "request": [str(request)]}


def of_decision(kind: Kind, key: str) -> Mapping[str, Sequence[str]]:
    """The parameters of the address at which a person decides about a document."""
    return {**filters.tongue(), "decide": [kind], "doc": [key]}


def only_filter(chosen: View) -> View:
    """`chosen` without what only says how a log is shown."""
    plain = View()
    return replace(chosen, **{x: getattr(plain, x) for x in view.NAMES if x not in view.FILTERS})


def parse(params: Params) -> Choice:
    """What an address asks for; what makes no sense in it counts as not given."""
    docs = [x[: view.MAX_TEXT] for x in params.get("doc", ()) if x and "\x00" not in x]
    entity = next(iter(params.get("entity", ())), "")
    number = next(iter(params.get("request", ())), "")
    kind = next(iter(params.get("decide", ())), "")
    return Choice(
        docs=tuple(dict.fromkeys(docs))[: 2 * MOST],
        entity=next((x for x in get_args(Entity) if x == entity), None),
        view=only_filter(view.parse(params)),
        request=int(number) if number.isascii() and number.isdigit() and len(number) < 16 else None,
        decide=next((x for x in KINDS if x == kind), None),
    )
