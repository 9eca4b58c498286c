"""The real engine in a process of its own, for the sandbox's history.

On two cores it works beside the services instead of in turn with them. It is given the services'
clock, and speaks to them over their real protocols as ever.
"""

import multiprocessing
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sync import config, engine
from sync.domain.rules import mapping_from_json, mapping_to_json
from sync.errors import BoekwachtError, StoreError
from sync.sandbox import home
from sync.sandbox.clock import Cell, SimulatedClock
from sync.store import Document, Store, Wish, open_store
from sync.store.filters import LogFilter
from sync.store.queries import newest
from sync.store.reader import open_reader

_PATIENCE = 10.0  # seconds for a process that was told to end
_AT_ONCE = 200  # documents of one resync


class Bookkeeper:
    """Runs the engine on demand; the caller waits meanwhile. Use it in a `with` block.

    Every method raises what the store raises, and StoreError when the process is gone.

    Args:
        folder: The sandbox's home, with its settings.
        clock: The services'; the engine shows and moves the same time.
    """

    def __init__(self, folder: Path, clock: SimulatedClock) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, clock.cell, folder), name="bookkeeper", daemon=True
        )
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pipe.close()
        self._process.join(_PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def run(self) -> int:
        """One scheduled run; the number of its attempts."""
        return self._ask("run")

    def resync(self, actor: str, error_code: str) -> int:
        """Have everything tried again that is failed with this code; the number of attempts."""
        return self._ask("resync", actor, error_code)

    def map_rate(self, actor: str, rate: str, vat_code: str) -> None:
        """Give a tax rate its VAT code, unless it has one."""
        self._ask("map_rate", actor, rate, vat_code)

    def seal(self) -> None:
        """Move what is finished into segments."""
        self._ask("seal")

    def _ask(self, name: str, *arguments: str) -> int:
        try:
            self._pipe.send((name, arguments))
            answer: int | BoekwachtError = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise StoreError("The sandbox's bookkeeper ended in the middle of its work.") from error
        if isinstance(answer, BoekwachtError):
            raise answer
        return answer


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
        return self._run(engine.Wanted())

    def resync(self, actor: str, error_code: str) -> int:
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
        mapping = mapping_from_json(self._store.mapping(home.CONNECTION)[1])
        if rate not in mapping.vat:
            mapping = replace(mapping, vat={**mapping.vat, rate: vat_code})
            text = mapping_to_json(mapping)
            self._store.set_mapping(home.CONNECTION, text, actor, self._clock.now())
        return 0

    def seal(self) -> int:
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


def _serve(pipe: "Pipe[Any, Any]", cell: Cell, folder: Path) -> None:
    """Do what is asked until nobody can ask any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for who asks
    clock = SimulatedClock.on(cell)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        try:
            with open_store(folder, clock) as store, store.worker():
                work = _Work(store, folder, clock)
                while True:
                    name, arguments = pipe.recv()
                    pipe.send(getattr(work, name)(*arguments))
        except BoekwachtError as error:
            pipe.send(error)
