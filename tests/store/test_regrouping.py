"""Regrouping moves what the rules say, nothing else, once, and survives being killed anywhere."""

import signal
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.domain.patterns import RULES_VERSION, classify, pattern_id
from sync.domain.patterns.grouping import Rule, grouped, is_circular, own_fields, split_key
from sync.errors import PermanentError, TemporaryError
from sync.store import (
    Holder,
    Store,
    decisions,
    open_store,
    parquet,
    patterns,
    regrouping,
    rewriting,
)
from sync.store.codec import ATTEMPT
from sync.store.database import segments_path
from sync.store.filters import LogFilter
from sync.store.queries import count, newest
from sync.store.reader import Reader, open_reader
from tests.store.builders import NOW, HandClock, entry, failed, try_once
from tests.store.rows import Planned, planned, record
from tests.store.steps import Doer

WHO = "Els"
MOVED = rewriting.REGROUPED
SWAP = ["noted", "written", "flushed", "renamed", "named", "listing", "replaced", "listed"]
TIMEOUT = "Connection timed out: soap.e-boekhouden.nl did not answer within 90 s"
MESSAGES = (
    (TIMEOUT, "READ_TIMEOUT"),
    ("Invalid tax code: NL-13 has no VAT code", "TAX_UNMAPPED"),
    ("Customer email required", "EMAIL_MISSING"),
    ("Something strange in the neighbourhood", ""),
    ("", ""),
)
KEYS = [classify(message, code=code).key for message, code in MESSAGES]


def all_rows(reader: Reader) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = newest(reader, LogFilter(sort="id:asc"), 999).to_pylist()
    return rows


def without_moved(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: row[name] for name in row if name not in MOVED} for row in rows]


def expected(row: dict[str, Any], rules: tuple[Rule, ...]) -> tuple[str, str, int]:
    own = own_fields(row["document_no"], row["order_no"], row["store"])
    found = classify(row["message"], code=row["error_code"], known=own)
    group = grouped(found, row["message"], rules)
    return group.pattern, group.category, RULES_VERSION


@st.composite
def histories(draw: st.DrawFn) -> list[Planned]:
    """Attempts, most of whose failures carry a message that the rules know."""
    tries = draw(st.lists(planned(), min_size=1, max_size=14))
    said = [draw(st.sampled_from(MESSAGES)) for _ in tries]
    return [
        replace(one, end=replace(one.end, message=message, error_code=code)) if one.end else one
        for one, (message, code) in zip(tries, said, strict=True)
    ]


ACTS = st.lists(
    st.sampled_from(["merge", "split", "withdraw", "resolve", "mute", "regroup", "seal"]),
    max_size=5,
)


