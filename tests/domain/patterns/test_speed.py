"""Hostile messages take no longer than honest ones of their length.

How many milliseconds they take, `python -m tests.bench.patterns` prints.
"""

import gc
import time
from collections.abc import Callable

import pytest

from sync.domain.patterns import classify
from tests.domain.patterns.hostile import HOSTILE

SHORT, LONG = 400, 10_000

GROWTH = 30
"""How many times as long the long message may take. What is linear takes about ten times, since
only so much of a message is looked at; what is quadratic takes a hundred."""

FLOOR_SECONDS = 0.0003
"""Below this a call's own costs hide how it grows."""


@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_with_the_length_and_not_with_its_square(name: str) -> None:
    make = HOSTILE[name]
    _grows_evenly(lambda length: classify(make(length)))


def test_known_values_that_match_everywhere_do_not_make_it_slower() -> None:
    known = {"customer": "aaaa", "order_no": "aaa", "document_no": "a" * 50}
    _grows_evenly(lambda length: classify("aaa" * (length // 3), known=known))


def _grows_evenly(work: Callable[[int], object]) -> None:
    short = max(_seconds(work, SHORT), FLOOR_SECONDS)
    assert _seconds(work, LONG) < GROWTH * short


def _seconds(work: Callable[[int], object], length: int) -> float:
    """Processor time of this thread alone, without collections of garbage: the best of five."""
    gc.disable()
    try:
        return min(_once(work, length) for _ in range(5))
    finally:
        gc.enable()


def _once(work: Callable[[int], object], length: int) -> float:
    before = time.thread_time()
    work(length)
    return time.thread_time() - before
