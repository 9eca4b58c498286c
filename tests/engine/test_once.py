"""Booked exactly once: beside others' entries, by two at once, after a stop in the middle."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from sync import engine
from sync.clock import SystemClock
from sync.domain import codes
from sync.domain.attempts import Start
from sync.sandbox.books import seeding
from sync.sandbox.books.state import Administration
from sync.sandbox.fault_rules import Rule
from sync.store import Document, Relation, open_store
from tests.engine.kills import killable
from tests.engine.steps import ROOT, Runs
from tests.engine.storms import storm
from tests.engine.test_recordings import WHOLE
from tests.engine.trading import CARELESS, LIKELY, trading_world
from tests.engine.world import World, recorded_world

NUMBER, DAY = "000000004", date(2026, 11, 23)
TOTAL = WHOLE[NUMBER]
STRANGER = "10001"

Seed = Callable[[Administration], int]


@pytest.fixture(params=["administration", "off"])
def recorded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """The recorded shop, and books that refuse a used number, or don't."""
    world = recorded_world(tmp_path, replace(LIKELY, uniqueness=request.param))
    yield world
    world.close()


# Each entry beside a document whose answer was lost: what becomes of the document when its booking
# was never made, and when it was. None: whatever a booking without that entry becomes.


@dataclass(frozen=True, slots=True)
class Case:
    """A foreign entry under our number.

    Attributes:
        seed: Makes it.
        lost: How the document ends that was not booked: outcome or error code.
        made: How it ends that was booked as well, where the books took it.
        refused: How it ends where the books refused it for the entry's sake; None where they
            don't.
    """

    seed: Seed
    lost: str
    made: str = "linked"
    refused: str | None = None


def sale(total: Decimal, day: date = DAY, voucher: str = "", relation: str = STRANGER) -> Seed:
    """Somebody's sales invoice under our number."""
    return lambda books: seeding.sale(books, NUMBER, relation, total, day, voucher=voucher)


CONFLICT = codes.DUPLICATE_CONFLICT
CASES = {
    "nothing": Case(lambda _books: 0, "created"),
    "a payment": Case(lambda x: seeding.payment(x, NUMBER, STRANGER, TOTAL, DAY), "created"),
    "a purchase": Case(lambda x: seeding.purchase(x, NUMBER, STRANGER, TOTAL, DAY), "created"),
    "a former extension's": Case(sale(TOTAL), "linked", refused="linked"),
    "another amount": Case(sale(TOTAL + 1), CONFLICT, refused=CONFLICT),
    "a refund": Case(sale(-TOTAL), CONFLICT, refused=CONFLICT),
    "another day": Case(sale(TOTAL, DAY + timedelta(days=1)), CONFLICT, refused=CONFLICT),
    "another shop's": Case(
        sale(TOTAL + 1, voucher="other:inv:1:000000004"), CONFLICT, refused=CONFLICT
    ),
    "one with our key and another amount": Case(
        sale(TOTAL + 1, voucher="webshop:inv:1:000000004"), CONFLICT, CONFLICT, CONFLICT
    ),
}


@pytest.mark.parametrize("carried_out", [False, True], ids=["lost before", "lost after"])
@pytest.mark.parametrize("name", CASES)
def test_a_foreign_entry_beside_a_lost_answer(
    recorded: World, name: str, carried_out: bool
) -> None:
    """Linked, refused or posted as the look-up finds; our booking is there once, or not at all."""
    case, books = CASES[name], recorded.books.state
    seeding.relation(books, STRANGER, "Iemand anders")
    recorded.faults.add(
        Rule(kind="drop", service="books", match=("AddMutatie", NUMBER), count=1, after=carried_out)
    )
    foreign: list[int] = []

    def step(passed: str) -> None:
        """Somebody books it after we looked for former sales, just before we send anything."""
        if passed == "before mark" and not foreign:
            foreign.append(case.seed(books))

    with recorded.store() as store:
        engine.run(recorded.connection, recorded.keys, store, recorded.clock, steps=step)
    assert recorded.row(NUMBER)["outcome"] == "unknown"
    recorded.later(minutes=10)
    recorded.run()
    row = recorded.row(NUMBER)
    ours = [x for x in recorded.booked(NUMBER) if x["MutatieNr"] not in foreign]
    taken = case.refused is None or books.settings.uniqueness == "off"
    wanted = case.lost if not carried_out else case.made if taken else case.refused
    assert (row["error_code"] or row["outcome"]) == wanted
    assert len(ours) == (wanted == "created" or (carried_out and taken))


