"""Who holds a lease, and whether that process still lives.

A holder is a process at work: a token, where and as what it runs, and a counter that a thread of
its own raises every five seconds, also while a call is out. It counts as gone when its process
ended on this machine, or when the one who waits has seen the counter stand still for sixty
seconds by its own monotonic clock. Wall time is never compared, so a clock that jumps frees
nothing and blocks nothing.
"""

import logging
import os
import secrets
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from sync.clock import Clock
from sync.errors import StoreError
from sync.store.database import Database, insert

BEAT_SECONDS: Final = 5.0
STALLED_SECONDS: Final = 60.0

_RAISE: Final = "update holder set counter = counter + 1 where token = ?"
_WITHOUT_HOLDER: Final = """
select holder from lease where holder <> :me and holder not in (select token from holder)
union
select holder from run
where state = 'running' and holder not in ('', :me) and holder not in (select token from holder)
union
select holder from request
where taken_at is not null and finished_at is null
    and holder <> :me and holder not in (select token from holder)
"""
_log = logging.getLogger(__name__)
_at_work: set[str] = set()
"""Tokens of this process's holders that still beat. A full disk can keep the hub from hearing that
one has ended; this process knows."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A process at work, known to the hub by its token.

    Attributes:
        token: Random; equal to no other holder's.
        host: Machine, boot and process space; a process id means something only inside them.
        pid: Process id.
        started: The process's start, in the system's own words; empty where it doesn't tell.
    """

    token: str
    host: str
    pid: int
    started: str


def this_process() -> Holder:
    """A holder of the running process, with a new token."""
    pid = os.getpid()
    return Holder(secrets.token_hex(8), _host(), pid, _process_start(pid))


def has_ended(holder: Holder) -> bool:
    """Whether that process is certainly gone.

    False also where nobody can tell: it runs elsewhere, or the system doesn't say when a process
    started. Then only the standing counter frees what it holds.
    """
    if not holder.started:
        return False
    theirs, ours = holder.host.split("/"), _host().split("/")
    if theirs[0] != ours[0]:
        return False
    if theirs[1] != ours[1]:
        return True
    return theirs == ours and _process_start(holder.pid) != holder.started


def _is_ours(holder: Holder) -> bool:
    """Whether it is, beyond doubt, a holder of this very process."""
    me = this_process()
    return bool(me.started) and replace(me, token=holder.token) == holder


def _host() -> str:
    boot = _first_line(Path("/proc/sys/kernel/random/boot_id"))
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        space = ""
    return "/".join((socket.gethostname().replace("/", ""), boot, space))


def _process_start(pid: int) -> str:
    """Ticks since boot at which a process started; empty when there is none or nobody tells."""
    after_name = _first_line(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    zombie_or_dead = not after_name or after_name[0] in "ZX"
    return "" if zombie_or_dead else after_name[19]


def _first_line(path: Path) -> str:
    try:
        return path.read_text().partition("\n")[0]
    except OSError:
        return ""


class Holders(Database):
    """Holders of leases and duties: registering, beating, and finding the ones that are gone.

    Args:
        home: The home folder.
        clock: Tells the moments that the store writes down by itself.
        monotonic: Seconds of a clock that never jumps; judges counters that stand still.
    """

    def __init__(
        self, home: Path, clock: Clock, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(home)
        self.clock = clock
        self.monotonic = monotonic
        self._looking = threading.Lock()
        self._seen: dict[str, tuple[int, float]] = {}

    @contextmanager
    def holder(self) -> Iterator[Holder]:
        """Be a holder for a while.

        Leaving the block ends the beat and the registration. Claims that were not finished by then
        (an error went through) are left behind for `take_over`.
        """
        me = this_process()
        with self.write(durable=False) as hub:
            register(hub, me)
        _at_work.add(me.token)
        stop = threading.Event()
        beat = threading.Thread(target=self._beat, args=(me, stop), daemon=True, name="lease")
        beat.start()
        try:
            yield me
        finally:
            stop.set()
            beat.join()
            _at_work.discard(me.token)
            with self.write(durable=False) as hub:
                hub.execute("delete from holder where token = ?", (me.token,))

    def _beat(self, me: Holder, stop: threading.Event) -> None:
        while not stop.wait(BEAT_SECONDS):
            try:
                with self.write(durable=False) as hub:
                    register(hub, me)  # whoever was taken over while it stood still is back
                    hub.execute(_RAISE, (me.token,))
            except StoreError as error:
                _log.warning("the lease's counter could not be raised: %s", error)
        self.close_thread()

    def gone(self, hub: sqlite3.Connection, me: Holder) -> list[str]:
        """Tokens of the holders whose leases may be taken over; they are no longer registered.

        Whose counter stands still is seen by looking again, so the answer depends on how long this
        store has been looking.
        """
        tokens = [
            row["token"]
            for row in hub.execute("select * from holder where token <> ?", (me.token,)).fetchall()
            if self._is_gone(row)
        ]
        for token in tokens:
            hub.execute("delete from holder where token = ?", (token,))
        left = hub.execute(_WITHOUT_HOLDER, {"me": me.token}).fetchall()
        return tokens + [row["holder"] for row in left if row["holder"] not in tokens]

    def _is_gone(self, row: sqlite3.Row) -> bool:
        holder = Holder(row["token"], row["host"], row["pid"], row["started"])
        if has_ended(holder) or (_is_ours(holder) and holder.token not in _at_work):
            return True
        now = self.monotonic()
        with self._looking:
            counter, since = self._seen.get(row["token"], (-1, now))
            if counter != row["counter"]:
                self._seen[row["token"]] = (row["counter"], now)
                return False
        return now - since >= STALLED_SECONDS


def register(hub: sqlite3.Connection, holder: Holder) -> None:
    """Make the holder known, unless it is; one that was taken over may go on with new claims."""
    known = hub.execute("select 1 from holder where token = ?", (holder.token,)).fetchone()
    if known is None:
        insert(hub, "holder", asdict(holder))
