"""The Overview through AppTest: true numbers, each leading to exactly its rows, in every state."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import charts, data, formats, view
from pages.ui.logs import LOGS, SHOP_OF_KIND
from pages.ui.palette import PALETTES
from sync.clock import SystemClock
from sync.store import fetched, open_store, overview, queries
from sync.store.database import segments_path
from sync.store.reader import open_reader
from tests.pages.conftest import Open, unfolded
from tests.pages.seed import CONNECTION, Invoice, Try, fill, settings

ZONE = "Europe/Amsterdam"
FAILED = Try(outcome="failed", state="failed", message="Invalid tax code", pattern="p1")


def words(page: AppTest) -> str:
    parts = (*page.header, *page.subheader, *page.markdown, *page.text, *page.metric)
    return "\n".join(str(part.value) for part in parts)


def links(
    page: AppTest, pages: Collection[str] = LOGS.keys()
) -> Iterator[tuple[str, str, view.View]]:
    """Label, page and view of each link on the page that leads to one of `pages`."""
    for link in page.get("page_link"):
        proto = link.proto
        if proto.page in pages:
            asked = view.parse(parse_qs(proto.query_string, keep_blank_values=True))
            yield proto.label.replace("\u2060", "").replace("\\", ""), proto.page, asked


def counted(home: Path, log: str, asked: view.View) -> queries.Counts:
    with open_reader(home) as reader:
        return queries.count(reader, data.log_filter(LOGS[log].entity, asked, ZONE))


def number(label: str) -> int:
    found = re.search(r"[0-9][0-9.]*", label)
    assert found, label
    return int(found.group().replace(".", ""))


def test_the_verdict_counts_documents_that_need_somebody(month_home: Path, open_page: Open) -> None:
    page = open_page(month_home, at="overview")
    assert not page.exception
    assert not page.error
    with open_reader(month_home) as reader:
        pending = overview.pending(reader, datetime.now(UTC))
    late = sum(each.late for kind, each in pending.items() if kind != "customer")
    failed = sum(each.failed for each in pending.values())
    verdict = page.header[0].value.replace("\\", "")
    assert verdict.startswith(":red[:material/error:]")
    assert f"{failed + late} documenten vragen aandacht" in verdict


def test_every_number_leads_to_exactly_its_rows(month_home: Path, open_page: Open) -> None:
    page = open_page(month_home, at="overview")
    found = list(links(page))
    tiles = {label: (log, asked) for label, log, asked in found}
    values = [metric.value for metric in page.metric]
    for nth, label in enumerate(("Facturen mislukt", "Creditnota's mislukt", "Klanten mislukt")):
        assert counted(month_home, *tiles[label]).open == int(values[nth]), label
    today = [each for each in found if each[0].partition(":")[0] in {"Geboekt", "Mislukt"}]
    assert len(today) == 2
    for label, log, asked in (*today, next(x for x in found if x[0].startswith("Pogingen"))):
        assert counted(month_home, log, asked).rows == number(label), label
    for label, log, asked in found:
        if re.fullmatch("[0-9]+ (facturen|creditnota's|klanten)", label):
            assert counted(month_home, log, asked).open == number(label), label


def test_what_the_books_lack_leads_to_all_of_it(month_home: Path, open_page: Open) -> None:
    """Failed or waiting, tried or not: invoices in the tile, credit memos in its second link."""
    page = open_page(month_home, at="overview")
    kinds = {name: kind for kind, name in SHOP_OF_KIND.items()}
    lacking = {"Facturen nog niet in de boekhouding": page.metric[5].value}
    lacking |= {x: x.partition(": ")[2] for x, *_ in links(page, kinds) if ": €" in x}
    found = [each for each in links(page, kinds) if each[0] in lacking]
    assert [name for _, name, _ in found] == ["shop-invoices", "shop-creditmemos"]
    for label, name, asked in found:
        amount, wanted = lacking[label], data.fetched_filter(kinds[name], asked, ZONE)
        with open_reader(month_home) as reader:
            rows = [*fetched.everything(reader, wanted)]
        total = formats.money(sum((abs(x["grand_total"]) for x in rows), Decimal(0)), "EUR", "nl")
        assert amount.split() == total.split()
        assert {x["state"] for x in rows} <= {"failed", "waiting"}
        assert rows or "0,00" in amount


def test_every_cause_leads_to_its_pattern_in_the_chosen_period(
    month_home: Path, open_page: Open
) -> None:
    page = open_page(month_home, at="overview", range="7d")
    causes = [each for each in links(page, {"patterns"}) if each[2].pattern]
    counts = re.findall(r"([0-9]+) pogingen, ([0-9]+) documenten", words(page).replace("\\", ""))
    assert 0 < len(causes) <= 5
    assert len(counts) == len(causes)
    for (_, page_name, asked), (attempts, _) in zip(causes, counts, strict=True):
        assert (page_name, asked.range) == ("patterns", "7d")
        there = replace(asked, success="no")
        assert counted(month_home, "attempts", there).rows == int(attempts)


def test_the_tables_hold_the_charts_numbers(month_home: Path, open_page: Open) -> None:
    page = open_page(month_home, at="overview", range="30d")
    assert not page.dataframe
    days, calendar = (each.value for each in unfolded(page, "table_days", "table_calendar"))
    whole = counted(month_home, "attempts", view.View())
    assert days["attempts"].sum() == whole.rows
    assert days["failed"].sum() == whole.failed
    assert days["booked"].sum() == whole.succeeded
    everything = counted(month_home, "attempts", view.View(range="all"))
    assert calendar["failed"].sum() == everything.failed


def test_both_languages_are_spoken(month_home: Path, open_page: Open) -> None:
    page = open_page(month_home, "en-GB", at="overview")
    assert page.title[0].value == "Overview"
    assert "documents need attention" in page.header[0].value
    assert "Most frequent failures" in [each.value for each in page.subheader]


def test_before_the_first_run_three_steps_are_shown(tmp_path: Path, open_page: Open) -> None:
    page = open_page(settings(tmp_path), at="overview")
    assert page.header[0].value == "Drie stappen om te beginnen"
    assert "1. Zet uw winkel" in words(page)
    badges = [each.value for each in page.markdown if "badge" in each.value]
    assert [("gedaan" in each) for each in badges] == [True, False, False]


def test_keys_that_are_there_tick_the_second_step(
    tmp_path: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("consumer_key", "consumer_secret", "token", "token_secret"):
        monkeypatch.setenv(f"BOEKWACHT_{CONNECTION}_{name}".upper(), "0123")
    for name in ("books_username", "code1", "code2"):
        monkeypatch.setenv(f"BOEKWACHT_{CONNECTION}_{name}".upper(), "0123")
    page = open_page(settings(tmp_path), at="overview")
    badges = [each.value for each in page.markdown if "badge" in each.value]
    assert [("gedaan" in each) for each in badges] == [True, True, False]
    assert "0123" not in words(page)


def test_when_all_is_booked_it_says_so(tmp_path: Path, open_page: Open) -> None:
    fill(settings(tmp_path), [Invoice(number=1, at=datetime.now(UTC))])
    page = open_page(tmp_path, at="overview")
    assert page.header[0].value.endswith("Alles geboekt")
    assert page.success[0].value == "Geen fouten in deze periode."
    assert [metric.value for metric in page.metric] == ["0", "0", "0", "100\xa0%", "–", "€\xa00,00"]
    assert not page.warning
    # The next failure draws the page anew once, and does not go on doing so.
    failure = Try(outcome="failed", state="failed", message="API error", pattern="p2")
    fill(tmp_path, [Invoice(number=2, at=datetime.now(UTC), tries=(failure,))])
    assert page.run().metric[0].value == "1"


def test_what_waits_is_not_called_booked(tmp_path: Path, open_page: Open) -> None:
    again = Try(outcome="failed", state="waiting", message="API error", pattern="p2")
    fill(settings(tmp_path), [Invoice(number=1, at=datetime.now(UTC), tries=(again,))])
    verdict = open_page(tmp_path, at="overview").header[0].value
    assert "wachten op hun beurt" in verdict


def test_a_day_of_waiting_needs_attention_and_names_the_document(
    tmp_path: Path, open_page: Open
) -> None:
    again = Try(outcome="failed", state="waiting", message="API error", pattern="p2")
    long_ago = datetime.now(UTC) - timedelta(days=2)
    fill(settings(tmp_path), [Invoice(number=1, at=long_ago, tries=(again,))])
    page = open_page(tmp_path, at="overview")
    assert "1 document vraagt aandacht" in page.header[0].value
    there = [asked.doc for label, _, asked in links(page) if label == "Factuur 000000001"]
    assert there == ["webshop:inv:1:000000001"]


def test_a_quiet_day_names_the_last_active_moment(tmp_path: Path, open_page: Open) -> None:
    fill(settings(tmp_path), [Invoice(number=1, at=datetime.now(UTC) - timedelta(days=3))])
    page = open_page(tmp_path, at="overview", range="today")
    assert "Vandaag nog geen pogingen; de laatste was" in words(page)
    assert "Geen pogingen in deze periode" in page.info[0].value
    assert page.metric[3].value == "–"


def test_without_failures_the_last_one_is_dated(tmp_path: Path, open_page: Open) -> None:
    now = datetime.now(UTC)
    failed = Invoice(number=1, at=now - timedelta(days=20), tries=(FAILED,))
    fill(settings(tmp_path), [failed, Invoice(number=2, at=now)])
    page = open_page(tmp_path, at="overview", range="7d")
    assert page.success[0].value == "Geen fouten in deze periode."
    assert "De laatste fout was op" in words(page)


def test_stopped_runs_are_told(tmp_path: Path, open_page: Open) -> None:
    fill(settings(tmp_path), [Invoice(number=1, at=datetime.now(UTC) - timedelta(hours=2))])
    for at in ("overview", "invoices"):
        assert "geen run afgerond" in open_page(tmp_path, at=at).warning[0].value


def test_refused_credentials_are_told_loudly(tmp_path: Path, open_page: Open) -> None:
    fill(settings(tmp_path), [Invoice(number=1, at=datetime.now(UTC))])
    with open_store(tmp_path, SystemClock()) as store:
        run = store.start_run(CONNECTION, "schedule", "", 1, datetime.now(UTC))
        store.finish_run(
            run, "failed", {}, "Invalid credentials: **no**", "CREDENTIALS", datetime.now(UTC)
        )
    said = open_page(tmp_path, at="overview").error[0].value
    assert "De toegang is geweigerd" in said
    assert "**no**" not in said


def test_a_part_that_fails_leaves_the_others(
    month_home: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret reason")

    monkeypatch.setattr(charts, "calendar_start", broken)
    page = open_page(month_home, at="overview")
    assert len(page.metric) == 6
    assert len(page.get("plotly_chart")) == 1
    assert ["rest van de pagina klopt" in each.value for each in page.error] == [True]
    assert "secret reason" not in words(page)


def _brightness(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("theme", "behind"), [("light", "#FFFFFF"), ("dark", "#0F1A1C")])
def test_every_colour_of_a_state_can_be_read(theme: str, behind: str) -> None:
    palette = PALETTES["dark" if theme == "dark" else "light"]
    for name in ("booked", "failed", "warning", "waiting", "skipped", "text"):
        pair = sorted((_brightness(getattr(palette, name)), _brightness(behind)))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.6, name


def test_a_damaged_file_is_told_with_what_is_missing_and_the_rest_is_shown(
    tmp_path: Path, open_page: Open
) -> None:
    """On every page with attempts: its numbers would lie otherwise."""
    now = datetime.now(UTC)
    fill(settings(tmp_path), [Invoice(number=n, at=now) for n in (1, 2)])
    with open_store(tmp_path, SystemClock()) as store:
        store.seal(force=True)
    fill(tmp_path, [Invoice(number=3, at=now)])
    [file] = segments_path(tmp_path).rglob("*.parquet")
    file.write_bytes(file.read_bytes()[:99])
    with open_store(tmp_path, SystemClock()) as store:
        store.seal()  # as the worker does each round
    for at in ("overview", "invoices"):
        page = open_page(tmp_path, at=at)
        assert not page.exception
        said = page.error[0].value.replace("\\", "")
        assert f"2 pogingen uit {now:%Y-%m} ontbreken" in said
    assert counted(tmp_path, "invoices", view.View()).rows == 1
