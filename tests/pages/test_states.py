"""Every page in every bad state: one plain sentence, an error id, Retry, and the page around it."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import data
from pages.ui.texts import LANGUAGES, TEXTS, Language, text
from sync.clock import SystemClock
from sync.store import open_store, read_only
from sync.store.database import hub_path
from tests.pages.conftest import ROOT, Open
from tests.pages.seed import CONNECTION, Invoice, fill, settings

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
LOCALES: dict[Language, str] = {"nl": "nl-NL", "en": "en-GB"}
Spoil = Callable[[Path], None]


def newer(hub: Path) -> None:
    with closing(sqlite3.connect(hub)) as connection:
        connection.execute("pragma user_version = 999")


def older(hub: Path) -> None:
    with closing(sqlite3.connect(hub)) as connection:
        connection.execute("pragma user_version = 1")


def foreign(hub: Path) -> None:
    with closing(sqlite3.connect(hub)) as connection:
        connection.execute("pragma application_id = 42")


def damaged(hub: Path) -> None:
    hub.write_bytes(b"no database " * 500)


def unreadable(hub: Path) -> None:
    hub.unlink()
    hub.mkdir()


def lost(hub: Path) -> None:
    hub.unlink()
    sealed = hub.with_name("attempts") / "entity=invoice"
    sealed.mkdir(parents=True)
    (sealed / "some.parquet").touch()


SPOILT: dict[str, Spoil] = {
    each.__name__: each for each in (newer, older, foreign, damaged, unreadable, lost)
}


def seen(page: AppTest) -> str:
    return "\n".join(each.value for each in page.text)


def is_told(page: AppTest, key: str, language: Language) -> None:
    """One sentence, its id, Retry; the title and the search stand."""
    assert not page.exception
    assert [each.value for each in page.error] == [text(key, language)]
    assert text("error.id", language, id="").split(" ")[0] in seen(page)
    assert "Traceback" not in seen(page)
    assert "boekwacht.sqlite" not in seen(page)  # the cause, which is in English, is in the log
    assert [each for each in page.button if each.key and each.key.startswith("retry_")]
    assert page.title[0].value
    assert page.text_input(key="seek_text")


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    fill(settings(tmp_path), [Invoice(number=1, at=datetime.now(UTC))])
    with open_store(tmp_path, SystemClock()) as store:
        store.seal()
    return tmp_path


@pytest.mark.parametrize("state", SPOILT)
def test_a_store_that_cannot_be_used_is_one_sentence_on_every_page(
    filled: Path, open_page: Open, state: str
) -> None:
    for name in ("-wal", "-shm"):
        hub_path(filled).with_name(hub_path(filled).name + name).unlink(missing_ok=True)
    SPOILT[state](hub_path(filled))
    for number, name in enumerate(PAGES):
        language = LANGUAGES[number % 2]
        page = open_page(filled, LOCALES[language], at=name, q="1")
        is_told(page, f"error.store_{state}", language)


@contextmanager
def locked(hub: Path) -> Iterator[None]:
    """Another program has the file for itself, as a copying tool may."""
    with closing(sqlite3.connect(hub, isolation_level=None)) as other:
        other.execute("pragma locking_mode = exclusive")
        other.execute("begin immediate")
        other.execute("update counter set value = value + 1")
        yield
        other.execute("rollback")


def test_a_locked_store_is_told_and_read_again_on_retry(
    filled: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_only, "PATIENCE_MS", 20)
    with locked(hub_path(filled)):
        for name in PAGES:
            page = open_page(filled, at=name, q="1")
            is_told(page, "error.store_locked", "nl")
    page = open_page(filled, at="invoices")
    assert not page.error
    assert len(page.dataframe[0].value) == 1


def test_without_a_store_every_page_says_how_to_begin(tmp_path: Path, open_page: Open) -> None:
    settings(tmp_path)
    for name in PAGES:
        page = open_page(tmp_path, at=name, q="1")
        assert not page.exception
        assert not page.error
        assert "start.py" in "\n".join(each.value for each in (*page.info, *page.code))


def test_an_empty_store_is_no_error_on_any_page(tmp_path: Path, open_page: Open) -> None:
    fill(settings(tmp_path), [])
    for name in PAGES:
        page = open_page(tmp_path, at=name)
        assert not page.exception
        assert not page.error


def test_a_lost_file_of_attempts_leaves_the_page_and_what_needs_none_of_it(
    filled: Path, open_page: Open
) -> None:
    shutil.rmtree(filled / "data" / "attempts")
    for name in PAGES:
        page = open_page(filled, at=name, q="1")
        assert not page.exception
        assert page.title[0].value
        assert "Traceback" not in seen(page)
        if name == "search":
            assert not page.error


def ran(home: Path, ago: timedelta) -> None:
    """A run that ended so long ago, by whatever starts runs here."""
    with open_store(home, SystemClock()) as store:
        now = SystemClock().now() - ago
        run = store.start_run(CONNECTION, "schedule", "", 0, now)
        store.finish_run(run, "done", {}, message="", code="", now=now)


def test_without_a_worker_it_says_how_to_start_one(tmp_path: Path, open_page: Open) -> None:
    """Loudly when runs have stopped or somebody asked, quietly when something else runs."""
    before = datetime.now(UTC) - timedelta(hours=2)
    fill(settings(tmp_path), [Invoice(number=1, at=before)], run=False)
    ran(tmp_path, timedelta(hours=2))
    for at in ("overview", "invoices"):
        warned = open_page(tmp_path, at=at)
        assert "geen worker" in warned.warning[-1].value
        assert "sync work" in warned.warning[-1].value
    ran(tmp_path, timedelta(minutes=1))
    for at in ("overview", "invoices"):
        quiet = open_page(tmp_path, at=at)
        assert not quiet.warning
        assert "geen worker" in "\n".join(each.value for each in quiet.markdown)
    with closing(sqlite3.connect(hub_path(tmp_path))) as hub, hub:
        hub.execute(
            "insert into request (connection, kind, payload, actor, asked_at)"
            " values ('webshop', 'resync', '{}', 'Els', 1)"
        )
    for at in ("overview", "invoices"):
        assert "blijft liggen" in open_page(tmp_path, at=at).warning[0].value
    with open_store(tmp_path, SystemClock()) as store, store.worker():
        for at in ("overview", "invoices"):
            page = open_page(tmp_path, at=at)
            assert not page.warning
            assert "worker" not in "\n".join(each.value for each in page.markdown)


def test_a_worker_that_hangs_or_was_killed_is_told_apart_on_every_page(
    tmp_path: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the watch that all pages share; loudly, also while runs come from elsewhere."""
    fill(settings(tmp_path), [Invoice(number=1, at=datetime.now(UTC))])
    moments = count(0.0, 100.0)
    monkeypatch.setattr(data, "seconds", lambda: next(moments))
    with open_store(tmp_path, SystemClock()) as store, store.worker():
        assert not open_page(tmp_path, at="overview").warning
        for at in ("overview", "invoices", "patterns", "health", "runs"):
            [warned] = open_page(tmp_path, at=at).warning
            assert "antwoordt niet meer" in warned.value
            assert "start.py" in warned.value.replace("\\", "")
        with closing(sqlite3.connect(hub_path(tmp_path))) as hub, hub:
            hub.execute("update holder set started = 'long ago'")
        for at in ("overview", "invoices", "patterns", "health", "runs"):
            [warned] = open_page(tmp_path, at=at).warning
            assert "onverwacht gestopt" in warned.value


