"""Several sessions with the books at once, each in a thread of its own.

What belongs together stays in order: documents of one customer or one order share a lane, and a
lane is worked off by one session. Nobody knows whether a real service allows several sessions
(`eboekhouden-api.md` section 6), so one is the default, and when one session ends another, the
rest of the run goes on with a single one.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from sync.engine.attempt import Tried
from sync.engine.desk import Desk
from sync.store import Document


class Sessions:
    """The sessions of one run.

    Attributes:
        lowered: Whether one session ended another, so that only one is used now.
    """

    def __init__(self, desks: Sequence[Desk]) -> None:
        """One desk per session, all of the same run."""
        self._desks = desks
        self.lowered = False

    def work(
        self,
        documents: Iterable[Document],
        attempt: Callable[[Desk, Document], Tried | None],
        tell: Callable[[Tried], None],
    ) -> None:
        """Try all documents, and tell of each end as it comes, one at a time.

        Raises:
            Exception: Whatever `attempt` or `tell` raised first; nothing new is begun after it.
        """
        waiting = deque(lanes(documents))
        halt, lock = threading.Event(), threading.Lock()

        def session(desk: Desk) -> None:
            """Work off one lane after another over one session, until none is left."""
            while not halt.is_set() and (desk is self._desks[0] or not self.lowered):
                try:
                    lane = waiting.popleft()
                except IndexError:
                    return
                try:
                    for document in lane:
                        if halt.is_set() or desk.stopping():
                            return
                        tried = attempt(desk, document)
                        with lock:
                            self.lowered |= desk.books.lost_early and len(self._desks) > 1
                            if tried is not None:
                                tell(tried)
                except BaseException:
                    halt.set()
                    raise

        if len(self._desks) == 1:
            session(self._desks[0])
            return
        with ThreadPoolExecutor(len(self._desks)) as threads:
            for future in [threads.submit(session, desk) for desk in self._desks]:
                future.result()


def lanes(documents: Iterable[Document]) -> list[list[Document]]:
    """Documents grouped so that one customer's and one order's stay together and in order.

    The same customer may appear under an account, an e-mail address, or both, so groups that share
    any of them are one. Lanes are in the order of their first document.
    """
    leaders: dict[_Name, _Name] = {}

    def leader(name: _Name) -> _Name:
        """The name by which a name's group is known."""
        while leaders.setdefault(name, name) != name:
            name = leaders[name]
        return name

    known = list(documents)
    for document in known:
        first, *others = _names(document)
        for other in others:
            leaders[leader(other)] = leader(first)
    found: dict[_Name, list[Document]] = {}
    for document in known:
        found.setdefault(leader(_names(document)[0]), []).append(document)
    return list(found.values())


_Name = tuple[str, object]


def _names(document: Document) -> list[_Name]:
    """Everything by which a document belongs to others; its own key first."""
    entry = document.entry
    names: list[_Name] = [("order", entry.order_id), ("account", entry.customer_id)]
    names.append(("e-mail", entry.email.strip().casefold()))
    return [("key", entry.key), *(name for name in names if name[1])]
