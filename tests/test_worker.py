"""The worker's rounds, in this process: settings read anew, problems told once, nothing ends it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sync import engine
from sync import worker as module
from sync.clock import SystemClock
from sync.domain.findings import look_from
from sync.errors import ConfigurationError, StoreError
from sync.stopping import Stop
from sync.store import Wish, open_store
from sync.worker import Worker
from tests.engine.world import CODE1, World, recorded_world, write_home

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The recorded shop and empty books, by the machine's clock."""
    made = recorded_world(tmp_path)
    made.clock.switch_to(SystemClock())
    yield made
    made.close()


@pytest.fixture
def lines() -> list[str]:
    """What the worker says."""
    return []


@contextmanager
def working(home: Path, lines: list[str]) -> Iterator[Worker]:
    """A worker at work in a thread, until the block ends."""
    stop = Stop()
    worker = Worker(home, stop, lines.append)
    thread = threading.Thread(target=worker.work)
    thread.start()
    try:
        yield worker
    finally:
        stop.ask()
        thread.join(20)
        assert not thread.is_alive()


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def soon(worker: Worker) -> None:
    """Let the next round begin now."""
    worker._next_round = 0.0


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a poll or a pause."""
    monkeypatch.setattr(module, "POLL", 0.05)
    monkeypatch.setattr(module, "PAUSE", 0.1)


def test_settings_are_read_anew_before_each_round(world: World, lines: list[str]) -> None:
    """A connection switched off is left alone, one switched on is booked; no restart."""
    path = world.home / "boekwacht.toml"
    on = path.read_text("utf-8")
    path.write_text(on.replace("start_date", "enabled = false\nstart_date"), "utf-8")
    with working(world.home, lines) as worker:
        until(lambda: worker._next_round > 0)
        assert lines == []
        path.write_text(on, "utf-8")
        soon(worker)
        until(lambda: any("15 created" in line for line in lines))


def test_a_wrong_file_is_told_once_and_the_settings_before_hold(
    world: World, lines: list[str]
) -> None:
    """What was right goes on; what is right again is taken over."""
    path = world.home / "boekwacht.toml"
    right = path.read_text("utf-8")
    with working(world.home, lines) as worker:
        until(lambda: any("15 created" in line for line in lines))
        path.write_text("[[[", "utf-8")
        for _ in range(3):
            soon(worker)
            until(lambda: worker._next_round > 0)
        told = [line for line in lines if "not valid TOML" in line]
        assert len(told) == 1
        assert "from before stay in force" in told[0]
        path.write_text(right, "utf-8")
        soon(worker)
        until(lambda: worker._next_round > 0)
        path.write_text("[[[", "utf-8")
        soon(worker)
        until(lambda: len([line for line in lines if "not valid TOML" in line]) == 2)


def test_a_service_that_is_gone_is_told_once_and_tried_each_round(
    world: World, lines: list[str]
) -> None:
    """And when it is back, the documents are booked."""
    world.servers[1].stop()
    with working(world.home, lines) as worker:
        until(lambda: worker._next_round > 0)
        soon(worker)
        until(lambda: worker._next_round > 0)
    assert len([x for x in lines if "Could not connect to host" in x]) == 1
    with world.store() as store:
        assert [run.state for run in store.runs(5)] == ["failed", "failed"]


def test_the_first_connection_moves_it_from_the_sandbox_to_the_home(
    tmp_path: Path, world: World, lines: list[str]
) -> None:
    """Its own record is used from then on; a request of the sandbox's is not carried out there."""
    home = tmp_path / "real"
    sandbox = home / "data" / "sandbox"
    sandbox.mkdir(parents=True)
    write_home(sandbox, "http://127.0.0.1:9", "http://127.0.0.1:9")
    path = sandbox / "boekwacht.toml"
    path.write_text(path.read_text("utf-8").replace("start_date", "enabled = false\nstart_date"))
    with working(home, lines) as worker:
        until(lambda: worker._next_round > 0)
        for name in ("boekwacht.toml", "secrets.toml"):
            (home / name).write_text((world.home / name).read_text("utf-8"), "utf-8")
        with open_store(sandbox, SystemClock()) as store:
            store.ask(Wish(kind="run"), "jan", NOW)
        until(lambda: any("failed" in line for line in lines))
    with open_store(sandbox, SystemClock()) as store:
        assert store.runs(1) == []
        assert store.requests(1)[0].finished_at is None
    with open_store(home, SystemClock()) as store:
        assert store.runs(1)