@settings(max_examples=12, deadline=None)
@given(histories(), ACTS, st.data())
def test_counts_add_up_whatever_people_do(
    tries: list[Planned], acts: list[str], data: st.DataObject
) -> None:
    """Merges, splits, mutes and regroups in between, over sealed and unsealed rows."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        with (
            open_store(home, HandClock()) as store,
            store.holder() as holder,
            open_reader(home) as reader,
        ):
            half = len(tries) // 2
            record(store, holder, tries[:half])
            for act in acts:
                _act(store, act, data)
                _adds_up(reader)
            before = all_rows(reader)
            rules = decisions.rules(store)
            found = regrouping.regroup(store, WHO, NOW)
            after = all_rows(reader)
            _adds_up(reader)
            assert without_moved(after) == without_moved(before)
            wanted = [
                expected(row, rules)
                if row["success"] is False
                else tuple(row[name] for name in MOVED)
                for row in before
            ]
            assert [tuple(row[name] for name in MOVED) for row in after] == wanted
            changed = Counter(
                (old["pattern"], new["pattern"])
                for old, new in zip(before, after, strict=True)
                if any(old[name] != new[name] for name in MOVED)
            )
            told: Counter[tuple[str, str]] = Counter()
            for move in found.moves:
                told[move.source, move.target] += move.attempts
            assert told == changed
            assert regrouping.plan(store).moves == ()


def _act(store: Store, act: str, data: st.DataObject) -> None:
    key, other = data.draw(st.sampled_from(KEYS)), data.draw(st.sampled_from(KEYS))
    known = decisions.rules(store)
    if act in {"merge", "split"}:
        holds = "" if act == "merge" else data.draw(st.sampled_from(["soap", "nl-13", "strange"]))
        target = other if act == "merge" else split_key(key, holds)
        taken = {(rule.source, rule.holds) for rule in known}
        if (key, holds) not in taken and not is_circular(known, key, target):
            rule = Rule(id=0, source=key, holds=holds, target=target, category="other")
            decisions.add_rule(store, rule, WHO, NOW)
    elif act == "withdraw" and known:
        decisions.withdraw_rule(store, known[0].id, WHO, NOW)
    elif act == "resolve":
        decisions.resolve(store, pattern_id(key), WHO, NOW)
    elif act == "mute":
        decisions.mute_count(store, pattern_id(key), 2, WHO, NOW)
    elif act == "regroup":
        regrouping.regroup(store, WHO, NOW)
    elif act == "seal":
        store.seal(force=True)


def _adds_up(reader: Reader) -> None:
    found = patterns.patterns(reader, LogFilter(), NOW)
    assert sum(each.attempts for each in found) == count(reader, LogFilter(success="no")).rows
    assert sum(patterns.days(reader, LogFilter())["attempts"].to_pylist()) == sum(
        each.attempts for each in found
    )


@pytest.fixture
def two_files(store: Store, holder: Holder) -> Store:
    """Failures that were never grouped: of two months in two segments, and one in the hub."""
    for number, at in ((1, NOW - timedelta(days=40)), (2, NOW)):
        end = failed(at, message=TIMEOUT, error_code="READ_TIMEOUT", pattern="old", category="")
        try_once(store, holder, entry(number), end, at)
    store.seal(force=True)
    end = failed(message=TIMEOUT, error_code="READ_TIMEOUT", pattern="old", category="")
    try_once(store, holder, entry(3), end)
    return store


def test_a_preview_tells_what_moves_and_changes_nothing(two_files: Store, reader: Reader) -> None:
    before = all_rows(reader)
    seen: list[tuple[int, int]] = []
    found = regrouping.plan(two_files, lambda done, total: seen.append((done, total)))
    key = classify(TIMEOUT, code="READ_TIMEOUT").key
    assert [(x.source, x.target, x.target_key, x.attempts) for x in found.moves] == [
        ("old", pattern_id(key), key, 3)
    ]
    assert all_rows(reader) == before
    assert two_files.audit_rows(9) == []


def test_it_is_audited_before_and_after(two_files: Store) -> None:
    regrouping.regroup(two_files, WHO, NOW)
    after, before = two_files.audit_rows(9)
    assert (before.action, after.action) == ("regroup begun", "regrouped")
    assert {before.actor, after.actor} == {WHO}
    target = classify(TIMEOUT, code="READ_TIMEOUT").pattern
    assert after.facts["attempts"] == 3
    assert after.facts["moves"] == [["old", target, 3]]


def test_decisions_go_with_a_pattern_that_only_got_another_id(
    two_files: Store, reader: Reader
) -> None:
    decisions.assign(two_files, "old", "Jan", WHO, NOW)
    decisions.resolve(two_files, "old", WHO, NOW)
    regrouping.regroup(two_files, WHO, NOW)
    (found,) = patterns.patterns(reader, LogFilter(), NOW)
    assert (found.status, found.decision.owner) == ("resolved", "Jan")


def test_decisions_stay_where_patterns_are_merged(
    two_files: Store, holder: Holder, reader: Reader
) -> None:
    """That one pattern was resolved says nothing about the one that it is merged into."""
    regrouping.regroup(two_files, WHO, NOW)
    key = classify(TIMEOUT, code="READ_TIMEOUT").key
    missing = pattern_id("email-missing")
    end = failed(message="Customer email required", error_code="EMAIL_MISSING", pattern=missing)
    try_once(two_files, holder, entry(9), end)
    decisions.resolve(two_files, pattern_id(key), WHO, NOW)
    rule = Rule(id=0, source=key, holds="", target="email-missing", category="customer_data")
    decisions.add_rule(two_files, rule, WHO, NOW)
    regrouping.regroup(two_files, WHO, NOW)
    (found,) = patterns.patterns(reader, LogFilter(), NOW)
    assert (found.attempts, found.status, found.category) == (4, "ongoing", "customer_data")


def test_other_rules_than_those_of_the_preview_are_refused(two_files: Store) -> None:
    stamp = regrouping.plan(two_files).stamp
    rule = Rule(id=0, source="read-timeout", holds="", target="email-missing")
    decisions.add_rule(two_files, rule, WHO, NOW)
    with pytest.raises(PermanentError, match="since the preview"):
        regrouping.regroup(two_files, WHO, NOW, stamp=stamp)
    assert [row.action for row in two_files.audit_rows(9)] == ["pattern merged"]


def test_while_another_tends_the_record_it_is_refused(two_files: Store, tmp_path: Path) -> None:
    with (
        two_files.duty(None),
        open_store(tmp_path, HandClock()) as other,
        pytest.raises(TemporaryError, match="Another process"),
    ):
        regrouping.regroup(other, WHO, NOW)


def test_a_file_in_which_anything_else_differs_is_refused(
    two_files: Store, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof is taken from the new file: here it was written with one message changed."""
    monkeypatch.setattr(
        rewriting,
        "_CHANGED",
        rewriting._CHANGED.replace("replace (", "replace (rows.message || '.' as message,"),
    )
    before = all_rows(reader)
    with pytest.raises(PermanentError, match="would lose something"):
        regrouping.regroup(two_files, WHO, NOW)
    assert all_rows(reader) == before
    assert two_files.seal(force=True).unknown == ()


