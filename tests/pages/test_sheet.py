"""A grid never moves under the reader: its rows stay, what is new is announced."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from streamlit.testing.v1 import AppTest

from sync.clock import SystemClock
from sync.domain.attempts import Finish
from sync.store import open_store
from tests.pages.conftest import Open
from tests.pages.seed import Invoice, Try, fill, settings, started

NOW = datetime.now(UTC)


def shown(page: AppTest) -> list[str]:
    found: list[str] = page.dataframe[0].value["document_no"].tolist()
    return found


def news(page: AppTest) -> str:
    return str(page.button(key="invoices_news").label)


def some(*numbers: int) -> list[Invoice]:
    return [Invoice(number=each, at=NOW - timedelta(minutes=90 - each)) for each in numbers]


def test_rows_stay_until_the_reader_asks_for_the_new_ones(tmp_path: Path, open_page: Open) -> None:
    fill(settings(tmp_path), some(1, 2))
    page = open_page(tmp_path)
    assert news(page) == "Vernieuwen"
    fill(tmp_path, some(3, 4))
    page.run()
    assert shown(page) == ["000000002", "000000001"]
    assert news(page) == "2 nieuwe rijen, tonen"
    page.button(key="invoices_news").click().run()
    assert shown(page) == ["000000004", "000000003", "000000002", "000000001"]
    assert news(page) == "Vernieuwen"


def test_rows_stay_while_some_are_sealed(tmp_path: Path, open_page: Open) -> None:
    fill(settings(tmp_path), some(1, 2))
    page = open_page(tmp_path)
    with open_store(tmp_path, SystemClock()) as store:
        assert store.seal(force=True).rows == 2
    fill(tmp_path, some(3))
    assert shown(page.run()) == ["000000002", "000000001"]


def test_a_row_that_ended_says_so_where_it_stands(tmp_path: Path, open_page: Open) -> None:
    running = Invoice(number=1, at=NOW, tries=(Try(outcome=None),))
    with open_store(settings(tmp_path), SystemClock()):
        pass
    fill(tmp_path, [running])
    page = open_page(tmp_path)
    assert page.dataframe[0].value["success"].tolist() == [["… Bezig"]]
    _end(tmp_path, running)
    fill(tmp_path, some(2))
    page.run()
    assert page.dataframe[0].value["success"].tolist() == [["✗ Nee"]]
    assert shown(page) == ["000000001"]


def _end(home: Path, running: Invoice) -> None:
    """End the try that was left running, as whoever takes over does."""
    with open_store(home, SystemClock()) as store, store.holder() as me:
        left = store.take_over(me, NOW, timedelta())
    assert [each.key for each in left] == [running.key]


def test_another_filter_brings_what_is_there_now(tmp_path: Path, open_page: Open) -> None:
    fill(settings(tmp_path), some(1))
    page = open_page(tmp_path)
    fill(tmp_path, some(2))
    page.button_group(key="invoices_success").set_value("yes").run()
    assert shown(page) == ["000000002", "000000001"]


def test_coming_back_brings_what_is_there_now(tmp_path: Path, open_page: Open) -> None:
    fill(settings(tmp_path), some(1))
    page = open_page(tmp_path)
    fill(tmp_path, some(2))
    page.switch_page("pages/customers.py").run()
    page.switch_page("pages/invoices.py").run()
    assert shown(page) == ["000000002", "000000001"]


def test_a_document_that_is_no_longer_open_stays_where_it_stood(
    tmp_path: Path, open_page: Open
) -> None:
    """The reader was looking at it; that it is settled is said, not swept away."""
    failed = Try(outcome="failed", state="failed", message="Invalid tax code", pattern="p")
    one = Invoice(number=1, at=NOW - timedelta(hours=1), tries=(failed,))
    fill(settings(tmp_path), [one])
    page = open_page(tmp_path, state="open", range="all")
    with open_store(tmp_path, SystemClock()) as store, store.holder() as me:
        store.request_again(one.key, NOW)
        claim = store.claim(started(one, Try(), NOW, 1), me)
        assert claim is not None
        store.finish(
            claim, Finish(finished_at=NOW, outcome="created", state="booked", message="Success")
        )
    page.run()
    assert shown(page) == ["000000001"]
    assert news(page) == "Rijen gewijzigd, tonen"
