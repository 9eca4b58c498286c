"""What people decide about error patterns: resolved, muted, whose turn, merged, split.

Each decision leaves an audit row in the same transaction. Nothing here touches an attempt.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sync.domain.patterns.grouping import Rule, is_circular
from sync.domain.patterns.lifecycle import Decision
from sync.errors import StoreError
from sync.store import codec
from sync.store.database import Database, insert, moved

if TYPE_CHECKING:  # a run only asks for the rules, and starts without DuckDB
    from sync.store.reader import Reader

_KNOWN: Final = "insert or ignore into pattern (id) values (?)"
_RESOLVE: Final = """
update pattern set
    resolved_after = (select coalesce(max(seq), 0) from sqlite_sequence where name = 'attempt'),
    resolved_at = :at, resolved_by = :actor,
    muted_after = null, muted_until = null, muted_count = null, muted_by = ''
where id = :pattern
"""
_REOPEN: Final = """
update pattern set resolved_after = null, resolved_at = null, resolved_by = '' where id = :pattern
"""
_MUTE: Final = """
update pattern set
    muted_after = (select coalesce(max(seq), 0) from sqlite_sequence where name = 'attempt'),
    muted_until = :until, muted_count = :count, muted_by = :actor
where id = :pattern
"""
_UNMUTE: Final = """
update pattern set muted_after = null, muted_until = null, muted_count = null, muted_by = ''
where id = :pattern
"""
_ASSIGN: Final = "update pattern set owner = :owner where id = :pattern"
_RULES: Final = "select id, source, holds, target, category from pattern_rule order by id"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeRule:
    """A merge or split with who made it, and when."""

    rule: Rule
    actor: str
    at: datetime


def of_patterns(reader: "Reader") -> dict[str, Decision]:
    """What was decided about each pattern that something was decided about, by its id."""
    return {row["id"]: _decision(row) for row in reader.rows("select * from pattern")}


def version(reader: "Reader") -> int:
    """A number that moves whenever people decide something about a pattern."""
    return int(reader.rows("select value from counter where name = 'patterns'")[0]["value"])


def rules(store: Database) -> tuple[Rule, ...]:
    """The merges and splits that hold now, oldest first."""
    with store.read() as hub:
        return rules_in(hub)


def rules_in(hub: sqlite3.Connection) -> tuple[Rule, ...]:
    """The same, as part of another transaction."""
    return tuple(Rule(**dict(row)) for row in hub.execute(_RULES))


def made_rules(reader: "Reader") -> list[MadeRule]:
    """The merges and splits that hold now with who made them, oldest first."""
    return [
        MadeRule(
            rule=Rule(**{name: row[name] for name in Rule.__slots__}),
            actor=row["actor"],
            at=codec.moment(row["at"]),
        )
        for row in reader.rows("select * from pattern_rule order by id")
    ]


def resolve(store: Database, pattern: str, actor: str, now: datetime) -> None:
    """Call a pattern resolved; whatever fails with it from now on brings it back. Ends a mute."""
    _decide(store, "pattern resolved", pattern, actor, now, _RESOLVE)


def reopen(store: Database, pattern: str, actor: str, now: datetime) -> None:
    """Take back that it was resolved."""
    _decide(store, "pattern reopened", pattern, actor, now, _REOPEN)


def mute_until(store: Database, pattern: str, until: datetime, actor: str, now: datetime) -> None:
    """Mute a pattern until a moment."""
    _decide(store, "pattern muted", pattern, actor, now, _MUTE, until=codec.micros(until))


def mute_count(store: Database, pattern: str, count: int, actor: str, now: datetime) -> None:
    """Mute a pattern until so many more attempts failed with it."""
    _decide(store, "pattern muted", pattern, actor, now, _MUTE, count=count)


def unmute(store: Database, pattern: str, actor: str, now: datetime) -> None:
    """End a mute."""
    _decide(store, "pattern unmuted", pattern, actor, now, _UNMUTE)


def assign(store: Database, pattern: str, owner: str, actor: str, now: datetime) -> None:
    """Say who takes care of a pattern; an empty name means nobody."""
    owner = codec.clean(owner)
    _decide(store, "pattern assigned", pattern, actor, now, _ASSIGN, owner=owner)


def add_rule(store: Database, rule: Rule, actor: str, now: datetime) -> int:
    """Keep a merge or split for attempts to come; its id.

    Args:
        store: The hub.
        rule: Its id counts for nothing.
        actor: Who made it.
        now: When.

    Raises:
        StoreError: Together with the rules there are it would lead round in a circle, or the same
            messages are moved already.
    """
    row = {
        "source": codec.clean(rule.source),
        "holds": codec.clean(rule.holds),
        "target": codec.clean(rule.target),
        "category": rule.category,
    }
    with store.write() as hub:
        known = rules_in(hub)
        if is_circular(known, rule.source, rule.target):
            raise StoreError("These patterns would be merged in a circle; withdraw a rule first.")
        if any((each.source, each.holds) == (row["source"], row["holds"]) for each in known):
            raise StoreError("There is a rule for these messages already; withdraw it first.")
        who = {"actor": codec.clean(actor), "at": codec.micros(now)}
        number = insert(hub, "pattern_rule", {**row, **who})
        action = "pattern merged" if rule.is_merge else "pattern split"
        _note(hub, action, row["source"], actor, now, {**row, "rule": number})
    return number


def withdraw_rule(store: Database, number: int, actor: str, now: datetime) -> None:
    """Withdraw a merge or split; one that is gone stays gone."""
    with store.write() as hub:
        row = hub.execute("select * from pattern_rule where id = ?", (number,)).fetchone()
        if row is None:
            return
        hub.execute("delete from pattern_rule where id = ?", (number,))
        facts = {"rule": number, "holds": row["holds"], "target": row["target"]}
        _note(hub, "pattern rule withdrawn", row["source"], actor, now, facts)


def note_regroup(
    store: Database, action: str, actor: str, now: datetime, facts: Mapping[str, object]
) -> None:
    """Write down that history is regrouped, or was."""
    with store.write() as hub:
        _note(hub, action, "patterns", actor, now, facts)


def _decide(  # noqa: PLR0917 - what, about which pattern, by whom, when, and how
    store: Database,
    action: str,
    pattern: str,
    actor: str,
    now: datetime,
    statement: str,
    **values: str | int,
) -> None:
    everything = {"until": None, "count": None, **values}
    who = {"pattern": pattern, "actor": codec.clean(actor), "at": codec.micros(now)}
    with store.write() as hub:
        hub.execute(_KNOWN, (pattern,))
        hub.execute(statement, {**everything, **who})
        _note(hub, action, pattern, actor, now, values)


def _note(  # noqa: PLR0917 - the audit row's columns in their order
    hub: sqlite3.Connection,
    action: str,
    what: str,
    actor: str,
    now: datetime,
    facts: Mapping[str, object],
) -> None:
    text = json.dumps(dict(facts), ensure_ascii=False, separators=(",", ":"))
    who = {"at": codec.micros(now), "actor": codec.clean(actor), "action": action}
    insert(hub, "audit", {**who, "what": codec.clean(what), "facts": codec.clean(text)})
    moved(hub, "patterns")


def _decision(row: sqlite3.Row) -> Decision:
    return Decision(
        resolved_after=row["resolved_after"],
        resolved_at=codec.optional(codec.moment, row["resolved_at"]),
        resolved_by=row["resolved_by"],
        muted_after=row["muted_after"],
        muted_until=codec.optional(codec.moment, row["muted_until"]),
        muted_count=row["muted_count"],
        muted_by=row["muted_by"],
        owner=row["owner"],
    )
