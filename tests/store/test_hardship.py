"""A disk that fills up, a folder that turns read-only, twenty processes at once: nothing is lost.

The disk is a small one of its own, where the system lets us mount one (root on Linux).
"""

import os
import shutil
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.errors import StoreError
from sync.store import Store, open_store
from sync.store.backup import back_up
from sync.store.filters import LogFilter
from sync.store.queries import newest
from sync.store.reader import open_reader
from tests.store.builders import NOW, HandClock, booked, entry, failed, try_once
from tests.store.crowd import JumpingClock

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, EACH = 20, 4
SMALL_DISK = "size=4m"
BALLAST = 300_000


def _may_mount() -> bool:
    if sys.platform != "linux" or not shutil.which("unshare"):
        return False
    tried = subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
        capture_output=True,
        check=False,
    )
    return tried.returncode == 0


needs_disk = pytest.mark.skipif(not _may_mount(), reason="no disk of its own may be mounted")


def on_a_small_disk(home: Path, what: str) -> str:
    """Do one of the things below in a process that sees a small disk at `home`; what it says."""
    script = f'mount -t tmpfs -o {SMALL_DISK} tmpfs "$0" && exec "$1" -m {__name__} {what} "$0"'
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, str(home), sys.executable],
        cwd=ROOT,
        env={**os.environ, "PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def fill_up(home: Path) -> None:
    """Write until the disk is full, fail to seal, make room, and go on."""
    ballast = home / "ballast"
    ballast.write_bytes(b"x" * BALLAST)
    acknowledged: list[int] = []
    with open_store(home, HandClock()) as store, store.holder() as me:
        told = ""
        for number in range(100_000):
            try:
                end = failed(message=f"{number:06d}" * 40, detail=f'{{"n": "{"x" * 900}"}}')
                acknowledged.append(try_once(store, me, entry(number), end).attempt)
            except StoreError as error:
                told = error.message
                break
        assert "full" in told, told
        for what in (lambda: store.seal(force=True), lambda: back_up(store, home / "copy")):
            with pytest.raises(StoreError):
                what()
        _compare(home, acknowledged)
        ballast.unlink()
        store.seal(force=True, grace=timedelta(0))
        with store.read() as hub:
            left = "select 1 from attempt where outcome is not null"
            assert not hub.execute(left).fetchall(), "all that ended are in files"
        assert store.verify().problems == ()
        _compare(home, acknowledged)
        acknowledged.append(try_once(store, me, entry(200_000)).attempt)
        _compare(home, acknowledged)
    print(len(acknowledged))  # noqa: T201 - what the test looks at


def turn_read_only(home: Path) -> None:
    """Let the disk refuse every write from now on, and after a while take them again."""
    acknowledged = []
    with open_store(home, HandClock()) as store, store.holder() as me:
        acknowledged.append(try_once(store, me, entry(1)).attempt)
        store.seal(force=True)
        acknowledged.append(try_once(store, me, entry(2)).attempt)
    _remount(home, "ro")
    with pytest.raises(StoreError, match="cannot be"):
        open_store(home, HandClock())
    _remount(home, "rw")
    with open_store(home, HandClock()) as store, store.holder() as me:
        _compare(home, acknowledged)
        acknowledged.append(try_once(store, me, entry(3)).attempt)
        assert store.verify().problems == ()
    print(len(acknowledged))  # noqa: T201 - what the test looks at


def _remount(home: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(home)], check=True)


def _compare(home: Path, acknowledged: list[int]) -> None:
    with open_reader(home) as reader:
        rows = newest(reader, LogFilter(), 10**6).to_pylist()
    ids = [row["id"] for row in rows]
    assert len(ids) == len(set(ids))
    ended = {row["id"] for row in rows if row["outcome"]}
    assert set(acknowledged) <= ended, set(acknowledged) - ended


@needs_disk
def test_a_full_disk_loses_nothing_and_everything_goes_on_when_there_is_room(
    tmp_path: Path,
) -> None:
    """What was acknowledged is there while the disk is full and after; sealing undoes itself."""
    assert int(on_a_small_disk(tmp_path, "fill_up")) > 30


@needs_disk
def test_a_disk_that_turns_read_only_is_told_and_loses_nothing(tmp_path: Path) -> None:
    assert on_a_small_disk(tmp_path, "turn_read_only") == "3\n"


def write_some(home: Path, number: str) -> None:
    """Be one of twenty."""
    with open_store(home, JumpingClock(int(number))) as store, store.holder() as me:
        for at in range(EACH):
            one = entry(int(number) * EACH + at)
            now = store.clock.now()
            print(try_once(store, me, one, booked(now), at=now).attempt)  # noqa: T201
        store.seal(force=True)


def test_twenty_processes_make_a_store_write_and_seal_at_once(tmp_path: Path) -> None:
    """Their clocks jump, too. Every row that one of them acknowledged is there, once."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", __name__, "write_some", str(tmp_path), str(number)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    said = Counter(int(n) for process in started for n in process.communicate()[0].split())
    assert [process.returncode for process in started] == [0] * PROCESSES
    with open_store(tmp_path, HandClock()) as store:
        assert store.verify().problems == ()
        store.seal(force=True, grace=timedelta(0))
        assert store.verify().problems == ()
    with open_reader(tmp_path) as reader:
        rows = newest(reader, LogFilter(), 999).to_pylist()
    assert Counter(row["id"] for row in rows) == said
    assert sorted(row["document_id"] for row in rows) == list(range(PROCESSES * EACH))


def test_latest_is_by_number_however_the_clock_jumps(store: Store, tmp_path: Path) -> None:
    """A try that seems to have been made a year ago is the latest all the same."""
    with store.holder() as me:
        try_once(store, me, entry(1), failed())
        store.request_again(entry(1).key, NOW)
        back = NOW - timedelta(days=400)
        store.request_again(entry(1).key, back)
        latest = try_once(store, me, entry(1), failed(back, error_code="LATER"), at=back)
        store.seal(force=True)
        found = store.document(entry(1).key)
        assert found
        assert (found.latest_attempt, found.error_code) == (latest.attempt, "LATER")
        assert store.verify().problems == ()
        with open_reader(tmp_path) as reader:
            first: Any = newest(reader, LogFilter(), 1).to_pylist()[0]
        assert first["id"] == latest.attempt


if __name__ == "__main__":
    globals()[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
