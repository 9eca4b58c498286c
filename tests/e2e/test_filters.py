"""Ten filters in the browser: the count, the first rows and the address are the store's."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from pages.ui import data, view
from pages.ui.logs import LOGS
from pages.ui.view import View
from sync.store import queries
from sync.store.reader import open_reader
from tests.e2e.reading import count, rows, visit

ASKED = {
    "invoices": (
        View(range="all", q="503"),
        View(range="7d", success="no"),
        View(range="all", state="open", sort="document_no:asc"),
        View(range="90d", cat=("tax_code", "other"), success="no"),
    ),
    "creditmemos": (
        View(range="all"),
        View(range="all", success="no", cols=("invoice_no", "invoice_state")),
        View(range="30d", sort="id:asc"),
    ),
    "customers": (
        View(range="all", q="duplicate"),
        View(range="all", state="open"),
        View(range="30d", success="yes", cols=("email",)),
    ),
}


@pytest.mark.parametrize("log", ASKED)
def test_the_browser_shows_what_the_store_holds(
    log: str, home: Path, address: str, page: Page
) -> None:
    for asked in ASKED[log]:
        with open_reader(home) as reader:
            wanted = data.log_filter(LOGS[log].entity, asked, "Europe/Amsterdam")
            counts = queries.count(reader, wanted)
            expected = queries.newest(reader, wanted, 100)["id"].to_pylist()
        visit(page, f"{address}/{log}?{urlencode(view.address(asked), doseq=True)}")
        words = "1 rij ·" if counts.rows == 1 else f"{counts.rows} rijen ·"
        assert words in count(page)
        shown = [int(row["ID"].replace(".", "")) for row in rows(page)]
        assert shown
        assert shown == expected[: len(shown)]
