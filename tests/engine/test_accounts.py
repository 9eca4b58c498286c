"""The shop's customer accounts as documents of their own: each gets its relation, unasked."""

import json
import threading
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from sync import engine
from sync.domain import codes
from sync.sandbox.books import seeding
from sync.sandbox.fault_rules import Rule
from sync.store import Document
from tests.engine.world import Put, World

ACCOUNTS = ("1", "2", "3", "4")
"""Those that were recorded, each with one address."""

PRIVATE, FIRM = 1, 2
ONLY = engine.Wanted(entities=["customer"])


@pytest.fixture
def shop(world: World) -> World:
    """The recorded shop, whose accounts are added by themselves."""
    world.set_up(auto_add_customers="true")
    return world


def move(world: World, number: int, **address: Any) -> dict[str, Any]:
    """Let some time pass, and change an account's billing address."""
    world.later(hours=1)
    account = world.change("customers", number)
    [old] = account["addresses"]
    return world.change("customers", number, addresses=[old | address])


def latest(world: World, number: int | str) -> dict[str, Any]:
    """The newest row of an account."""
    return next(x for x in world.rows("customer") if x["customer"] == str(number))


def documents(world: World, number: int) -> list[Document]:
    """What the hub holds of an account, one per debtor, oldest first."""
    with world.store() as store:
        return store.find("webshop", "customer", [str(number)])


def test_every_account_gets_its_relation_before_it_buys(shop: World) -> None:
    """With a row each in the Customer log; the invoices afterwards make none of them."""
    shop.run(ONLY)
    rows = shop.rows("customer")
    assert sorted(row["customer"] for row in rows) == list(ACCOUNTS)
    assert {(row["outcome"], row["message"]) for row in rows} == {("created", "Customer created")}
    assert {row["store"] for row in rows} == {"base"}, "customers belong to websites"
    made = {x["Code"]: x for x in shop.books.state.relations}
    assert {row["relation_code"] for row in rows} == set(made)
    firm = made[latest(shop, FIRM)["relation_code"]]
    assert (firm["BP"], firm["Bedrijf"], firm["Contactpersoon"]) == (
        "B",
        "Bedrijf & Zonen B.V.",
        "Petra Jansen",
    )
    [known] = documents(shop, FIRM)
    assert (known.state, known.relation_code) == ("booked", firm["Code"])
    assert (known.entry.company, known.entry.country) == ("Bedrijf & Zonen B.V.", "NL")
    assert known.entry.created_at == datetime(2026, 11, 23, 4, 12, 24, tzinfo=UTC)
    shop.run()
    accounts = [row for row in shop.rows("customer") if row["customer"] != "guest"]
    assert len({row["relation_code"] for row in accounts}) == len(shop.books.state.relations) - len(
        {row["relation_code"] for row in shop.rows("customer") if row["customer"] == "guest"}
    )


def test_an_unchanged_account_makes_no_call_and_no_row(shop: World) -> None:
    """However often it is read again."""
    shop.run(ONLY)
    rows = len(shop.rows("customer"))
    shop.faults.add(Rule(kind="error", service="books"))
    for _ in range(2):
        shop.later(hours=1)
        assert shop.run(ONLY).outcomes == {}
    assert len(shop.rows("customer")) == rows


def test_a_move_updates_the_relation_and_a_country_makes_another(shop: World) -> None:
    """What a bookkeeper wrote stays; the old debtor stays, too."""
    shop.run(ONLY)
    code = latest(shop, PRIVATE)["relation_code"]
    relation = shop.books.state.relation(code)
    assert relation is not None
    shop.books.state.put("cRelatie", relation | {"Notitie": "belt altijd"})
    move(shop, PRIVATE, city="Haarlem")
    shop.run(ONLY)
    row = latest(shop, PRIVATE)
    assert (row["outcome"], row["message"]) == ("updated", "Customer updated")
    relation = shop.books.state.relation(code)
    assert relation is not None
    assert (relation["Plaats"], relation["Notitie"]) == ("Haarlem", "belt altijd")
    move(shop, PRIVATE, country_id="BE")
    shop.run(ONLY)
    row = latest(shop, PRIVATE)
    assert (row["outcome"], row["relation_code"] != code) == ("created", True)
    assert [x.state for x in documents(shop, PRIVATE)] == ["booked", "booked"]


