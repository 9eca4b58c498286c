"""What a person decided is done once, whatever happens on the way, and only as they saw it."""

import json
import signal
import time
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sync import engine
from sync.clock import SystemClock
from sync.domain import codes
from sync.domain.documents import SalesEntity
from sync.domain.rulings import Kind
from sync.errors import PermanentError
from sync.sandbox.books import seeding
from sync.sandbox.fault_rules import Rule
from sync.store import Document, search
from sync.store.reader import open_reader
from sync.store.rebuild import rebuild
from tests.engine.steps import Runs
from tests.engine.trading import CARELESS
from tests.engine.world import World, recorded_world

NUMBER, INVOICE, OTHER = "000000004", 4, "000000001"
BACK = NUMBER + "-X"
INVOICES = engine.Wanted(entities=["invoice"])
ONLY = engine.Wanted(numbers=[NUMBER], entities=["invoice"])


@pytest.fixture
def cancelled(world: World) -> World:
    """The shop cancelled an invoice after it was booked, against books that refuse no number."""
    world.run(ONLY)
    world.later(hours=1)
    world.change("invoices", INVOICE, state=3)
    world.run(ONLY)
    assert world.row(NUMBER)["error_code"] == codes.CANCELLED
    return world


def the(world: World, number: str = NUMBER, entity: SalesEntity = "invoice") -> Document:
    """A document as the hub remembers it."""
    with world.store() as store:
        found = store.find("webshop", entity, [number])
    return next(x for x in found if x.entry.document_no == number)


def look(
    world: World, kind: Kind, mutation: int, number: str = NUMBER, entity: SalesEntity = "invoice"
) -> engine.Sight:
    """What a person sees before they decide."""
    document = the(world, number, entity)
    with world.store() as store:
        return engine.look(
            world.settings, store, world.clock, document, kind=kind, mutation=mutation
        )


def decide(world: World, sight: engine.Sight, key: str) -> None:
    """Keep the decision."""
    with world.store() as store:
        ruling = sight.ruling("els", "manual")
        assert store.rule(key, ruling, world.clock.now(), {"reason": "test"}) is None


def book_back(world: World, number: str = NUMBER, entity: SalesEntity = "invoice") -> None:
    """Decide to, as far as the hub."""
    document = the(world, number, entity)
    assert document.mutation_no is not None
    sight = look(world, "reverse", document.mutation_no, number, entity)
    decide(world, sight, document.key)


def sums(mutations: list[dict[str, Any]]) -> dict[tuple[str, str, str], Decimal]:
    """Euros by ledger, VAT code and kind of amount, over mutations as the books hold them."""
    found: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for mutation in mutations:
        for line in mutation["MutatieRegels"]:
            for amount in ("BedragExclBTW", "BedragBTW", "BedragInclBTW"):
                where = (line["TegenrekeningCode"], line["BTWCode"], amount)
                found[where] += Decimal(str(line[amount]))
    return found


def test_a_cancelled_invoice_is_booked_back_by_the_same_lines_negated(cancelled: World) -> None:
    """Same relation, ledgers and codes; a number and a key of its own; dated today."""
    [original] = cancelled.booked(NUMBER)
    book_back(cancelled)
    told: list[engine.Preview] = []
    with cancelled.store() as store:
        engine.dry_run(
            cancelled.connection, cancelled.keys, store, cancelled.clock, ONLY, tell=told.append
        )
    assert [x.verdict for x in told] == ["would reverse"]
    assert cancelled.booked(BACK) == []
    cancelled.run(INVOICES)
    [back] = cancelled.booked(BACK)
    assert set(sums([original, back]).values()) == {Decimal(0)}
    assert any(sums([back]).values())
    for same in ("Rekening", "RelatieCode", "Soort"):
        assert back[same] == original[same]
    assert back["Boekstuk"] == original["Boekstuk"] + "-X"
    assert f"mutatie {original['MutatieNr']}" in back["Omschrijving"]
    assert back["Datum"].date() >= cancelled.clock.now().date()
    row = cancelled.row(NUMBER)
    assert (row["outcome"], row["actor"], row["trigger"]) == ("created", "els", "manual")
    assert row["amount"] == sum(Decimal(str(x["BedragInclBTW"])) for x in back["MutatieRegels"])
    assert row["mutation_no"] == back["MutatieNr"]
    assert json.loads(row["detail"])["reverses"] == original["MutatieNr"]
    document = the(cancelled)
    assert (document.state, document.ruling) == ("booked", None)
    assert document.reversed_no == original["MutatieNr"]
    with open_reader(cancelled.home) as reader:
        for number in (original["MutatieNr"], back["MutatieNr"]):
            assert document.key in {x.key for x in search.find(reader, str(number)).documents}
    with cancelled.store() as store:
        [audit] = store.audit_rows(1, "reverse")
        assert store.verify().problems == ()
        store.seal(force=True)
    assert (audit.actor, audit.facts["reason"]) == ("els", "test")
    rebuild(cancelled.home, cancelled.clock, "els", force=True)
    assert the(cancelled).reversed_no == original["MutatieNr"]


