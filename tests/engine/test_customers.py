"""Customers on the way of their documents: created, updated, linked, refused; each its own row."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sync import engine
from sync.domain import codes
from sync.domain.rules import CURED_BY_MAPPING
from sync.sandbox.books import seeding
from sync.sandbox.fault_rules import Rule
from tests.engine.world import World

B2B_INVOICE, B2B_ORDER = 4, 3
NUMBER = "000000004"


def only_customer(world: World) -> dict[str, Any]:
    """The newest row of the customer of the B2B order."""
    order = world.change("orders", B2B_ORDER)
    rows = world.rows("customer")
    return next(row for row in rows if row["customer"] == str(order["customer_id"]))


def second_invoice(world: World, **address: str) -> None:
    """Another invoice to the same customer, some of whose address changed."""
    world.later(hours=1)
    order = world.change("orders", B2B_ORDER)
    billing = order["billing_address"] | address
    world.change(
        "orders", B2B_ORDER, entity_id=900, increment_id="000000900", billing_address=billing
    )
    stamp = f"{world.clock.now():%Y-%m-%d %H:%M:%S}"
    ids = {"entity_id": 900, "increment_id": "000000901", "order_id": 900, "created_at": stamp}
    world.change("invoices", B2B_INVOICE, **ids)


def test_a_new_customer_is_created_before_its_invoice(world: World) -> None:
    """A row in each log; the invoice says that it made its customer."""
    world.run()
    customer, invoice = only_customer(world), world.row(NUMBER)
    assert (customer["outcome"], customer["message"]) == ("created", "Customer created")
    assert customer["id"] > invoice["id"]
    assert customer["finished_at"] <= invoice["finished_at"]
    assert invoice["message"] == "Success: customer created"
    assert customer["relation_code"] == invoice["relation_code"]
    [relation] = [x for x in world.books.state.relations if x["Code"] == customer["relation_code"]]
    assert relation["BP"] == "B"


def test_an_unchanged_customer_costs_no_call_and_no_row(world: World) -> None:
    """Known, with the fingerprint of what was last sent."""
    world.run()
    before = len(world.rows("customer"))
    second_invoice(world)
    world.faults.add(Rule(kind="error", service="books", match=("GetRelaties",)))
    report = world.run()
    assert report.outcomes == {"created": 1}
    assert len(world.rows("customer")) == before
    assert world.row("000000901")["message"] == "Success"


def test_a_changed_address_updates_the_relation_and_keeps_the_bookkeepers_fields(
    world: World,
) -> None:
    """Read, merge, write: the service overwrites every field."""
    world.run()
    code = only_customer(world)["relation_code"]
    relation = world.books.state.relation(code)
    assert relation is not None
    world.books.state.put("cRelatie", relation | {"Notitie": "belt altijd", "Def3": "x"})
    second_invoice(world, city="Elders")
    world.run()
    assert only_customer(world)["outcome"] == "updated"
    assert only_customer(world)["message"] == "Customer updated"
    updated = world.books.state.relation(code)
    assert updated is not None
    assert (updated["Plaats"], updated["Notitie"], updated["Def3"]) == (
        "Elders",
        "belt altijd",
        "x",
    )


def test_another_country_makes_another_relation(world: World) -> None:
    """It changes the tax treatment."""
    world.run()
    code = only_customer(world)["relation_code"]
    before = len(world.books.state.relations)
    second_invoice(world, country_id="BE")
    world.run()
    assert only_customer(world)["relation_code"] != code
    assert len(world.books.state.relations) == before + 1


def test_a_relation_with_the_same_e_mail_country_and_vat_number_is_linked(world: World) -> None:
    """Found by keyword when our code is not there; two of them need a person."""
    order = world.change("orders", B2B_ORDER)
    vat = order["billing_address"].get("vat_id") or order["customer_taxvat"]
    seeding.relation(world.books.state, "10042", "Het Bedrijf", kind="B")
    mail = {"Email": order["customer_email"].upper(), "Land": "nl", "BTWNummer": vat}
    there = world.books.state.relation("10042")
    assert there is not None
    world.books.state.put("cRelatie", there | mail)
    world.run()
    row = only_customer(world)
    assert (row["outcome"], row["relation_code"]) == ("linked", "10042")
    assert row["message"].startswith("Duplicate found")
    assert world.row(NUMBER)["relation_code"] == "10042"


def test_several_relations_that_fit_are_a_persons_choice(world: World) -> None:
    """Both codes are named; nothing is booked on either."""
    order = world.change("orders", B2B_ORDER)
    vat = order["billing_address"].get("vat_id") or order["customer_taxvat"]
    for code in ("10042", "10043"):
        seeding.relation(world.books.state, code, "Het Bedrijf", kind="B")
        there = world.books.state.relation(code)
        assert there is not None
        mail = {"Email": order["customer_email"], "Land": "NL", "BTWNummer": vat}
        world.books.state.put("cRelatie", there | mail)
    world.run()
    for row in (only_customer(world), world.row(NUMBER)):
        assert (row["outcome"], row["error_code"]) == ("failed", codes.RELATION_AMBIGUOUS)
        assert "10042, 10043" in row["message"]
    assert world.booked(NUMBER) == []


@pytest.mark.parametrize("after", [False, True], ids=["not created", "created"])
def test_a_lost_answer_to_creating_makes_no_second_relation(world: World, after: bool) -> None:
    """The code is derived from the customer; the next try asks for it first."""
    order = world.change("orders", B2B_ORDER)
    match = ("AddRelatie", order["customer_email"])
    world.faults.add(Rule(kind="drop", service="books", match=match, count=1, after=after))
    world.run()
    assert only_customer(world)["outcome"] == "unknown"
    assert world.row(NUMBER)["outcome"] == "failed"
    for _ in range(3):
        world.later(minutes=10)
        world.run()
    assert only_customer(world)["outcome"] == ("linked" if after else "created")
    assert world.row(NUMBER)["outcome"] == "created"
    same = [x for x in world.books.state.relations if x["Email"] == order["customer_email"]]
    assert len(same) == 1
    assert len(world.booked(NUMBER)) == 1


def test_nothing_personal_is_in_a_customers_row(world: World) -> None:
    """It is kept for ever; names and e-mail are in the hub's document alone."""
    world.run()
    order = world.change("orders", B2B_ORDER)
    text = " ".join(str(value) for row in world.rows("customer") for value in row.values())
    assert order["customer_email"] not in text
    assert order["customer_lastname"] not in text