def test_an_unknown_request_is_answered(world: World, lines: list[str]) -> None:
    """Nobody waits for it for ever."""
    with world.store() as store:
        store.ask(Wish(kind="dance"), "jan", NOW)
        store.ask(Wish(kind="run", connection="nobody"), "jan", NOW)
        worker = Worker(world.home, Stop(), lines.append)
        worker.once()
        nobody, dance = store.requests(2)
        assert dance.result["message"] == "This request is not known to this program"
        assert nobody.result["message"] == "There is no connection to run"
        assert {dance.result["state"], nobody.result["state"]} == {"failed"}


def test_a_record_that_cannot_be_opened_is_told_and_tried_again(
    world: World, lines: list[str]
) -> None:
    """A file where the folder should be; when it is gone, work begins."""
    data = world.home / "data"
    data.rename(world.home / "elsewhere")
    data.write_text("", "utf-8")
    with pytest.raises(StoreError):
        Worker(world.home, Stop(), lines.append).once()
    with working(world.home, lines):
        until(lambda: len(lines) == 1)
        time.sleep(0.5)
        assert len(lines) == 1
        data.unlink()
        (world.home / "elsewhere").rename(data)
        until(lambda: any("15 created" in line for line in lines))


def test_a_mistake_of_ours_does_not_end_it(
    world: World, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, logged with its trace, and the schedule goes on."""
    wrong = iter([RuntimeError("x")])
    real: Any = engine.run

    def run(*arguments: Any, **options: Any) -> engine.RunReport:
        for error in wrong:
            raise error
        report: engine.RunReport = real(*arguments, **options)
        return report

    monkeypatch.setattr(engine, "run", run)
    with working(world.home, lines):
        until(lambda: any("15 created" in line for line in lines))
    assert lines[0] == "Internal error: RuntimeError; its trace is in the log"


def test_wrong_settings_at_the_start_end_it(tmp_path: Path) -> None:
    """There are none from before."""
    (tmp_path / "boekwacht.toml").write_text("[[[", "utf-8")
    with pytest.raises(ConfigurationError, match="not valid TOML"):
        Worker(tmp_path, Stop(), print)


def test_a_check_is_asked_for_and_kept_without_any_secret(world: World, lines: list[str]) -> None:
    """One side by itself, then everything; a refused key is a finding, and stands nowhere."""
    secrets = world.home / "secrets.toml"
    secrets.chmod(0o600)
    with world.store() as store:
        books = Wish(kind="check", connection="webshop", payload={"side": "books"})
        store.ask(books, "els", NOW)
        store.ask(Wish(kind="check"), "els", NOW)
    worker = Worker(world.home, Stop(), lines.append)
    worker.work_off()
    wrong = "a-wrong-one-0123456789abcdef"
    secrets.write_text(secrets.read_text("utf-8").replace(CODE1, wrong), "utf-8")
    with world.store() as store:
        store.ask(books, "els", NOW)
    worker.work_off()
    with world.store() as store:
        refused, everything, one = store.requests(9)
        [audit] = store.audit_rows(1)
        keys = world.keys
    sides = [[look["side"] for look in x.result["looks"]] for x in (one, everything, refused)]  # type: ignore[attr-defined]
    assert sides[0] == sides[2] == ["settings", "books"]
    assert sides[1] == ["machine", "settings", "shop", "books"]
    assert [x.result["problems"] for x in (one, everything, refused)] == [0, 0, 1]
    look = look_from(refused.result["looks"][1])  # type: ignore[index]
    assert look.findings[0].facts["code"].startswith("E001")
    assert look.took_ms >= 0
    assert (audit.action, audit.actor, audit.facts["problems"]) == ("check ended", "els", 1)
    assert "looks" not in audit.facts
    kept = b"".join(path.read_bytes() for path in (world.home / "data").rglob("boekwacht.*"))
    for name in ("consumer_key", "consumer_secret", "token", "token_secret", "code1", "code2"):
        for keyhole in (getattr(keys, name), CODE1):
            assert keyhole.encode() not in kept, name
