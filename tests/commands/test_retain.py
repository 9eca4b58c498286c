"""`retain`: look, have the date typed, export, remove."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sync.clock import SystemClock
from sync.store import Store
from sync.store.cleanups import Wanted
from sync.store.retention import clean_up
from tests.commands.conftest import Type
from tests.commands.terminal import on_terminal
from tests.store.builders import booked, entry, failed, try_once

DAY = timedelta(days=1)
TODAY = datetime.now(UTC).date()
CUTOFF = str(TODAY - 120 * DAY)


@pytest.fixture
def old(store: Store) -> Store:
    """Two booked and one failed invoice of 200 days ago, one of today."""
    then = datetime.now(UTC) - 200 * DAY
    with store.holder() as me:
        for number in (1, 2):
            try_once(store, me, entry(number), booked(then), at=then)
        try_once(store, me, entry(3), failed(then), at=then)
        now = datetime.now(UTC)
        try_once(store, me, entry(4), booked(now), at=now)
    return store


def test_the_preview_tells_what_would_go_by_month(old: Store, typed: Type) -> None:
    """Nothing is removed, exported or written down."""
    seen = typed("retain", "--before", CUTOFF, "--dry-run")
    assert seen.code == 0
    lines = [line.split() for line in seen.out.splitlines()]
    month = f"{datetime.now(UTC) - 200 * DAY:%Y-%m}"
    assert [month, "3", "–", "2", "–", "1"] in lines
    assert ["total", "3", "–", "2", "–", "1"] in lines
    assert "7 years by law" in seen.out
    assert typed("log", "invoice", "--range", "all").out.endswith("page 1 of 1\n")
    assert old.audit_rows(9) == []


def test_attempts_are_exported_and_removed(old: Store, typed: Type, home: Path) -> None:
    """The result names the export; asked again there is nothing left to do."""
    done = typed("retain", "--before", CUTOFF, "--yes")
    assert done.code == 0, done.err
    [folder] = (home / "data" / "exports").iterdir()
    assert f"2 attempts exported to {folder} (1 files" in done.out
    assert "2 removed" in done.out
    assert "2 attempts, 1 open document" in typed("log", "invoice", "--range", "all").out
    again = typed("retain", "--before", CUTOFF, "--yes")
    assert (again.code, "nothing" in again.out) == (0, True)
    [ended, begun] = old.audit_rows(9)
    assert begun.actor == ended.actor != ""


def test_the_date_is_typed_before_anything_goes(old: Store, home: Path) -> None:
    """Another date removes nothing."""
    old.close()
    status, screen = on_terminal(home, "retain", "--before", CUTOFF, answer="2001-01-01\n")
    assert (status, "nothing was removed" in screen) == (130, True)
    status, screen = on_terminal(home, "retain", "--before", CUTOFF, answer=f"{CUTOFF}\n")
    assert (status, "2 removed" in screen) == (0, True), screen


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--before", str(TODAY - 89 * DAY)), "The latest 90 days are always kept"),
        (("--before", "yesterday"), "does not match"),
        ((), "--before DATE"),
        (("--before", CUTOFF), "Nobody is there to confirm"),
    ],
)
def test_wrong_use_is_told(old: Store, typed: Type, arguments: tuple[str, ...], said: str) -> None:
    """One sentence, status 2, nothing done."""
    result = typed("retain", *arguments)
    assert result.code == 2
    assert said in result.err


def test_a_cleanup_that_was_cut_short_is_told_and_finished_or_given_up(
    old: Store, typed: Type, home: Path
) -> None:
    def stop(step: str) -> None:
        if step == "exported":
            raise KeyboardInterrupt

    before = datetime.fromisoformat(f"{CUTOFF}T00:00").astimezone(UTC)
    wanted = Wanted(before=before, into=home / "out", form="csv", actor="anna")
    with pytest.raises(KeyboardInterrupt):
        clean_up(old, wanted, steps=stop)
    other = typed("retain", "--before", str(TODAY - 130 * DAY), "--yes")
    assert (other.code, "give it up" in other.err) == (2, True)
    assert "Given up. 2 attempts exported" in typed("retain", "--give-up").out
    assert "No cleanup was cut short" in typed("retain", "--give-up").out
    assert SystemClock().now() > before
