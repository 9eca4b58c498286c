"""A lease is freed by a process that is gone or a counter that stands still, never by wall time."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sync.store import Holder, Store, Wish, open_store
from sync.store.database import hub_path
from sync.store.holders import STALLED_SECONDS, has_ended, this_process
from tests.store.builders import NOW, HandClock, claimed, entry, receive

SETTLE = timedelta(minutes=5)
ROOT = Path(__file__).resolve().parents[2]
CLAIM_AND_WAIT = """
import sys, time
from pathlib import Path
from tests.store.builders import HandClock, claimed, entry
from sync.store import open_store

store = open_store(Path(sys.argv[1]), HandClock())
with store.holder() as me:
    claimed(store, me, entry(1))
    print("claimed", flush=True)
    time.sleep(60)
"""


@contextmanager
def claiming_process(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has claimed document 1 and goes on living."""
    command = [sys.executable, "-c", CLAIM_AND_WAIT, str(home)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "claimed\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_killed_process_is_seen_at_once(store: Store, holder: Holder, tmp_path: Path) -> None:
    receive(store, entry(1))
    with claiming_process(tmp_path) as process:
        assert store.take_over(holder, NOW, SETTLE) == []
        process.kill()
        process.wait()
        assert [x.key for x in store.take_over(holder, NOW, SETTLE)] == [entry(1).key]


def test_a_zombie_is_gone(store: Store, holder: Holder, tmp_path: Path) -> None:
    """A parent that never looks must not block the document for ever."""
    receive(store, entry(1))
    with claiming_process(tmp_path) as process:
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert [x.key for x in store.take_over(holder, NOW, SETTLE)] == [entry(1).key]


def test_a_counter_that_stands_still_frees_the_lease_by_the_watchers_own_clock(
    store: Store, tmp_path: Path
) -> None:
    """Where a process id means nothing (another container), only the counter tells."""
    seconds = [1000.0]
    receive(store, entry(1))
    with (
        store.holder() as me,
        open_store(tmp_path, HandClock(), monotonic=lambda: seconds[0]) as watcher,
        watcher.holder() as other,
    ):
        claimed(store, me, entry(1))
        _change(tmp_path, "update holder set host = 'elsewhere//' where token = ?", me)
        assert watcher.take_over(other, NOW, SETTLE) == []
        seconds[0] += STALLED_SECONDS - 1
        assert watcher.take_over(other, NOW + timedelta(days=9), SETTLE) == []
        _change(tmp_path, "update holder set counter = counter + 1 where token = ?", me)
        seconds[0] += 2
        assert watcher.take_over(other, NOW, SETTLE) == []
        seconds[0] += STALLED_SECONDS
        assert [x.key for x in watcher.take_over(other, NOW, SETTLE)] == [entry(1).key]


def test_the_counter_rises_by_itself(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also while the holder's own thread waits for an answer."""
    monkeypatch.setattr("sync.store.holders.BEAT_SECONDS", 0.01)
    with store.holder() as me, closing(sqlite3.connect(hub_path(tmp_path))) as hub:
        question = "select counter from holder where token = ?"
        while hub.execute(question, (me.token,)).fetchone()[0] < 3:
            pass
    assert _holders(tmp_path) == []


def test_a_holder_whose_end_the_hub_never_heard_of_is_gone_for_its_own_process(
    store: Store, holder: Holder
) -> None:
    """A full disk refused to take it out; nobody waits a minute for its counter to stand still."""
    receive(store, entry(1))
    with store.holder() as other:
        claimed(store, other, entry(1))
    with store.write() as hub:
        hub.execute(
            "insert into holder (token, host, pid, started) values (?, ?, ?, ?)",
            (other.token, other.host, other.pid, other.started),
        )
    assert [x.key for x in store.take_over(holder, NOW, SETTLE)] == [entry(1).key]


def test_who_has_ended() -> None:
    me = this_process()
    assert not has_ended(me)
    assert has_ended(replace(me, started="1"))
    assert has_ended(replace(me, pid=2**22 + 1))
    name, _, rest = me.host.partition("/")
    assert has_ended(replace(me, host=f"{name}/an-earlier-boot/{rest.partition('/')[2]}"))


def test_of_a_process_elsewhere_nobody_knows() -> None:
    """Its id may be anybody's here, and without its start an id alone proves nothing."""
    gone = replace(this_process(), started="1")
    assert not has_ended(replace(gone, host=f"other/{gone.host.partition('/')[2]}"))
    assert not has_ended(replace(gone, host=f"{gone.host}-other-container"))
    assert not has_ended(replace(gone, started=""))


def test_a_run_and_a_request_of_a_dead_process_are_freed(store: Store, tmp_path: Path) -> None:
    asked = store.ask(Wish(kind="check"), "els", NOW).request
    with store.holder() as first:
        run = store.start_run("webshop", "schedule", "", 0, NOW, holder=first)
        assert store.next_request(first, NOW) is not None
        assert store.next_request(first, NOW) is None
        _change(tmp_path, "update holder set started = '1' where token = ?", first)
        with store.holder() as second:
            store.take_over(second, NOW, SETTLE)
            again = store.next_request(second, NOW)
    assert again is not None
    assert again.id == asked
    [ended] = store.runs(9)
    assert (ended.id, ended.state, ended.code, ended.finished_at) == (
        run,
        "stopped",
        "INTERRUPTED",
        NOW,
    )


def _change(home: Path, statement: str, holder: Holder) -> None:
    with closing(sqlite3.connect(hub_path(home))) as hub, hub:
        hub.execute(statement, (holder.token,))


def _holders(home: Path) -> list[str]:
    with closing(sqlite3.connect(hub_path(home))) as hub:
        return [token for (token,) in hub.execute("select token from holder")]
