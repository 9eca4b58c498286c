"""The Credit memo log and the Customer log: what they show beyond the Invoice log."""

import csv
import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import beside, data, export
from pages.ui.logs import LOGS, kind_of
from pages.ui.question import Question
from pages.ui.view import View
from sync import config
from sync.clock import SystemClock
from sync.errors import StoreError
from sync.store import Store, open_store, queries
from sync.store.reader import open_reader
from tests.pages.conftest import Open
from tests.pages.history import HOSTILE
from tests.pages.seed import Invoice, Try, fill, settings

MEMO = "webshop:cre:1:000000018"
CUSTOMER = "webshop:cus:1:K13"


def grid(page: AppTest) -> pd.DataFrame:
    return page.dataframe[0].value


def texts(page: AppTest) -> str:
    return "\n".join(each.value for each in page.text)


@pytest.mark.parametrize("log", LOGS)
def test_every_log_has_its_columns_and_its_title(
    month_home: Path, open_page: Open, log: str
) -> None:
    for locale in ("nl-NL", "en-GB"):
        page = open_page(month_home, locale, at=log, range="all", cols=",".join(LOGS[log].optional))
        assert not page.exception
        assert not page.error
        assert tuple(grid(page).columns) == (*LOGS[log].columns, *LOGS[log].optional)


def test_the_order_of_the_customer_columns_is_that_of_the_specification() -> None:
    assert LOGS["customers"].columns == ("id", "message", "started_at", "platform", "success")


def test_a_credit_memo_tells_its_invoice_and_whether_that_is_booked(
    month_home: Path, open_page: Open
) -> None:
    page = open_page(month_home, at="creditmemos", range="all", cols="invoice_no,invoice_state")
    rows = grid(page).set_index("document_no")
    assert rows.loc["000000018", "invoice_no"] == "000000162"
    assert set(rows["invoice_state"]) <= {"geboekt", "mislukt", "wacht", "overgeslagen"}


def test_the_story_of_a_credit_memo_tells_of_its_invoice_first(
    tmp_path: Path, open_page: Open
) -> None:
    """Booked: where. Not booked: that nothing else helps. Never fetched: that nobody knows."""
    now = SystemClock().now()
    failed = Try(outcome="failed", state="failed", message="Invalid tax code", pattern="p")
    booked, open_, memos = (
        Invoice(number=1, at=now),
        Invoice(number=2, at=now, tries=(failed,)),
        [
            Invoice(number=each, entity="creditmemo", invoice_id=each, at=now, tries=(failed,))
            for each in (1, 2, 3)
        ],
    )
    fill(settings(tmp_path), [booked, open_, *memos])

    def told(memo: Invoice) -> str:
        page = open_page(tmp_path, at="creditmemos", doc=memo.key)
        parts = (*page.warning, *page.markdown, *(link.proto for link in page.get("page_link")))
        words = "\n".join(str(getattr(part, "value", "") or part.label) for part in parts)
        return words.replace("\\", "")

    assert "in de boekhouding als mutatie 50001" in told(memos[0])
    assert "niet in de boekhouding (mislukt)" in told(memos[1])
    assert "Naar factuur 000000002" in told(memos[1])
    assert "hier niet bekend" in told(memos[2])


def test_the_duplicates_found_are_a_view_of_their_own(month_home: Path, open_page: Open) -> None:
    page = open_page(month_home, at="customers")
    page.button(key="customers_view_preset_duplicates").click().run()
    assert set(grid(page)["message"]) == {"Bestond al: linked to relation K1"}
    assert page.query_params["q"] == "Duplicate found"


def test_an_address_is_masked_until_somebody_asks_by_name(tmp_path: Path, open_page: Open) -> None:
    customer = Invoice(
        number=1, entity="customer", at=SystemClock().now(), name=HOSTILE[0], email="jan@x.example"
    )
    fill(settings(tmp_path), [customer])
    page = open_page(tmp_path, at="customers", cols="email", doc=customer.key)
    assert grid(page)["email"].tolist() == ["j…@….example"]
    assert "jan@x.example" not in texts(page)
    assert page.button(key="customers_shown_button").disabled

    page.text_input(key="customers_shown_actor").set_value("Els").run()
    page.button(key="customers_shown_button").click().run()

    assert "jan@x.example" in texts(page)
    assert HOSTILE[0] in texts(page)
    with open_store(tmp_path, SystemClock()) as store:
        row = store.audit_rows(1)[0]
    assert (row.actor, row.action, row.what) == ("Els", "show", customer.key)


def test_what_cannot_be_recorded_is_not_shown(
    tmp_path: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = Invoice(number=1, entity="customer", at=SystemClock().now(), email="jan@x.example")
    fill(settings(tmp_path), [customer])

    def full(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(Store, "audit", full)
    page = open_page(tmp_path, at="customers", doc=customer.key)
    page.text_input(key="customers_shown_actor").set_value("Els").run()
    page.button(key="customers_shown_button").click().run()
    assert "jan@x.example" not in texts(page)
    assert "the disk is full" in texts(page)


@pytest.mark.parametrize(
    ("log", "columns"),
    [("creditmemos", ("invoice_no", "invoice_state")), ("customers", ("email",))],
)
def test_both_files_hold_what_the_grid_can_show(
    month_home: Path, log: str, columns: tuple[str, ...]
) -> None:
    """Also what no attempt holds: the credit memo's invoice, the customer's masked address."""
    found = config.load(month_home)
    with open_reader(month_home) as reader:
        asked = data.log_filter(LOGS[log].entity, View(range="all"), "Europe/Amsterdam")
        question = Question(
            log=LOGS[log], settings=found, reader=reader, view=View(range="all"), filter=asked
        )
        rows = queries.newest(reader, asked, 1_000)
        shown = beside.columns(reader, rows, columns, "nl")
        text = export.csv_bytes(question, "nl").decode("utf-8-sig")
        book = export.xlsx_bytes(question, "nl")
    names = export.fields(LOGS[log])
    _, *body = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    with zipfile.ZipFile(io.BytesIO(book)) as opened:
        sheet = opened.read("xl/worksheets/sheet1.xml").decode()
    assert len(body) == rows.num_rows
    for row in body:
        cells = dict(zip(names, row, strict=True))
        for name in columns:
            expected = shown[name].get(cells["key"], "")
            assert cells[name] == expected
            assert expected in sheet
    assert any(shown[columns[0]].values())


def test_a_name_is_asked_once_a_session(month_home: Path, open_page: Open) -> None:
    page = open_page(month_home, at="customers", range="all", doc=CUSTOMER)
    page.text_input(key="customers_shown_actor").set_value("Els").run()
    page.button(key="customers_shown_button").click().run()
    assert page.session_state["actor"] == "Els"
    assert "customers_view_actor" not in page.session_state


def test_a_log_drops_what_it_does_not_have() -> None:
    asked = View(cols=("amount", "email"), sort="amount:desc")
    assert LOGS["customers"].fit(asked) == View(cols=("email",))
    assert LOGS["invoices"].fit(asked) == View(cols=("amount",), sort="amount:desc")


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (MEMO, "creditmemo"),
        (CUSTOMER, "customer"),
        ("w:inv:1:2", "invoice"),
        ("nonsense", "customer"),
    ],
)
def test_a_key_tells_its_kind(key: str, kind: str) -> None:
    assert kind_of(key, "customer") == kind
