"""What a status tells: counts, the next try, the oldest failure, and whether a worker lives."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from sync.store import Holder, Store
from tests.store.builders import NOW, SHOP, HandClock, claimed, entry, failed, receive

ROOT = Path(__file__).resolve().parents[2]
WORK = """
import sys, time
from pathlib import Path
from tests.store.builders import HandClock
from sync.store import open_store

with open_store(Path(sys.argv[1]), HandClock()) as store, store.worker():
    print("at work", flush=True)
    time.sleep(60)
"""


def test_an_empty_record_has_nothing_to_tell(store: Store) -> None:
    """Neither connections nor workers."""
    assert store.standing(NOW) == {}
    assert store.workers() == []
    assert store.last_run(SHOP) is None


def test_the_last_run_is_the_connections_own(store: Store) -> None:
    """Another connection's later one does not count."""
    first = store.start_run(SHOP, "cli", "jan", 0, NOW)
    mine = store.start_run(SHOP, "schedule", "", 0, NOW)
    other = store.start_run("other", "cli", "jan", 0, NOW)
    found = store.last_run(SHOP)
    assert found is not None
    assert found.id == mine
    assert first < mine < other


def test_states_next_try_and_oldest_failure_are_told(store: Store, holder: Holder) -> None:
    """Documents that failed later, or are due later, do not hide the earlier ones."""
    receive(store, entry(1), entry(2), entry(3), entry(4))
    for number, minutes in ((1, 5), (2, 9)):
        claim = claimed(store, holder, entry(number))
        at = NOW + timedelta(minutes=minutes)
        store.finish(claim, failed(at))
    one = store.standing(NOW)[SHOP]
    assert one.documents == {"failed": 2, "waiting": 2}
    assert (one.next_due, one.failed_since) == (NOW, NOW + timedelta(minutes=5))
    assert (one.overdue, one.failures, one.ready) == (0, 2, 2)
    assert store.standing(NOW - timedelta(seconds=1))[SHOP].ready == 0


def test_waiting_for_over_a_day_counts_as_failed(store: Store) -> None:
    """A minute before it does not."""
    receive(store, entry(1), entry(2))
    day = timedelta(hours=24)
    assert store.standing(NOW + day)[SHOP].failures == 0
    assert store.standing(NOW + day + timedelta(minutes=1))[SHOP].failures == 2


def test_a_worker_is_known_while_its_process_lives(store: Store, tmp_path: Path) -> None:
    """Killed, it is gone at once, and the next one forgets it."""
    command = [sys.executable, "-c", WORK, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "at work\n"
        assert [worker.pid for worker in store.workers()] == [process.pid]
        process.kill()
    assert store.workers() == []
    with store.holder() as me:
        store.take_over(me, HandClock().now(), timedelta(minutes=5))
        with store.worker() as worker:
            assert [x.token for x in store.workers()] == [worker.token]
    assert store.workers() == []
    with store.read() as hub:
        assert hub.execute("select count(*) from duty").fetchone()[0] == 0
