"""One world per test: the recorded shop and empty books, both serving in real time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.clock import SystemClock
from tests.engine.world import World, recorded_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Commands are processes of their own, with the machine's clock; so are the services here."""
    made = recorded_world(tmp_path)
    made.clock.switch_to(SystemClock())
    yield made
    made.close()
