"""`python -m sync sandbox` as processes: killed, started again, steered, connected to."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from sync import config
from sync.__main__ import entry, main
from sync.errors import StoreError
from sync.sandbox import home as sandbox_home
from sync.sandbox.books.journal import Journal
from sync.sandbox.fault_rules import KINDS
from tests.sandbox.past import rows

ROOT = Path(__file__).resolve().parents[2]
NOT_RUNNING = "No sandbox is running here; start it with 'python -m sync sandbox'"


def start(home: Path, *options: str) -> "subprocess.Popen[str]":
    """The command as a process on this home; its output can be read."""
    return subprocess.Popen(
        [sys.executable, "-m", "sync", "--home", home, "sandbox", *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONWARNINGS": "error"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def once(home: Path, days: int) -> str:
    """Book a history to its end; what was printed."""
    process = start(home, "--once", "--days", str(days))
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0, output
    return output


class Told(NamedTuple):
    """What another command on the same home said."""

    status: int
    out: str
    err: str


Shell = Callable[..., Told]


@pytest.fixture
def sync(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Other commands, in this process: it is another one than the sandbox's."""

    def run(home: Path, *arguments: str) -> Told:
        monkeypatch.setattr(sys, "argv", ["sync", "--home", str(home), *arguments])
        status = entry()
        captured = capsys.readouterr()
        return Told(status, captured.out, captured.err)

    return run


def folder(home: Path) -> Path:
    """The sandbox's own home."""
    return home / "data" / "sandbox"


def bookings(home: Path) -> Counter[str]:
    """Our bookings in the books that a sandbox left behind, by key."""
    journal = Journal(folder(home) / "books" / "books.jsonl")
    try:
        changes = [change for line in journal.past() for change in line]
    finally:
        journal.close()
    mutations = [x[2] for x in changes if x[1] == "cMutatie"]
    return Counter(str(x["Boekstuk"]) for x in mutations if isinstance(x, dict) and x["Boekstuk"])


def invoices(home: Path) -> set[str]:
    """Every invoice number in the shop that a sandbox left behind."""
    journal = (folder(home) / "shop" / "shop.jsonl").read_text("ascii").splitlines()
    lines = (line.partition("\t") for line in journal)
    found = [text for head, _, text in lines if json.loads(head)["table"] == "invoices"]
    return {json.loads(text)["increment_id"] for text in found}


def attempts(home: Path) -> int:
    """How many attempts a sandbox has made so far; none before it has a record."""
    try:
        return len(rows(folder(home)))
    except StoreError:
        return 0


def test_killed_in_the_middle_it_goes_on_where_it_was(tmp_path: Path) -> None:
    """Nothing is booked twice, nothing is left out."""
    # Whatever the time is now, the latest run of these two days is none that goes wrong as a whole.
    process = start(tmp_path, "--once", "--days", "2")
    deadline = time.monotonic() + 60
    try:
        while attempts(tmp_path) < 15:
            assert process.poll() is None, "it was over before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        process.kill()
        process.communicate()
    before = {row["id"]: row for row in rows(folder(tmp_path)) if row["outcome"]}

    once(tmp_path, 2)

    after = {row["id"]: row for row in rows(folder(tmp_path))}
    assert {number: after[number] for number in before} == before
    assert set(bookings(tmp_path).values()) == {1}
    latest = {row["key"]: row for row in after.values() if row["entity"] == "invoice"}
    assert {row["document_no"] for row in latest.values()} == invoices(tmp_path)
    booked = {key for key, row in latest.items() if row["mutation_no"]}
    assert booked <= set(bookings(tmp_path))
    assert len(booked) > len(latest) * 0.7


def test_what_it_prints_connects_to_both_services(tmp_path: Path) -> None:
    """Copied into a home of one's own, settings and keys are whole."""
    output = once(tmp_path, 1)
    settings, keys = re.split(r"^Keys .*:$", output, maxsplit=1, flags=re.MULTILINE)
    settings = re.split(r"^Settings .*:$", settings, maxsplit=1, flags=re.MULTILINE)[1]
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "boekwacht.toml").write_text(settings, "utf-8")
    (copy / "secrets.toml").write_text(keys, "utf-8")
    connection = config.load(copy).connections["sandbox"]
    secrets = config.secrets(config.load(copy), connection)
    kept = config.load(folder(tmp_path))
    assert connection == kept.connections["sandbox"]
    assert secrets == config.secrets(kept, connection)
    assert tomllib.loads(settings)["interval"] == 1


