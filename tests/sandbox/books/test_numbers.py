"""How far an invoice number is unique, and what others have written beside us."""

import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sync.sandbox.books import Books, Settings, seeding
from sync.sandbox.http import Server
from tests.sandbox.books.builders import Raw, line, mutation, relation

_DAY = date(2026, 1, 10)
_PURCHASE = {"Soort": "FactuurOntvangen", "Rekening": "1600"}
_BOUGHT = line(BTWCode="HOOG_INK_21", TegenrekeningCode="7000")


@pytest.fixture
def ready(raw: Raw) -> Raw:
    """With relations M1 and M2 and the sale 42 of M1."""
    for code in ("M1", "M2"):
        raw.call("AddRelatie", oRel=relation(Code=code))
    raw.call("AddMutatie", oMut=mutation(Factuurnummer="42"))
    return raw


@pytest.mark.parametrize(
    ("settings", "same_relation", "other_relation"),
    [
        (Settings(uniqueness="administration"), "CMUT019", "CMUT019"),
        (Settings(uniqueness="relation"), "CMUT018", ""),
        (Settings(uniqueness="off"), "", ""),
    ],
    ids=["administration", "relation", "off"],
)
def test_sales_numbers_are_unique_as_far_as_set(
    ready: Raw, same_relation: str, other_relation: str
) -> None:
    for code, expected in (("M2", other_relation), ("M1", same_relation)):
        sent = mutation(Factuurnummer="42", RelatieCode=code)
        assert ready.error("AddMutatie", oMut=sent) == expected


def test_purchases_are_unique_per_supplier_and_never_meet_sales(ready: Raw) -> None:
    bought = mutation(_BOUGHT, **_PURCHASE, Factuurnummer="42")
    assert ready.error("AddMutatie", oMut=bought) == ""
    assert ready.error("AddMutatie", oMut=bought | {"RelatieCode": "M2"}) == ""
    assert ready.error("AddMutatie", oMut=bought) == "CMUT018"


def test_numbers_are_compared_exactly(ready: Raw) -> None:
    assert ready.error("AddMutatie", oMut=mutation(Factuurnummer="042")) == ""
    assert ready.error("AddMutatie", oMut=mutation(Factuurnummer="C42")) == ""


def test_entries_of_others_carry_our_numbers(ready: Raw, books: Books) -> None:
    """A payment, a supplier's invoice and a former extension's sale, all numbered 42."""
    seeding.relation(books.state, "OLD17", "Jan Jansen")
    seeding.payment(books.state, "42", "M1", Decimal("121.00"), _DAY)
    seeding.purchase(books.state, "42", "M2", Decimal("60.50"), _DAY)
    seeding.sale(books.state, "42", "OLD17", Decimal("121.00"), _DAY)
    seeding.sale(books.state, "43", "OLD17", Decimal("10.90"), _DAY, vat_code="LAAG_VERK_9",
                 voucher="other:inv:1:43")  # fmt: skip

    found = ready.call("GetMutaties", cFilter={"Factuurnummer": "42"})["Mutaties"]["cMutatieList"]
    assert [(x["MutatieNr"], x["Soort"], x["RelatieCode"], x["Boekstuk"]) for x in found] == [
        ("4", "FactuurVerstuurd", "OLD17", ""),
        ("3", "FactuurOntvangen", "M2", ""),
        ("2", "FactuurbetalingOntvangen", "M1", ""),
        ("1", "FactuurVerstuurd", "M1", "web:inv:1:1"),
    ]
    (row,) = books.state.mutations[-1]["MutatieRegels"]
    assert (row["BedragExclBTW"], row["BedragBTW"]) == (Decimal("10.00"), Decimal("0.90"))
    assert ready.error("AddMutatie", oMut=mutation(Factuurnummer="43")) == "CMUT019"


def test_a_payment_settles_what_it_names(ready: Raw, books: Books) -> None:
    seeding.payment(books.state, "42", "M1", Decimal("121.00"), _DAY)
    assert "Openposten" not in ready.call("GetOpenPosten", OpSoort="Debiteuren")


@pytest.mark.parametrize("settings", [Settings(uniqueness="off")], ids=["off"])
def test_a_number_booked_twice_is_one_open_item_of_the_first_day(ready: Raw) -> None:
    ready.call("AddMutatie", oMut=mutation(Factuurnummer="42", Datum="2026-01-20"))
    (item,) = ready.call("GetOpenPosten", OpSoort="Debiteuren")["Openposten"]["cOpenPost"]
    assert (item["MutDatum"], item["Openstaand"]) == ("2026-01-15T00:00:00", "242")


def test_a_credit_memo_is_open_below_nothing(ready: Raw) -> None:
    amounts = dict.fromkeys(("BedragInvoer", "BedragInclBTW"), "-121.00")
    back = line(**amounts, BedragExclBTW="-100.00", BedragBTW="-21.00")
    assert ready.error("AddMutatie", oMut=mutation(back, Factuurnummer="C42")) == ""
    items = ready.call("GetOpenPosten", OpSoort="Debiteuren")["Openposten"]["cOpenPost"]
    assert [x["Openstaand"] for x in items] == ["121", "-121"]


def test_bookings_at_the_same_time_get_numbers_of_their_own(
    ready: Raw, server: Server, settings: Settings
) -> None:
    """Four clients, one of each pair of equal numbers is refused: none twice, none left out."""

    def book() -> None:
        raw = Raw(server.url, settings)
        for n in range(25):
            answers.append(raw.call("AddMutatie", oMut=mutation(Factuurnummer=f"S{n}")))
        raw.connection.close()

    answers: list[dict[str, Any]] = []
    threads = [threading.Thread(target=book) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    booked = sorted(int(x["Mutatienummer"]) for x in answers if x["Mutatienummer"] != "0")
    assert booked == list(range(2, 27))
    assert len(answers) == 100
