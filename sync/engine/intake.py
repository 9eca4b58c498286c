"""Takes in what the shop has: before anything is booked, or beside it.

With one session everything happens in one thread, in the order in which it is written down. With
several, the shop is read in a thread of its own, so that no session has to wait for the first page
of a long list, or for its last.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sync.domain.documents import Entity, State
from sync.engine.desk import Desk
from sync.engine.fetch import Recent, fetch

BATCH = 100
"""Changes after a booking that are looked at in one go."""


class Intake:
    """The reading of one run, by kind.

    Attributes:
        recent: What was read last, by kind.
        fetched: How many documents are new or changed so far.
    """

    def __init__(self, desk: Desk, entities: Sequence[Entity]) -> None:
        """Nothing is read yet.

        Args:
            desk: Its shop is used by nobody else meanwhile.
            entities: The kinds, in the order in which they are read.
        """
        self.recent: dict[Entity, Recent] = defaultdict(Recent)
        self.fetched = 0
        self._desk = desk
        self._waiting = list(entities)
        self._news: set[Entity] = set()
        self._changed = threading.Condition()
        self._error: BaseException | None = None

    def read(self) -> None:
        """Read it all.

        Raises:
            BoekwachtError: As `fetch`; what was read until then has been taken in.
        """
        for entity in tuple(self._waiting):
            self._read(entity)
            with self._changed:
                self._waiting.remove(entity)
                self._changed.notify_all()

    def more(self, entity: Entity) -> bool:
        """Wait until more of a kind was taken in than at the last call; False when that was all.

        Raises:
            BaseException: What ended the reading, once everything before it was told.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: entity in self._news or self._error or entity not in self._waiting
            )
            found = entity in self._news
            self._news.discard(entity)
            if not found and entity in self._waiting and self._error:
                raise self._error
        return found

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Read in a thread of its own while the block runs; leaving it waits for the rest.

        So the record knows what the shop has also when nothing can be booked.
        """
        thread = threading.Thread(target=self._read_quietly, daemon=True, name="intake")
        thread.start()
        try:
            yield
        finally:
            thread.join()

    def _read_quietly(self) -> None:
        try:
            self.read()
        except BaseException as error:  # noqa: BLE001 - told to whoever asks for more
            with self._changed:
                self._error = error
                self._changed.notify_all()
        finally:
            self._desk.store.close_thread()

    def _read(self, entity: Entity) -> None:
        for seen in fetch(self._desk, entity, self.recent[entity]):
            self.fetched += seen
            self._tell(entity)
        if _look_at_changes(self._desk, entity):
            self._tell(entity)

    def _tell(self, entity: Entity) -> None:
        with self._changed:
            self._news.add(entity)
            self._changed.notify_all()


def _look_at_changes(desk: Desk, entity: Entity) -> bool:
    """Of what changes after a booking, which stays as it is, only a cancellation matters.

    A customer's relation follows every change. Tells whether there was anything to look at.
    """
    seen = False
    while changed := desk.store.changed(desk.connection.name, entity, BATCH):
        seen = True
        for document in changed:
            cancelled = document.entry.shop_state == State.CANCELLED
            again = entity == "customer" or (cancelled and document.reversed_no is None)
            desk.store.settle_change(document.key, again=again, now=desk.now())
    return seen
