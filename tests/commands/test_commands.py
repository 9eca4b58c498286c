"""What each command says, writes and returns; everything through real processes."""

import json
import tomllib
from pathlib import Path

import pytest

from sync.commands.map import to_toml
from sync.domain.rules import read_mapping
from sync.sandbox.fault_rules import Rule
from tests.builders import MAPPING
from tests.engine.world import World

ONE = "000000004"


def test_a_run_books_and_says_what_it_did(world: World) -> None:
    """Status 1: the cut recordings fail. Nothing is printed twice, no progress in a log file."""
    result = world.command("run")
    assert result.returncode == 1, result.stderr
    assert "15 created" in result.stdout
    assert "1 skipped" in result.stdout
    assert len(result.stdout.splitlines()) == 1
    assert len(world.booked(ONE)) == 1


def test_one_document_can_be_booked_alone(world: World) -> None:
    """The first thing that a new user does; then status tells what waits."""
    result = world.command("run", "--entity", "invoice", "--document", ONE)
    assert (result.returncode, len(world.booked(ONE))) == (0, 1)
    status = json.loads(world.command("status", "--json").stdout)
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
    world: World, change: tuple[str, str, str], says: str
) -> None:
    """On standard error, naming setting and file; never a traceback."""
    name, old, new = change
    path = world.home / name
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    result = world.command("run")
    assert result.returncode == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("service", [0, 1], ids=["shop", "books"])
def test_a_silent_service_is_status_3(world: World, service: int) -> None:
    """And the sentence says which one and why."""
    world.servers[service].stop()
    result = world.command("run")
    assert result.returncode == 3
    assert "Could not connect to host" in result.stderr
    assert "Traceback" not in result.stderr


def test_without_any_connection_it_says_how_to_begin(tmp_path: Path, world: World) -> None:
    """An empty home whose sandbox was never started."""
    empty = tmp_path / "empty"
    empty.mkdir()
    world.home = empty
    result = world.command("run")
    assert result.returncode == 2
    assert "start.py" in result.stderr


def test_check_names_what_is_wrong(world: World) -> None:
    """A ledger that the books don't have stops the booking; an unmapped rate is a warning."""
    (world.home / "secrets.toml").chmod(0o644)
    result = world.command("check")
    assert result.returncode == 0, result.stdout
    assert "warning secrets file" in result.stdout
    assert "chmod 600" in result.stdout
    world.command("map", "set", "ledger", "webshop", "4711", "--kind", "shipping")
    result = world.command("check", "--json")
    found = json.loads(result.stdout)["webshop"]
    assert result.returncode == 2
    assert [x["what"] for x in found if x["problem"] and not x["warning"]] == ["ledger 4711"]


def test_check_tells_wrong_credentials_from_silence(world: World) -> None:
    """Status 2 for the one, 3 for the other."""
    world.faults.add(Rule(kind="wrong_credentials", service="books"))
    assert world.command("check").returncode == 2
    world.servers[1].stop()
    assert world.command("check").returncode == 3


def test_the_mapping_is_shown_changed_exported_and_imported(world: World) -> None:
    """Each change is a version with a name; what export writes import reads back."""
    result = world.command("map", "set", "vat", "webshop", "NL-13", "BUITEN_EU_VERK")
    assert result.returncode == 2
    assert "did you mean BU_EU_VERK" in result.stderr
    assert "Version 2" in world.command("map", "set", "vat", "webshop", "NL-13", "AFW_VERK").stdout
    assert "NL-13" in world.command("map", "show").stdout
    exported = world.command("map", "export", "webshop").stdout
    assert tomllib.loads(exported)["vat"]["NL-13"] == "AFW_VERK"
    (world.home / "mapping.toml").write_text(exported, "utf-8")
    again = world.command("map", "import", "webshop", str(world.home / "mapping.toml"))
    assert "Nothing to change" in again.stdout
    with world.store() as store:
        assert store.mapping("webshop")[0] == 2
        [change, *_] = store.audit_rows(10)
    assert (change.action, change.what) == ("mapping", "webshop")


def test_a_mapping_as_text_reads_back_equal() -> None:
    """Quotes, backslashes and control characters in a rate's name included."""
    assert read_mapping(tomllib.loads(to_toml(MAPPING))) == MAPPING
    odd = read_mapping({"vat": {'a"b\\c\n': "GEEN"}})
    assert read_mapping(tomllib.loads(to_toml(odd))) == odd


def test_the_worker_makes_one_round_and_stops_on_request(world: World) -> None:
    """`--once` is for cron; a resync that a person asked for is worked off in the same round."""
    with world.store() as store:
        store.add_request("webshop", "resync", {"numbers": [ONE]}, "jan", world.clock.now())
    result = world.command("work", "--once")
    assert result.returncode == 1, result.stderr
    assert "15 created" in result.stdout
    with world.store() as store:
        [request] = store.requests(1)
    assert request.finished_at is not None
    assert request.result["run"]