def test_an_invoice_cancelled_before_it_was_booked_is_skipped(world: World) -> None:
    """It never happened, as far as the books are concerned."""
    world.change("invoices", B2B_INVOICE, state=3)
    world.run()
    row = world.row(NUMBER)
    assert (row["outcome"], row["error_code"]) == ("skipped", codes.CANCELLED)
    assert world.booked(NUMBER) == []


def test_an_invoice_cancelled_after_it_was_booked_needs_a_person(world: World) -> None:
    """Failed, naming the mutation; never posted again, however often it is asked for."""
    world.run()
    mutation = world.row(NUMBER)["mutation_no"]
    world.later(hours=1)
    world.change("invoices", B2B_INVOICE, state=3)
    world.run()
    row = world.row(NUMBER)
    assert (row["outcome"], row["error_code"], row["attempt_no"]) == ("failed", codes.CANCELLED, 2)
    assert f"(mutation {mutation})" in row["message"]
    world.run(engine.Wanted(trigger="resync", actor="jan", numbers=[NUMBER], entities=["invoice"]))
    assert world.row(NUMBER)["attempt_no"] == 3
    assert len(world.booked(NUMBER)) == 1


def test_other_changes_after_booking_make_no_row(world: World) -> None:
    """A shipped order or a new address changes nothing in the books."""
    world.run()
    world.later(hours=1)
    order = world.change("orders", B2B_ORDER)
    world.change("orders", B2B_ORDER, customer_email="new@klant.example", status="complete")
    world.change("invoices", B2B_INVOICE, state=2)
    assert order
    rows = len(world.rows())
    assert world.run().outcomes == {}
    assert len(world.rows()) == rows


