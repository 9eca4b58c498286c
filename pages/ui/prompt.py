"""Sending what a page draws as soon as it is drawn.

Streamlit sends a page as some dozens of small messages. Its server listens on a socket whose
protocol it leaves to the system, so asyncio does not see that it is TCP and leaves Nagle's
algorithm on: a small message then waits until the one before is confirmed, which the other side
puts off for 40 ms.
"""

import os
import socket
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

_OPEN: Final = Path("/dev/fd")
"""Names what this process has open; not there on Windows, where nothing is changed."""


@cache
def send_at_once() -> None:
    """Let each TCP connection of this process send without waiting, and those it will accept."""
    with suppress(OSError):
        for each in _OPEN.iterdir():
            with suppress(OSError):
                _without_waiting(int(each.name))


def _without_waiting(number: int) -> None:
    """Switch the waiting off, if it is a socket that has any.

    Raises:
        OSError: It is none, or was closed meanwhile.
    """
    own = os.dup(number)
    try:
        found = socket.socket(fileno=own)
    except OSError:
        os.close(own)
        raise
    with found:
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
