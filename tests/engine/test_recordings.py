"""What a real Magento answered, fetched over HTTP and booked over SOAP: the road's whole length."""

import json
import re
from decimal import Decimal

import pytest

from tests.engine.world import World
from tests.golden.recordings import recordings


def totals(pattern: str) -> dict[str, Decimal]:
    """Number and base grand total of the documents that were recorded whole."""
    found = [x.body for x in recordings() if re.fullmatch(pattern, x.name)]
    return {x["increment_id"]: Decimal(str(x["base_grand_total"])) for x in found}


WHOLE = totals(r"scenario_\w+_invoice\d")
MEMOS = totals(r"scenario_\w+_creditmemo\d")
ZERO = "000000017"


def test_twelve_invoices_are_recorded_whole() -> None:
    """The yardstick itself."""
    assert len(WHOLE) == 12
    assert WHOLE[ZERO] == 0


def test_every_whole_invoice_is_booked_to_the_cent(world: World) -> None:
    """Gross lines add up to the base grand total, exactly; nothing of zero is booked."""
    report = world.run()
    assert not report.message
    for number, total in WHOLE.items():
        mutations = world.booked(number)
        if number == ZERO:
            assert mutations == []
            assert world.row(number)["outcome"] == "skipped"
            continue
        [mutation] = mutations
        lines = mutation["MutatieRegels"]
        assert sum(Decimal(str(x["BedragInclBTW"])) for x in lines) == total, number
        row = world.row(number)
        assert (row["outcome"], row["success"], row["amount"]) == ("created", True, total)
        assert row["mutation_no"] == mutation["MutatieNr"]


def test_every_whole_credit_memo_is_booked_negative_under_its_own_number(world: World) -> None:
    """Partial, with adjustments, without an invoice's id, of an adjustment alone."""
    world.run()
    assert len(MEMOS) == 4
    for number, total in MEMOS.items():
        [mutation] = world.booked(f"C{number}")
        lines = mutation["MutatieRegels"]
        assert sum(Decimal(str(x["BedragInclBTW"])) for x in lines) == -total, number
        row = world.row(number, "creditmemo")
        assert (row["outcome"], row["amount"]) == ("created", -total)


def test_what_was_recorded_in_part_fails_by_name_and_stops_nothing(world: World) -> None:
    """Lists cut by `fields` make documents without amounts: each says what it lacks."""
    report = world.run()
    rows = world.rows() + world.rows("creditmemo")
    failed = [row for row in rows if row["outcome"] == "failed"]
    assert report.outcomes["failed"] == len(failed) > 30
    assert report.outcomes["created"] == len(WHOLE) - 1 + len(MEMOS)
    for row in failed:
        assert row["message"].strip()
        assert row["category"]
        assert row["pattern"]
        assert "Traceback" not in row["message"]


def test_a_second_run_finds_nothing_to_do(world: World) -> None:
    """Everything is known, nothing is due, nothing is asked of the books.

    The first run asks once, whether the books hold sales that somebody else booked.
    """
    world.run()
    before = len(world.rows())
    calls = world.books.state.calls_this_month()
    again = world.run()
    assert (again.fetched, again.done) == (0, 0)
    assert len(world.rows()) == before
    assert world.books.state.calls_this_month() == calls == 1


@pytest.mark.parametrize("number", sorted(set(WHOLE) - {ZERO}))
def test_the_row_tells_what_was_sent_without_saying_to_whom(world: World, number: str) -> None:
    """Lines in short form; no name, address or e-mail in what is kept for ever."""
    world.run()
    row = world.row(number)
    detail = json.loads(row["detail"])
    assert sum(Decimal(x[2]) + Decimal(x[3]) for x in detail["lines"]) == WHOLE[number]
    with world.store() as store:
        found = store.find("webshop", "invoice", [number])
    [document] = [x for x in found if x.entry.document_no == number]
    personal = (document.entry.email, document.entry.lastname, document.entry.company)
    text = " ".join(str(value) for value in row.values())
    assert not any(value and value in text for value in personal)
