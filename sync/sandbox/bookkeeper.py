"""The real engine in a process of its own, for the sandbox's history.

On two cores it works beside the services instead of in turn with them. It is given the services'
clock, and speaks to them over their real protocols as ever.
"""

import multiprocessing
import signal
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sync.errors import BoekwachtError, StoreError
from sync.sandbox.clock import Cell, SimulatedClock

_PATIENCE = 10.0  # seconds for a process that was told to end


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


def _serve(pipe: "Pipe[Any, Any]", cell: Cell, folder: Path) -> None:
    """What the new process does."""
    # Loaded there only: who asks needs none of it, and has enough to do meanwhile.
    from sync.sandbox.bookkeeping import serve  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for who asks
    serve(pipe, SimulatedClock.on(cell), folder)
