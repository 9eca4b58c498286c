"""`work` as a process: it makes its rounds, outlasts a full disk and stops when it is told to."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from sync.sandbox.fault_rules import Rule
from sync.store import Wish
from tests.engine.world import ROOT, World

ONE = "000000004"


@contextlib.contextmanager
def worker(world: World) -> Iterator["subprocess.Popen[str]"]:
    """A worker at work; killed at the end if it still lives."""
    command = [sys.executable, "-m", "sync", "--home", str(world.home), "work"]
    environment = {**os.environ, "PYTHONWARNINGS": "error", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def says(process: "subprocess.Popen[str]", wanted: str) -> str:
    """Read on to the line that holds `wanted`."""
    assert process.stdout is not None
    for line in process.stdout:
        if wanted in line:
            return line
    raise AssertionError(f"it never said {wanted!r}")


def stopped(process: "subprocess.Popen[str]") -> tuple[int, float]:
    """Tell it to stop; its exit status and how many seconds it took."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    return process.wait(20), time.monotonic() - began


def test_one_round_for_cron_works_off_the_queue_too(world: World) -> None:
    """The exit status is a run's."""
    with world.store() as store:
        store.ask(Wish(kind="run"), "jan", world.clock.now())
    result = world.command("work", "--once")
    assert result.returncode == 1, result.stderr
    assert "15 created" in result.stdout
    with world.store() as store:
        [request] = store.requests(1)
    assert request.finished_at is not None
    assert (request.result["state"], request.result["message"]) == ("done", "")


def test_it_breaks_off_a_call_that_is_not_answered_and_records_it(world: World) -> None:
    """SIGTERM in the middle of a booking: within ten seconds, the row is unknown, nothing else."""
    path = world.home / "boekwacht.toml"
    path.write_text(path.read_text("utf-8").replace("deadline = 3", "deadline = 60"), "utf-8")
    world.faults.add(
        Rule(
            kind="timeout", service="books", match=("AddMutatie", "000000001"), hold=60, after=True
        )
    )
    with worker(world) as process:
        until(lambda: bool(world.booked("000000001")))
        status, seconds = stopped(process)
        assert (status, process.stdout.read() if process.stdout else None) == (
            0,
            "webshop: stopped; 1 unknown\n",
        )
    assert 8 < seconds < 10
    [row] = world.rows()
    assert (row["outcome"], row["success"], row["error_code"]) == ("unknown", False, "DROPPED")
    assert "the program has to stop" in row["message"]
    with world.store() as store:
        [run] = store.runs(1)
        assert store.workers() == []
    assert (run.state, run.counts["unknown"], run.message) == ("stopped", 1, "")


def test_a_full_disk_is_told_and_tried_again(world: World) -> None:
    """And it stops at once when there is nothing in hand."""
    with worker(world) as process:
        says(process, "15 created")
        full = 1024  # bytes: less than any page of the hub, wherever its log goes on
        _, most = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (full, most))
        with world.store() as store:
            store.ask(Wish(kind="run"), "jan", world.clock.now())
        assert "cannot be used" in says(process, "boekwacht.sqlite")
        assert process.poll() is None
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, most))
        with world.store() as store:
            until(lambda: store.requests(1)[0].finished_at is not None, 60)
        status, seconds = stopped(process)
    assert status == 0
    assert seconds < 5