def test_an_account_without_an_address_is_skipped_until_it_has_one(shop: World) -> None:
    """The reason is said; what is said of it afterwards is not the old reason."""
    shop.change("customers", PRIVATE, addresses=[])
    shop.run(ONLY)
    row = latest(shop, PRIVATE)
    assert (row["outcome"], row["error_code"]) == ("skipped", codes.COUNTRY_MISSING)
    assert "no billing address" in row["message"]
    address = json.loads(shop.shop.state.get("customers", FIRM) or "")["addresses"][0]
    shop.later(hours=1)
    shop.change("customers", PRIVATE, addresses=[address | {"id": 1}])
    shop.run(ONLY)
    assert latest(shop, PRIVATE)["outcome"] == "created"
    first, second = sorted(documents(shop, PRIVATE), key=lambda x: x.state)
    assert (first.state, second.state) == ("booked", "skipped")
    assert second.error_code == codes.CUSTOMER_CHANGED
    rows = len(shop.rows("customer"))
    shop.later(hours=1)
    assert shop.run(ONLY).outcomes == {}
    assert len(shop.rows("customer")) == rows


def test_only_accounts_of_the_time_that_is_booked_are_added(shop: World) -> None:
    """Those made before the start date are left, unless an invoice made them known."""
    for number in (PRIVATE, FIRM):
        shop.change("customers", number, created_at="2025-12-31 22:00:00")
    shop.run(ONLY)
    assert sorted(row["customer"] for row in shop.rows("customer")) == ["3", "4"]
    shop.run()
    assert {"1", "2"} <= {row["customer"] for row in shop.rows("customer")}, "by their invoices"
    shop.later(hours=1)
    move(shop, PRIVATE, city="Haarlem")
    shop.run(ONLY)
    assert (latest(shop, PRIVATE)["outcome"], latest(shop, PRIVATE)["order_no"]) == ("updated", "")


def test_switched_off_each_account_waits_for_its_first_invoice(world: World) -> None:
    """Accounts are not read; the invoices make those who bought."""
    world.faults.add(Rule(kind="error", service="shop", match=("customers/search",)))
    report = world.run()
    assert report.message == ""
    bought = {row["customer"] for row in world.rows("invoice")} - {"guest"}
    assert {row["customer"] for row in world.rows("customer")} - {"guest"} <= bought


def test_the_newer_word_counts(shop: World) -> None:
    """An order from before a move does not undo it; a later order with another address does."""
    shop.run(ONLY)
    code = latest(shop, PRIVATE)["relation_code"]
    move(shop, PRIVATE, city="Haarlem")
    shop.run(ONLY)
    shop.run()
    relation = shop.books.state.relation(code)
    assert relation is not None
    assert relation["Plaats"] == "Haarlem", "its orders were placed before"
    order = next(
        x
        for number in range(1, 70)
        if (x := json.loads(shop.shop.state.get("orders", number) or "{}")).get("customer_id") == 1
        and "billing_address" in x
    )
    shop.later(hours=1)
    stamp = f"{shop.clock.now():%Y-%m-%d %H:%M:%S}"
    billing = order["billing_address"] | {"city": "Leiden"}
    shop.change(
        "orders",
        order["entity_id"],
        entity_id=900,
        increment_id="000000900",
        billing_address=billing,
        created_at=stamp,
    )
    invoice = next(
        number
        for number in range(1, 70)
        if json.loads(shop.shop.state.get("invoices", number) or "{}").get("order_id")
        == order["entity_id"]
    )
    shop.change(
        "invoices",
        invoice,
        entity_id=900,
        increment_id="000000901",
        order_id=900,
        created_at=stamp,
    )
    shop.run()
    relation = shop.books.state.relation(code)
    assert relation is not None
    assert relation["Plaats"] == "Leiden"
    rows = len(shop.rows("customer"))
    shop.run()
    assert len(shop.rows("customer")) == rows, "reading the account again undoes nothing"


