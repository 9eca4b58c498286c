"""A shop that holds the recorded documents, its clock, and a client with every right."""

import pytest

from sync.sandbox.clock import SimulatedClock
from sync.sandbox.shop import Shop
from tests.golden.recordings import RECORDED_AT, recorded_shop
from tests.sandbox.shop.client import Client


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(RECORDED_AT)


@pytest.fixture
def shop(clock: SimulatedClock) -> Shop:
    return recorded_shop(clock)


@pytest.fixture
def client(shop: Shop, clock: SimulatedClock) -> Client:
    return Client(shop, clock)
