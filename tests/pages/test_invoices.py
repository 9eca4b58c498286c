"""The Invoice log through AppTest: what it shows, and what it says when there is little to show."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import data, view
from pages.ui.logs import LOGS
from pages.ui.sheet import PAGE_ROWS
from sync.store import patterns, queries
from sync.store.filters import LogFilter
from sync.store.reader import open_reader
from tests.pages.conftest import Open
from tests.pages.history import HOSTILE
from tests.pages.seed import ADMIN, Invoice, fill, settings


def grid(page: AppTest) -> pd.DataFrame:
    return page.dataframe[0].value


def texts(page: AppTest) -> str:
    return "\n".join(each.value for each in page.text)


def test_the_seven_columns_stand_in_their_order_newest_first(
    month_home: Path, open_page: Open
) -> None:
    page = open_page(month_home)
    assert not page.exception
    assert page.title[0].value == "Factuurlog"
    rows = grid(page)
    assert tuple(rows.columns) == LOGS["invoices"].columns
    assert len(rows) == PAGE_ROWS
    assert rows["id"].is_monotonic_decreasing


def test_the_count_is_the_stores_count(month_home: Path, open_page: Open) -> None:
    page = open_page(month_home, range="all", success="no")
    with open_reader(month_home) as reader:
        counts = queries.count(reader, LogFilter(entity="invoice", success="no"))
    assert f"{counts.rows} rijen · {counts.open} open documenten" in texts(page)


def test_an_order_is_a_link_into_the_shops_admin(month_home: Path, open_page: Open) -> None:
    order = grid(open_page(month_home, q="000000042", range="all"))["order"].iloc[0]
    assert order == f"{ADMIN}/sales/order/view/order_id/1042#200000042"


def test_without_an_admin_address_an_order_is_plain_text(tmp_path: Path, open_page: Open) -> None:
    settings(tmp_path)
    toml = tmp_path / "boekwacht.toml"
    toml.write_text(toml.read_text().replace(f'admin_url = "{ADMIN}"', ""))
    fill(tmp_path, [Invoice(number=1, at=datetime.now(UTC))])
    assert grid(open_page(tmp_path))["order"].tolist() == ["200000001"]


@pytest.mark.parametrize(
    ("locale", "title"),
    [
        ("nl-NL", "Factuurlog"),
        ("nl-BE", "Factuurlog"),
        ("en-US", "Invoice log"),
        ("de", "Invoice log"),
    ],
)
def test_the_first_visit_speaks_the_browsers_language(
    month_home: Path, open_page: Open, locale: str, title: str
) -> None:
    assert open_page(month_home, locale).title[0].value == title


def test_the_address_decides_the_language_and_the_switch_changes_it(
    month_home: Path, open_page: Open
) -> None:
    page = open_page(month_home, lang="en")
    assert page.title[0].value == "Invoice log"
    assert "rows" in texts(page)
    page.button_group(key="lang_switch").set_value("nl").run()
    assert page.title[0].value == "Factuurlog"
    assert page.query_params["lang"] == "nl"


def test_stored_messages_are_shown_in_the_readers_language(
    month_home: Path, open_page: Open
) -> None:
    dutch = grid(open_page(month_home, cat="tax_code", range="all"))["message"]
    assert dutch.str.startswith("Btw-tarief DE-19").all()
    english = grid(open_page(month_home, "en-GB", cat="tax_code", range="all"))["message"]
    assert english.str.startswith("Invalid tax code: DE-19").all()


def test_a_link_fills_the_filters(month_home: Path, open_page: Open) -> None:
    page = open_page(month_home, success="no", q="503", range="90d", trigger="schedule")
    assert page.session_state["invoices_success"] == "no"
    assert page.session_state["invoices_q"] == "503"
    assert page.session_state["all_range"] == "90d"
    assert page.session_state["invoices_trigger"] == ["schedule"]
    assert page.text_input(key="invoices_q").value == "503"


def test_a_run_and_a_platform_are_chosen_and_taken_off(month_home: Path, open_page: Open) -> None:
    """By hand as by a link; an empty field is no filter."""
    page = open_page(month_home, range="all")
    runs = page.number_input(key="invoices_run")
    assert runs.value is None
    every = len(grid(page))
    page.number_input(key="invoices_run").set_value(1).run()
    assert page.query_params["run"] == "1"
    page.button(key="invoices_chip_run").click().run()
    assert [each.value for each in page.number_input if each.label == "Run"] == [None]
    assert "run" not in page.query_params
    assert len(grid(page)) == every
    page.multiselect(key="all_platform").set_value(["e-Boekhouden.nl"]).run()
    assert page.query_params["platform"] == "e-Boekhouden.nl"
    linked = open_page(month_home, range="all", run="1")
    linked.number_input(key="invoices_run").set_value(None).run()
    assert "run" not in linked.query_params


def test_nonsense_in_the_address_is_as_if_it_were_not_there(
    month_home: Path, open_page: Open
) -> None:
    page = open_page(month_home, success="maybe", range="xyz", page="-3", sort="1;drop", cols="a")
    assert not page.exception
    assert len(grid(page)) == PAGE_ROWS
    assert set(page.query_params) == set()


def test_a_filter_is_written_to_the_address_and_begins_at_page_one(
    month_home: Path, open_page: Open
) -> None:
    page = open_page(month_home, page="2")
    page.text_input(key="invoices_q").set_value("503").run()
    assert page.query_params["q"] == "503"
    assert "page" not in page.query_params


def test_an_email_address_filters_but_never_reaches_the_address(
    month_home: Path, open_page: Open
) -> None:
    page = open_page(month_home)
    page.text_input(key="invoices_q").set_value("jan@winkel.nl").run()
    assert "Geen rijen voor dit filter" in [each.value for each in page.header]
    assert "q" not in page.query_params


def test_a_chip_takes_its_filter_off_and_clearing_takes_all_off(
    month_home: Path, open_page: Open
) -> None:
    page = open_page(month_home, success="no", q="503")
    page.button(key="invoices_chip_success").click().run()
    assert (page.session_state["invoices_success"], page.session_state["invoices_q"]) == (
        "all",
        "503",
    )
    page.button(key="invoices_clear").click().run()
    assert page.session_state["invoices_q"] == ""
    assert set(page.query_params) == set()


def test_optional_columns_come_behind_the_seven(month_home: Path, open_page: Open) -> None:
    rows = grid(open_page(month_home, cols="actor,amount"))
    assert tuple(rows.columns) == (*LOGS["invoices"].columns, "amount", "actor")


def test_the_last_page_holds_the_rest(month_home: Path, open_page: Open) -> None:
    page = open_page(month_home, range="all", page="99")
    with open_reader(month_home) as reader:
        total = queries.count(reader, LogFilter(entity="invoice")).rows
    assert len(grid(page)) == total % PAGE_ROWS


def test_no_match_says_so_in_words_and_offers_the_nearest_day(
    month_home: Path, open_page: Open
) -> None:
    page = open_page(month_home, q="000000001", range="7d")
    assert page.header[0].value == "Geen rijen voor dit filter"
    assert "Zoek: 000000001" in texts(page)
    page.button(key="invoices_empty_go").click().run()
    assert len(grid(page)) == 1
    assert page.session_state["all_range"] == "custom"


def test_before_anything_ran_the_page_says_so(tmp_path: Path, open_page: Open) -> None:
    page = open_page(settings(tmp_path))
    assert not page.exception
    assert "Er is nog niets gelopen" in page.info[0].value
    assert page.button(key="retry_invoices")


def test_retry_shows_the_rows_once_there_is_a_store(tmp_path: Path, open_page: Open) -> None:
    page = open_page(settings(tmp_path))
    fill(tmp_path, [Invoice(number=1, at=datetime.now(UTC))])
    page.button(key="retry_invoices").click().run()
    assert len(grid(page)) == 1


def test_a_record_put_back_from_a_backup_is_seen_at_once(tmp_path: Path, open_page: Open) -> None:
    """Another file under the same name, while the server goes on running."""
    fill(settings(tmp_path / "a"), [Invoice(number=1, at=datetime.now(UTC))])
    fill(settings(tmp_path / "b"), [Invoice(number=2, at=datetime.now(UTC))])
    page = open_page(tmp_path / "a")
    assert grid(page)["document_no"].tolist() == ["000000001"]
    (tmp_path / "a" / "data").rename(tmp_path / "old")
    (tmp_path / "b" / "data").rename(tmp_path / "a" / "data")
    assert grid(page.run())["document_no"].tolist() == ["000000002"]


def test_a_store_without_rows_is_not_an_error(tmp_path: Path, open_page: Open) -> None:
    fill(settings(tmp_path), [])
    page = open_page(tmp_path)
    assert not page.exception
    assert not page.error
    assert "0 rijen · 0 open documenten · succes –" in texts(page)


def test_wrong_settings_are_named(tmp_path: Path, open_page: Open) -> None:
    (tmp_path / "boekwacht.toml").write_text('timezone = "Mars/Olympus"')
    page = open_page(tmp_path)
    assert "instellingen" in page.error[0].value
    assert "Mars/Olympus" in texts(page)


def test_a_part_that_fails_leaves_the_rest(
    month_home: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret reason")

    monkeypatch.setattr(queries, "platforms", broken)
    page = open_page(month_home)
    assert len(grid(page)) == PAGE_ROWS
    assert "rest van de pagina klopt" in page.error[0].value
    assert "secret reason" not in texts(page)


def test_sandbox_data_is_announced(tmp_path: Path, open_page: Open) -> None:
    sandbox = tmp_path / "data" / "sandbox"
    sandbox.mkdir(parents=True)
    fill(sandbox, [Invoice(number=7, at=datetime.now(UTC))])
    page = open_page(tmp_path)
    assert "Voorbeeldgegevens" in page.info[0].value
    assert len(grid(page)) == 1


def test_real_data_is_not_announced_as_sandbox(month_home: Path, open_page: Open) -> None:
    assert not open_page(month_home).info


def test_hostile_texts_stand_in_the_grid_as_text(month_home: Path, open_page: Open) -> None:
    page = open_page(month_home, cat="other", range="today")
    if len(grid(page)) < len(HOSTILE):
        page = open_page(month_home, cat="other", range="7d")
    shown = set(grid(page)["message"])
    assert HOSTILE[0] in shown
    assert HOSTILE[1] in shown
    assert max(map(len, shown)) <= 301
    assert not [
        message for message in shown if "\x00" in message or "\N{RIGHT-TO-LEFT OVERRIDE}" in message
    ]


def test_a_story_holds_every_attempt_of_its_document(month_home: Path, open_page: Open) -> None:
    page = open_page(month_home, range="all", doc="webshop:inv:1:000000041")
    timeline = page.dataframe[1].value
    assert timeline["success"].map(lambda cell: cell[0]).tolist() == ["✓ Ja", "✗ Nee", "✗ Nee"]
    assert timeline["started_at"].is_monotonic_decreasing
    assert "mutatie 50041" in texts(page)


def test_a_failed_story_says_what_to_do_and_whose_turn_it_is(
    month_home: Path, open_page: Open
) -> None:
    page = open_page(month_home, range="all", doc="webshop:inv:1:000000483")
    advice = "\n".join(each.value for each in page.markdown)
    assert "1. Vul in Magento een e-mailadres in" in advice
    assert "wie de webwinkel beheert" in advice
    assert [each.value for each in page.subheader] == ["Wat nu", "Alle pogingen (1)"]


def test_a_failed_story_leads_to_its_pattern_and_to_the_same_failures(
    month_home: Path, open_page: Open
) -> None:
    page = open_page(month_home, range="all", doc="webshop:inv:1:000000483")
    links = {each.proto.label: each.proto for each in page.get("page_link")}
    same = parse_qs(links["Toon dezelfde fout"].query_string)
    assert (same["success"], same["range"]) == (["no"], ["all"])
    [cause] = same["pattern"]
    titles = [each for each in links.values() if each.page.endswith("patterns")]
    assert any(parse_qs(each.query_string).get("pattern") == [cause] for each in titles)
    booked = open_page(month_home, range="all", doc="webshop:inv:1:000000041")
    assert "Toon dezelfde fout" not in [each.proto.label for each in booked.get("page_link")]


def test_what_is_booked_leads_to_where_people_log_in_to_the_books(
    month_home: Path, open_page: Open
) -> None:
    """Only in the real books: simulated ones have no such address."""
    page = open_page(month_home, range="all", doc="webshop:inv:1:000000041")
    buttons = {each.proto.label: each.proto for each in page.get("link_button")}
    assert buttons["Open e-Boekhouden"].url == "https://secure.e-boekhouden.nl/bh/inloggen.asp"
    assert "mutatie 50041" in buttons["Open e-Boekhouden"].help
    failed = open_page(month_home, range="all", doc="webshop:inv:1:000000483")
    assert "Open e-Boekhouden" not in [each.proto.label for each in failed.get("link_button")]


def test_a_guest_is_called_so_in_the_readers_language(month_home: Path, open_page: Open) -> None:
    page = open_page(month_home, doc="webshop:inv:1:000000483")
    assert "gast" in texts(page)
    assert "guest" not in texts(page)


def test_a_story_of_an_unknown_document_says_so(month_home: Path, open_page: Open) -> None:
    page = open_page(month_home, doc="webshop:inv:1:nope")
    assert "geen pogingen gevonden" in page.info[0].value


def test_days_begin_at_midnight_in_amsterdam() -> None:
    """The filter of "today" begins when the day does, in summer and in winter."""
    since = data.log_filter("invoice", view.View(range="today"), "Europe/Amsterdam").since
    assert since is not None
    assert (since.hour, since.minute) == (0, 0)
    assert str(since.tzinfo) == "Europe/Amsterdam"


def test_the_filters_offer_every_error_pattern_in_words(month_home: Path, open_page: Open) -> None:
    """Also those that the period has none of, and a hostile message as plain text."""
    page = open_page(month_home, range="7d", success="no")
    choice = page.selectbox(key="invoices_pattern")
    assert choice.value == ""
    assert choice.options[0] == "Alle"
    assert "De klant heeft geen e-mailadres" in choice.options
    with open_reader(month_home) as reader:
        ids = {x for x in patterns.known(reader) if x}
    assert len(choice.options) == len(ids) + 1
    for wanted in sorted(ids)[:3]:
        choice.set_value(wanted).run()
        assert not page.exception
        asked = LogFilter(entity="invoice", success="no", pattern=wanted)
        assert page.session_state["invoices_view"].pattern == wanted
        assert wanted not in page.button(key="invoices_chip_pattern").label
        since = page.session_state["invoices_sheet"].asked.since
        with open_reader(month_home) as reader:
            there = queries.count(reader, replace(asked, since=since)).rows
        assert page.session_state["invoices_sheet"].counts.rows == there
        choice = page.selectbox(key="invoices_pattern")
