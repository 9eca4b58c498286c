"""The page Retention & export: what there is, taking it along, and cleaning up by the worker."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import formats, rights
from sync.clock import SystemClock
from sync.stopping import Stop
from sync.store import Store, Wish, cleanups, open_store
from sync.store.cleanups import Wanted
from sync.store.reader import open_reader
from sync.store.retention import clean_up
from sync.worker import Worker
from tests.pages.conftest import Open
from tests.pages.seed import Invoice, Try, fill, settings

NOW = datetime.now(UTC)
OLD = NOW - timedelta(days=9 * 365)
FAILED = Try(outcome="failed", state="failed", message="Invalid tax code: NL-13")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Nine years ago three booked invoices and a failed one; today one more."""
    made = settings(tmp_path)
    documents = [Invoice(number=n, at=OLD + timedelta(hours=n)) for n in (1, 2, 3)]
    documents.append(Invoice(number=4, at=OLD, tries=(FAILED,)))
    documents.append(Invoice(number=5, at=NOW - timedelta(hours=1)))
    fill(made, documents)
    with open_store(made, SystemClock()) as store:
        store.seal(force=True)
    return made


@pytest.fixture
def store(home: Path) -> Store:
    return open_store(home, SystemClock())


def work(home: Path) -> None:
    """A worker works off what was asked for."""
    Worker(home, Stop(), lambda _: None).once()


def said(page: AppTest) -> str:
    """Every sentence of a page."""
    kinds = ("text", "info", "warning", "error", "success", "markdown", "caption", "header")
    return "\n".join(str(each.value) for kind in kinds for each in getattr(page, kind))


def named(page: AppTest, name: str = "Marieke") -> AppTest:
    """Say who acts, in every field that asks."""
    for field in page.text_input:
        if str(field.key).endswith("_actor"):
            field.set_value(name)
    return page.run()


def cutoff() -> str:
    """The first day that stays, as the page proposes and shows it."""
    return formats.day(datetime(NOW.year - 7, 1, 1, tzinfo=UTC).date(), "nl")


def test_each_month_has_its_rows_and_size(home: Path, open_page: Open) -> None:
    page = open_page(home, at="retention")
    assert not page.exception
    table = page.dataframe[0].value
    assert table["rows"].tolist() == [1, 4]
    assert table["month"].tolist()[0] == formats.month(NOW.date().replace(day=1), "nl")
    assert f"5 pogingen sinds {formats.month(OLD.date().replace(day=1), 'nl')}" in said(page)
    assert "wettelijke bewaartermijn van 7 jaar" in said(page)
    english = said(open_page(home, "en-GB", at="retention"))
    assert "legal keeping period of 7 years" in english


def test_an_empty_store_has_no_months(tmp_path: Path, open_page: Open) -> None:
    home = settings(tmp_path)
    open_store(home, SystemClock()).close()
    page = open_page(home, at="retention")
    assert not page.exception
    assert "Er zijn nog geen pogingen." in said(page)


def test_the_worker_writes_the_file_and_the_page_offers_it(home: Path, open_page: Open) -> None:
    """Only the kind and end that were chosen; the audit says who took it."""
    page = open_page(home, at="retention")
    page.selectbox(key="taking_form").set_value("parquet")
    page.selectbox(key="taking_success").set_value("yes")
    named(page)
    assert page.button(key="taking_make").label == "Maak bestand van 4 pogingen"
    page.button(key="taking_make").click().run()
    assert "exporteren, gevraagd door Marieke" in said(page)
    assert "taking_make" not in {button.key for button in page.button}
    work(home)
    page = open_page(home, at="retention")
    assert "4 pogingen" in said(page)
    [file] = (home / "data" / "exports").iterdir()
    assert pq.ParquetFile(file).read()["document_id"].to_pylist() == [1, 2, 3, 5]
    with open_store(home, SystemClock()) as store:
        [asked] = store.audit_rows(9, "export")
    assert asked.actor == "Marieke"


def test_nothing_goes_before_its_date_was_typed(home: Path, open_page: Open) -> None:
    page = named(open_page(home, at="retention"))
    assert "3 pogingen gaan weg" in said(page)
    start = page.button(key="cleaning_start")
    assert (start.label, start.disabled) == ("Exporteer en verwijder 3 pogingen", True)
    page.text_input(key="cleaning_typed").set_value("01-01-2001").run()
    assert page.button(key="cleaning_start").disabled
    page.text_input(key="cleaning_typed").set_value(cutoff()).run()
    page.button(key="cleaning_start").click().run()
    with open_reader(home) as reader:
        assert len(reader.rows("select * from attempt")) == 0
        assert cleanups.latest(reader, 9) == []
    work(home)
    page = open_page(home, at="retention")
    assert "3 pogingen geëxporteerd naar" in said(page).replace("\\", "")
    assert page.dataframe[0].value["rows"].tolist() == [1, 1]
    past = page.dataframe[-1].value
    assert (past["removed"].tolist(), past["state"].tolist()) == ([3], ["klaar"])
    assert past["actor"].tolist() == ["Marieke"]


def test_the_story_says_what_was_cleaned_up(home: Path, store: Store, open_page: Open) -> None:
    """A document without a row left still tells its state, and never looks untried."""
    wanted = Wanted(before=NOW - timedelta(100), into=home, form="csv", actor="anna")
    report = clean_up(store, wanted)
    assert report.folder is not None
    page = open_page(home, doc=Invoice(number=1, at=OLD).key, range="all")
    words = said(page).replace("\\", "")
    assert "1 poging is opgeruimd op" in words
    assert report.folder.name in words
    assert "Alle pogingen zijn opgeruimd" in words
    assert "geboekt" in words


def test_only_an_admin_cleans_up(
    home: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An operator reads why not, and may export."""
    monkeypatch.setattr(rights, "role", lambda: "operator")
    page = open_page(home, at="retention")
    assert "Opruimen kan alleen met het recht beheerder" in said(page)
    keys = {button.key for button in page.button}
    assert "taking_make" in keys
    assert not {"cleaning_start", "cleaning_finish"} & keys


@pytest.mark.parametrize(
    ("button", "left"), [("cleaning_finish", [1, 1]), ("cleaning_give_up", [1, 4])]
)
def test_a_cleanup_that_was_cut_short_is_finished_or_given_up(
    home: Path, store: Store, open_page: Open, button: str, left: list[int]
) -> None:
    def stop(step: str) -> None:
        if step == "exported":
            raise KeyboardInterrupt

    before = datetime(NOW.year - 7, 1, 1).astimezone()
    wanted = Wanted(before=before, into=home, form="parquet", actor="anna")
    with pytest.raises(KeyboardInterrupt):
        clean_up(store, wanted, steps=stop)
    page = named(open_page(home, at="retention"))
    assert "is onderweg gestopt" in said(page)
    assert "cleaning_start" not in {each.key for each in page.button}
    page.button(key=button).click().run()
    work(home)
    page = open_page(home, at="retention")
    if button == "cleaning_give_up":
        assert page.dataframe[-1].value["state"].tolist() == ["opgegeven"]
    assert page.dataframe[0].value["rows"].tolist() == left


def test_a_day_within_the_last_ninety_is_refused_by_the_worker_too(
    home: Path, store: Store
) -> None:
    """Whoever writes the request by hand gets the same sentence."""
    day = str((NOW - timedelta(days=10)).date())
    store.ask(Wish(kind="cleanup", payload={"before": day}), "anna", NOW)
    work(home)
    [request] = store.requests(1)
    assert request.result["state"] == "failed"
    assert "latest 90 days are always kept" in str(request.result["message"])