def test_an_account_and_its_invoice_at_once_make_one_relation(shop: World) -> None:
    """The same claim: whoever comes second finds what the first has made."""
    slow = Rule(kind="latency", service="books", match=("AddRelatie",), seconds=0.3)
    shop.faults.add(slow)
    wishes = [ONLY, engine.Wanted(entities=["invoice"])]
    threads = [threading.Thread(target=shop.run, args=(wish,)) for wish in wishes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = [row for row in shop.rows("customer") if row["outcome"] == "created"]
    accounts = [row["customer"] for row in made if row["customer"] != "guest"]
    assert sorted(accounts) == list(ACCOUNTS)
    assert len(shop.books.state.relations) == len(made)


@pytest.mark.parametrize("after", [False, True], ids=["not created", "created"])
def test_a_lost_answer_is_settled_by_itself(shop: World, after: bool) -> None:
    """No invoice is needed for it: the account is looked up by its code."""
    match = ("AddRelatie", "jan@example.test")
    shop.faults.add(Rule(kind="drop", service="books", match=match, count=1, after=after))
    shop.run(ONLY)
    assert latest(shop, PRIVATE)["outcome"] == "unknown"
    shop.later(minutes=10)
    shop.run(ONLY)
    assert latest(shop, PRIVATE)["outcome"] == ("linked" if after else "created")
    same = [x for x in shop.books.state.relations if x["Email"] == "jan@example.test"]
    assert len(same) == 1


def test_a_failed_account_is_booked_again_by_hand(shop: World) -> None:
    """Also where no invoice asks for it; named with its number, confirmed, with who asked."""
    for code in ("10042", "10043"):
        seeding.relation(shop.books.state, code, "Jan de Vries")
        there = shop.books.state.relation(code)
        assert there is not None
        mail = {"Email": "jan@example.test", "Land": "NL", "BTWNummer": ""}
        shop.books.state.put("cRelatie", there | mail)
    shop.run(ONLY)
    row = latest(shop, PRIVATE)
    assert (row["outcome"], row["error_code"]) == ("failed", codes.RELATION_AMBIGUOUS)
    there = shop.books.state.relation("10043")
    assert there is not None
    shop.books.state.put("cRelatie", there | {"Email": "weg@example.test"})
    assert shop.run(ONLY).outcomes == {}, "it waits for a person"
    done = shop.command("resync", "--failed", "--entity", "customer", "--yes")
    assert done.returncode == 0, done.stderr
    assert "customer 1: may be booked (was refused: RELATION_AMBIGUOUS)" in done.stdout
    row = latest(shop, PRIVATE)
    assert (row["outcome"], row["relation_code"], row["trigger"]) == ("linked", "10042", "resync")


def test_what_is_corrected_in_the_shop_leaves_no_failure_behind(shop: World) -> None:
    """Another VAT number is another debtor; the failure of the former one is told to be over."""
    there = {"Email": "inkoop@bedrijf.example.test", "Land": "NL", "BTWNummer": "NL001234567B01"}
    for code in ("10042", "10043"):
        seeding.relation(shop.books.state, code, "Bedrijf", kind="B")
        relation = shop.books.state.relation(code)
        assert relation is not None
        shop.books.state.put("cRelatie", relation | there)
    shop.run(ONLY)
    assert latest(shop, FIRM)["outcome"] == "failed"
    move(shop, FIRM, vat_id="NL004495445B01")
    shop.run(ONLY)
    states = {x.state: x.error_code for x in documents(shop, FIRM)}
    assert states == {"booked": "", "skipped": codes.CUSTOMER_CHANGED}


def test_a_deleted_account_is_left_out(shop: World) -> None:
    """It was fetched, and is gone when its turn comes."""
    shop.faults.add(Rule(kind="unavailable", service="books"))
    shop.run(ONLY)
    shop.faults.clear()
    account = json.loads(shop.shop.state.get("customers", PRIVATE) or "", parse_float=Decimal)
    shop.shop.state.apply(
        Put(table="customers", entity=account, at=shop.clock.now(), action="delete")
    )
    shop.later(hours=1)
    shop.run(ONLY)
    row = latest(shop, PRIVATE)
    assert (row["outcome"], row["error_code"]) == ("skipped", codes.CUSTOMER_GONE)


def test_one_unreadable_account_fails_by_name_and_alone(shop: World) -> None:
    """Its row says which field; once it can be read it gets its relation."""
    shop.change("customers", PRIVATE, created_at="yesterday")
    report = shop.run(ONLY)
    assert report.outcomes == {"failed": 1, "created": 3}
    row = latest(shop, PRIVATE)
    assert (row["document_no"], row["error_code"]) == ("1", codes.FIELD_INVALID)
    shop.later(hours=1)
    shop.change("customers", PRIVATE, created_at="2026-11-23 04:12:23")
    assert shop.run(ONLY).outcomes == {"created": 1, "skipped": 1}
    assert {x.state for x in documents(shop, PRIVATE)} == {"booked", "skipped"}


def test_a_dry_run_tells_of_accounts_and_changes_nothing(shop: World) -> None:
    """What would be made, updated or left out."""
    shop.change("customers", PRIVATE, addresses=[])
    said = shop.command("run", "--dry-run", "--entity", "customer")
    assert said.returncode == 0, said.stderr
    assert "customer 1 would skip: Skipped: the account has no billing address" in said.stdout
    assert "customer 2 would book: a relation to be found or made, code KWEBS" in said.stdout
    assert shop.books.state.relations == []
    assert shop.rows("customer") == []


def test_by_address_every_billing_address_is_a_debtor(shop: World) -> None:
    """A new one makes a relation of its own, also where e-mail, country and VAT number agree."""
    shop.set_up(customer_logic='"address"')
    shop.run(ONLY)
    code = latest(shop, PRIVATE)["relation_code"]
    move(shop, PRIVATE, street=["VOORBEELDSTRAAT 12", "2e  Etage"], postcode="1012 ab")
    shop.run(ONLY)
    assert (latest(shop, PRIVATE)["outcome"], latest(shop, PRIVATE)["relation_code"]) == (
        "updated",
        code,
    ), "the same place, spelled otherwise"
    move(shop, PRIVATE, city="Haarlem")
    shop.run(ONLY)
    row = latest(shop, PRIVATE)
    assert (row["outcome"], row["relation_code"] != code) == ("created", True)
    moved = shop.books.state.relation(code)
    assert moved is not None
    assert moved["Plaats"] == "Amsterdam", "the former address keeps its relation"


def test_a_hub_that_is_lost_makes_no_second_relation(shop: World) -> None:
    """The codes are derived: rebuilt or begun anew, the same relations are found."""
    shop.run(ONLY)
    before = len(shop.books.state.relations)
    for file in shop.home.glob("data/boekwacht.sqlite*"):
        file.unlink()
    with shop.store() as store:
        text = '{"vat": {"NL-21": "HOOG_VERK_21"}, "ledger": [{"ledger": "8000"}]}'
        store.set_mapping("webshop", text, "test", shop.clock.now())
    shop.run(ONLY)
    assert {row["outcome"] for row in shop.rows("customer")} == {"linked"}
    assert len(shop.books.state.relations) == before


def test_the_code_of_an_account_is_that_of_its_invoices(shop: World) -> None:
    """Both ways read the same facts alike, so nothing is updated back and forth."""
    shop.run()
    rows = len(shop.rows("customer"))
    relations = shop.books.state.relations
    for account in ACCOUNTS:
        codes_of = {
            row["relation_code"] for row in shop.rows("invoice") if row["customer"] == account
        } - {""}
        assert len(codes_of) <= 1
    shop.later(hours=1)
    shop.run()
    assert (len(shop.rows("customer")), shop.books.state.relations) == (rows, relations)
