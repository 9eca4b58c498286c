"""Booking again by page, address and replayed click: who may, what is listed, what is queued."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pages.ui import audit, rights, workers
from pages.ui.rights import Visitor
from pages.ui.roles import Role
from sync.clock import SystemClock
from sync.store import Request, Wish, open_store
from sync.store.audits import AuditFilter
from sync.store.reader import open_reader
from tests.pages.conftest import Open
from tests.pages.history import month, others
from tests.pages.seed import fill, settings

OPEN: dict[str, Any] = {"range": "all", "state": "open", "entity": "invoice"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home of its own: what is queued here is nobody else's."""
    made = settings(tmp_path / "home")
    now = datetime.now(UTC)
    fill(made, [*month(now), *others(now)])
    return made


def be(monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    monkeypatch.setattr(rights, "visitor", lambda: Visitor(role=role))


def requests(home: Path) -> list[Request]:
    with open_store(home, SystemClock()) as store:
        return store.requests(9)


def test_the_preview_lists_what_the_click_asks_for(home: Path, open_page: Open) -> None:
    """The request holds the listed documents, who asked, the filter and why others are not in."""
    page = open_page(home, at="resync", **OPEN)
    assert not page.exception
    listed = page.dataframe[0].value["document_no"].tolist()
    button = page.button(key="resync_confirm")
    assert button.disabled
    page.text_input(key="resync_actor").input("Marieke").run()
    page.button(key="resync_confirm").click().run()
    [request] = requests(home)
    assert (request.kind, request.actor, request.connection) == ("resync", "Marieke", "webshop")
    assert request.filter == "range=all&state=open&entity=invoice"
    with open_store(home, SystemClock()) as store:
        keys = store.open_documents(request.id)
        [audit] = store.audit_rows(1)
    assert sorted(key.rpartition(":")[2] for key in keys) == sorted(listed)
    assert (audit.actor, audit.action, audit.facts["count"]) == ("Marieke", "resync", len(listed))


def test_the_same_preview_again_says_that_it_is_asked_for(home: Path, open_page: Open) -> None:
    """Nothing is eligible, so there is no button, but the way to the request."""
    page = open_page(home, at="resync", **OPEN)
    page.text_input(key="resync_actor").input("Marieke").run()
    page.button(key="resync_confirm").click().run()
    again = open_page(home, at="resync", **OPEN)
    assert "resync_confirm" not in [each.key for each in again.button]
    reasons = set(again.dataframe[0].value["message"].tolist())
    assert reasons == {"Zit al in opdracht 1"}


def test_a_viewer_looks_and_cannot_ask(
    home: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No button by page or address; a button drawn before the right was lost refuses its click."""
    page = open_page(home, at="resync", **OPEN)
    page.text_input(key="resync_actor").input("Marieke").run()
    be(monkeypatch, "viewer")
    page.button(key="resync_confirm").click().run()
    assert requests(home) == []
    be(monkeypatch, "operator")
    with open_store(home, SystemClock()) as store:
        store.ask(Wish(kind="run"), "els", datetime.now(UTC))
    runs = open_page(home, at="runs")
    runs.text_input(key="stop_1_actor").input("Els").run()
    be(monkeypatch, "viewer")
    for at, asked in (("resync", OPEN), ("runs", {}), ("resync", {"request": "1"})):
        seen = open_page(home, at=at, **asked)
        assert not seen.exception
        drawn = {str(each.key) for each in seen.button}
        assert not {x for x in drawn if x.startswith(("resync_confirm", "runs_now", "stop_"))}
        assert not {x for x in drawn if x.endswith("worker_start")}
    stop = next((each for each in runs.button if str(each.key).startswith("stop_")), None)
    assert stop is not None
    stop.click().run()
    assert requests(home)[0].stop_at is None


def test_hostile_addresses_open_the_page(home: Path, open_page: Open) -> None:
    """Whatever stands in them."""
    for asked in (
        {"request": "999999"},
        {"request": "-1"},
        {"request": "1; drop table request"},
        {"doc": ["<script>", "webshop:inv:1:x", "a" * 5000]},
        {"entity": "dance", "range": "ever"},
        {"tab": "nothing"},
    ):
        page = open_page(home, at="resync", **asked)
        assert not page.exception, asked
        assert requests(home) == []


def test_the_runs_page_has_its_three_parts(home: Path, open_page: Open) -> None:
    """Each opens by its address."""
    for tab in ("runs", "requests", "audit"):
        page = open_page(home, at="runs", tab=tab)
        assert not page.exception, tab
    assert workers.COMMAND == "python -m sync work"


def test_the_audit_trail_is_its_address_and_its_file_is_harmless(
    tmp_path: Path, open_page: Open
) -> None:
    """Filters are read from the address and written to it, an e-mail address never; no formula."""
    home = settings(tmp_path)
    fill(home, [])
    formulas = ("=1+1", "\t-2", " @x", "＋3", "+31 6")
    with open_store(home, SystemClock()) as store:
        for each in formulas:
            store.audit(each, "show", each, datetime.now(UTC), note=each)
        store.audit("els@shop.example", "stop", "", datetime.now(UTC))
    page = open_page(home, at="runs", tab="audit", action="show", range="7d", actor="nobody")
    assert page.selectbox(key="audit_action").value == "show"
    assert page.selectbox(key="audit_actor").value == ""
    assert len(page.dataframe[0].value) == len(formulas)
    assert page.query_params == {"tab": "audit", "action": "show", "range": "7d"}
    page.text_input(key="audit_q").input("=1").run()
    assert page.query_params["q"] == "=1"
    assert len(page.dataframe[0].value) == 1
    page.text_input(key="audit_q").input("els@shop.example").run()
    page.selectbox(key="audit_action").select("").run()
    assert "q" not in page.query_params
    assert page.dataframe[0].value["actor"].tolist() == ["els@shop.example"]
    page.segmented_control(key="runs_tab").select("runs").run()
    assert page.query_params == {}
    with open_reader(home) as reader:
        for tongue, sign in (("nl", ";"), ("en", ",")):
            text = audit.csv_bytes(reader, AuditFilter(action="show"), tongue).decode("utf-8-sig")  # type: ignore[arg-type]
            rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=sign))
            assert [row["actor"] for row in rows] == [f"'{each}" for each in reversed(formulas)]
            assert all(row["what"].startswith("'") for row in rows)
            assert all(row["facts"].startswith("{") for row in rows)
