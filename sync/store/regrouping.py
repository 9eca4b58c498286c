"""Grouping recorded failures again after the rules changed: what would move, and moving it.

The one change that sealed rows ever see. Whole segments are written anew, in which only pattern,
category and rules version may differ: every other column is proven equal first, then the new file
takes the old one's place through compaction's swap. What moves follows from the messages alone, so
a regroup that was killed is simply begun again.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from sync.domain.patterns import RULES_VERSION, classify
from sync.domain.patterns.grouping import Group, Rule, grouped, own_fields
from sync.errors import PermanentError, TemporaryError
from sync.store import decisions, integrity, rewriting, snapshot
from sync.store.database import Database, moved, segments_path
from sync.store.integrity import Seal
from sync.store.maintenance import Maintenance, Steps, united
from sync.store.sealing import Sealing
from sync.store.snapshot import Segment

Looked = Callable[[int, int], None]
"""Told how many failures were looked at, and how many there are."""
Change = tuple[int, str, str, int]
"""Id of an attempt, and its pattern, category and rules version from now on."""

_COLUMNS: Final = (
    *("id", "message", "error_code", "document_no", "order_no", "store"),
    *("pattern", "category", "rules_version"),
)
_IN_HUB: Final = " ".join(("select", ", ".join(_COLUMNS), "from attempt where success = 0"))
_UPDATE: Final = """
update attempt set pattern = ?, category = ?, rules_version = ? where id = ? and success = 0
"""
_SEAL: Final = "select size, checksum from segment where path = ?"
_CARRY: Final = """
insert or ignore into pattern
select ?, resolved_after, resolved_at, resolved_by,
    muted_after, muted_until, muted_count, muted_by, owner
from pattern where id = ?
"""
_CHANGES: Final = pa.schema(
    [
        ("id", pa.int64()),
        ("pattern", pa.string()),
        ("category", pa.string()),
        ("rules_version", pa.int64()),
    ]
)
_AUDITED: Final = 50
"""So many moves are named in the audit row; their total always is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Attempts of one pattern that belong to another, or only carry an older rules version.

    Attributes:
        source, target: Ids of the patterns; the source is empty for attempts without one.
        source_key, target_key: What stands for them, see `grouping.sentence_of`; the source's is
            that of one of the messages that move.
        category: The target's.
        attempts: How many.
    """

    source: str
    target: str
    source_key: str
    target_key: str
    category: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a regroup changes, found without changing anything.

    Attributes:
        moves: The most attempts first.
        segments: The sealed changes by the segment that holds them.
        unsealed: Those of the hub's rows.
        renamed: Patterns that vanish whole into one that was not there before: what people decided
            about them goes with them.
        stamp: Of the rules that it was made with; another one means that it no longer holds.
    """

    moves: tuple[Move, ...]
    segments: tuple[tuple[Segment, pa.Table], ...]
    unsealed: tuple[Change, ...]
    renamed: tuple[tuple[str, str], ...]
    stamp: str

    @property
    def attempts(self) -> int:
        """How many move."""
        return sum(move.attempts for move in self.moves)


class _Tally:
    """Says where each failure belongs, and adds up what moves."""

    def __init__(self, rules: Sequence[Rule], total: int, looked: Looked) -> None:
        self._rules = rules
        self._total = total
        self._looked = looked
        self._seen = 0
        self._moves: Counter[tuple[str, Group]] = Counter()
        self._keys: dict[str, str] = {}
        self._before: set[str] = set()
        self._after: set[str] = set()

    def look(self, rows: Iterable[Mapping[str, Any]]) -> list[Change]:
        """The changes of those rows that belong elsewhere."""
        changes = []
        for row in rows:
            group, natural = self._group(row)
            wanted = (group.pattern, group.category, RULES_VERSION)
            self._before.add(row["pattern"])
            self._after.add(group.pattern)
            if wanted != (row["pattern"], row["category"], row["rules_version"]):
                changes.append((row["id"], *wanted))
                self._moves[row["pattern"], group] += 1
                self._keys.setdefault(row["pattern"], natural)
            self._seen += 1
            if self._seen % 1_000 == 0:
                self._looked(self._seen, self._total)
        return changes

    def _group(self, row: Mapping[str, Any]) -> tuple[Group, str]:
        own = own_fields(row["document_no"], row["order_no"], row["store"])
        found = classify(row["message"], code=row["error_code"], known=own)
        return grouped(found, row["message"], self._rules), found.key

    def moves(self) -> tuple[Move, ...]:
        """What would move, the most attempts first."""
        made = (
            Move(
                source=source,
                target=group.pattern,
                source_key=self._keys[source],
                target_key=group.key,
                category=group.category,
                attempts=count,
            )
            for (source, group), count in self._moves.items()
        )
        return tuple(sorted(made, key=lambda x: (-x.attempts, x.source, x.target, x.category)))

    def renamed(self) -> tuple[tuple[str, str], ...]:
        """Patterns that go on under another id, whole: the former and the new."""
        targets: dict[str, set[str]] = {}
        for source, group in self._moves:
            targets.setdefault(source, set()).add(group.pattern)
        return tuple(
            (source, next(iter(ends)))
            for source, ends in targets.items()
            if len(ends) == 1 and source not in self._after and not ends & self._before
        )


