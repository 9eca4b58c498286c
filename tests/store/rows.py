"""Attempts as hypothesis makes them, put into a store the way the engine puts them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

from hypothesis import strategies as st

from sync.domain.attempts import SUCCESS, Finish, Outcome, Start, Trigger, document_key
from sync.domain.documents import Entity
from sync.store import Holder, Store, snapshot
from sync.store.codec import clean
from tests.store.builders import NOW, entry, start

TEXT = st.text(
    st.one_of(
        st.sampled_from("abAB%_\\'\"\0 éÉe\u0301ßİıςΣ😀=+-\r\n\t;,\ufeff"),
        st.characters(),
    ),
    max_size=12,
)
WORDS = st.sampled_from(["API error", "api Error: 100%", "Success", "a_b", "é", "e\u0301", ""])
MOMENTS = st.datetimes(
    NOW.replace(tzinfo=None) - timedelta(days=100),
    NOW.replace(tzinfo=None),
    timezones=st.just(UTC),
)
AMOUNTS = st.none() | st.decimals(
    Decimal("-9999999999.99"), Decimal("9999999999.99"), places=2, allow_nan=False
)


@dataclass(frozen=True)
class Planned:
    """One try to be recorded: `end` None leaves it running."""

    begin: Start
    end: Finish | None


@st.composite
def planned(draw: st.DrawFn) -> Planned:
    """A try at one of a few documents, with every column drawn."""
    entity: Entity = draw(st.sampled_from(get_args(Entity)))
    number = draw(st.integers(1, 4))
    shop = draw(st.sampled_from(["webshop", "other"]))
    no = f"{number:09d}"
    at = draw(MOMENTS)
    begin = start(
        entry(number, entity),
        at,
        connection=shop,
        key=document_key(shop, entity, 1, no),
        order_id=draw(st.none() | st.integers(0, 2**53)),
        order_no=draw(TEXT),
        store=draw(TEXT),
        platform=draw(st.sampled_from(["e-Boekhouden.nl", "é", ""])),
        trigger=draw(st.sampled_from(get_args(Trigger))),
        actor=draw(TEXT),
        run=draw(st.integers(0, 3)),
        amount=draw(AMOUNTS),
        currency=draw(st.sampled_from(["EUR", ""])),
        customer=draw(TEXT),
    )
    return Planned(begin, draw(st.none() | _ends(at)))


@st.composite
def _ends(draw: st.DrawFn, at: datetime) -> Finish:
    outcome: Outcome = draw(st.sampled_from(get_args(Outcome)))
    success = SUCCESS[outcome]
    # Due again at once, whatever the outcome: the next try at this document needs no help.
    return Finish(
        finished_at=at + draw(st.timedeltas(timedelta(days=-1), timedelta(days=1))),
        outcome=outcome,
        state="waiting" if success else draw(st.sampled_from(["waiting", "failed", "skipped"])),
        message=draw(TEXT | WORDS),
        error_code=draw(TEXT),
        category=draw(st.sampled_from(["", "network", "tax_code"])),
        pattern=draw(st.sampled_from(["", "p1", "p2"])),
        rules_version=draw(st.integers(0, 9)),
        relation_code=draw(TEXT),
        mutation_no=draw(st.none() | st.integers(0, 2**53)),
        detail=draw(TEXT),
        due_at=datetime(1970, 1, 2, tzinfo=UTC),
    )


def record(
    store: Store,
    holder: Holder,
    tries: list[Planned],
    look: Callable[[], object] = lambda: None,
) -> list[dict[str, Any]]:
    """Put tries into a store; gives the rows, columns by name, that a reader must show.

    A document's further tries after one that is left running are left out.

    Args:
        store: Where they go.
        holder: Who tries.
        tries: One after the other.
        look: What is done before the first and after each.
    """
    look()
    rows: list[dict[str, Any]] = []
    ends: dict[str, Finish | None] = {}
    counts: dict[str, int] = {}
    for one in tries:
        key = one.begin.key
        if key in ends and ends[key] is None:
            continue
        _make_due(store, one.begin)
        claim = store.claim(one.begin, holder)
        assert claim is not None
        if one.end:
            assert store.finish(claim, one.end)
        look()
        ends[key] = one.end
        counts[key] = counts.get(key, 0) + 1
        rows.append(_row(one, claim.attempt, counts[key]))
    open_keys = {key for key, end in ends.items() if end and end.state == "failed"}
    return [row | {"open": row["key"] in open_keys} for row in rows]


@contextmanager
def few(number: int) -> Iterator[None]:
    """Within it, so many ended rows stay fresh at most; then they are settled."""
    usual = snapshot.FEW
    snapshot.FEW = number  # type: ignore[misc]
    try:
        yield
    finally:
        snapshot.FEW = usual  # type: ignore[misc]


def _make_due(store: Store, begin: Start) -> None:
    # Of no order: a running invoice would hold back the credit memos of its order.
    early = datetime(1970, 1, 2, tzinfo=UTC)
    fetched = entry(
        begin.document_id, begin.entity, key=begin.key, connection=begin.connection, order_id=None
    )
    store.receive(begin.connection, begin.entity, [fetched], NOW, early)
    store.request_again(begin.key, early)


def _row(one: Planned, attempt: int, attempt_no: int) -> dict[str, Any]:
    begin, end = one.begin, one.end
    row = {name: getattr(begin, name) for name in Start.__slots__}
    row |= {"id": attempt, "attempt_no": attempt_no}
    if end is None:
        row |= dict.fromkeys(("finished_at", "outcome", "success", "duration_ms", "mutation_no"))
        row |= dict.fromkeys(("message", "error_code", "category", "pattern", "relation_code"), "")
        row |= {"rules_version": 0, "detail": "{}"}
    else:
        names = set(Finish.__slots__) - {"state", "due_at", "temporary"}
        row |= {name: getattr(end, name) for name in names} | {"success": end.success}
        took = (end.finished_at - begin.started_at) // timedelta(microseconds=1)
        row["duration_ms"] = max(0, took // 1000)
    return {name: clean(x) if isinstance(x, str) else x for name, x in row.items()}
