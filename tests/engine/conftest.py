"""One world per test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.world import World, recorded_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The recorded shop and empty books, both serving."""
    made = recorded_world(tmp_path)
    yield made
    made.close()