def plan(store: Database, looked: Looked = lambda _done, _total: None) -> Plan:
    """What a regroup would change now; changes nothing.

    Args:
        store: The hub.
        looked: Told how far it is.

    Raises:
        PermanentError: A file of the record cannot be read.
    """
    with store.read() as hub:
        rules = decisions.rules_in(hub)
        segments = [each for each in snapshot.segments(hub) if each.failed]
        unsealed = [dict(row) for row in hub.execute(_IN_HUB)]
    tally = _Tally(rules, sum(x.failed for x in segments) + len(unsealed), looked)
    changed = []
    for segment in segments:
        changes: list[Change] = []
        for batch in rewriting.failures(segments_path(store.home) / segment.path, _COLUMNS):
            changes += tally.look(batch)
        if changes:
            changed.append((segment, _as_table(changes)))
    in_hub = tuple(tally.look(unsealed))
    return Plan(
        moves=tally.moves(),
        segments=tuple(changed),
        unsealed=in_hub,
        renamed=tally.renamed(),
        stamp=f"{RULES_VERSION}:{','.join(str(rule.id) for rule in rules)}",
    )


def regroup(
    store: Sealing,
    actor: str,
    now: datetime,
    *,
    stamp: str = "",
    looked: Looked = lambda _done, _total: None,
    steps: Steps = lambda _: None,
) -> Plan:
    """Give every recorded failure the pattern that the rules give it now; what was moved.

    Args:
        store: The hub and its upkeep.
        actor: Who asked; stands in the audit rows before and after.
        now: When it began.
        stamp: Of the preview that was agreed to; empty for none.
        looked: Told how far the looking is.
        steps: Told each step when it is done.

    Raises:
        TemporaryError: Another process tends the segments at this moment.
        PermanentError: The rules are no longer those of the preview, or a file is damaged; what was
            moved until then stays moved, here and below.
        StoreError: The disk refused.
    """
    with store.duty(steps) as work:
        if work is None:
            raise TemporaryError("Another process tends the record at this moment; try again later")
        found = plan(store, looked)
        if stamp and stamp != found.stamp:
            raise PermanentError("The rules changed since the preview; look at a new one first")
        _begin(store, found, actor, now)
        steps("begun")
        for segment, changes in found.segments:
            _rewrite(work, store, segment, changes)
        with store.write() as hub:
            _update(hub, found.unsealed)
        steps("unsealed")
        decisions.note_regroup(store, "regrouped", actor, now, _facts(found))
        return found


def _begin(store: Database, found: Plan, actor: str, now: datetime) -> None:
    """Who wanted it is on record before anything moves; decisions go ahead of their attempts."""
    with store.write() as hub:
        hub.executemany(_CARRY, [(target, source) for source, target in found.renamed])
    decisions.note_regroup(store, "regroup begun", actor, now, _facts(found))


def _rewrite(work: Maintenance, store: Database, segment: Segment, changes: pa.Table) -> None:
    """Put a segment with other patterns in the place of one that is what was written."""
    source = segments_path(store.home) / segment.path
    with store.read() as hub:
        row = hub.execute(_SEAL, (segment.path,)).fetchone()
    if fault := integrity.fault(source, Seal(row["size"], row["checksum"])):
        raise PermanentError(f"{segment.path} {fault}: it is left as it is")
    work.take_out(
        [segment],
        united([segment]),
        lambda target: rewriting.rewrite(source, changes, target),
        lambda _hub: None,
    )


def _update(hub: sqlite3.Connection, changes: Iterable[Change]) -> None:
    rows = [(pattern, category, version, number) for number, pattern, category, version in changes]
    if rows:
        hub.executemany(_UPDATE, rows)
        moved(hub, "attempts")


def _facts(found: Plan) -> dict[str, object]:
    named = [[x.source, x.target, x.attempts] for x in found.moves[:_AUDITED]]
    return {"attempts": found.attempts, "rules": found.stamp, "moves": named}


def _as_table(changes: Sequence[Change]) -> pa.Table:
    columns = zip(*changes, strict=True)
    arrays = [pa.array(x, field.type) for x, field in zip(columns, _CHANGES, strict=True)]
    return pa.table(arrays, schema=_CHANGES)