def test_a_damaged_file_is_left_as_it_is(two_files: Store) -> None:
    """What is written anew from it would look whole."""
    path = next(segments_path(two_files.home).rglob("month=2026-10/*.parquet"))
    content = bytearray(path.read_bytes())
    content[-9] ^= 1
    path.write_bytes(content)
    with pytest.raises(PermanentError):
        regrouping.regroup(two_files, WHO, NOW)
    assert path.read_bytes() == content


@pytest.mark.parametrize("column", [x for x in ATTEMPT if x not in MOVED])
def test_the_proof_sees_a_change_in_any_column(tmp_path: Path, column: str) -> None:
    """Of one value in one row, and of two rows whose values changed places."""
    columns: dict[str, list[Any]] = {name: [f"{name} 1", f"{name} 2"] for name in ATTEMPT}
    columns["id"] = [1, 2]
    for name in ("started_at", "rules_version"):
        columns[name] = [1, 2]
    columns["success"] = [False, False]
    parquet.write(pa.table(columns), tmp_path / "before")
    swapped = {**columns, column: columns[column][::-1]}
    if column == "success":
        swapped[column] = [False, True]
    parquet.write(pa.table(swapped), tmp_path / "after")
    proofs = []
    for name in ("before", "after"):
        with parquet.over([tmp_path / name]) as duck:
            proofs.append(rewriting.checksums(duck))
    assert proofs[0] != proofs[1]


@pytest.mark.parametrize(
    ("step", "turn"),
    [("begun", 1), ("unsealed", 1), *((step, turn) for step in SWAP for turn in (1, 2))],
)
def test_killed_at_any_step_it_is_begun_again(
    two_files: Store, reader: Reader, doer: Doer, step: str, turn: int
) -> None:
    decisions.assign(two_files, "old", "Jan", WHO, NOW)
    before = all_rows(reader)
    assert doer.do(two_files.home, "regroup", step, turn) == -signal.SIGKILL
    assert without_moved(all_rows(reader)) == without_moved(before)
    _adds_up(reader)
    with open_store(two_files.home, HandClock()) as store:
        regrouping.regroup(store, WHO, NOW)
        assert store.seal(force=True, grace=timedelta(0)).unknown == ()
    after = all_rows(reader)
    assert without_moved(after) == without_moved(before)
    assert {row["pattern"] for row in after} == {classify(TIMEOUT, code="READ_TIMEOUT").pattern}
    (found,) = patterns.patterns(reader, LogFilter(), NOW)
    assert found.decision.owner == "Jan"
    files = [path for path in segments_path(two_files.home).rglob("*") if path.is_file()]
    assert len(files) == 3  # the hub's row was sealed into one of its own
