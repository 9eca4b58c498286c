"""The data pages: what the shop has, where it stands in the books, and the way to push it there."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import data, export, rights, view
from pages.ui.logs import DATA
from pages.ui.question import Question
from pages.ui.rights import Visitor
from pages.ui.view import View
from sync import config
from sync.clock import SystemClock
from sync.errors import StoreError
from sync.stopping import Stop
from sync.store import Store, fetched, open_store, search
from sync.store.reader import open_reader
from sync.worker import Worker
from tests.engine.world import recorded_world
from tests.pages.conftest import Open
from tests.pages.seed import Invoice, Try, fill, settings

NOW = datetime.now(UTC)
SALES = (
    *("id", "state", "store", "document_no", "order", "company", "customer_name", "country"),
    *("grand_total", "tax", "issued_at", "updated_at"),
)


def grid(page: AppTest) -> pd.DataFrame:
    found: pd.DataFrame = page.dataframe[0].value
    return found


def texts(page: AppTest) -> str:
    return "\n".join(each.value for each in page.text)


def links(page: AppTest) -> dict[str, str]:
    return {
        each.proto.label.replace("\\", ""): each.proto.query_string
        for each in page.get("page_link")
    }


@pytest.mark.parametrize("name", DATA)
def test_every_data_page_has_its_columns(month_home: Path, open_page: Open, name: str) -> None:
    """Hidden ones where the address names them; what nobody knows is nothing, never a zero."""
    optional = DATA[name].optional
    page = open_page(month_home, "en-GB", at=name, range="all", cols=",".join(optional))
    assert not page.exception
    assert not page.error
    rows = grid(page)
    assert tuple(rows.columns) == (*DATA[name].columns, *optional)
    assert rows["country"].isna().all()


def test_the_columns_are_those_of_the_shops_own_grids() -> None:
    assert DATA["shop-invoices"].columns == SALES
    assert DATA["shop-creditmemos"].columns == SALES
    assert DATA["shop-customers"].columns == (
        *("id", "state", "store", "company", "firstname", "lastname", "email", "vat_number"),
        *("relation_code", "country", "created_at", "updated_at"),
    )


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Three invoices: in the books, failed, and fetched but not tried yet; and a customer."""
    failed = Try(outcome="failed", state="failed", message="Invalid tax code", pattern="p")
    fill(
        settings(tmp_path),
        [
            Invoice(number=1, at=NOW - timedelta(hours=3)),
            Invoice(number=2, at=NOW - timedelta(hours=2), tries=(failed,)),
            Invoice(number=3, at=NOW - timedelta(hours=1), tries=(), name="=1+1 Els"),
            Invoice(number=4, entity="customer", at=NOW, email="jan@x.example"),
        ],
    )
    return tmp_path


def test_each_document_stands_there_once_with_its_state(shop: Path, open_page: Open) -> None:
    page = open_page(shop, at="shop-invoices")
    rows = grid(page)
    assert rows["document_no"].tolist() == ["000000003", "000000002", "000000001"]
    assert [state for [state] in rows["state"]] == ["○ Wacht", "✗ Mislukt", "✓ Geboekt"]
    assert "3 rijen · 1 geboekt · 1 wachtend · 1 mislukt" in texts(page)
    assert rows["order"].tolist()[0].endswith("/sales/order/view/order_id/1003#200000003")


def test_filters_stand_in_the_address_and_others_do_not(shop: Path, open_page: Open) -> None:
    """Of a log's filters a data page has none, and forgets none that travel."""
    page = open_page(shop, at="shop-invoices", books=["failed", "waiting"], success="no", q="00000")
    assert len(grid(page)) == 2
    page.button(key="shop-invoices_chip_q").click().run()
    assert page.query_params["books"] == ["failed", "waiting"]
    assert "success" not in page.query_params
    page.button_group(key="shop-invoices_books").set_value(["booked"]).run()
    assert grid(page)["document_no"].tolist() == ["000000001"]
    page.text_input(key="shop-invoices_q").set_value("nothing like this").run()
    assert "shop-invoices_clear" in {each.key for each in page.button}
    assert not page.dataframe
    page.button(key="shop-invoices_empty_clear").click().run()
    assert len(grid(page)) == 3
    page = open_page(shop, at="invoices", platform="e-Boekhouden.nl")
    page.switch_page("pages/shop-invoices.py").run()
    assert "platform" not in page.query_params
    page.switch_page("pages/invoices.py").run()
    assert page.query_params["platform"] == "e-Boekhouden.nl"


