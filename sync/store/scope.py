"""Which part of the record a question can be about."""

from bisect import bisect_left
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sync.domain.documents import Entity
from sync.store import codec
from sync.store.snapshot import Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which rows a question can be about; segments with none of them are not opened.

    The question's own conditions still decide.

    Attributes:
        entity: None means all kinds.
        since: Started at or after; None means no bound, here and below.
        until: Started before.
        above: Ids above this one.
        below: Ids below this one.
        without: Paths of segments whose rows are known otherwise.
    """

    entity: Entity | None = None
    since: datetime | None = None
    until: datetime | None = None
    above: int | None = None
    below: int | None = None
    without: frozenset[str] = frozenset()

    def holds(self, segment: Segment) -> bool:
        """Whether some row of the segment may lie in this scope."""
        since = codec.optional(codec.micros, self.since)
        until = codec.optional(codec.micros, self.until)
        return (
            self.entity in {None, segment.entity}
            and (since is None or segment.started_to >= since)
            and (until is None or segment.started_from < until)
            and (self.above is None or segment.id_to > self.above)
            and (self.below is None or segment.id_from < self.below)
            and segment.path not in self.without
        )


def holding(
    ids: Collection[int], segments: Iterable[Segment], entity: Entity | None = None
) -> Scope:
    """The scope of some attempts: only those segments between whose ids one of theirs lies.

    Args:
        ids: Of the attempts.
        segments: The listed ones.
        entity: Their kind; None when they are of several.
    """
    ordered = sorted(ids)

    def has_none(segment: Segment) -> bool:
        """Whether a file has none of the ids."""
        place = bisect_left(ordered, segment.id_from)
        return place == len(ordered) or ordered[place] > segment.id_to

    return Scope(entity=entity, without=frozenset(x.path for x in segments if has_none(x)))


EVERYTHING: Final = Scope()
