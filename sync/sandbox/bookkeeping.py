"""The bookkeeper's work, in the process in which it is done."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

from sync import config, engine
from sync.domain.rules import mapping_from_json, mapping_to_json
from sync.errors import BoekwachtError
from sync.sandbox import home
from sync.sandbox.clock import SimulatedClock
from sync.store import Document, Store, Wish, open_store
from sync.store.filters import LogFilter
from sync.store.queries import newest
from sync.store.reader import open_reader

_AT_ONCE = 200  # documents of one resync


class _Work:
    """What is done in the process: the bookkeeper's methods, each with its attempts."""

    def __init__(self, store: Store, folder: Path, clock: SimulatedClock) -> None:
        settings = config.load(folder)
        self._store, self._folder, self._clock = store, folder, clock
        found = settings.connections[home.CONNECTION]
        # One session: several would book in another order each time.
        self._connection = replace(found, books=replace(found.books, sessions=1))
        self._keys = config.secrets(settings, self._connection)
        self._known = engine.Known(clock)
        home.map_once(store, clock.now())

    def run(self) -> int:
        """See `Bookkeeper.run`."""
        return self._run(engine.Wanted())

    def resync(self, actor: str, error_code: str) -> int:
        """See `Bookkeeper.resync`."""
        failed = self._failed(error_code)
        if not failed:
            return 0
        now = self._clock.now()
        documents = {document.key: document.latest_attempt for document in failed}
        wish = Wish(kind="resync", connection=home.CONNECTION, documents=documents)
        self._store.ask(wish, actor, now)
        with self._store.holder() as holder:
            request = self._store.next_request(holder, now)
            numbers = [document.entry.document_no for document in failed]
            wanted = engine.Wanted(
                trigger="resync",
                actor=actor,
                numbers=numbers,
                keys=set(documents),
                request=request.id if request else None,
            )
            attempts = self._run(wanted)
            if request is not None:
                self._store.finish_request(request, holder, {}, self._clock.now())
        return attempts

    def map_rate(self, actor: str, rate: str, vat_code: str) -> int:
        """See `Bookkeeper.map_rate`; makes no attempt."""
        mapping = mapping_from_json(self._store.mapping(home.CONNECTION)[1])
        if rate not in mapping.vat:
            mapping = replace(mapping, vat={**mapping.vat, rate: vat_code})
            text = mapping_to_json(mapping)
            self._store.set_mapping(home.CONNECTION, text, actor, self._clock.now())
        return 0

    def seal(self) -> int:
        """See `Bookkeeper.seal`; makes no attempt."""
        self._store.seal()
        return 0

    def _run(self, wanted: engine.Wanted) -> int:
        report = engine.run(
            self._connection, self._keys, self._store, self._clock, wanted, known=self._known
        )
        return report.done

    def _failed(self, error_code: str) -> Sequence[Document]:
        """The documents that are failed with this code, oldest first."""
        with open_reader(self._folder) as reader:
            rows = newest(reader, LogFilter(state="open"), limit=_AT_ONCE).to_pylist()
        failed = [x for x in reversed(rows) if x["error_code"] == error_code]
        keys = [x["key"] for x in failed if x["entity"] != "customer"]
        known = (self._store.document(key) for key in dict.fromkeys(keys))
        return [document for document in known if document is not None]


def serve(pipe: "Pipe[Any, Any]", clock: SimulatedClock, folder: Path) -> None:
    """Do what is asked until nobody can ask any more."""
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        try:
            with open_store(folder, clock) as store, store.worker():
                work = _Work(store, folder, clock)
                while True:
                    name, arguments = pipe.recv()
                    pipe.send(getattr(work, name)(*arguments))
        except BoekwachtError as error:
            pipe.send(error)