def test_what_was_booked_back_is_left_alone_whatever_the_shop_does(cancelled: World) -> None:
    """Another change to the cancelled invoice makes no row, and nothing more can be decided."""
    book_back(cancelled)
    cancelled.run(ONLY)
    last = cancelled.row(NUMBER)["id"]
    cancelled.later(hours=1)
    cancelled.change("orders", 3, customer_email="new@klant.example")
    cancelled.change("invoices", INVOICE, state=3)
    cancelled.run(INVOICES)
    assert cancelled.row(NUMBER)["id"] == last
    document = the(cancelled)
    sight = look(cancelled, "link", document.mutation_no or 0)
    with cancelled.store() as store:
        ruling = sight.ruling("els", "manual")
        assert store.rule(document.key, ruling, cancelled.clock.now(), {}) == "reversed"
    with pytest.raises(PermanentError, match="takes another one back already"):
        look(cancelled, "reverse", document.mutation_no or 0)


def test_a_credit_memo_is_booked_back_too(world: World) -> None:
    """Its amounts are negative in the books, so its contrary's are positive."""
    world.run()
    row = next(x for x in world.rows("creditmemo") if x["outcome"] == "created")
    with world.store() as store:
        orders = [x.entry for x in store.find("webshop", "invoice", [row["order_no"]])]
    invoice = the(world, next(x.document_no for x in orders if x.order_id == row["order_id"]))
    sight = look(world, "reverse", invoice.mutation_no or 0, invoice.entry.document_no)
    assert row["document_no"] in sight.refunds
    book_back(world, row["document_no"], "creditmemo")
    world.run()
    number = f"C{row['document_no']}"
    both = world.booked(number) + world.booked(number + "-X")
    assert len(both) == 2
    assert set(sums(both).values()) == {Decimal(0)}
    assert world.row(row["document_no"], "creditmemo")["amount"] > 0


@pytest.mark.parametrize("after", [False, True], ids=["not booked", "booked"])
def test_a_lost_answer_is_looked_up_and_never_posted_twice(cancelled: World, after: bool) -> None:
    """The decision stays until its try has ended for good."""
    cancelled.faults.add(
        Rule(kind="drop", service="books", match=("AddMutatie", BACK), count=1, after=after)
    )
    book_back(cancelled)
    cancelled.run(ONLY)
    assert cancelled.row(NUMBER)["outcome"] == "unknown"
    assert the(cancelled).ruling is not None
    cancelled.run(ONLY)
    assert cancelled.row(NUMBER)["outcome"] == "unknown", "it has to settle"
    cancelled.later(minutes=10)
    cancelled.run(ONLY)
    row = cancelled.row(NUMBER)
    assert (row["outcome"], row["actor"]) == ("linked" if after else "created", "els")
    assert len(cancelled.booked(BACK)) == 1


def test_a_number_that_is_taken_is_nobodys_but_a_persons_to_judge(cancelled: World) -> None:
    """A booking under the contrary's number that is not ours ends the decision."""
    [original] = cancelled.booked(NUMBER)
    day = cancelled.clock.now().date()
    seeding.sale(cancelled.books.state, BACK, original["RelatieCode"], Decimal("-1.00"), day)
    book_back(cancelled)
    cancelled.run(ONLY)
    row = cancelled.row(NUMBER)
    assert (row["outcome"], row["error_code"]) == ("failed", codes.DUPLICATE_CONFLICT)
    assert len(cancelled.booked(BACK)) == 1
    assert the(cancelled).ruling is None


