"""A call is broken off when the wish to stop is old enough, and never otherwise."""

import threading
import time

from sync.engine.ending import ending


def test_calls_are_broken_off_once_the_patience_is_over() -> None:
    """All of them, and not before."""
    wish, cut = threading.Event(), [threading.Event(), threading.Event()]
    with ending(wish.is_set, [each.set for each in cut], patience=0.3):
        assert not cut[0].wait(0.2), "nobody asked"
        wish.set()
        began = time.monotonic()
        assert all(each.wait(5) for each in cut)
        assert time.monotonic() - began >= 0.3


def test_work_that_ends_in_time_is_left_alone() -> None:
    """With or without a wish."""
    cut = threading.Event()
    with ending(lambda: False, [cut.set], patience=0.1):
        time.sleep(0.3)
    with ending(lambda: True, [cut.set], patience=0.3):
        pass
    assert not cut.wait(0.4)
