"""The page of error patterns: true counts, each state, the cure, and what people decide."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import data, rights, view
from pages.ui.actions import ACTOR
from pages.ui.logs import LOGS
from pages.ui.rights import Visitor
from sync.clock import SystemClock
from sync.domain.patterns import classify
from sync.domain.patterns.grouping import Rule
from sync.domain.patterns.lifecycle import STATUSES, Status
from sync.stopping import Stop
from sync.store import decisions, open_store, queries
from sync.store.filters import LogFilter
from sync.store.reader import open_reader
from sync.worker import Worker
from tests.pages.conftest import Open, unfolded
from tests.pages.seed import Invoice, Try, fill, settings

ZONE = "Europe/Amsterdam"
MESSAGE = "Customer email required: order 100000012 has no e-mail address"
FOUND = classify(MESSAGE, code="EMAIL_MISSING")
FAILED = Try(
    outcome="failed",
    state="failed",
    message=MESSAGE,
    code="EMAIL_MISSING",
    category="customer_data",
    pattern=FOUND.pattern,
)
WORDS = dict(
    zip(
        STATUSES,
        ("↩ terug", "✦ nieuw", "↗ stijgend", "→ lopend", "– gedempt", "✓ opgelost"),
        strict=True,
    )
)


def words(page: AppTest) -> str:
    parts = (*page.header, *page.subheader, *page.markdown, *page.text, *page.caption)
    return "\n".join(str(part.value) for part in parts).replace("\\", "").replace("\u2060", "")


def links(page: AppTest) -> Iterator[tuple[str, str, view.View]]:
    """Label, page and view of each link on the page."""
    for link in page.get("page_link"):
        asked = view.parse(parse_qs(link.proto.query_string, keep_blank_values=True))
        yield link.proto.label.replace("\u2060", "").replace("\\", ""), link.proto.page, asked


def failures(home: Path, asked: view.View) -> queries.Counts:
    with open_reader(home) as reader:
        return queries.count(reader, data.log_filter(None, asked, ZONE))


def home_with(folder: Path, *ages: timedelta, now: datetime) -> Path:
    """A home whose invoices failed so long ago, all for one cause."""
    fill(
        settings(folder),
        [
            Invoice(number=nth + 1, at=now - age, tries=(FAILED,))
            for nth, age in enumerate(sorted(ages, reverse=True))
        ],
    )
    return folder


@pytest.mark.parametrize("state", [pytest.param(name, id=name) for name in STATUSES])
def test_each_state_is_told(state: Status, tmp_path: Path, open_page: Open) -> None:
    now = datetime.now(UTC) - timedelta(hours=1)
    day = timedelta(days=1)
    ages = {
        "new": (6 * day,),
        "rising": (20 * day, *[timedelta(minutes=nth) for nth in range(5)]),
        "ongoing": (20 * day, 2 * day),
    }
    home = home_with(tmp_path, *ages.get(state, (20 * day,)), now=now)
    with open_store(home, SystemClock()) as store, store.holder():
        if state in {"resolved", "back"}:
            decisions.resolve(store, FOUND.pattern, "Els", now)
        if state == "muted":
            decisions.mute_until(store, FOUND.pattern, now + day, "Els", now)
    if state == "back":
        fill(home, [Invoice(number=99, at=now, tries=(FAILED,))])
    page = open_page(home, at="patterns")
    assert page.dataframe[0].value["status"].tolist() == [[WORDS[state]]]
    opened = open_page(home, at="patterns", pattern=FOUND.pattern)
    assert WORDS[state] in words(opened)
    marks = [x.value for x in open_page(home, at="overview").markdown if WORDS[state] in x.value]
    assert bool(marks) == (state in {"new", "back", "rising"})


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({}, id="thirty days"),
        pytest.param({"range": "all"}, id="ever"),
        pytest.param({"range": "7d", "cat": ["tax_code", "other"]}, id="two categories"),
        pytest.param({"range": "all", "state": "open"}, id="still open"),
    ],
)
def test_table_and_charts_add_up_to_the_failures(
    params: dict[str, str | list[str]], month_home: Path, open_page: Open
) -> None:
    page = open_page(month_home, at="patterns", **params)
    folds = unfolded(page, "patterns_days", "patterns_map")
    table, by_category, by_pattern = (each.value for each in folds)
    asked = view.parse(
        {name: [value] if isinstance(value, str) else value for name, value in params.items()}
    )
    want = failures(month_home, replace(asked, success="no"))
    assert table["attempts"].sum() == want.rows > 0
    assert by_category["attempts"].sum() == by_pattern["attempts"].sum() == want.rows
    assert f"{want.rows} mislukte pogingen" in words(page)
    assert list(table["open"]) == sorted(table["open"], reverse=True)


def test_each_number_of_a_pattern_leads_to_exactly_its_rows(
    month_home: Path, open_page: Open
) -> None:
    with open_reader(month_home) as reader:
        ids = set(queries.newest(reader, LogFilter(success="no"), 999)["pattern"].to_pylist())
    for pattern in ids:
        page = open_page(month_home, at="patterns", pattern=pattern, range="all")
        assert not page.exception
        assert not page.error
        found = {label: asked for label, name, asked in links(page) if name in LOGS}
        attempts, still = (
            next(x for label, x in found.items() if end in label)
            for end in (" poging", " nog open")
        )
        told = "\n".join(found)
        counts = failures(month_home, attempts)
        assert re.search(rf"\b{counts.rows} mislukte poging", told), pattern
        assert re.search(rf"\b{failures(month_home, still).open} document", told), pattern
        documents = page.dataframe[0].value
        assert documents["attempts"].sum() == counts.rows


def test_a_pattern_tells_cause_steps_and_who(month_home: Path, open_page: Open) -> None:
    page = open_page(month_home, at="patterns", pattern="77be2d01")
    said = words(page)
    assert page.header[0].value.replace("\\", "") == "Tarief {rate} heeft nog geen btw-code"
    assert "1. Kies de btw-code" in said
    assert "Aan zet: de boekhouder." in said
    assert "code TAX_UNMAPPED" in said
    assert "DE-19" in page.dataframe[1].value["value"].tolist()
    assert len(page.code) == min(len(page.dataframe[0].value), 10)
    english = words(open_page(month_home, "en-GB", at="patterns", pattern="77be2d01"))
    assert "Whose turn: the bookkeeper." in english
    assert "What now" in english


def test_a_pattern_that_is_not_there_says_so_and_leads_on(tmp_path: Path, open_page: Open) -> None:
    now = datetime.now(UTC)
    home = home_with(tmp_path, timedelta(days=50), now=now)
    page = open_page(home, at="patterns", pattern=FOUND.pattern)
    assert "komt in deze periode" in page.info[0].value
    button = next(each for each in page.button if each.key == "patterns_ever")
    opened = button.click().run()
    assert opened.header[0].value.startswith("De klant heeft geen e")
    strange = open_page(home, at="patterns", pattern="<b>no such</b>")
    assert "komt in deze periode" in strange.info[0].value
    assert not strange.exception


def test_without_failures_the_last_one_is_dated(tmp_path: Path, open_page: Open) -> None:
    now = datetime.now(UTC)
    home = home_with(tmp_path, timedelta(days=50), now=now)
    page = open_page(home, at="patterns")
    assert page.success[0].value == "Geen fouten in deze periode."
    assert "De laatste fout was op" in words(page)
    filtered = open_page(home, at="patterns", range="all", cat="network")
    assert filtered.info[0].value == "Geen fouten met deze filters."


def test_failures_without_a_pattern_have_a_row_of_their_own(
    tmp_path: Path, open_page: Open
) -> None:
    now = datetime.now(UTC)
    bare = Try(outcome="failed", state="failed", message="Customer email required")
    fill(settings(tmp_path), [Invoice(number=1, at=now, tries=(bare,))])
    page = open_page(tmp_path, at="patterns")
    assert page.dataframe[0].value["template"].tolist() == ["Zonder foutpatroon"]
    opened = open_page(tmp_path, at="patterns", pattern="none")
    assert opened.header[0].value == "Zonder foutpatroon"
    (asked,) = {asked for label, _, asked in links(opened) if "poging" in label}
    assert failures(tmp_path, asked).rows == 1


@pytest.mark.parametrize(("others", "told"), [(1, False), (2, True)])
def test_other_above_five_percent_is_told(
    others: int, told: bool, tmp_path: Path, open_page: Open
) -> None:
    now = datetime.now(UTC)
    strange = Try(
        outcome="failed", state="failed", message="Eh?", category="other", pattern="0e0e0e"
    )
    tries = (strange,) * others + (FAILED,) * (20 - others)
    fill(
        settings(tmp_path),
        [Invoice(number=nth + 1, at=now, tries=(each,)) for nth, each in enumerate(tries)],
    )
    page = open_page(tmp_path, at="patterns")
    notice = [each.value for each in page.warning if "overig" in each.value.replace("\\", "")]
    assert bool(notice) == told


def named(page: AppTest, key: str) -> AppTest:
    return next(each for each in page.button if each.key == key).click().run()


def test_people_decide_by_name_and_it_is_audited(tmp_path: Path, open_page: Open) -> None:
    now = datetime.now(UTC)
    home = home_with(tmp_path, timedelta(days=20), now=now)
    page = open_page(home, at="patterns", pattern=FOUND.pattern)
    resolve = next(each for each in page.button if each.key == "pattern_do_resolve")
    assert resolve.disabled
    page.session_state[ACTOR] = "Els"
    page.run()
    page = named(page, "pattern_do_resolve")
    assert "✓ opgelost" in words(page)
    page = named(page, "pattern_do_reopen")
    assert "✓ opgelost" not in words(page)
    page.text_input(key=f"pattern_owner_{FOUND.pattern}").set_value("Jan **x**").run()
    page = named(page, "pattern_do_assign")
    assert "Eigenaar: Jan **x**" in [each.value for each in page.text]
    page = named(page, "pattern_do_mute")
    assert "– gedempt" in words(page)
    page = named(page, "pattern_do_unmute")
    page.segmented_control(key="pattern_mute_way").set_value("count").run()
    page = named(page, "pattern_do_mute")
    assert "tot nog 10 pogingen" in words(page)
    with open_store(home, SystemClock()) as store:
        rows = store.audit_rows(9)
    assert {row.actor for row in rows} == {"Els"}
    assert [row.action.removeprefix("pattern ") for row in rows[::-1]] == [
        *("resolved", "reopened", "assigned", "muted", "unmuted", "muted")
    ]


def test_merges_and_splits_hold_from_now_on_and_can_be_withdrawn(
    tmp_path: Path, open_page: Open
) -> None:
    now = datetime.now(UTC)
    home = home_with(tmp_path, timedelta(hours=1), now=now)
    other = Try(outcome="failed", state="failed", message="Eh?", category="other", pattern="0e0e0e")
    fill(home, [Invoice(number=90, at=now, tries=(other,))])
    page = open_page(home, at="patterns", pattern=FOUND.pattern)
    page.session_state[ACTOR] = "Els"
    page.run()
    page.text_input(key=f"pattern_split_{FOUND.pattern}").set_value("order 1000").run()
    assert "1 van de laatste 1 meldingen bevatten dit." in words(page)
    page = named(page, "pattern_do_split")
    assert "wat 'order 1000' bevat (Els" in words(page)
    page = named(page, "pattern_do_merge")
    assert "telt bij" in words(page)
    page = named(page, "pattern_do_merge")
    assert "Voor deze meldingen is er al een regel" in words(page)
    assert page.dataframe[0].value["attempts"].tolist() == [1]
    page = named(page, "patterns_back")
    assert len(page.dataframe[0].value) == 2
    page = named(page, "pattern_rule_1")
    with open_store(home, SystemClock()) as store:
        assert [rule.holds for rule in decisions.rules(store)] == [""]


def test_a_viewer_sees_and_decides_nothing(
    month_home: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rights, "visitor", lambda: Visitor(role="viewer"))
    page = open_page(month_home, at="patterns", pattern="77be2d01")
    assert not [each.key for each in page.button if (each.key or "").startswith("pattern_do")]
    assert page.header[0].value.startswith("Tarief")


def test_hostile_words_are_text(month_home: Path, open_page: Open) -> None:
    page = open_page(month_home, at="patterns", pattern="deadbeef", range="all")
    assert not page.exception
    assert not page.error
    for part in (*page.header, *page.markdown):
        assert "<script>" not in part.value
        assert not re.search(r"(?<!\\)\[link\]\(https", part.value)
    assert max(len(each.value) for each in page.code) <= 601


def test_the_logs_call_a_pattern_by_its_cause(tmp_path: Path, open_page: Open) -> None:
    """As a column and as a chip; the address keeps the id."""
    home = home_with(tmp_path, timedelta(hours=1), now=datetime.now(UTC))
    page = open_page(home, at="invoices", pattern=FOUND.pattern, cols="pattern,category")
    assert page.dataframe[0].value["pattern"].tolist() == ["De klant heeft geen e-mailadres"]
    chips = [each.label.replace("\\", "").replace("\u2060", "") for each in page.button]
    assert "Foutpatroon: De klant heeft geen e-mailadres" in chips


def work_off(home: Path) -> None:
    """A real worker does what was asked for, and ends."""
    Worker(home, Stop(), lambda _: None).work_off()


def test_history_is_regrouped_by_the_worker_after_a_preview(
    tmp_path: Path, open_page: Open
) -> None:
    now = datetime.now(UTC)
    bare = Try(outcome="failed", state="failed", message=MESSAGE, code="EMAIL_MISSING")
    fill(settings(tmp_path), [Invoice(number=1, at=now, tries=(bare,))])
    page = open_page(tmp_path, at="patterns")
    page.session_state[ACTOR] = "Els"
    page.run()
    page = named(page, "regroup_look")
    assert "Er wordt gekeken wat er zou verhuizen." in words(page)
    work_off(tmp_path)
    page.run()
    moves = page.dataframe[-1].value
    assert moves["attempts"].tolist() == [1]
    assert moves["source"].tolist() == ["Zonder foutpatroon"]
    assert moves["target_id"].tolist() == [FOUND.pattern]
    assert failures(tmp_path, view.View(pattern=FOUND.pattern, success="no")).rows == 0
    page = named(page, "regroup_move")
    work_off(tmp_path)
    page.run()
    assert "1 pogingen verhuisd" in page.success[-1].value
    assert failures(tmp_path, view.View(pattern=FOUND.pattern, success="no")).rows == 1
    with open_store(tmp_path, SystemClock()) as store:
        actors = {row.action: row.actor for row in store.audit_rows(9)}
    assert {actors[each] for each in ("regroup", "regroup begun", "regrouped")} == {"Els"}


def test_rules_that_changed_since_the_preview_need_another(tmp_path: Path, open_page: Open) -> None:
    now = datetime.now(UTC)
    home = home_with(tmp_path, timedelta(hours=1), now=now)
    with open_store(home, SystemClock()) as store:
        rule = Rule(id=0, source=FOUND.key, holds="", target="read-timeout", category="timeout")
        decisions.add_rule(store, rule, "Els", now)
    page = open_page(home, at="patterns")
    page.session_state[ACTOR] = "Els"
    page.run()
    page = named(page, "regroup_look")
    work_off(home)
    page.run()
    with open_store(home, SystemClock()) as store:
        decisions.withdraw_rule(store, 1, "Els", now)
    page = named(page, "regroup_move")
    work_off(home)
    page.run()
    assert "De regels zijn veranderd sinds het overzicht" in words(page)
    assert failures(home, view.View(pattern=FOUND.pattern, success="no")).rows == 1
