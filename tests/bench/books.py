"""How many bookings a second the simulated books take: `python -m tests.bench.books`.

Raw SOAP over kept HTTP connections, the server in a process of its own as in the sandbox, its
journal on disk. The goal is 300 a second on two cores.
"""

import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from sync.sandbox.books import Settings
from tests.sandbox.books.builders import Raw, mutation, relation

_BOOKINGS = 3000
_CLIENTS = 2
_SERVE = """
import sys
from pathlib import Path
from sync.clock import SystemClock
from sync.sandbox.books import Books
from sync.sandbox.http import Server
server = Server(Books(None, SystemClock(), Path(sys.argv[1])), clock=SystemClock())
server.start()
print(server.url, flush=True)
sys.stdin.read()
server.stop()
"""


def measure(url: str, clients: int, bookings: int) -> float:
    """Bookings a second by so many clients at once."""

    def book() -> None:
        raw = Raw(url, Settings())
        for _ in range(bookings // clients):
            answer = raw.call("AddMutatie", oMut=mutation())
            assert answer["ErrorMsg"] == {}, answer
        raw.connection.close()

    threads = [threading.Thread(target=book) for _ in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return bookings / (time.perf_counter() - began)


def main() -> None:
    """Print the figures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, "-c", _SERVE, folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            cwd=Path(__file__).parents[2],
        ) as server,
    ):  # fmt: skip
        assert server.stdout is not None
        assert server.stdin is not None
        url = server.stdout.readline().strip()
        Raw(url, Settings()).call("AddRelatie", oRel=relation())
        for clients in (1, _CLIENTS):
            rate = measure(url, clients, _BOOKINGS)
            print(f"{clients} client(s): {rate:,.0f} bookings/s (goal 300)")  # noqa: T201
        server.stdin.close()


if __name__ == "__main__":
    main()
