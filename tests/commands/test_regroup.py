"""`regroup`: shows what would move, asks, moves it, and says who did."""

from datetime import UTC, datetime

from sync.domain.patterns import classify
from sync.domain.patterns.grouping import Rule
from sync.sandbox.fault_rules import Rule as FaultRule
from sync.store import Store, decisions, patterns
from sync.store.filters import LogFilter
from sync.store.reader import open_reader
from tests.commands.conftest import Type
from tests.commands.terminal import on_terminal
from tests.engine.world import World
from tests.store.builders import entry, failed, try_once

CLOSED = "000000004"
TARGET = classify("Customer email required", code="EMAIL_MISSING").pattern


def ungrouped(store: Store, *, message: str = "Customer email required") -> None:
    now = datetime.now(UTC)
    end = failed(now, message=message, error_code="EMAIL_MISSING", pattern="", category="")
    with store.holder() as me:
        try_once(store, me, entry(1), end, now)


def recorded(store: Store) -> list[str]:
    with open_reader(store.home) as reader:
        return [each.pattern for each in patterns.patterns(reader, LogFilter(), datetime.now(UTC))]


def test_it_moves_after_saying_what_and_is_audited(store: Store, typed: Type) -> None:
    ungrouped(store)
    look = typed("regroup", "--dry-run")
    assert (look.code, recorded(store)) == (0, [""])
    assert TARGET in look.out
    assert "(none)" in look.out
    done = typed("regroup", "--yes")
    assert (done.code, recorded(store)) == (0, [TARGET])
    assert done.out.endswith("1 attempts moved.\n")
    after, before = store.audit_rows(2)
    assert (before.action, after.action) == ("regroup begun", "regrouped")
    assert after.facts["attempts"] == 1
    assert "nothing to do" in typed("regroup").out


def test_without_a_yes_nothing_moves(store: Store, typed: Type) -> None:
    """On a terminal it asks; where nobody can answer it wants the answer beforehand."""
    ungrouped(store)
    alone = typed("regroup")
    assert (alone.code, "--yes" in alone.err) == (2, True)
    status, screen = on_terminal(store.home, "regroup", answer="n\n")
    assert "Move 1 attempts? [y/N]" in screen
    assert (status, recorded(store), store.audit_rows(9)) == (130, [""], [])
    status, _ = on_terminal(store.home, "regroup", answer="y\n")
    assert (status, recorded(store)) == (0, [TARGET])


def test_a_merge_holds_for_attempts_to_come_and_regroup_changes_nothing_more(
    world: World, typed: Type
) -> None:
    """By a real run against real services: what the engine writes is where regroup would put it."""
    with world.store() as store:
        rule = Rule(
            id=0, source="period-closed", holds="", target="email-missing", category="customer_data"
        )
        decisions.add_rule(store, rule, "Els", datetime.now(UTC))
    fault = FaultRule(kind="closed_period", service="books", match=(CLOSED,), count=1)
    world.faults.add(fault)
    typed("run", "--entity", "invoice")
    row = world.row(CLOSED)
    assert (row["outcome"], row["error_code"]) == ("failed", "CMUT020")
    assert (row["pattern"], row["category"]) == (TARGET, "customer_data")
    assert "nothing to do" in typed("regroup", "--yes").out
