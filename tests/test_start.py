"""The command that runs it all: from nothing to a dashboard on booked data, and down again."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parent.parent
START = [sys.executable, str(ROOT / "start.py")]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Started:
    """`start.py` as a process of its own, with its output."""

    def __init__(self, home: Path, port: int) -> None:
        """Start it on an empty home, from another folder than the project's."""
        self.process = subprocess.Popen(
            [*START, "--no-browser", "--port", str(port), "--home", str(home)],
            cwd=home,
            env={**os.environ, "BOEKWACHT_SANDBOX_DAYS": "7"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line)

    def wait_for(self, pattern: str, seconds: float) -> str:
        """The first line that matches."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for line in list(self.lines):
                if re.search(pattern, line):
                    return line
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"no line like {pattern!r} in: {''.join(self.lines)}")

    def stop(self) -> int:
        """Ask it to end, as a service manager does."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(30)
        self._reader.join(5)
        if self.process.stdout:
            self.process.stdout.close()
        return status


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    """Running on an empty home, and surely gone afterwards."""
    one = Started(tmp_path, free_port())
    yield one
    if one.process.poll() is None:
        one.stop()


def status(home: Path) -> dict[str, dict[str, dict[str, int]]]:
    """What `python -m sync status` says."""
    result = subprocess.run(
        [sys.executable, "-m", "sync", "--home", str(home), "status", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found: dict[str, dict[str, dict[str, int]]] = json.loads(result.stdout)["connections"]
    return found


@pytest.mark.slow
def test_a_first_visit_shows_a_week_of_booked_invoices(started: Started, tmp_path: Path) -> None:
    """Nothing but the command; then the worker goes on, and everything ends when asked to."""
    address = started.wait_for("Boekwacht is at", 120)
    url = re.search(r"http://127\.0\.0\.1:\d+", address)
    assert url
    with urlopen(f"{url[0]}/_stcore/health", timeout=10) as answer:
        assert answer.read() == b"ok"
    line = started.wait_for(r"\d+ attempts booked", 120)
    attempts = re.search(r"\d+", line)
    assert attempts
    assert int(attempts[0]) >= 90
    documents = status(tmp_path)["sandbox"]["documents"]
    assert documents["booked"] > 80
    assert documents["failed"] >= 1
    children = subprocess.run(
        ["ps", "--ppid", str(started.process.pid), "-o", "pid="],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert started.stop() == 0
    assert children
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]
    assert not [line for line in started.lines if "Traceback" in line]
    for name in ("secrets.toml", "data/boekwacht.sqlite"):
        mode = (tmp_path / "data" / "sandbox" / name).stat().st_mode
        assert not mode & 0o077, f"{name} is readable by others"


def test_a_taken_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    """With the option that helps."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = subprocess.run(
            [*START, "--port", str(port), "--home", str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert result.returncode == 2
    assert f"Port {port} is taken" in result.stderr
    assert "--port" in result.stderr
    assert "Traceback" not in result.stderr


def test_wrong_settings_are_said_before_anything_starts(tmp_path: Path) -> None:
    """One sentence, status 2."""
    (tmp_path / "boekwacht.toml").write_text("[connection.webshop]\n", "utf-8")
    result = subprocess.run(
        [*START, "--home", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert "connection.webshop.shop.url is missing" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_an_old_python_is_told_so(tmp_path: Path) -> None:
    """The file can still be read by it; here its version is only pretended."""
    code = (
        "import sys, runpy; sys.version_info = (3, 9, 2); sys.argv = ['start.py'];"
        f"runpy.run_path({str(ROOT / 'start.py')!r}, run_name='__main__')"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=os.environ
    )
    assert result.returncode == 2
    assert "needs Python 3.11 or newer" in result.stderr
