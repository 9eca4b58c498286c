"""Worlds for commands: recorded shop and empty books in real time, or only a record to read."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sync.__main__ import entry
from sync.clock import SystemClock
from sync.store import Store, open_store
from tests.engine.world import World, recorded_world, write_home


@dataclass(frozen=True)
class Typed:
    """What a command said and returned."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Its output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


Type = Callable[..., Typed]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Commands run by the machine's clock; so do the services here."""
    made = recorded_world(tmp_path)
    made.clock.switch_to(SystemClock())
    yield made
    made.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose services are not there; what is only read needs none."""
    write_home(tmp_path, "http://127.0.0.1:9", "http://127.0.0.1:9")
    (tmp_path / "secrets.toml").chmod(0o600)
    return tmp_path


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    """That home's record."""
    with open_store(home, SystemClock()) as opened:
        yield opened


@pytest.fixture
def typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Type:
    """Types a command on the test's home, in this process."""

    def run(*arguments: str) -> Typed:
        capsys.readouterr()
        code = entry(["--home", str(tmp_path), *arguments])
        said = capsys.readouterr()
        return Typed(code, said.out, said.err)

    return run
