"""SIGKILL at every named step, and at random moments: no acknowledged row is lost or doubled."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from sync.store import open_store
from sync.store.database import segments_path
from sync.store.filters import LogFilter
from sync.store.queries import newest
from sync.store.reader import open_reader
from tests.store.builders import NOW, HandClock, booked, entry, try_once
from tests.store.kills import Campaign

ROOT = Path(__file__).resolve().parents[2]
STEPS = ["noted", "written", "flushed", "renamed", "named", "listing", "replaced", "listed"]
SWEPT = ["deleted", "forgotten"]


def killed_at(home: Path, step: str, turn: int) -> None:
    """Seal, compact and sweep in another process that kills itself at the `turn`th such step."""
    process = subprocess.run(
        [sys.executable, "-m", "tests.store.test_kills", str(home), step, str(turn)],
        check=False,
        cwd=ROOT,
    )
    assert process.returncode == -signal.SIGKILL


def _seal_until(home: Path, step: str, turn: int) -> None:
    left = [turn]

    def die(name: str) -> None:
        left[0] -= name == step
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_store(home, HandClock(NOW + timedelta(days=60))) as store:
        store.seal(force=True, grace=timedelta(0), steps=die)


@pytest.mark.parametrize(
    ("step", "turn"),
    [
        *(pytest.param(step, 1, id=f"seal, {step}") for step in STEPS),
        *(pytest.param(step, 3, id=f"compact, {step}") for step in STEPS),
        *(
            pytest.param(step, turn, id=f"sweep, {step} {turn}")
            for step in SWEPT
            for turn in (1, 2)
        ),
    ],
)
def test_a_keeper_killed_at_any_step_loses_nothing(tmp_path: Path, step: str, turn: int) -> None:
    """Two kinds to seal, then one of them to merge with what was sealed before."""
    with open_store(tmp_path, HandClock()) as store, store.holder() as me:
        try_once(store, me, entry(1))
        store.seal(force=True)
        try_once(store, me, entry(2))
        try_once(store, me, entry(3, "customer"))
    killed_at(tmp_path, step, turn)
    _prove(tmp_path, [1, 2, 3])
    with open_store(tmp_path, HandClock(NOW + timedelta(days=60))) as store:
        with store.holder() as me:
            try_once(store, me, entry(4), booked(NOW))
        report = store.seal(force=True, grace=timedelta(0))
        assert (report.busy, report.unknown) == (False, ())
        _prove(tmp_path, [1, 2, 3, 4])
        left = [path for path in segments_path(tmp_path).rglob("*") if path.is_file()]
        assert len(left) == 2


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


if __name__ == "__main__":
    _seal_until(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