def test_a_row_leads_to_the_story_and_that_to_the_push(shop: Path, open_page: Open) -> None:
    """Also before any try; of one in the books nothing is offered, and the preview says why."""
    untried = "webshop:inv:1:000000003"
    page = open_page(shop, at="shop-invoices", doc=untried)
    assert not page.exception
    assert "€\N{NO-BREAK SPACE}121,00" in texts(page)
    assert "doc=webshop%3Ainv%3A1%3A000000003" in links(page)["Push naar e-Boekhouden"]
    buttons = [each.proto for each in page.get("link_button")]
    assert [each.url for each in buttons] == [
        "https://shop.example/beheer/sales/invoice/view/invoice_id/3"
    ]
    booked = open_page(shop, at="shop-invoices", doc="webshop:inv:1:000000001")
    assert "Push naar e-Boekhouden" not in links(booked)
    preview = open_page(shop, at="resync", doc=[untried, "webshop:inv:1:000000001"])
    assert grid(preview)["document_no"].tolist() == ["000000003"]
    refused: Any = preview.dataframe[1].value
    assert refused["message"].tolist() == ["Staat al in de boekhouding (mutatie 50001)"]
    preview.text_input(key="resync_actor").input("Marieke").run()
    preview.button(key="resync_confirm").click().run()
    with open_store(shop, SystemClock()) as store:
        [request] = store.requests(5)
        assert store.open_documents(request.id) == [untried]


def test_all_that_a_filter_leaves_unbooked_is_pushed(shop: Path, open_page: Open) -> None:
    """Also what was never tried; the filter goes along in the address, what is booked does not."""
    page = open_page(shop, at="shop-invoices", q="00000")
    query = parse_qs(links(page)["Push alles wat niet geboekt is (2)"])
    assert query == {
        "range": ["30d"],
        "q": ["00000"],
        "books": ["waiting", "failed"],
        "entity": ["invoice"],
    }
    preview = open_page(shop, at="resync", **query)
    assert not preview.exception
    assert grid(preview)["document_no"].tolist() == ["000000003", "000000002"]
    preview.text_input(key="resync_actor").input("Marieke").run()
    preview.button(key="resync_confirm").click().run()
    with open_store(shop, SystemClock()) as store:
        [request] = store.requests(5)
        assert sorted(store.open_documents(request.id)) == [
            "webshop:inv:1:000000002",
            "webshop:inv:1:000000003",
        ]
    assert request.filter == "range=30d&q=00000&books=waiting&books=failed&entity=invoice"


def test_only_what_is_asked_for_is_offered_to_be_pushed(shop: Path, open_page: Open) -> None:
    """A chosen state alone; nothing of what is booked, nor where the address would say too little.

    An e-mail address stands in no URL, so a link that lost it would push everybody.
    """
    page = open_page(shop, at="shop-invoices", books="failed")
    assert "Push alles wat niet geboekt is (1)" in links(page)
    for at, asked in (
        ("shop-invoices", {"books": "booked"}),
        ("shop-customers", {"q": "jan@x.example"}),
    ):
        assert not [label for label in links(open_page(shop, at=at, **asked)) if "alles" in label]
    preview = open_page(shop, at="resync", books="booked", entity="invoice")
    assert not preview.dataframe
    assert not preview.exception


def test_what_is_only_shown_is_pushed_and_booked_once(tmp_path: Path, open_page: Open) -> None:
    """From the story's link to the books: a real worker, both services on loopback."""
    world = recorded_world(tmp_path)
    world.set_up(auto_add_invoices_and_creditmemos="false")
    world.run()
    page = open_page(tmp_path, at="shop-invoices", range="all")
    assert {state for [state] in grid(page)["state"]} == {"○ Wacht"}
    no = "000000058"
    row = grid(page).set_index("document_no").loc[no]
    assert row[["store", "country", "grand_total", "tax", "customer_name"]].notna().all()
    with open_reader(tmp_path) as reader:
        [invoice] = search.find(reader, no).documents
    story = open_page(tmp_path, at="shop-invoices", range="all", doc=invoice.key)
    assert "wacht tot iemand hem" in story.info[0].value
    query = parse_qs(links(story)["Push naar e-Boekhouden"])
    preview = open_page(tmp_path, at="resync", doc=query["doc"])
    preview.text_input(key="resync_actor").input("Marieke").run()
    preview.button(key="resync_confirm").click().run()
    Worker(tmp_path, Stop(), print).work_off()
    page = open_page(tmp_path, at="shop-invoices", range="all", books="booked")
    assert grid(page)["document_no"].tolist() == [no]
    assert len(world.booked(no)) == 1
    page = open_page(tmp_path, at="shop-customers", range="all", q="Klaas")
    assert grid(page)["relation_code"].str.len().tolist() == [15]
    world.close()