def test_a_mapped_tax_books_what_it_had_refused(world: World) -> None:
    """Nobody has to ask for it: the documents that the mapping cures are due again."""
    with world.store() as store:
        version = store.set_mapping(
            "webshop", '{"ledger": [{"ledger": "8000"}]}', "test", world.clock.now()
        )
    world.run()
    assert world.row(NUMBER)["error_code"] == codes.TAX_UNMAPPED
    world.later(hours=1)
    mapping = (
        '{"vat": {"NL-21": "HOOG_VERK_21", "NL-9": "LAAG_VERK_9"}, "ledger": [{"ledger": "8000"}]}'
    )
    with world.store() as store:
        reopened = CURED_BY_MAPPING
        assert (
            store.set_mapping("webshop", mapping, "jan", world.clock.now(), reopens=reopened)
            > version
        )
        [audit, *_] = store.audit_rows(1)
    assert int(str(audit.facts["reopened"])) > 5
    world.run()
    row = world.row(NUMBER)
    assert (row["outcome"], row["attempt_no"]) == ("created", 2)


def test_a_booking_on_another_customers_relation_is_never_linked(world: World) -> None:
    """Same number, date and amount, but the relation is known as somebody else's."""
    world.run()
    other = world.row("000000001")["relation_code"]
    world.later(hours=1)
    second_invoice(world)
    total = world.row(NUMBER)["amount"]
    today = world.clock.now().astimezone(ZoneInfo("Europe/Amsterdam")).date()
    seeding.sale(world.books.state, "000000901", other, total, today)
    world.run()
    row = world.row("000000901")
    assert (row["outcome"], row["error_code"]) == ("failed", codes.DUPLICATE_CONFLICT)


def test_a_relation_that_was_deleted_in_the_books_is_made_again(world: World) -> None:
    """CMUT017: what we remembered is gone; asked for anew, and the invoice is booked."""
    world.run()
    code = only_customer(world)["relation_code"]
    relation = world.books.state.relation(code)
    assert relation is not None
    world.books.state.put("cRelatie", relation | {"Code": "WEG", "Email": "weg@klant.example"})
    second_invoice(world)
    world.run()
    row = world.row("000000901")
    assert (row["outcome"], row["relation_code"]) == ("created", code)
    assert world.books.state.relation(code) is not None


def test_books_that_are_gone_for_one_document_are_told_too(world: World) -> None:
    """Exit status 3, however few documents were due."""
    world.servers[1].stop()
    wanted = engine.Wanted(trigger="cli", actor="jan", numbers=[NUMBER], entities=["invoice"])
    report = world.run(wanted)
    assert engine.exit_status([report]) == 3
    assert world.row(NUMBER)["error_code"] == codes.CONNECT


def test_a_payment_fee_is_named_in_the_message(world: World) -> None:
    """Where a ledger for fees is set."""
    ledgers = '[{"ledger": "8000"}, {"ledger": "8000", "kind": "fee"}]'
    vat = '{"NL-21": "HOOG_VERK_21", "NL-9": "LAAG_VERK_9"}'
    with world.store() as store:
        mapping = f'{{"vat": {vat}, "ledger": {ledgers}}}'
        store.set_mapping("webshop", mapping, "test", world.clock.now())
    total = world.change("invoices", B2B_INVOICE)["base_grand_total"]
    world.change("invoices", B2B_INVOICE, base_grand_total=total + Decimal("2.50"))
    world.run()
    row = world.row(NUMBER)
    assert row["message"] == "Success: customer created, with a payment fee of € 2.50"
    assert row["amount"] == total + Decimal("2.50")


def test_a_credit_memo_waits_for_its_invoice_and_follows_by_itself(world: World) -> None:
    """Invoice not found; then the invoice is booked, and so is the credit memo, unasked."""
    world.faults.add(Rule(kind="closed_period", service="books", match=("000000013",), count=1))
    world.run()
    row = world.row("000000004", "creditmemo")
    assert (row["outcome"], row["error_code"]) == ("failed", codes.INVOICE_NOT_FOUND)
    assert row["message"].startswith("Invoice not found")
    world.later(hours=1)
    world.run()
    assert world.row("000000004", "creditmemo")["id"] == row["id"], "nothing changed, no new row"
    with world.store() as store:
        invoices = store.find("webshop", "invoice", ["000000013"])
        for invoice in invoices:
            store.request_again(invoice.key, world.clock.now())
    world.run()
    row = world.row("000000004", "creditmemo")
    assert (row["outcome"], row["attempt_no"]) == ("created", 2)
    [mutation] = world.booked("C000000004")
    assert sum(Decimal(str(x["BedragInclBTW"])) for x in mutation["MutatieRegels"]) < 0
