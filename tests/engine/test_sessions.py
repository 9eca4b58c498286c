"""Several sessions at once: faster, still in order per customer, still once each."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import engine
from sync.domain.inbox import InboxEntry, entry
from sync.engine.sessions import Sessions, lanes
from sync.sandbox.fault_rules import Rule
from sync.store import Document
from tests.builders import invoice
from tests.engine.test_faults import BOOKED, once_each
from tests.engine.world import World

AT = datetime(2026, 11, 23, tzinfo=UTC)


def document(number: int, **changes: object) -> Document:
    """A waiting document of the inbox."""
    base: InboxEntry = entry("webshop", invoice(number=f"{number:09}", id=number))
    return Document(entry=replace(base, **changes), state="waiting", since=AT)  # type: ignore[arg-type]


documents = st.lists(
    st.tuples(
        st.sampled_from([None, 1, 2, 3]), st.sampled_from(["", "a@x.example", "B@x.example"])
    ),
    max_size=30,
).map(
    lambda rows: [
        document(n, order_id=100 + n, customer_id=customer, email=email)
        for n, (customer, email) in enumerate(rows, 1)
    ]
)


@given(documents)
def test_whatever_shares_a_customer_shares_a_lane_in_order(found: list[Document]) -> None:
    """By account, by e-mail without case, or through both; nothing is lost or doubled."""
    made = lanes(found)
    assert sorted(x.key for lane in made for x in lane) == sorted(x.key for x in found)
    lane_of = {x.key: n for n, lane in enumerate(made) for x in lane}
    for one in found:
        for other in found:
            a, b = one.entry, other.entry
            same_mail = a.email and a.email.casefold() == b.email.casefold()
            if same_mail or (a.customer_id and a.customer_id == b.customer_id):
                assert lane_of[one.key] == lane_of[other.key]
    for lane in made:
        assert [x.entry.document_id for x in lane] == sorted(x.entry.document_id for x in lane)


def test_an_account_that_also_bought_as_a_guest_is_one_lane() -> None:
    """The chain account, e-mail, guest joins all three."""
    account = document(1, order_id=1, customer_id=7, email="new@x.example")
    older = document(2, order_id=2, customer_id=7, email="old@x.example")
    guest = document(3, order_id=3, customer_id=None, email="OLD@x.example")
    other = document(4, order_id=4, customer_id=8, email="z@x.example")
    assert [len(lane) for lane in lanes([account, older, guest, other])] == [3, 1]


@pytest.fixture
def four(world: World) -> World:
    """The world with four sessions allowed."""
    path: Path = world.home / "boekwacht.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("settle = 2", "settle = 2\nsessions = 4"), "utf-8")
    return world


def test_four_sessions_book_everything_once(four: World) -> None:
    """As one would."""
    assert four.run().outcomes["created"] == BOOKED
    assert once_each(four)


def test_sessions_that_end_each_other_become_one(four: World) -> None:
    """A session lost within a minute of its opening was ended by another of ours: one goes on."""
    four.faults.add(Rule(kind="expired_session", service="books", match=("AddMutatie",), count=1))
    report = four.run()
    assert report.lowered
    assert report.counts["sessions_lowered"] == 1
    assert report.outcomes["created"] == BOOKED
    assert once_each(four)


def test_wrong_credentials_stop_all_sessions(four: World) -> None:
    """At most one row per session, and the run says why it ended."""
    four.faults.add(Rule(kind="wrong_credentials", service="books", match=("OpenSession",)))
    report = four.run()
    assert report.misconfigured
    assert 1 <= len([x for x in four.rows() if x["error_code"].startswith("E001")]) <= 4
    assert four.books.state.mutations == []


def test_no_last_batch_leaves_all_sessions_but_one_without_work(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left over joins the batch before it."""
    monkeypatch.setattr(import_module("sync.engine.run"), "BATCH", 5)
    work, sizes = Sessions.work, []

    def spy(self: Sessions, documents: Sequence[Document], *rest: Any) -> None:
        sizes.append(len(documents))
        work(self, documents, *rest)

    monkeypatch.setattr(Sessions, "work", spy)
    world.run(engine.Wanted(entities=("invoice",)))
    assert sizes[0] == 5
    assert all(5 <= size < 10 for size in sizes), sizes
    assert sum(sizes) == len(world.rows())
