"""SIGKILL at every named step, and at random moments: no acknowledged row is lost or doubled."""

import signal
from pathlib import Path

import pytest

from sync.errors import StoreError
from sync.store import open_store
from sync.store.backup import MANIFEST, back_up
from sync.store.database import hub_path, segments_path
from sync.store.filters import LogFilter
from sync.store.queries import newest
from sync.store.reader import open_reader
from tests.store.builders import NOW, HandClock, booked, claimed, entry, receive, try_once
from tests.store.kills import Campaign
from tests.store.steps import KILLS, LATER, NOBODY, Doer


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two kinds to seal, one of them to merge with what is sealed; a copy of it all.

    Attempts 4 and 5 were left behind: by a process that is gone, one of them after it had sent.
    """
    with open_store(tmp_path, HandClock()) as store, store.holder() as me:
        try_once(store, me, entry(1))
        store.seal(force=True)
        try_once(store, me, entry(2))
        try_once(store, me, entry(3, "customer"))
        receive(store, entry(4), entry(5))
        claimed(store, me, entry(4))
        assert store.mark_sent(claimed(store, me, entry(5)), NOW)
        with store.write() as hub:
            hub.execute("update holder set started = '1'")
        back_up(store, tmp_path / "copies" / "0")
    return tmp_path


@pytest.mark.parametrize(("operation", "step", "turn"), KILLS)
def test_whoever_is_killed_at_any_step_loses_nothing(
    home: Path, doer: Doer, operation: str, step: str, turn: int
) -> None:
    """Everything is there once, before and after the same is done to its end."""
    assert doer.do(home, operation, step, turn) == -signal.SIGKILL
    if hub_path(home).is_file():
        _prove(home, [1, 2, 3, 4, 5])
    else:  # between two renames: nobody begins a new hub, and the same again ends it
        with pytest.raises(StoreError, match=r"restore a backup .* or make it anew"):
            open_store(home, LATER)
    assert doer.do(home, operation) == 0
    _prove(home, [1, 2, 3, 4, 5])
    with open_store(home, LATER) as store:
        with store.holder() as me:
            store.take_over(me, NOW, NOBODY)
            try_once(store, me, entry(6), booked(NOW))
        report = store.seal(force=True, grace=NOBODY)
        assert (report.busy, report.unknown, report.damaged) == (False, (), ())
        _prove(home, [1, 2, 3, 4, 5, 6])
        assert store.verify().problems == ()
    left = [path for path in segments_path(home).rglob("*") if path.is_file()]
    assert len(left) == 2
    assert not (home / "data" / "renewing").exists()
    whole = [path for path in (home / "copies").iterdir() if (path / MANIFEST).exists()]
    assert len(whole) >= (2 if operation == "backup" else 1)


def _prove(home: Path, numbers: list[int]) -> None:
    with open_reader(home) as reader:
        assert newest(reader, LogFilter(sort="id:asc"), 99)["document_id"].to_pylist() == numbers


def test_random_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    """Thirty here; `python -m tests.store.kills` does as many as it is told."""
    campaign = Campaign(tmp_path, seed=1)
    campaign.run(30)
    assert campaign.problems == []
    assert len(campaign.finished) > 30
    assert campaign.reads > 10