def test_what_was_changed_after_the_look_is_not_touched(cancelled: World) -> None:
    """The bookkeeper edited the mutation between preview and try."""
    [original] = cancelled.booked(NUMBER)
    book_back(cancelled)
    moved = {"Datum": original["Datum"].replace(day=1, month=1)}
    cancelled.books.state.put("cMutatie", original | moved)
    cancelled.run(ONLY)
    row = cancelled.row(NUMBER)
    assert (row["outcome"], row["error_code"]) == ("failed", codes.DECISION_VOID)
    assert "was changed in the books since" in row["message"]
    assert cancelled.booked(BACK) == []


def test_a_person_says_which_mutation_is_the_documents(world: World) -> None:
    """Another amount under our number: the engine refuses, the person sees what differs."""
    day = world.clock.now().date()
    seeding.relation(world.books.state, "10001", "Klant van vroeger")
    seeding.sale(world.books.state, NUMBER, "10001", Decimal("12.34"), day)
    [theirs] = world.booked(NUMBER)
    world.run(ONLY)
    assert world.row(NUMBER)["error_code"] == codes.DUPLICATE_CONFLICT
    sight = look(world, "link", theirs["MutatieNr"])
    assert {x.field for x in sight.differs} >= {"amount", "relation"}
    assert next(x for x in sight.differs if x.field == "amount").books == "12.34"
    decide(world, sight, the(world).key)
    world.run(ONLY)
    row = world.row(NUMBER)
    assert (row["outcome"], row["actor"]) == ("linked", "els")
    assert (row["mutation_no"], row["relation_code"]) == (theirs["MutatieNr"], "10001")
    assert row["amount"] == Decimal("12.34")
    assert "amount" in json.loads(row["detail"])["differs"]
    assert len(world.booked(NUMBER)) == 1
    with world.store() as store:
        assert store.verify().problems == ()


def test_only_a_sale_of_no_other_document_can_be_linked(cancelled: World) -> None:
    """Not there, a payment, another document's: each is told before anything is decided."""
    cancelled.run(engine.Wanted(numbers=[OTHER], entities=["invoice"]))
    other = cancelled.row(OTHER)
    with pytest.raises(PermanentError, match="the books do not have"):
        look(cancelled, "link", 999_999)
    with pytest.raises(PermanentError, match=f"the booking of {OTHER}"):
        look(cancelled, "link", other["mutation_no"])
    day = cancelled.clock.now().date()
    payment = seeding.payment(cancelled.books.state, NUMBER, "", Decimal("1.00"), day)
    with pytest.raises(PermanentError, match="not a sent invoice"):
        look(cancelled, "link", payment)


def test_a_cancelled_document_may_stay_as_it_is(cancelled: World) -> None:
    """Linking it to its own mutation says that the booking stands."""
    [original] = cancelled.booked(NUMBER)
    sight = look(cancelled, "link", original["MutatieNr"])
    assert sight.differs == ()
    decide(cancelled, sight, the(cancelled).key)
    cancelled.run(ONLY)
    document = the(cancelled)
    assert (document.state, document.mutation_no) == ("booked", original["MutatieNr"])
    assert document.reversed_no is None


KILLED_AT = ("before mark", "marked", "sent", "before finish")


def test_a_killed_try_books_back_exactly_once(tmp_path: Path) -> None:
    """SIGKILL at each named step, against books that take a number as often as it is sent."""
    world = recorded_world(tmp_path, CARELESS)
    world.clock.switch_to(SystemClock())
    settings = tmp_path / "boekwacht.toml"
    short = settings.read_text("utf-8").replace("deadline = 3", "deadline = 1")
    settings.write_text(short.replace("settle = 2", "settle = 1"), "utf-8")
    numbers = [f"{number:09}" for number in range(1, len(KILLED_AT) + 1)]
    world.run(engine.Wanted(numbers=numbers, entities=["invoice"]))
    for number in numbers:
        book_back(world, number)
    with Runs(tmp_path) as runs:
        for step in KILLED_AT:
            assert runs.run(step=step, numbers=numbers) == -signal.SIGKILL, step
        until = time.monotonic() + 30
        while any(the(world, number).state == "waiting" for number in numbers):
            assert time.monotonic() < until
            assert runs.run(numbers=numbers) in {0, 1}
    for number in numbers:
        both = world.booked(number) + world.booked(number + "-X")
        assert len(both) == 2, number
        assert set(sums(both).values()) == {Decimal(0)}
        assert world.row(number)["actor"] == "els"
    with world.store() as store:
        assert store.verify().problems == ()
    world.close()
