"""Which documents may be booked again because somebody asks for it, and why others may not."""

from datetime import datetime, tzinfo
from typing import Final, Protocol

from sync.domain import codes
from sync.domain.attempts import DocumentState

MOST: Final = 500
"""Documents that one request may ask for."""


class Known(Protocol):
    """What the hub remembers of a document, as far as it matters here."""

    @property
    def state(self) -> DocumentState:
        """Where it stands."""

    @property
    def mutation_no(self) -> int | None:
        """Its number in the books; None when there is none."""

    @property
    def sent_at(self) -> datetime | None:
        """When it may have been sent, its answer being lost; None otherwise."""

    @property
    def due_at(self) -> datetime | None:
        """When it is to be tried; None when it waits for something else."""

    @property
    def error_code(self) -> str:
        """Of the latest try; empty when that went well."""


def obstacle(known: Known, now: datetime, zone: tzinfo) -> str:
    """Why a document is not booked again, as the end of a sentence; empty when it may be.

    Args:
        known: The document.
        now: The present moment.
        zone: In which a time of day is told.
    """
    if known.state == "booked":
        number = f" as mutation {known.mutation_no}" if known.mutation_no is not None else ""
        return f"is in the books already{number}"
    if known.state != "waiting":
        return ""
    if known.sent_at is not None and known.due_at is not None and known.due_at > now:
        until = known.due_at.astimezone(zone)
        return f"may have been sent: it is looked up by itself from {until:%Y-%m-%d %H:%M} on"
    if known.due_at is None and known.error_code == codes.INVOICE_NOT_FOUND:
        return "waits for its invoice, and follows by itself once that is booked"
    return ""
