"""Whatever a service does, each try leaves its row, and nothing is booked twice or forgotten."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from sync import engine
from sync.domain import codes
from sync.engine.run import GIVE_UP_AFTER
from sync.sandbox.books import seeding
from sync.sandbox.fault_rules import Rule
from tests.engine.test_recordings import MEMOS, WHOLE, ZERO
from tests.engine.world import World
from tests.golden.recordings import recordings

NUMBER = "000000004"
BOOKED = len(WHOLE) - 1 + len(MEMOS)


def once_each(world: World) -> bool:
    """Every whole invoice is in the books exactly once."""
    return once_each_but(world, ZERO)


def once_each_but(world: World, left_out: str) -> bool:
    """All but this one, and the one of zero, are there once."""
    numbers = set(WHOLE) - {ZERO, left_out}
    return all(len(world.booked(number)) == 1 for number in numbers)


@pytest.mark.parametrize("after", [False, True], ids=["before booking", "after booking"])
@pytest.mark.parametrize("kind", ["drop", "unavailable", "unreadable", "empty", "error", "timeout"])
def test_a_lost_answer_is_looked_up_and_never_booked_twice(
    world: World, kind: str, after: bool
) -> None:
    """Unknown until the books say: there, and it is linked; not there, and it is posted."""
    rule = Rule(kind=kind, service="books", match=("AddMutatie", NUMBER), count=1, after=after)
    world.faults.add(rule)
    world.run()
    row = world.row(NUMBER)
    assert (row["outcome"], row["success"]) == ("unknown", False)
    assert row["error_code"]
    assert len(world.booked(NUMBER)) == after
    world.run()
    assert world.row(NUMBER)["id"] == row["id"], "not before it has settled"
    world.later(minutes=5)
    world.run()
    assert world.row(NUMBER)["outcome"] == ("linked" if after else "created")
    assert world.row(NUMBER)["attempt_no"] == 2
    assert once_each(world)


@pytest.mark.parametrize(
    ("kind", "operation"),
    [("cut", "AddMutatie"), ("drip", "AddMutatie"), ("soap_fault", "AddMutatie")],
)
def test_half_an_answer_is_no_answer(world: World, kind: str, operation: str) -> None:
    """Truncated, dripping longer than the deadline, or a Fault: looked up before posting again."""
    world.faults.add(
        Rule(kind=kind, service="books", match=(operation, NUMBER), count=1, seconds=6)
    )
    world.run()
    assert world.row(NUMBER)["outcome"] in ("unknown", "failed")
    assert "Traceback" not in world.row(NUMBER)["message"]
    for _ in range(2):
        world.later(hours=1)
        world.run()
    assert once_each(world)


def test_a_booking_that_comes_late_is_found_not_doubled(world: World) -> None:
    """The client has given up, and only then the mutation appears."""
    world.faults.add(
        Rule(kind="late", service="books", match=("AddMutatie", NUMBER), count=1, seconds=1, hold=8)
    )
    world.run()
    world.later(minutes=5)
    world.run()
    assert world.row(NUMBER)["outcome"] == "linked"
    assert once_each(world)


def test_an_expired_session_costs_no_document(world: World) -> None:
    """A session error means that nothing was booked: a new session, and once more."""
    world.faults.add(Rule(kind="expired_session", service="books", match=("AddMutatie",), count=1))
    report = world.run()
    assert report.outcomes["created"] == BOOKED
    assert once_each(world)


def test_wrong_credentials_stop_the_run_and_say_so(world: World) -> None:
    """One row, exit status 2; everything else stays due and is booked once they are right."""
    world.faults.add(
        Rule(kind="wrong_credentials", service="books", match=("OpenSession",), count=1)
    )
    report = world.run()
    assert engine.exit_status([report]) == 2
    assert report.code == codes.CREDENTIALS or report.code.startswith("E001")
    assert report.message.startswith("Invalid credentials")
    assert [row["outcome"] for row in world.rows()] == ["failed"]
    world.later(minutes=15)
    assert world.run().outcomes["created"] == BOOKED


def test_books_that_are_gone_stop_the_run_after_three(world: World) -> None:
    """Exit status 3, three rows that say so, and nothing is lost."""
    port = int(world.servers[1].url.rpartition(":")[2])
    world.servers[1].stop()
    report = world.run()
    assert engine.exit_status([report]) == 3
    rows = world.rows()
    assert len(rows) == 3
    assert {row["error_code"] for row in rows} == {codes.CONNECT}
    assert all(row["message"].startswith("Could not connect to host") for row in rows)
    assert str(port) not in world.keys.code2


def test_a_shop_that_is_gone_leaves_a_run_that_says_so(world: World) -> None:
    """Exit status 3; the run's row has the message, and no document was touched."""
    world.servers[0].stop()
    report = world.run()
    assert engine.exit_status([report]) == 3
    assert world.rows() == []
    with world.store() as store:
        [run] = store.runs(1)
    assert (run.state, run.code) == ("failed", codes.CONNECT)
    assert run.message.startswith("Could not connect to host")


@pytest.mark.parametrize("kind", ["unavailable", "unreadable", "too_many", "error", "drop"])
def test_a_shop_that_stutters_is_asked_again(world: World, kind: str) -> None:
    """Reads are repeated with growing pauses; nobody notices but the clock."""
    world.faults.add(Rule(kind=kind, service="shop", match=("invoices",), count=1))
    report = world.run()
    if kind == "unreadable":  # not one of the passing faults: the next run reads it again
        assert "Traceback" not in report.message
        report = world.run()
    assert report.outcomes["created"] == BOOKED


