"""`resync`: choose, look, confirm, book again; what is there already is left alone."""

from datetime import UTC, datetime

import pytest

from sync.domain.resync import MOST
from sync.sandbox.fault_rules import Rule
from sync.store import Store
from tests.commands.conftest import Type
from tests.commands.terminal import on_terminal
from tests.engine.world import World
from tests.store.builders import claimed, entry, failed, receive

ONE, TWO = "000000004", "000000001"


@pytest.fixture
def closed(world: World, typed: Type) -> World:
    """Two invoices were refused because their period was closed; it is open again."""
    for number in (ONE, TWO):
        world.faults.add(Rule(kind="closed_period", service="books", match=(number,), count=1))
    typed("run", "--entity", "invoice")
    assert world.row(ONE)["outcome"] == world.row(TWO)["outcome"] == "failed"
    return world


def test_failed_documents_are_booked_again(closed: World, typed: Type) -> None:
    """New attempts with trigger and actor, the old ones stay; an audit row says who asked."""
    chosen = ("resync", "--entity", "invoice", "--q", "CMUT020")
    look = typed(*chosen, "--dry-run")
    assert look.out.count("may be booked (was refused: CMUT020)") == 2
    assert closed.booked(ONE) == []
    result = typed(*chosen, "--yes")
    assert result.code == 0, result.err
    assert f"invoice {ONE} (order 000000003): created: Success" in result.out
    assert "2 created" in result.out
    row = closed.row(ONE)
    assert (row["attempt_no"], row["trigger"]) == (2, "resync")
    assert row["actor"]
    assert len(closed.booked(ONE)) == 1
    with closed.store() as store:
        [audit] = store.audit_rows(1, "resync")
    assert audit.actor == row["actor"]
    assert len(str(audit.facts["keys"]).split(",")) == 2


def test_what_may_not_be_booked_is_told_with_its_reason(closed: World, typed: Type) -> None:
    """Booked, unknown here, or waiting for something; the others still run."""
    typed("run", "--entity", "creditmemo")
    documents = [x for number in (ONE, "000000002", "000000099") for x in ("--document", number)]
    result = typed("resync", "--yes", *documents)
    assert result.code == 0
    assert f"invoice {ONE} (order 000000003): may be booked" in result.out
    assert (
        "invoice 000000002 (order 000000002): not eligible, is in the books already" in result.out
    )
    assert "000000099: not eligible, was never fetched" in result.out
    assert len(closed.booked("000000002")) == 1
    nothing = typed("resync", "--document", ONE, "--entity", "invoice", "--yes")
    assert nothing.code == 2
    assert "nothing that may be booked" in nothing.err


def test_json_lines_stay_alone_on_standard_output(closed: World, typed: Type) -> None:
    """The preview goes to standard error."""
    result = typed("resync", "--document", ONE, "--entity", "invoice", "--yes", "--json-lines")
    assert [x["type"] for x in result.objects] == ["document", "run"]
    assert "may be booked" in result.err


def test_a_person_is_asked_before_anything_is_sent(closed: World, typed: Type) -> None:
    """No ends it; without a terminal to ask on it needs --yes."""
    asked = ("resync", "--document", ONE, "--entity", "invoice")
    alone = typed(*asked)
    assert (alone.code, "--yes" in alone.err) == (2, True)
    status, screen = on_terminal(closed.home, *asked, answer="n\n")
    assert "Book 1 document again? [y/N]" in screen
    assert status == 130
    assert closed.booked(ONE) == []
    status, screen = on_terminal(closed.home, *asked, answer="y\n")
    assert status == 0, screen
    assert len(closed.booked(ONE)) == 1


def test_it_must_be_said_which(home: object, typed: Type) -> None:
    """Nothing is ever booked again by a command without a choice."""
    for arguments in ((), ("--connection", "webshop"), ("--entity", "invoice", "--yes")):
        result = typed("resync", *arguments)
        assert (result.code, "Say which" in result.err) == (2, True)


def test_at_most_500_are_taken_at_once(store: Store, typed: Type) -> None:
    """And the preview says so."""
    now = datetime.now(UTC)
    with store.holder() as me:
        entries = [entry(number) for number in range(MOST + 1)]
        receive(store, *entries, at=now)
        for one in entries:
            store.finish(claimed(store, me, one, at=now), failed(now))
    result = typed("resync", "--failed")
    assert result.out.count("may be booked") == MOST
    assert "Only the first 500 are taken" in result.out
    assert result.code == 2