def test_while_the_sandbox_books_its_past_that_is_said(tmp_path: Path, open_page: Open) -> None:
    sandbox = settings(tmp_path / "data" / "sandbox")
    ran(sandbox, timedelta(days=40))
    with open_store(sandbox, SystemClock()) as store, store.worker():
        for at in ("overview", "invoices"):
            page = open_page(tmp_path, at=at)
            assert not page.warning
            assert any("worden nu geboekt" in each.value for each in page.info)
    assert "geen worker" in open_page(tmp_path, at="overview").warning[-1].value


def test_every_state_has_its_own_sentence() -> None:
    sentences = [TEXTS[key] for key in TEXTS if key.startswith("error.store")]
    assert len(set(sentences)) == len(sentences) >= len(SPOILT) + 1


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    """A record whose only run ended two days ago."""
    at = datetime.now(UTC) - timedelta(days=2)
    fill(settings(tmp_path), [Invoice(number=1, at=at)])
    return tmp_path


@pytest.mark.parametrize("name", PAGES)
def test_every_page_says_how_old_it_is_and_that_runs_have_stopped(
    stopped: Path, open_page: Open, name: str
) -> None:
    """A stale page that looks healthy is the worst kind."""
    page = open_page(stopped, at=name, **({"q": "1"} if name == "search" else {}))
    assert not page.exception
    assert any("Laatste run" in each.value for each in page.markdown)
    assert any("is er geen run afgerond" in each.value for each in page.warning)