DAY = date(2026, 11, 23)
TOTAL = WHOLE[NUMBER]


@pytest.mark.parametrize("total", [TOTAL - 1, -TOTAL])
def test_a_number_that_exists_for_something_else_needs_a_person(
    world: World, total: Decimal
) -> None:
    """CMUT019, looked up: another amount under the same number is never linked."""
    seeding.relation(world.books.state, "10042", "Iemand")
    seeding.sale(world.books.state, NUMBER, "10042", total, DAY)
    world.run()
    row = world.row(NUMBER)
    assert (row["outcome"], row["error_code"]) == ("failed", codes.DUPLICATE_CONFLICT)
    assert row["message"].startswith("Invoice number already exists")
    assert "10042" in row["message"]
    assert len(world.booked(NUMBER)) == 1


def test_a_former_extensions_booking_is_linked(world: World) -> None:
    """Same number, total and date, another relation, no key of ours: booked elsewhere."""
    seeding.relation(world.books.state, "10042", "Iemand")
    mutation = seeding.sale(world.books.state, NUMBER, "10042", TOTAL, DAY)
    world.run()
    row = world.row(NUMBER)
    assert (row["outcome"], row["mutation_no"]) == ("linked", mutation)
    assert row["message"].startswith("Success: booked elsewhere")
    assert len(world.booked(NUMBER)) == 1


@pytest.mark.parametrize("seed", [seeding.payment, seeding.purchase])
def test_payments_and_purchases_with_the_number_prove_nothing(
    world: World, seed: Callable[..., int]
) -> None:
    """After a lost answer nothing of ours is there: it is posted."""
    seeding.relation(world.books.state, "20001", "Leverancier")
    seeding.sale(world.books.state, "x", "20001", TOTAL, DAY)
    seed(world.books.state, NUMBER, "20001", TOTAL, DAY)
    world.faults.add(Rule(kind="drop", service="books", match=("AddMutatie", NUMBER), count=1))
    world.run()
    world.later(minutes=5)
    world.run()
    assert world.row(NUMBER)["outcome"] == "created"
    assert len([x for x in world.booked(NUMBER) if x["Soort"] == "FactuurVerstuurd"]) == 1


def test_an_unmapped_tax_fails_by_name_and_is_booked_once_it_is_mapped(world: World) -> None:
    """Nothing was sent, and nothing of it was made in the books."""
    with world.store() as store:
        store.set_mapping("webshop", '{"ledger": [{"ledger": "8000"}]}', "test", world.clock.now())
    world.run()
    row = world.row(NUMBER)
    assert (row["outcome"], row["error_code"], row["category"]) == (
        "failed",
        codes.TAX_UNMAPPED,
        "tax_code",
    )
    assert row["message"].startswith("Invalid tax code: NL-21")


def test_a_named_document_is_tried_again_by_hand(world: World) -> None:
    """Failed documents wait for a person; asking makes a new attempt, the old one stays."""
    world.faults.add(Rule(kind="closed_period", service="books", match=(NUMBER,), count=1))
    world.run()
    assert world.row(NUMBER)["outcome"] == "failed"
    assert world.row(NUMBER)["error_code"] == "CMUT020"
    world.run()
    assert world.row(NUMBER)["attempt_no"] == 1
    report = world.run(engine.Wanted(trigger="cli", actor="jan", numbers=[NUMBER]))
    assert report.outcomes == {"created": 1}
    row = world.row(NUMBER)
    assert (row["attempt_no"], row["trigger"], row["actor"]) == (2, "cli", "jan")


def test_a_temporary_failure_comes_back_by_itself_until_its_tries_are_used(world: World) -> None:
    """Growing pauses, then a person is needed."""
    [order] = [x.body for x in recordings() if x.name == "scenario_b2b_nl_order"]
    world.faults.add(
        Rule(kind="too_many", service="books", match=("GetRelaties", order["customer_email"]))
    )
    tries = world.connection.books.tries
    for _ in range(tries + 3):
        world.run()
        world.later(hours=7)
    assert world.row(NUMBER)["attempt_no"] == tries
    with world.store() as store:
        found = store.find("webshop", "invoice", [NUMBER])
    assert [x.state for x in found if x.entry.document_no == NUMBER] == ["failed"]
    assert once_each_but(world, NUMBER)


def test_an_answer_that_is_always_lost_is_asked_for_at_growing_pauses(world: World) -> None:
    """It stays unknown, waits longer each time, and is booked once when it goes well at last."""
    world.faults.add(Rule(kind="drop", service="books", match=("AddMutatie", NUMBER), count=6))
    for _ in range(12):
        world.run()
        world.later(minutes=10)
    assert 3 <= world.row(NUMBER)["attempt_no"] <= 5
    for _ in range(6):
        world.later(hours=7)
        world.run()
    assert world.row(NUMBER)["outcome"] == "created"
    assert once_each(world)


def test_a_run_that_gave_up_says_what_its_last_document_came_to(world: World) -> None:
    """Books that answer, but nothing that can be read, are no books that cannot be reached."""
    world.faults.add(Rule(kind="unreadable", service="books", match=("AddMutatie",)))
    report = world.run()
    last = world.rows("invoice")[0]
    assert report.outcomes["unknown"] == GIVE_UP_AFTER
    assert (report.message, report.code) == (last["message"], last["error_code"])
    assert "connect" not in report.message
