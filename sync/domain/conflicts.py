"""Connections that would get in each other's way, found before anything is booked.

Two of them may not book the same store view, and in one administration no two series may carry the
same prefix unless the shop numbers them by one sequence. A series is what one connection books of
one kind of document; Magento numbers each store view and each kind by a sequence of its own, and
keeps the store views of one shop apart by prefixes of its own. So the store views of a single
connection share its prefixes, while two connections have to keep their numbers apart themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final
from urllib.parse import urlsplit

_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What one connection takes from a shop and writes into an administration.

    Attributes:
        connection: Its name.
        shop: The shop's address as it was set.
        store_views: Codes of its store views; empty means all.
        books: The books' address as it was set.
        administration: Security code 2, which names the administration; empty when unknown, then
            it is taken for one of its own.
        invoice_prefix, creditmemo_prefix: Put before its numbers.
    """

    connection: str
    shop: str
    store_views: Sequence[str]
    books: str
    administration: str = field(repr=False)
    invoice_prefix: str
    creditmemo_prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Why connections may not run: their names (one, or two), and a sentence naming them."""

    connections: tuple[str, ...]
    message: str


def conflicts(claims: Sequence[Claimed]) -> list[Conflict]:
    """All conflicts, those within one connection first."""
    found = [problem for claim in claims for problem in _within(claim)]
    return found + [problem for one, two in combinations(claims, 2) for problem in _of(one, two)]


def _within(claim: Claimed) -> Iterator[Conflict]:
    if _same(claim.invoice_prefix, claim.creditmemo_prefix):
        yield Conflict(
            connections=(claim.connection,),
            message=f"Connection {claim.connection} gives its invoices and its credit memos the "
            f"same prefix {claim.invoice_prefix!r}, and the shop counts both from 1: set another "
            f"[connection.{claim.connection}.booking] creditmemo_prefix",
        )


def _of(one: Claimed, two: Claimed) -> Iterator[Conflict]:
    both = (one.connection, two.connection)
    names = f"Connections {one.connection} and {two.connection}"
    if _address(one.shop) == _address(two.shop) and (shared := _shared_views(one, two)):
        yield Conflict(
            connections=both,
            message=f"{names} both book {shared} of the shop {one.shop}: "
            "give each its own shop.store_views, or switch one off",
        )
    if _same_administration(one, two) and (prefix := _shared_prefix(one, two)) is not None:
        yield Conflict(
            connections=both,
            message=f"{names} book into one administration with the same prefix {prefix!r}, so "
            "their numbers may meet: give one another booking.invoice_prefix and "
            "booking.creditmemo_prefix",
        )


def _shared_views(one: Claimed, two: Claimed) -> str:
    """The store views of both, in words; empty when there is none."""
    if not one.store_views and not two.store_views:
        return "every store view"
    if not one.store_views or not two.store_views:
        return "store view " + ", ".join(sorted({*one.store_views, *two.store_views}))
    shared = sorted(set(one.store_views) & set(two.store_views))
    return "store view " + ", ".join(shared) if shared else ""


def _same_administration(one: Claimed, two: Claimed) -> bool:
    code = _code(one.administration)
    return (
        bool(code)
        and code == _code(two.administration)
        and (_address(one.books) == _address(two.books))
    )


def _shared_prefix(one: Claimed, two: Claimed) -> str | None:
    """A prefix that numbers of both carry, as it was set; None when there is none."""
    theirs = {two.invoice_prefix.casefold(), two.creditmemo_prefix.casefold()}
    mine = (one.invoice_prefix, one.creditmemo_prefix)
    return next((prefix for prefix in mine if prefix.casefold() in theirs), None)


def _same(one: str, two: str) -> bool:
    """Whether the books would take two prefixes for the same; nobody knows that they mind case."""
    return one.casefold() == two.casefold()


def _code(text: str) -> str:
    return text.strip().strip("{}").casefold()


def _address(url: str) -> tuple[str, str, int | None, str]:
    """An address without what makes no difference: case of the host, usual port, last slash."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:  # no address at all; whoever calls it will say so
        return "", url, None, ""
    return parts.scheme, (parts.hostname or "").rstrip("."), port, parts.path.rstrip("/")
