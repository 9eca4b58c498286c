"""`run`: what it books, says and returns; looking without booking; reading again."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sync.magento import transport
from tests.commands.conftest import Type
from tests.commands.terminal import on_terminal
from tests.engine.world import ROOT, World

ONE = "000000004"
WOULD = {
    "created": "would book",
    "skipped": "would skip",
    "failed": "failed",
}


def test_a_run_books_and_says_what_it_did(world: World) -> None:
    """Status 1: the cut recordings fail. Nothing is printed twice, no progress in a log file."""
    result = world.command("run")
    assert result.returncode == 1, result.stderr
    assert "15 created" in result.stdout
    assert "1 skipped" in result.stdout
    assert len(result.stdout.splitlines()) == 1
    assert len(world.booked(ONE)) == 1


def test_one_document_can_be_booked_alone(world: World, typed: Type) -> None:
    """The first thing that a new user does; then status tells what waits."""
    result = typed("run", "--entity", "invoice", "--document", ONE)
    assert (result.code, len(world.booked(ONE))) == (0, 1)
    assert f"invoice {ONE} (order 000000003): created: Success" in result.out
    status = json.loads(typed("status", "--json").out)
    documents = status["connections"]["webshop"]["documents"]
    assert documents["booked"] == 1
    assert documents["waiting"] > 10


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("boekwacht.toml", "start_date", "startdate"), "did you mean start_date"),
        (("secrets.toml", "code1", "kode1"), "BOEKWACHT_WEBSHOP_CODE1"),
        (("boekwacht.toml", "[connection.webshop.shop]", "[[["), "not valid TOML"),
    ],
)
def test_wrong_settings_are_one_sentence_and_status_2(
    home: Path, typed: Type, change: tuple[str, str, str], says: str
) -> None:
    """On standard error, naming setting and file."""
    name, old, new = change
    path = home / name
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    result = typed("run")
    assert (result.code, result.out) == (2, "")
    assert says in result.err
    assert len(result.err.strip().splitlines()) == 1


def test_an_error_is_never_a_traceback(home: Path, world: World) -> None:
    """Also not where a process ends."""
    (home / "boekwacht.toml").write_text("[[[", "utf-8")
    result = world.command("run")
    assert result.returncode == 2
    assert "not valid TOML" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("service", [0, 1], ids=["shop", "books"])
def test_a_silent_service_is_status_3(
    world: World, typed: Type, monkeypatch: pytest.MonkeyPatch, service: int
) -> None:
    """And the sentence says which one and why."""
    monkeypatch.setattr(transport, "_PAUSES", (0.1,))
    world.servers[service].stop()
    result = typed("run", "--document", ONE) if service else typed("run", "--entity", "creditmemo")
    # One document is not enough to say that the books are gone; its own row says so.
    assert result.code == (1 if service else 3)
    assert "Could not connect to host" in result.out + result.err


def test_without_any_connection_it_says_how_to_begin(tmp_path: Path, typed: Type) -> None:
    """An empty home whose sandbox was never started."""
    result = typed("run")
    assert result.code == 2
    assert "start.py" in result.err


def test_with_every_connection_switched_off_it_says_so(world: World, typed: Type) -> None:
    """Nothing to do is no failure, but silence would look like success."""
    world.set_up(enabled="false")
    result = typed("run")
    assert (result.code, result.out) == (0, "")
    assert "No connection is switched on" in result.err


def test_a_dry_run_says_what_a_run_does_and_does_nothing(world: World, typed: Type) -> None:
    """Document by document the same end; until then neither record nor books know anything."""
    dry = typed("run", "--dry-run", "--json-lines")
    assert dry.code == 1
    with world.store() as store:
        assert store.standing(world.clock.now()) == {}
        assert store.runs(1) == []
        assert store.watermark("webshop", "invoice") is None
    assert world.books.state.mutations == []
    previews, total = dry.objects[:-1], dry.objects[-1]
    wet = typed("run", "--json-lines")
    ends = [x for x in wet.objects if x["type"] == "document"]
    assert {x["key"]: x["verdict"] for x in previews} == {
        x["key"]: WOULD[x["outcome"]] for x in ends
    }
    assert {x["key"]: x["message"] for x in previews if not x["booking"]} == {
        x["key"]: x["message"] for x in ends if x["outcome"] != "created"
    }
    for preview in previews:
        if preview["booking"]:
            [booked] = world.booked(preview["booking"]["number"])
            assert f"{booked['Datum']:%Y-%m-%d}" == preview["booking"]["date"]
            lines = [(x["ledger"], x["vat_code"], x["net"]) for x in preview["booking"]["lines"]]
            assert lines == [
                (x["TegenrekeningCode"], x["BTWCode"], f"{x['BedragExclBTW']:.2f}")
                for x in booked["MutatieRegels"]
            ]
    assert (total["run"], total["fetched"]) == (None, 69)
    again = typed("run", "--dry-run")
    assert (again.code, again.out) == (
        0,
        "webshop: dry run, nothing was booked; 0 new or changed, nothing due\n",
    )


def test_a_dry_run_reads_for_people(world: World, typed: Type) -> None:
    """Number, date, total and every line; and that a credit memo would have to wait."""
    result = typed("run", "--dry-run", "--entity", "creditmemo")
    assert "would wait: Invoice not found" in result.out
    result = typed("run", "--dry-run", "--document", ONE, "--entity", "invoice")
    assert f"invoice {ONE} (order 000000003) would be booked as {ONE} on" in result.out
    assert "€ 362.87" in result.out
    assert "ledger 8010   LAAG_VERK_9   net      50.00  VAT      4.50" in result.out
    assert len(result.out.splitlines()) == 5


def test_json_lines_tell_of_each_document_and_of_the_run(world: World, typed: Type) -> None:
    """For whoever collects logs: one object per line, nothing else."""
    result = typed("run", "--json-lines", "--document", ONE, "--entity", "invoice")
    [document, run] = result.objects
    assert (document["type"], document["outcome"], document["success"]) == (
        "document",
        "created",
        True,
    )
    assert (document["document_no"], document["mutation_no"], document["error_code"]) == (
        ONE,
        1,
        "",
    )
    assert (run["type"], run["state"], run["outcomes"]) == ("run", "done", {"created": 1})
    assert run["run"] == document["run"]
    assert result.err == ""


def test_a_run_reads_again_from_a_day_on(world: World, typed: Type) -> None:
    """What the shop changed without moving its date is found; the watermark never moves back."""
    assert typed("run").code == 1
    with world.store() as store:
        reached = store.watermark("webshop", "invoice")
        assert reached is not None
    world.change("invoices", 4, state=3, updated_at="2026-11-01 00:00:00")
    assert "0 new or changed" in typed("run").out
    assert "1 new or changed" in typed("run", "--since", "2026-01-01").out
    with world.store() as store:
        assert store.watermark("webshop", "invoice") == reached
    assert typed("run", "--since", "gisteren").code == 2


def test_a_later_day_leaves_nothing_out(world: World, typed: Type) -> None:
    """The watermark must not pass what nobody has seen."""
    assert "69 new or changed" in typed("run", "--since", "2027-01-01").out


def test_a_terminal_shows_how_far_it_is(world: World) -> None:
    """Counts and a bar while it lasts; the same one line remains."""
    status, screen = on_terminal(world.home, "run")
    assert status == 1
    assert "webshop" in screen
    assert "━" in screen
    assert "15 created" in screen


def test_a_reader_that_goes_away_stops_the_run(world: World) -> None:
    """`run --json-lines | head -1`: no traceback, and the run is closed as stopped."""
    command = [sys.executable, "-m", "sync", "--home", str(world.home), "run", "--json-lines"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    with world.store() as store:
        [run] = store.runs(1)
    assert run.state == "stopped"
    assert sum(run.counts.get(x, 0) for x in ("created", "failed", "skipped")) < 69
