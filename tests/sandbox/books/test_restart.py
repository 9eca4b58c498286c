"""The books remember: whatever was answered is there after a restart, also after a kill."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from sync.sandbox.books import AdministrationSettings, Books, Settings, seeding
from sync.sandbox.books.service import JOURNAL
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.http import Server
from tests.sandbox.books.builders import Raw, invoice, mutation, relation

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
"""


@contextmanager
def _running(folder: Path, clock: SimulatedClock) -> Iterator[tuple[Raw, Books]]:
    books = Books(None, clock, folder)
    with Server(books, clock=clock) as server:
        raw = Raw(server.url, Settings())
        yield raw, books
        raw.connection.close()
    books.close()


def test_everything_is_there_after_a_restart(tmp_path: Path, clock: SimulatedClock) -> None:
    """Relations, mutations, documents, ledgers, the closed period and the month's calls."""
    with _running(tmp_path, clock) as (raw, books):
        raw.call("AddRelatie", oRel=relation(Notitie="line\nbreak"))
        raw.call("AddMutatie", oMut=mutation(Factuurnummer="A1"))
        raw.call("AddFactuur", oFact=invoice())
        ledger = {"ID": 0, "Code": "8500", "Omschrijving": "x", "Categorie": "VW"}
        added = raw.call("AddGrootboekrekening", oGb=ledger)["Gb_ID"]
        raw.call("UpdateGrootboekrekening", oGb=ledger | {"ID": added, "Code": "8510"})
        raw.call("GetMutaties")
        seeding.payment(books.state, "A1", "M1", Decimal(21), date(2026, 1, 20))
        books.state.close_period(date(2025, 12, 31))
        before = books.state

    with _running(tmp_path, clock) as (raw, books):
        after = books.state
        assert after.mutations == before.mutations
        assert after.relations == before.relations
        assert after.invoices == before.invoices
        assert after.ledgers == before.ledgers
        assert (after.closed_until, after.calls) == (date(2025, 12, 31), {"2026-01": 1})

        (item,) = raw.call("GetOpenPosten", OpSoort="Debiteuren")["Openposten"]["cOpenPost"]
        assert item["Openstaand"] == "100"
        assert raw.error("AddMutatie", oMut=mutation(Factuurnummer="A1")) == "CMUT019"
        assert raw.call("AddMutatie", oMut=mutation())["Mutatienummer"] == "3"
        new = int(raw.call("AddRelatie", oRel=relation(Code="M2"))["Rel_ID"])
        assert new > int(added), "ids are never given twice"


def test_sessions_do_not_outlive_the_process(tmp_path: Path, clock: SimulatedClock) -> None:
    with _running(tmp_path, clock) as (raw, _):
        raw.open()
        session = raw.session
    with _running(tmp_path, clock) as (raw, _):
        raw.session = session
        assert raw.error("GetRelaties") == "E002.2"


def test_a_killed_process_loses_no_answered_booking(tmp_path: Path, clock: SimulatedClock) -> None:
    """Killed without warning in the middle of the trade, three times in a row."""
    answered = 0
    for round_ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", _SERVE, str(tmp_path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            cwd=Path(__file__).parents[3],
        ) as process:  # fmt: skip
            assert process.stdout is not None
            raw = Raw(process.stdout.readline().strip(), Settings())
            if not round_:
                raw.call("AddRelatie", oRel=relation())
            for _ in range(10):
                answered += 1
                number = raw.call("AddMutatie", oMut=mutation())["Mutatienummer"]
                assert number == str(answered)
            os.kill(process.pid, signal.SIGKILL)
            raw.connection.close()
    assert len(Books(None, clock, tmp_path).state.mutations) == answered == 30


def test_a_torn_last_line_is_dropped(tmp_path: Path, clock: SimulatedClock) -> None:
    """It was being written when the process died, so nobody has an answer to it."""
    journal = tmp_path / JOURNAL
    with _running(tmp_path, clock) as (raw, _):
        raw.call("AddRelatie", oRel=relation())
    with journal.open("ab") as file:
        file.write(b'[["{5A4DB0C5-0000')
    for _ in range(2):
        with _running(tmp_path, clock) as (raw, books):
            assert [x["Code"] for x in books.state.relations] == ["M1"]
            raw.call("UpdateRelatie", oRel=relation(ID=books.state.relations[0]["ID"], Plaats="X"))
    assert all(json.loads(x) for x in journal.read_text("utf-8").splitlines())


def test_an_administration_that_is_gone_keeps_its_lines(
    tmp_path: Path, clock: SimulatedClock
) -> None:
    """Set up otherwise for once, the books forget nothing."""
    other = Settings(
        administrations=(AdministrationSettings(guid="{5A4DB0C5-0000-4000-8000-000000000002}"),)
    )
    for settings, expected in ((None, ["X1"]), (other, ["X1"]), (None, ["X1", "X1"])):
        books = Books(settings, clock, tmp_path)
        seeding.relation(books.state, "X1", "Jan")
        assert [x["Code"] for x in books.state.relations] == expected
        books.close()


@pytest.mark.parametrize("damage", ["no JSON", '[["{5A4DB0C5-0000-4000-8000-000000000001}", 5]]'])
def test_damage_in_the_middle_is_named(tmp_path: Path, clock: SimulatedClock, damage: str) -> None:
    (tmp_path / JOURNAL).write_text(damage + "\n[]\n", "utf-8")
    with pytest.raises(ValueError, match=r"books\.jsonl, line 1 is damaged|something unknown"):
        Books(None, clock, tmp_path)


def test_the_journal_is_for_its_owner(tmp_path: Path, clock: SimulatedClock) -> None:
    """It holds names and addresses."""
    Books(None, clock, tmp_path / "deep" / "folder").close()
    assert (tmp_path / "deep" / "folder" / JOURNAL).stat().st_mode & 0o077 == 0
