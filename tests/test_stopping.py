"""A wish to stop is heard in the middle of a wait, and ends a process that does not hear it."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sync.stopping import CUT_SHORT, Stop

ROOT = Path(__file__).resolve().parents[1]
DEAF = """
import threading
import time
from sync import stopping

stopping.LAST = 0.3
with stopping.Stop().on_signals():
    print("at work", flush=True)
    {}
"""


def test_a_wait_ends_with_the_wish() -> None:
    """The clock that the engine gets sleeps no longer than it has to."""
    stop = Stop()
    assert not stop.asked()
    began = time.monotonic()
    stop.sleep(0.01)
    stop.ask()
    stop.sleep(60)
    assert stop.asked()
    assert time.monotonic() - began < 5
    assert stop.now().tzinfo is not None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl+C"])
@pytest.mark.parametrize(
    "work",
    [
        "time.sleep(60)",
        "(lock := threading.Lock()).acquire(); lock.acquire()",
    ],
    ids=["asleep", "at a lock"],
)
def test_a_process_that_hears_nothing_is_ended(number: signal.Signals, work: str) -> None:
    """Whatever it waits for; it says that the next run finishes its work."""
    with subprocess.Popen(
        [sys.executable, "-c", DEAF.format(work)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "at work\n"
        process.send_signal(number)
        assert process.wait(20) == CUT_SHORT
        assert "the next run finishes it" in process.stderr.read()


def test_afterwards_signals_mean_what_they_meant_before() -> None:
    """A command leaves nothing behind in the process that called it."""
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    stop = Stop()
    with stop.on_signals():
        signal.raise_signal(signal.SIGTERM)
        stop.sleep(10)
        assert stop.asked()
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before
    assert signal.set_wakeup_fd(-1) == -1
