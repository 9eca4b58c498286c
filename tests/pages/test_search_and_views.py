"""The search of every page and the kept views, through AppTest."""

from pathlib import Path
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from streamlit.testing.v1 import AppTest

from pages.ui import view, views
from pages.ui.logs import LOGS
from pages.ui.view import View
from sync.clock import SystemClock
from sync.errors import StoreError
from sync.store import open_store
from sync.store import views as kept_views
from tests.pages.conftest import Open
from tests.pages.seed import Invoice, fill, settings
from tests.pages.test_view import views as any_view


def texts(page: AppTest) -> str:
    return "\n".join(each.value for each in page.text)


def labels(page: AppTest) -> list[str]:
    return [link.proto.label.replace("\\", "") for link in page.get("page_link")]


def search(page: AppTest, typed: str) -> AppTest:
    page.text_input(key="seek_text").set_value(typed)
    button = next(each for each in page.button if each.key and "seek" in each.key)
    return button.click().run()


@pytest.mark.parametrize("at", ["overview", "invoices", "customers", "search"])
def test_a_number_opens_the_story_from_any_page(month_home: Path, open_page: Open, at: str) -> None:
    page = search(open_page(month_home, at=at), "# 0483")
    assert not page.exception
    assert page.title[0].value == "Factuurlog"
    assert page.query_params["doc"] == "webshop:inv:1:000000483"


def test_a_number_of_several_documents_lists_them_by_kind(
    month_home: Path, open_page: Open
) -> None:
    page = search(open_page(month_home), "9")
    assert page.title[0].value == "Zoekresultaat"
    assert [each.value for each in page.header] == ["Facturen", "Creditnota's"]
    assert labels(page) == ["000000009", "000000009", "Zoek ook in alle meldingen"]
    assert page.query_params["q"] == "9"


def test_an_address_never_reaches_the_url(month_home: Path, open_page: Open) -> None:
    page = search(open_page(month_home, at="overview"), "jan@klant.example")
    assert page.title[0].value == "Zoekresultaat"
    assert "q" not in page.query_params
    assert len(labels(page)) == 60
    assert "Zoek ook in alle meldingen" not in labels(page)
    assert "Alleen de nieuwste 60" in "\n".join(each.value for each in page.markdown)


def test_nothing_found_says_so(month_home: Path, open_page: Open) -> None:
    assert "Niets gevonden voor “nergens”." in texts(
        open_page(month_home, at="search", q="nergens")
    )


def test_without_a_text_it_says_what_to_type(month_home: Path, open_page: Open) -> None:
    page = open_page(month_home, at="search")
    assert page.info[0].value.startswith("Typ hierboven")


def test_without_a_store_it_says_so_whatever_was_typed(tmp_path: Path, open_page: Open) -> None:
    page = open_page(settings(tmp_path), at="search", q="42")
    assert page.info[0].value.startswith("Er is nog niets gelopen")
    assert search(page, "42").info[0].value.startswith("Er is nog niets gelopen")


def test_the_story_of_an_untried_document_tells_its_state(tmp_path: Path, open_page: Open) -> None:
    one = Invoice(number=1, at=SystemClock().now(), tries=())
    fill(settings(tmp_path), [one])
    page = search(open_page(tmp_path), "1")
    assert "Nog niet geprobeerd" in page.info[0].value
    assert "wacht" in page.info[0].value


def test_a_view_is_kept_opened_and_deleted(tmp_path: Path, open_page: Open) -> None:
    fill(settings(tmp_path), [Invoice(number=1, at=SystemClock().now())])
    page = open_page(tmp_path, success="no", cols="actor", doc="x")
    assert page.button(key="invoices_view_save").disabled
    page.text_input(key="invoices_view_name").set_value("**Mijn** lijst").run()
    page.text_input(key="invoices_view_actor").set_value("Els").run()
    page.button(key="invoices_view_save").click().run()

    page.button(key="invoices_clear").click().run()
    assert "success" not in page.query_params
    assert page.button(key="invoices_view_own_0").label.replace("\\", "") == "**Mijn** lijst"
    page.button(key="invoices_view_own_0").click().run()
    assert page.query_params["success"] == "no"
    assert page.query_params["cols"] == "actor"
    assert "doc" not in page.query_params

    page.button(key="invoices_view_delete_0").click().run()
    assert not [each for each in page.button if each.key == "invoices_view_own_0"]
    with open_store(tmp_path, SystemClock()) as store:
        assert [(row.actor, row.action) for row in store.audit_rows(5)] == [
            ("Els", "view deleted"),
            ("Els", "view saved"),
        ]


def test_a_view_that_cannot_be_kept_says_why(
    tmp_path: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(settings(tmp_path), [Invoice(number=1, at=SystemClock().now())])

    def full(*_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(kept_views, "save_view", full)
    page = open_page(tmp_path)
    page.text_input(key="invoices_view_name").set_value("x").run()
    page.text_input(key="invoices_view_actor").set_value("Els").run()
    page.button(key="invoices_view_save").click().run()
    assert "the disk is full" in texts(page)


@pytest.mark.parametrize("preset", ["now", "today", "week", "slow"])
def test_every_log_has_the_four_presets(month_home: Path, open_page: Open, preset: str) -> None:
    page = open_page(month_home, at="creditmemos", q="x")
    page.button(key=f"creditmemos_view_preset_{preset}").click().run()
    asked = {
        name: [value] if isinstance(value, str) else value
        for name, value in page.query_params.items()
    }
    assert view.parse(asked) == LOGS["creditmemos"].presets[preset]


@given(any_view())
def test_what_is_kept_of_a_view_is_what_it_shows(chosen: View) -> None:
    again = view.parse(parse_qs(views.address_of(chosen), keep_blank_values=True))
    assert view.address(again) == {
        name: values for name, values in view.address(chosen).items() if name not in {"doc", "page"}
    }