class Running:
    """A sandbox that serves, until the test is over."""

    def __init__(self, home: Path) -> None:
        """Wait until the history is booked."""
        self.home = home
        self.process = start(home, "--announce", "--days", "1", "--pace", "3600")
        assert self.process.stdout
        watchdog = threading.Timer(120, self.process.kill)
        watchdog.start()
        self.lines = list(iter(self.process.stdout.readline, "ready\n"))
        watchdog.cancel()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One process for all tests that speak to it; it ends when it is asked to."""
    one = Running(tmp_path_factory.mktemp("running"))
    yield one
    one.process.send_signal(signal.SIGTERM)
    output, _ = one.process.communicate(timeout=30)
    assert (one.process.returncode, output) == (0, "")


def test_faults_are_set_listed_and_ended_from_another_process(
    running: Running, sync: Shell
) -> None:
    added = sync(running.home, "sandbox", "fault", "add", "error,service=shop,match=admin,count=2")
    number = re.fullmatch("Rule ([0-9]+) is in force.\n", added.out)
    assert number is not None
    first, second = int(number[1]), int(number[1]) + 1
    sync(running.home, "sandbox", "fault", "add", "timeout,service=books,match=000000042,after")
    listed = sync(running.home, "sandbox", "fault", "list").out.splitlines()
    assert [line.split() for line in listed] == [
        [str(first), "error,service=shop,match=admin,count=2"],
        [str(second), "timeout,service=books,match=000000042,after"],
    ]
    unknown = sync(running.home, "sandbox", "fault", "clear", "99")
    assert (unknown.status, unknown.err) == (2, "Error: There is no rule 99.\n")
    assert sync(running.home, "sandbox", "fault", "clear", str(first)).status == 0
    assert sync(running.home, "sandbox", "fault", "clear").out == "All rules are ended.\n"
    assert sync(running.home, "sandbox", "fault", "list").out == "No rule is in force.\n"


def test_a_fault_befalls_the_engine_of_another_process(running: Running, sync: Shell) -> None:
    sync(running.home, "sandbox", "fault", "add", "wrong_credentials,service=shop")
    refused = sync(running.home, "run")
    sync(running.home, "sandbox", "fault", "clear")
    assert refused.status == 2
    assert "A consumer having the specified key does not exist" in refused.err


def test_a_second_one_in_its_home_is_refused(running: Running, sync: Shell) -> None:
    """Both would write one journal; the first goes on, and its settings stay as they are."""
    settings = (folder(running.home) / "boekwacht.toml").read_bytes()
    found = sync(running.home, "sandbox", "--once")
    assert (found.status, len(found.err.splitlines())) == (2, 1)
    assert "runs in" in found.err
    assert (folder(running.home) / "boekwacht.toml").read_bytes() == settings
    assert sync(running.home, "sandbox", "fault", "list").status == 0


def test_new_trade_appears_while_it_runs(running: Running, sync: Shell) -> None:
    """An order each second; the engine of another process finds them."""
    assert sync(running.home, "run").status in {0, 1}
    before = invoices(running.home)
    deadline = time.monotonic() + 60
    while len(invoices(running.home)) < len(before) + 3:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert sync(running.home, "run").status in {0, 1}
    tried = {row["document_no"] for row in rows(folder(running.home))}
    assert len(tried & (invoices(running.home) - before)) >= 3


def test_links_to_orders_lead_somewhere(running: Running) -> None:
    settings = config.load(folder(running.home)).connections["sandbox"]
    url = f"{settings.shop_admin_url}/sales/order/view/order_id/1"
    with urlopen(url, timeout=10) as page:
        assert re.search(rb"<h1>Order \d{9,10}</h1>", page.read())


@pytest.mark.parametrize("arguments", [["list"], ["clear"], ["clear", "1"], ["add", "drop"]])
@pytest.mark.parametrize("started", [False, True])
def test_without_a_running_sandbox_one_sentence_says_so(
    tmp_path: Path, sync: Shell, arguments: list[str], *, started: bool
) -> None:
    """Never started, or stopped."""
    if started:
        made = sandbox_home.load_or_make(folder(tmp_path), 1, date(2026, 1, 1))
        sandbox_home.keep(folder(tmp_path), sandbox_home.with_ports(made, 1, 1))
    found = sync(tmp_path, "sandbox", "fault", *arguments)
    assert (found.status, found.err) == (3, f"{NOT_RUNNING}\n")


def test_a_wrong_fault_is_refused_in_a_sentence(tmp_path: Path, sync: Shell) -> None:
    found = sync(tmp_path, "sandbox", "fault", "add", "earthquake")
    assert found.status == 2
    assert "There is no fault 'earthquake'; there are latency, timeout" in found.err


@pytest.mark.parametrize("of", [["sandbox"], ["sandbox", "fault"], ["sandbox", "fault", "add"]])
def test_help_lists_every_fault(of: list[str]) -> None:
    output = CliRunner().invoke(main, [*of, "--help"]).output
    for kind, line in KINDS.items():
        assert re.search(rf"^  +{kind} +{re.escape(line)}$", output, re.MULTILINE), kind


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{}", "was made by another version: delete the folder"),
        ('{"edition": 1}', "is damaged: delete the folder"),
        ('{"edition": 1, "seed": 1, "first_day": "soon"}', "is damaged"),
        ("{", "is damaged"),
        ("[]", "is damaged"),
    ],
)
def test_a_home_that_cannot_go_on_is_refused_in_a_sentence(
    tmp_path: Path, sync: Shell, content: str, says: str
) -> None:
    folder(tmp_path).mkdir(parents=True)
    (folder(tmp_path) / "sandbox.json").write_text(content, "utf-8")
    found = sync(tmp_path, "sandbox", "--once")
    assert found.status == 2
    assert says in found.err
    assert len(found.err.splitlines()) == 1
