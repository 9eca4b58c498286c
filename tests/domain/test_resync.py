"""What a person may have booked again, in which order, and why the rest may not."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain import codes
from sync.domain.attempts import DocumentState
from sync.domain.documents import Entity
from sync.domain.resync import Candidate, obstacle, plan, sentence

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True)
class Doc:
    """What the hub remembers."""

    state: DocumentState = "waiting"
    mutation_no: int | None = None
    sent_at: datetime | None = None
    due_at: datetime | None = NOW
    error_code: str = ""
    key: str = "webshop:inv:1:1"
    latest_attempt: int | None = None


def invoice(known: Doc, **around: object) -> Candidate[Doc]:
    """An invoice with what is around it."""
    return Candidate(document=known, entity="invoice", **around)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "known",
    [
        Doc("failed"),
        Doc("failed", error_code=codes.INVOICE_NOT_FOUND, due_at=None),
        Doc("failed", mutation_no=17),
        Doc("skipped"),
        Doc(),
        Doc(due_at=NOW + timedelta(hours=3), error_code="HTTP_503"),
        Doc(sent_at=NOW - timedelta(hours=1), due_at=NOW),
    ],
    ids=lambda known: f"{known.state} {known.error_code or known.sent_at}",
)
def test_what_failed_or_waits_may_be_asked_for(known: Doc) -> None:
    """Also before its own time: whoever asks has put something right."""
    assert obstacle(invoice(known), NOW) is None


@pytest.mark.parametrize(
    ("candidate", "reason", "words"),
    [
        (invoice(Doc("booked", mutation_no=17)), "booked", "in the books already as mutation 17"),
        (invoice(Doc("booked")), "booked", "in the books already"),
        (
            invoice(Doc(sent_at=NOW, due_at=NOW + timedelta(minutes=5))),
            "settling",
            "looked up by itself from 2026-11-23 09:35 on",
        ),
        (
            invoice(Doc(due_at=None, error_code=codes.INVOICE_NOT_FOUND)),
            "invoice",
            "follows by itself",
        ),
        (invoice(Doc("failed"), running=True), "running", "being tried"),
        (invoice(Doc("failed"), request=7), "asked", "in request 7"),
        (invoice(Doc("failed"), off=True), "off", "switched off"),
        (
            Candidate(document=Doc("failed"), entity="customer", guest=True),
            "customer",
            "nothing is to be",
        ),
    ],
)
def test_nothing_is_booked_twice_or_too_early(
    candidate: Candidate[Doc], reason: str, words: str
) -> None:
    """The reason is told, with what happens instead."""
    found = obstacle(candidate, NOW)
    assert found is not None
    assert found.reason == reason
    assert words in sentence(found, ZONE)


def memo(*invoices: tuple[str, DocumentState], key: str = "webshop:cre:1:1") -> Candidate[Doc]:
    """A failed credit memo of an order with these invoices."""
    return Candidate(document=Doc("failed", key=key), entity="creditmemo", invoices=invoices)


def test_a_credit_memo_needs_its_invoice_in_the_books_or_before_it() -> None:
    """Chosen without it, it is refused and the invoice named; chosen with it, it follows it."""
    sale = invoice(Doc("failed", key="a"))
    assert obstacle(memo(("a", "booked")), NOW) is None
    alone = plan([memo(("a", "failed"))], NOW)
    assert [found.reason for _, found in alone.refused] == ["invoice"]
    assert alone.invoices == ("a",)
    both = plan([memo(("a", "failed")), sale], NOW)
    assert [each.entity for each in both.eligible] == ["invoice", "creditmemo"]
    assert both.invoices == ()


def test_an_invoice_that_may_not_be_booked_does_not_let_its_credit_memo_through() -> None:
    running = invoice(Doc("failed", key="a"), running=True)
    made = plan([memo(("a", "failed")), running], NOW)
    assert made.eligible == ()
    assert plan([memo(("b", "skipped"))], NOW).invoices == ()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["failed", "waiting", "booked", "skipped"]),
            st.sampled_from(["invoice", "creditmemo"]),
            st.booleans(),
        ),
        max_size=40,
    ),
    st.integers(1, 20),
)
def test_every_choice_is_told_of_whole(
    drawn: list[tuple[DocumentState, Entity, bool]], most: int
) -> None:
    """Each document is eligible, refused or left for later: none twice, none lost, in order."""
    choice = [
        Candidate(
            document=Doc(state, key=str(nth), latest_attempt=nth),
            entity=entity,
            running=running,
            invoices=(("0", "failed"),) if entity == "creditmemo" else None,
        )
        for nth, (state, entity, running) in enumerate(drawn)
    ]
    made = plan(reversed(choice), NOW, most)
    told = [each.document.key for each in made.eligible]
    told += [each.document.key for each, _ in made.refused]
    assert len(told) == len(set(told)) == len(choice) - made.rest
    assert len(made.eligible) <= most
    assert not made.rest or len(made.eligible) == most
    ranks = [(each.entity != "invoice", each.document.latest_attempt) for each in made.eligible]
    assert ranks == sorted(ranks)
    assert all(each.document.state != "booked" for each in made.eligible)
