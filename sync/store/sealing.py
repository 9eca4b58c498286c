"""When the segments are tended, and by whom: one process at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sync.store import codec
from sync.store.damage import Damages
from sync.store.holders import Holder
from sync.store.rows import SealReport

if TYPE_CHECKING:
    from sync.store.maintenance import Maintenance, Steps
    from sync.store.proof import Proof

SEAL_ROWS: Final = 5_000
SEAL_AFTER: Final = timedelta(days=1)
GRACE: Final = timedelta(minutes=10)

_DUTY: Final = "segments"
_READY: Final = """
select count(*) as rows, min(finished_at) as oldest from attempt where outcome is not null
"""


class Sealing(Damages):
    """The record's own upkeep."""

    def seal(
        self, *, force: bool = False, grace: timedelta = GRACE, steps: "Steps | None" = None
    ) -> SealReport:
        """Move finished attempts into segments when it is time, then compact and sweep.

        It is time at 5,000 finished rows, or when one of them is a day old. Whether or not it is,
        files that are not what was written are set apart.

        Args:
            force: Seal whatever there is.
            grace: How long a replaced file stays for readers of an older list; real time.
            steps: Told each step when it is done.

        Raises:
            StoreError: The disk refused; every attempt is still where it was.
        """
        damaged = tuple(x.path for x in self.notice())
        if not (force or self._is_time()):
            return SealReport(damaged=damaged)
        with self.duty(steps) as work:
            if work is None:
                return SealReport(damaged=damaged, busy=True)
            removed = work.sweep(grace)
            rows, segments = work.seal()
            compacted = work.compact(self.clock.now())
            return SealReport(
                rows=rows,
                segments=segments,
                compacted=compacted,
                removed=removed + work.sweep(grace),
                unknown=work.unknown(),
                damaged=damaged,
            )

    def verify(self) -> "Proof":
        """Prove that every file and every count is right; see `sync.store.proof`.

        Raises:
            StoreError: The hub cannot be used.
        """
        with self.duty() as work:
            from sync.store.proof import Proof, prove  # noqa: PLC0415 - as in `duty`

            return Proof(busy=True) if work is None else prove(self)

    def compact(self, *, grace: timedelta = GRACE, steps: "Steps | None" = None) -> SealReport:
        """Merge files where a month has too many, and sweep, without sealing anything.

        Raises:
            StoreError: The disk refused; every attempt is still where it was.
        """
        with self.duty(steps) as work:
            if work is None:
                return SealReport(busy=True)
            compacted = work.compact(self.clock.now())
            return SealReport(
                compacted=compacted, removed=work.sweep(grace), unknown=work.unknown()
            )

    def _is_time(self) -> bool:
        with self.read() as hub:
            ready = hub.execute(_READY).fetchone()
        if not ready["rows"]:
            return False
        old = codec.moment(ready["oldest"]) <= self.clock.now() - SEAL_AFTER
        return old or ready["rows"] >= SEAL_ROWS

    @contextmanager
    def duty(self, steps: "Steps | None" = None) -> Iterator["Maintenance | None"]:
        """The work on the segments, or None while another living process is at it."""
        # DuckDB takes longer to load than most commands take, and few of them tend segments.
        from sync.store.maintenance import Maintenance  # noqa: PLC0415

        with self.holder() as me:
            if not self._take_duty(me):
                yield None
                return
            try:
                yield Maintenance(self, me, steps or (lambda _: None))
            finally:
                with self.write() as hub:
                    hub.execute("delete from duty where holder = ?", (me.token,))

    def _take_duty(self, me: Holder) -> bool:
        with self.write() as hub:
            self.gone(hub, me)
            taken = hub.execute(
                "select 1 from duty join holder on token = holder where name = ?", (_DUTY,)
            ).fetchone()
            if taken is None:
                hub.execute("insert or replace into duty values (?, ?)", (_DUTY, me.token))
            return taken is None
