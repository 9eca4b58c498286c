"""How a program that works is stopped: politely at once, in any case within ten seconds."""

import os
import signal
import socket
import threading
import time
from datetime import UTC, datetime
from typing import Final

LAST: Final = 9.7
"""Seconds after a signal at which the process ends, whatever it waits for. A call to the books is
broken off and its row finished before that (`sync.engine.ending`); what is left over is a name that
is not found, a connection that is not made, a locked disk. The next run takes it over."""

CUT_SHORT: Final = 3
"""Exit status of such an end: something did not answer."""

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

    def on_signals(self) -> None:
        """Let SIGTERM and Ctrl+C wish it, and end the process when it has not ended by itself.

        The signal is read by a thread: the main one may be deep in a call that no signal ends.
        """
        ours, theirs = socket.socketpair()
        theirs.setblocking(False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: None)
        signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        threading.Thread(target=self._obey, args=(ours, theirs), daemon=True).start()

    def _obey(self, signals: socket.socket, _keep: socket.socket) -> None:
        signals.recv(1)
        self.ask()
        time.sleep(LAST)
        os.write(2, _SENTENCE)
        os._exit(CUT_SHORT)
