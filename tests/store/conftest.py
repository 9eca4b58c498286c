"""A store of its own for each test, and a reader of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.store import Holder, Store, open_store
from sync.store.reader import Reader, open_reader
from tests.store.builders import HandClock
from tests.store.steps import Doer


@pytest.fixture
def clock() -> HandClock:
    """The store's clock."""
    return HandClock()


@pytest.fixture
def store(tmp_path: Path, clock: HandClock) -> Iterator[Store]:
    """An empty store in `tmp_path`."""
    with open_store(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def holder(store: Store) -> Iterator[Holder]:
    """This process, registered."""
    with store.holder() as me:
        yield me


@pytest.fixture
def reader(tmp_path: Path, store: Store) -> Iterator[Reader]:
    """A reader of `store`."""
    with open_reader(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="session")
def doer() -> Iterator[Doer]:
    """Whoever is killed."""
    with Doer() as made:
        yield made