def test_a_sale_on_another_customers_relation_is_not_ours(world: World) -> None:
    """Same number, amount and day, no key: but we know whose relation that is."""
    world.faults.add(Rule(kind="drop", service="books", match=("AddMutatie", NUMBER), count=1))
    world.run()
    own = world.row(NUMBER)["relation_code"]
    other = next(x["Code"] for x in world.books.state.relations if x["Code"] != own)
    seeding.sale(world.books.state, NUMBER, other, TOTAL, DAY)
    world.later(minutes=10)
    world.run()
    row = world.row(NUMBER)
    assert (row["error_code"], len(world.booked(NUMBER))) == (CONFLICT, 1)
    assert other in row["message"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_runs_at_once_share_the_work_and_show_no_error(tmp_path: Path, seed: int) -> None:
    """One try for each document and each customer, all well; the books would take doubles."""
    world = killable(tmp_path, seed, orders=40, uniqueness="off")
    try:
        with Runs(tmp_path) as one, Runs(tmp_path) as other:
            named = [x for x in world.sold if not x.startswith("C")][::2]
            gate = tmp_path / "gate"
            first = one.begin(gate=str(gate))
            second = other.begin(gate=str(gate), numbers=named if seed == 3 else [])
            _wait_for(lambda: all((tmp_path / f"gate.{x}").exists() for x in (first, second)))
            gate.touch()
            assert (one.end(), other.end()) == (0, 0)
            assert not world.waiting()
        assert world.judge() == {"created": len(world.sold)}
        customers = world.all_rows("customer")
        assert {row["success"] for row in customers} == {True}
        assert set(Counter(row["key"] for row in customers).values()) == {1}
        runs = Counter(row["run"] for row in world.all_rows("invoice"))
        assert len(runs) == 2, "both had something to do"
    finally:
        world.close()


def test_a_worker_and_a_person_at_once(tmp_path: Path) -> None:
    """The commands themselves, started together."""
    world = killable(tmp_path, 4, orders=20, uniqueness="off")
    command = [sys.executable, "-m", "sync", "--home", str(tmp_path)]
    try:
        worker = subprocess.Popen([*command, "work"], cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            assert world.command("run").returncode == 0
            _wait_for(lambda: not world.waiting())
        finally:
            worker.terminate()
            assert worker.wait(20) in {0, -signal.SIGTERM}
        assert world.judge() == {"created": len(world.sold)}
    finally:
        world.close()


def test_a_holder_that_stood_still_for_a_minute_sends_nothing_when_it_goes_on(
    tmp_path: Path,
) -> None:
    """Stopped just before its mark: another one takes the document over, and books it."""
    world = killable(tmp_path, 5, orders=10, uniqueness="off", sessions=1)
    seconds = [0.0]
    try:
        with Runs(tmp_path) as runs:
            pid = runs.begin(step="before mark", signal="SIGSTOP")
            _stopped(pid)
            with open_store(tmp_path, SystemClock(), lambda: seconds[0]) as store:
                for waited in (0.0, 59.0):
                    seconds[0] = waited
                    report = engine.run(world.connection, world.keys, store, SystemClock())
                    assert not report.failures, "its counter has not stood still for long"
                assert _unfinished(world) > 0
                seconds[0] = 61.0
                report = engine.run(world.connection, world.keys, store, SystemClock())
            assert report.outcomes["failed"] == 1
            assert codes.INTERRUPTED in {row["error_code"] for row in world.all_rows("invoice")}
            sent = len(world.books.state.mutations)
            assert sent == len(world.sold)
            os.kill(pid, signal.SIGCONT)
            assert runs.end() == 0
        assert len(world.books.state.mutations) == sent
        world.judge()
    finally:
        world.close()


def _wait_for(happened: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.01)


def _stopped(pid: int) -> None:
    """Wait until a process stands still."""
    stat = Path(f"/proc/{pid}/stat")
    _wait_for(lambda: stat.read_text().rpartition(")")[2].split()[0] == "T")


def _unfinished(world: World) -> int:
    """Attempts that run."""
    rows = world.rows("invoice") + world.rows("customer")
    return sum(row["outcome"] is None for row in rows)


def test_a_refund_is_left_alone_while_its_invoice_is_being_booked(tmp_path: Path) -> None:
    """By whomever: it would only be refused for want of its invoice, and that is no error."""
    world = trading_world(tmp_path, orders=30)
    try:
        world.run(engine.Wanted(numbers=["none"]))
        now = world.clock.now()
        with world.store() as store, store.holder() as me:
            memos = store.due("webshop", "creditmemo", now, 99)
            orders = {x.entry.order_id for x in memos}
            invoices = [
                x for x in store.due("webshop", "invoice", now, 99) if x.entry.order_id in orders
            ]
            claim = store.claim(_start(invoices[0], now), me)
            assert claim is not None
            left = store.due("webshop", "creditmemo", now, 99)
            assert [x for x in memos if x not in left] == [
                x for x in memos if x.entry.order_id == invoices[0].entry.order_id
            ]
            [memo, *_] = [x for x in memos if x not in left]
            assert store.claim(_start(memo, now), me) is None
            assert len(left) < len(memos)
    finally:
        world.close()


def _start(known: Document, now: datetime) -> Start:
    entry = known.entry
    return Start(
        key=entry.key,
        connection=entry.connection,
        entity=entry.entity,
        document_id=entry.document_id,
        document_no=entry.document_no,
        order_id=entry.order_id,
        order_no=entry.order_no,
        store=entry.store,
        platform="Magento",
        started_at=now,
        trigger="schedule",
        actor="",
        run=1,
        amount=None,
        currency="EUR",
        customer="guest",
    )


ANSWERS = ["drop", "unavailable", "unreadable", "empty", "error", "timeout"]
"""Faults that take an answer away; what was asked for may have been done or not."""


@pytest.mark.parametrize(
    ("kind", "after"),
    [(kind, after) for kind in ANSWERS for after in (False, True)]
    + [("cut", True), ("drip", True), ("late", True)],
)
def test_a_lost_answer_is_booked_once_by_books_that_refuse_nothing(
    tmp_path: Path, kind: str, after: bool
) -> None:
    """Whatever takes the answer away, and also when the booking is made only while it settles."""
    world = trading_world(tmp_path, orders=10, books=CARELESS)
    try:
        world.give_up_after(0.6)
        number = list(world.sold)[2]
        world.faults.add(
            Rule(
                kind=kind,
                service="books",
                match=("AddMutatie", number),
                count=1,
                after=after,
                seconds=2,
                hold=2,
            )
        )
        world.run()
        assert world.row(number)["outcome"] == "unknown"
        world.run()
        assert world.row(number)["attempt_no"] == 1, "it has to settle"
        world.until_quiet()
        assert world.row(number)["outcome"] == ("linked" if after else "created")
        world.judge()
    finally:
        world.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_random_trouble_ends_with_every_document_booked_once(tmp_path: Path, seed: int) -> None:
    """Two storms; many more blow by command."""
    outcomes = storm(tmp_path, seed, rounds=12, orders=60, uniqueness="off")
    assert outcomes["failed"] + outcomes["unknown"] > 0


def test_a_customer_whom_another_run_has_just_written_is_not_tried_again(tmp_path: Path) -> None:
    """Between looking and taking, the other run may have finished: that is seen in one piece."""
    world = trading_world(tmp_path, orders=5)
    try:
        world.run()
        with world.store() as store:
            row = world.all_rows("customer")[0]
            known = store.document(row["key"])
            assert known is not None
            entry, now = known.entry, world.clock.now()
            wanted = Relation(
                connection="webshop",
                identity="somebody",
                code=row["relation_code"],
                fingerprint=entry.fingerprint,
                customer="guest",
            )
            assert store.admit(entry, now, "somebody"), "nothing is known of this one"
            store.keep_relation(wanted)
            assert not store.admit(entry, now, "somebody")
            assert store.admit(entry, now, "somebody else")
            assert store.admit(replace(entry, fingerprint="another"), now, "somebody")
    finally:
        world.close()