def test_people_are_masked_until_an_operator_asks_and_that_is_written_down(
    shop: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(shop, at="shop-invoices")
    assert grid(page)["customer_name"].tolist() == ["=… E…", "J… J…", "J… J…"]
    page.text_input(key="shop-invoices_people_actor").set_value("Els").run()
    page.button(key="shop-invoices_people_button").click().run()
    assert grid(page)["customer_name"].tolist() == ["=1+1 Els", "Jan Jansen", "Jan Jansen"]
    with open_store(shop, SystemClock()) as store:
        [row] = store.audit_rows(1)
    assert (row.actor, row.action, row.what, row.facts["count"]) == (
        *("Els", "show", "shop-invoices", 3),
    )
    monkeypatch.setattr(rights, "visitor", lambda: Visitor(role="viewer"))
    page.run()
    assert grid(page)["customer_name"].tolist() == ["=… E…", "J… J…", "J… J…"]
    assert "shop-invoices_people_button" not in {each.key for each in page.button}
    assert "Push naar e-Boekhouden" not in links(
        open_page(shop, at="shop-invoices", doc="webshop:inv:1:000000003")
    )


def test_people_stay_masked_when_that_cannot_be_written_down(
    shop: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(Store, "audit", full)
    page = open_page(shop, at="shop-customers")
    page.text_input(key="shop-customers_people_actor").set_value("Els").run()
    page.button(key="shop-customers_people_button").click().run()
    assert grid(page)["email"].tolist() == ["j…@….example"]
    assert "the disk is full" in texts(page)


def test_rows_stay_and_say_where_they_stand_now(shop: Path, open_page: Open) -> None:
    page = open_page(shop, at="shop-invoices")
    fill(shop, [Invoice(number=5, at=NOW)])
    booked = Invoice(number=3, at=NOW - timedelta(hours=1), name="=1+1 Els")
    fill(shop, [booked])
    page.run()
    rows = grid(page)
    assert rows["document_no"].tolist() == ["000000003", "000000002", "000000001"]
    assert rows["state"][0] == ["✓ Geboekt"]
    assert page.button(key="shop-invoices_news").label == "1 nieuwe rij, tonen"


@pytest.mark.parametrize(("tongue", "total"), [("nl", "121,00"), ("en", "121.00")])
def test_the_files_hold_every_row_and_no_name(shop: Path, tongue: Any, total: str) -> None:
    log = DATA["shop-invoices"]
    with open_reader(shop) as reader:
        question = Question(
            log=log,
            settings=config.load(shop),
            reader=reader,
            view=View(),
            filter=data.fetched_filter("invoice", View(range="all"), "Europe/Amsterdam"),
        )
        text = export.csv_bytes(question, tongue).decode("utf-8-sig")
        book = export.xlsx_bytes(question, tongue)
    _, *body = csv.reader(io.StringIO(text, newline=""), delimiter=";" if tongue == "nl" else ",")
    rows = [dict(zip(export.fields(log), row, strict=True)) for row in body]
    assert [row["document_no"] for row in rows] == ["000000003", "000000002", "000000001"]
    assert {row["grand_total"] for row in rows} == {total}
    assert [row["customer_name"] for row in rows] == ["'=… E…", "J… J…", "J… J…"]
    assert [row["mutation_no"] for row in rows] == ["", "", "50001"]
    assert datetime.fromisoformat(rows[0]["issued_at"]) == (NOW - timedelta(hours=1)).replace(
        microsecond=0
    )
    with zipfile.ZipFile(io.BytesIO(book)) as opened:
        sheet = opened.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 4
    assert "Jansen" not in text + sheet


def test_the_overview_leads_to_exactly_what_waits(month_home: Path, open_page: Open) -> None:
    """Also to what was never tried, which stands in no log."""
    page = open_page(month_home, at="overview")
    found = {
        each.proto.page: (each.proto.label, each.proto.query_string)
        for each in page.get("page_link")
        if each.proto.page in DATA
    }
    assert found.keys() == {"shop-invoices", "shop-creditmemos"}
    with open_reader(month_home) as reader:
        for name, (label, query) in found.items():
            asked = DATA[name].fit(view.parse(parse_qs(query)))
            kind = DATA[name].entity
            assert kind is not None
            counts = fetched.count(reader, data.fetched_filter(kind, asked, "Europe/Amsterdam"))
            assert (counts.rows, counts.waiting) == (int(label.split()[-1]),) * 2


def test_a_view_of_a_data_page_is_kept_whole(shop: Path, open_page: Open) -> None:
    page = open_page(shop, at="shop-invoices")
    page.button(key="shop-invoices_view_preset_unbooked").click().run()
    assert page.query_params["books"] == ["waiting", "failed"]
    assert len(grid(page)) == 2
