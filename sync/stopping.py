"""How a program that works is stopped: politely at once, in any case within ten seconds."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType
from typing import Final

LAST: Final = 9.7
"""Seconds after a signal at which the process ends, whatever it waits for. A call to the books is
broken off and its row finished before that (`sync.engine.ending`); what is left over is a name that
is not found, a connection that is not made, a locked disk. The next run takes it over."""

CUT_SHORT: Final = 3
"""Exit status of such an end: something did not answer."""

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
_SENTENCE: Final = b"Stopped in the middle of something; the next run finishes it.\n"


class Stop:
    """The wish to stop, and a clock whose waits end with it."""

    def __init__(self) -> None:
        self._wish = threading.Event()

    def ask(self) -> None:
        """Wish it: no new document is begun."""
        self._wish.set()

    def asked(self) -> bool:
        """Whether somebody wishes it."""
        return self._wish.is_set()

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait so long, or until somebody wishes to stop."""
        self._wish.wait(seconds)

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Let SIGTERM and Ctrl+C wish it, and end the process if the block has not ended in time.

        The signal is read by a thread: the main one may be deep in a call that no signal ends.
        """
        read, write = socket.socketpair()
        write.setblocking(False)
        before = {number: signal.signal(number, _wake) for number in _SIGNALS}
        signal.set_wakeup_fd(write.fileno(), warn_on_full_buffer=False)
        over = threading.Event()
        thread = threading.Thread(target=self._obey, args=(read, over), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)
            write.close()
            thread.join()
            read.close()

    def _obey(self, signals: socket.socket, over: threading.Event) -> None:
        if not signals.recv(1):  # the block has ended
            return
        self.ask()
        if not over.wait(LAST):
            os.write(2, _SENTENCE)
            os._exit(CUT_SHORT)


def _wake(_number: int, _frame: FrameType | None) -> None:
    """Nothing: a handler has to be there for a signal to wake the thread that reads it."""
