"""What a person may have booked again."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sync.domain import codes
from sync.domain.attempts import DocumentState
from sync.domain.resync import obstacle

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
    assert obstacle(known, NOW, ZONE) == ""


@pytest.mark.parametrize(
    ("known", "why"),
    [
        (Doc("booked", mutation_no=17), "in the books already as mutation 17"),
        (Doc("booked"), "in the books already"),
        (
            Doc(sent_at=NOW, due_at=NOW + timedelta(minutes=5)),
            "looked up by itself from 2026-11-23 09:35 on",
        ),
        (Doc(due_at=None, error_code=codes.INVOICE_NOT_FOUND), "follows by itself"),
    ],
)
def test_nothing_is_booked_twice_or_too_early(known: Doc, why: str) -> None:
    """The reason is told, with what happens instead."""
    assert why in obstacle(known, NOW, ZONE)
