"""Where an error pattern stands: new, back, rising, resolved, muted, or simply going on. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final, Literal, get_args

Status = Literal["back", "new", "rising", "ongoing", "muted", "resolved"]

STATUSES: Final[tuple[Status, ...]] = get_args(Status)
"""In the order in which they ask for attention."""
NEW_FOR: Final = timedelta(days=7)
WINDOW: Final = timedelta(hours=24)
WINDOWS: Final = 28
"""So many windows before the present one are what is usual: four weeks."""
_TIMES: Final = 3
_LEAST: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What people decided about a pattern.

    Attributes:
        resolved_after: The highest attempt id there was when somebody called it resolved: later
            ones mean that it is back. Ids and not moments, because clocks jump. None when nobody
            did.
        resolved_at, resolved_by: When, and who; None and empty when nobody did.
        muted_after: Likewise, when it was muted; None when it is not.
        muted_until: It is muted until then; None when it is muted by count, or not at all.
        muted_count: It is muted until so many more attempts failed; None likewise.
        muted_by: Who muted it.
        owner: Who takes care; empty for nobody.
    """

    resolved_after: int | None = None
    resolved_at: datetime | None = None
    resolved_by: str = ""
    muted_after: int | None = None
    muted_until: datetime | None = None
    muted_count: int | None = None
    muted_by: str = ""
    owner: str = ""


NOTHING: Final = Decision()
"""What is known of a pattern that nobody decided anything about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a pattern went, whatever the reader's filter.

    Attributes:
        first_seen: Start of its first attempt.
        latest: The highest id of its attempts.
        windows: Attempts in the last 24 hours, then in each 24 hours before; `WINDOWS` + 1 figures.
        since_mute: Attempts since it was muted by count; 0 when it was not.
    """

    first_seen: datetime
    latest: int
    windows: Sequence[int]
    since_mute: int = 0


def status(course: Course, decision: Decision, now: datetime) -> Status:
    """Where a pattern stands; what a person decided comes before what the figures say.

    - *muted* until its moment, or until so many more attempts failed;
    - *resolved* as long as nothing failed since somebody called it so, *back* from then on;
    - *new* in its first 7 days;
    - *rising* when the last 24 hours had at least 5 attempts and over three times the median of
      the 28 times 24 hours before;
    - *ongoing* otherwise.
    """
    if is_muted(course.since_mute, decision, now):
        return "muted"
    if decision.resolved_after is not None:
        return "back" if course.latest > decision.resolved_after else "resolved"
    if now - course.first_seen < NEW_FOR:
        return "new"
    return "rising" if is_rising(course.windows) else "ongoing"


def is_muted(since_mute: int, decision: Decision, now: datetime) -> bool:
    """Whether a mute still holds after so many more attempts."""
    if decision.muted_after is None:
        return False
    if decision.muted_count is not None:
        return since_mute < decision.muted_count
    return decision.muted_until is not None and now < decision.muted_until


def is_rising(windows: Sequence[int]) -> bool:
    """Whether the first window is over three times the median of the others, and at least 5."""
    usual = median(windows[1 : WINDOWS + 1])
    return windows[0] >= _LEAST and windows[0] > _TIMES * usual
