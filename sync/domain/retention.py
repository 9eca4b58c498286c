"""How long attempts are kept at least, and which cutoffs are therefore refused. Pure."""

from datetime import date, timedelta
from typing import Final

KEPT: Final = timedelta(days=90)
"""Attempts of the latest so many days are never cleaned up."""
LEGAL_YEARS: Final = 7
"""Dutch law has bookkeeping records kept for so long after the end of their year."""


def latest_cutoff(today: date) -> date:
    """The latest day before which attempts may be cleaned up."""
    return today - KEPT


def refusal(before: date, today: date) -> str:
    """Why attempts before that day may not be cleaned up, in one sentence; empty when they may."""
    latest = latest_cutoff(today)
    if before <= latest:
        return ""
    return (
        f"The latest {KEPT.days} days are always kept: {before} is too late, "
        f"the latest possible day is {latest}"
    )


def within_legal_period(before: date, today: date) -> bool:
    """Whether a cleanup takes attempts that the law may want kept, so that the export must be."""
    last = before - timedelta(days=1)
    return last.year + LEGAL_YEARS >= today.year
