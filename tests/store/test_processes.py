"""Several processes at the same documents: each is tried by one of them."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

from sync.store import open_store
from sync.store.filters import LogFilter
from sync.store.queries import newest
from sync.store.reader import open_reader
from tests.store.builders import NOW, HandClock, booked, entry, receive, start

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = 60
PROCESSES = 4


def book_all(home: Path) -> None:
    """Claim every document in order, book what was claimed, and say which."""
    with open_store(home, HandClock()) as store, store.holder() as me:
        sys.stdin.readline()
        for number in range(DOCUMENTS):
            claim = store.claim(start(entry(number)), me)
            if claim and store.mark_sent(claim, NOW):
                assert store.finish(claim, booked())
                print(number)  # noqa: T201 - what the test counts


def test_each_document_is_booked_by_one_of_several_processes(tmp_path: Path) -> None:
    """They start together and want all of them."""
    with open_store(tmp_path, HandClock()) as store:
        receive(store, *(entry(number) for number in range(DOCUMENTS)))
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.store.test_processes", str(tmp_path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = Counter(int(n) for process in started for n in process.communicate()[0].split())
    assert [process.returncode for process in started] == [0] * PROCESSES
    assert said == Counter(range(DOCUMENTS))
    with open_reader(tmp_path) as reader:
        rows = newest(reader, LogFilter(), 999)
        assert Counter(rows["document_id"].to_pylist()) == said
        assert set(rows["outcome"].to_pylist()) == {"created"}


if __name__ == "__main__":
    book_all(Path(sys.argv[1]))
