"""Taking along and cleaning up in a real browser, worked off by a real worker process."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
from playwright.sync_api import Page, expect

from sync.clock import SystemClock
from sync.store import open_store
from tests.e2e.reading import visit
from tests.e2e.server import ROOT, dashboard
from tests.pages.seed import Invoice, fill, settings

PATIENCE = 40_000
NOW = datetime.now(UTC)
OLD = NOW - timedelta(days=9 * 365)


def work(home: Path) -> None:
    """A worker makes a round (whose shop is not there), works off what was asked for, and ends."""
    command = [sys.executable, "-m", "sync", "--home", str(home), "work", "--once"]
    subprocess.run(command, cwd=ROOT, env=os.environ, check=False, timeout=60)


def test_a_file_is_fetched_and_old_attempts_are_cleaned_up(tmp_path: Path, page: Page) -> None:
    """Everything by clicks; the rows that went are in the export, those that stay on the page."""
    home = settings(tmp_path)
    old = [Invoice(number=n, at=OLD + timedelta(hours=n)) for n in range(1, 4)]
    fill(home, [*old, Invoice(number=9, at=NOW - timedelta(hours=1))])
    with open_store(home, SystemClock()) as store:
        store.seal(force=True)
    with dashboard(home) as site:
        visit(page, f"{site}/retention")
        box = page.get_by_role("textbox", name="Uw naam").first
        box.fill("Marieke")
        box.press("Enter")
        page.get_by_role("button", name="Maak bestand van 4 pogingen").click()
        expect(page.get_by_text("Exporteren, gevraagd door Marieke")).to_be_visible()
        work(home)
        fetch = page.get_by_role("button", name=re.compile("all-.*csv"))
        expect(fetch).to_be_visible(timeout=PATIENCE)
        with page.expect_download() as download:
            fetch.click()
        assert len(Path(download.value.path()).read_text("utf-8-sig").splitlines()) == 5

        typed = page.get_by_label(re.compile("Typ .* om te bevestigen"))
        day = f"01-01-{NOW.year - 7}"
        start = page.get_by_role("button", name="Exporteer en verwijder 3 pogingen")
        expect(start).to_be_disabled()
        typed.fill(day)
        typed.press("Enter")
        expect(start).to_be_enabled()
        start.click()
        expect(page.get_by_text("Opruimen, gevraagd door Marieke")).to_be_visible()
        work(home)
        done = page.get_by_text(re.compile("3 pogingen geëxporteerd naar .*, 3 verwijderd"))
        expect(done).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_text(re.compile("^1 poging sinds"))).to_be_visible()
    [file] = (home / "data" / "exports").glob("*/*/*/attempts.parquet")
    assert pq.ParquetFile(file).read()["document_id"].to_pylist() == [1, 2, 3]
