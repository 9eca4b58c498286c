"""`link` and `reverse`: look, be told, confirm, and have it done once under one's own name."""

from dataclasses import replace
from decimal import Decimal

import pytest

from sync.sandbox.books import seeding
from sync.store import Request, Wish
from tests.commands.conftest import Type
from tests.commands.terminal import on_terminal
from tests.engine.world import World

NUMBER, INVOICE = "000000004", 4
ONE = ("--entity", "invoice", "--document", NUMBER)
WHY = ("--reason", "cancelled by telephone")


@pytest.fixture
def cancelled(world: World, typed: Type) -> World:
    """Booked, and then cancelled in the shop."""
    assert typed("run", *ONE).code == 0
    world.change("invoices", INVOICE, state=3)
    result = typed("run", *ONE)
    assert "python -m sync reverse" in result.out
    return world


def test_a_booking_is_taken_back_after_a_preview_and_a_confirmation(
    cancelled: World, typed: Type
) -> None:
    """The preview books nothing, nobody to ask is an error, and once done it is done."""
    [original] = cancelled.booked(NUMBER)
    look = typed("reverse", NUMBER, "--dry-run")
    assert look.code == 0, look.err
    assert f"the books have mutation {original['MutatieNr']}: {NUMBER} of" in look.out
    assert f"it would be booked back as {NUMBER}-X on" in look.out
    assert "ledger 8000" in look.out
    alone = typed("reverse", NUMBER, "--yes")
    assert (alone.code, "--reason" in alone.err) == (2, True)
    status, screen = on_terminal(cancelled.home, "reverse", NUMBER, *WHY, answer="n\n")
    assert "Book it back? [y/N]" in screen
    assert status == 130
    assert cancelled.booked(f"{NUMBER}-X") == []
    done = typed("reverse", NUMBER, "--yes", *WHY)
    assert done.code == 0, done.err
    assert f"created: Success: mutation {original['MutatieNr']} was booked back as" in done.out
    assert len(cancelled.booked(f"{NUMBER}-X")) == 1
    with cancelled.store() as store:
        [audit] = store.audit_rows(1, "reverse")
    row = cancelled.row(NUMBER)
    assert (row["trigger"], row["actor"]) == ("cli", audit.actor)
    assert audit.facts["reason"] == WHY[1]
    again = typed("reverse", NUMBER, "--yes", *WHY)
    assert (again.code, "was booked back already" in again.err) == (2, True)


def test_a_document_is_linked_to_the_mutation_that_a_person_names(
    world: World, typed: Type
) -> None:
    """What differs is shown first; what is no sale, or not there, is refused."""
    day = world.clock.now().date()
    seeding.relation(world.books.state, "10001", "Klant van vroeger")
    theirs = seeding.sale(world.books.state, NUMBER, "10001", Decimal("12.34"), day)
    assert typed("run", *ONE).code == 1
    missing = typed("link", NUMBER, "999999", "--yes", *WHY)
    assert (missing.code, "the books do not have" in missing.err) == (2, True)
    done = typed("link", NUMBER, str(theirs), "--yes", *WHY)
    assert done.code == 0, done.err
    assert "other amount: 12.34 in the books" in done.out
    assert f"linked: Success: linked to mutation {theirs} by a person's decision" in done.out
    assert world.row(NUMBER)["mutation_no"] == theirs
    again = typed("link", NUMBER, str(theirs), "--yes", *WHY)
    assert (again.code, "there is nothing to link" in again.err) == (2, True)
    assert typed("link", "000009999", "1", "--yes", *WHY).code == 2


def test_books_that_do_not_answer_are_told_and_nothing_is_decided(
    cancelled: World, typed: Type
) -> None:
    for server in cancelled.servers[1:]:
        server.stop()
    result = typed("reverse", NUMBER, "--yes", *WHY)
    assert result.code == 3
    assert "Could not connect" in result.err
    with cancelled.store() as store:
        assert store.audit_rows(5, "reverse") == []


def test_the_worker_looks_and_books_back_what_a_page_asked_for(
    cancelled: World, typed: Type
) -> None:
    """Two requests: one to look, one to do what was seen, which leads to its attempt."""
    [original] = cancelled.booked(NUMBER)
    key, mutation = original["Boekstuk"], original["MutatieNr"]
    about = {"document": key, "decide": "reverse", "mutation": mutation}

    def work(wish: Wish) -> Request:
        with cancelled.store() as store:
            asked = store.ask(wish, "els", cancelled.clock.now())
        assert asked.request is not None
        assert typed("work", "--queue").code == 0
        with cancelled.store() as store:
            done = store.request(asked.request)
        assert done is not None
        return done

    seen = work(Wish(kind="decide-preview", connection="webshop", payload=about)).result
    assert seen["number"] == f"{NUMBER}-X"
    assert cancelled.booked(f"{NUMBER}-X") == []
    decided = {"mutation": mutation, "stamp": seen["stamp"], "amount": seen["amount"]}
    wish = Wish(
        kind="reverse",
        connection="webshop",
        payload={**decided, "reason": "cancelled"},
        documents={key: cancelled.row(NUMBER)["id"]},
    )
    done = work(wish)
    assert (done.result["state"], done.result["counts"]) == ("done", {"created": 1})
    assert len(cancelled.booked(f"{NUMBER}-X")) == 1
    row = cancelled.row(NUMBER)
    assert (row["actor"], row["trigger"], row["outcome"]) == ("els", "manual", "created")
    again = work(replace(wish, documents={key: row["id"]}))
    assert "was booked back already" in str(again.result["message"])
    assert len(cancelled.booked(f"{NUMBER}-X")) == 1
