"""Invoices and credit memos that are not added by themselves: shown, and booked when asked for."""

from datetime import timedelta

import pytest

from sync import engine
from sync.store.overview import LATE
from tests.engine.world import World

INVOICE, MEMO = "000000013", "000000004"
"""An invoice and a credit memo of its order."""


@pytest.fixture
def world(world: World) -> World:
    """The recorded shop; nothing is added by itself."""
    world.set_up(auto_add_invoices_and_creditmemos="false")
    return world


def asked(*numbers: str) -> engine.Wanted:
    """What a person pushes."""
    return engine.Wanted(trigger="resync", actor="jan", numbers=numbers)


def test_what_is_not_added_is_shown_and_waits_for_a_person(world: World) -> None:
    """Fetched, never due, never late; a dry run says why."""
    said = world.command("run", "--dry-run", "--entity", "invoice").stdout
    assert f"invoice {INVOICE} (order" in said
    assert "would wait: not added by itself" in said
    report = world.run()
    assert (report.outcomes, report.due) == ({}, 0)
    assert report.fetched > 50
    assert world.books.state.mutations == []
    with world.store() as store:
        known = store.find("webshop", "invoice", [INVOICE])
        assert [(x.state, x.due_at, x.attempts) for x in known] == [("waiting", None, 0)]
        later = world.clock.now() + LATE + timedelta(hours=1)
        standing = store.standing(later)["webshop"]
        assert (standing.ready, standing.overdue, standing.failures) == (0, 0, 0)


def test_a_push_books_that_one_and_takes_no_credit_memo_along(world: World) -> None:
    """The credit memo was not asked for; asked for before its invoice it waits, and follows."""
    world.run()
    world.run(asked(INVOICE))
    assert world.row(INVOICE)["outcome"] == "created"
    world.later(hours=1)
    assert world.run().outcomes == {}, "nobody asked for more"
    assert len(world.books.state.mutations) == 1


def test_a_credit_memo_that_was_asked_for_follows_its_invoice(world: World) -> None:
    """It was pushed once, and that holds."""
    world.run()
    world.run(asked(MEMO))
    assert world.row(MEMO, "creditmemo")["outcome"] == "failed"
    world.run(asked(INVOICE))
    world.later(hours=1)
    world.run()
    assert world.row(MEMO, "creditmemo")["outcome"] == "created"


def test_switching_it_on_books_what_waited_and_off_holds_what_was_not_tried(world: World) -> None:
    """The setting of now counts, not the one of then."""
    world.run()
    world.set_up(auto_add_invoices_and_creditmemos="true")
    before = world.run(engine.Wanted(numbers=["nothing"]))
    assert before.outcomes == {}
    with world.store() as store:
        assert store.due("webshop", "invoice", world.clock.now(), 1)
    world.set_up(auto_add_invoices_and_creditmemos="false")
    assert world.run().outcomes == {}
    world.set_up(auto_add_invoices_and_creditmemos="true")
    assert world.run().outcomes["created"] > 5
    assert world.row(INVOICE)["outcome"] == "created"
