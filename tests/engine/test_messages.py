"""Every code and message of the table in `catalogue`, provoked over real HTTP and followed up."""

from datetime import datetime, time
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

from sync import config, engine
from sync.domain.patterns import classify
from sync.domain.patterns.codes import KNOWN
from sync.eboekhouden.refusals import documented
from sync.errors import ConfigurationError
from sync.sandbox.books import AdministrationSettings, Settings
from sync.sandbox.books.errors import TEXTS
from sync.sandbox.fault_rules import Rule
from tests.engine import test_customers
from tests.engine.catalogue import (
    BOOKING,
    FAILURES,
    GENERAL,
    NEVER,
    NEVER_CALLED,
    SUCCESSES,
    TOLD,
    Row,
    Then,
)
from tests.engine.provoking import NUMBER, answered, answered_with, secret, stand_in
from tests.engine.world import CODE1, GUID, ROOT, World, recorded_world

ROWS = GENERAL | BOOKING | TOLD
FAMILIES = ("E00", "CMUT", "CFACT", "CREL", "CGB", "CGN", "M006")
INVENTED = 900
"""Numbers from here on are the simulated books' own."""


@pytest.mark.parametrize("name", ROWS)
def test_a_failure_says_what_it_is_and_what_happens_next(name: str, tmp_path: Path) -> None:
    """Code, message, category, cause, outcome, state and next try; nothing of ours was booked."""
    row = ROWS[name]
    own = (AdministrationSettings(guid=GUID),)
    settings = Settings(username="jan", code1=CODE1, administrations=own, **row.books)
    world = recorded_world(tmp_path, settings)
    try:
        row.provoke(world)
        wanted = engine.Wanted(trigger="cli", numbers=[row.number], entities=[row.entity])
        report = world.run(wanted)
        told = world.row(row.number, row.entity)
        kind = classify(told["message"], code=told["error_code"])
        assert told["message"].startswith(row.begins), told["message"]
        assert told["error_code"] == (row.code or name)
        assert (told["category"], kind.cause) == (row.category, row.cause)
        assert told["pattern"] == kind.pattern
        assert _next(world, row, report) == row.then
        assert not [x for x in world.booked(row.number) if x["Boekstuk"].startswith("webshop:")]
    finally:
        world.close()


def test_a_number_that_nothing_can_hold_is_none(world: World) -> None:
    """It is looked up like every lost answer, and does not end the run."""
    number = f"<ErrorMsg/><Mutatienummer>{2**63}</Mutatienummer>"
    answered_with(f"<AddMutatieResult>{number}</AddMutatieResult>")(world)
    report = world.run(engine.Wanted(trigger="cli", numbers=[NUMBER], entities=["invoice"]))
    assert world.row(NUMBER)["outcome"] == "unknown"
    assert engine.exit_status([report]) == 1


def _next(world: World, row: Row, report: engine.RunReport) -> Then:
    told = world.row(row.number, row.entity)
    with world.store() as store:
        found = store.find("webshop", row.entity, [row.number])
    [document] = [x for x in found if x.entry.document_no == row.number]
    due = _due(document.due_at, told["finished_at"])
    return Then(told["outcome"], document.state, due, engine.exit_status([report]))


def _due(moment: datetime | None, finished: datetime) -> int | Literal["next month"] | None:
    if moment is None:
        return None
    local = moment.astimezone(ZoneInfo("Europe/Amsterdam"))
    if (local.day, local.time()) == (1, time()) and local > finished:
        return "next month"
    return round((moment - finished).total_seconds())


def test_every_code_of_the_manual_has_its_row() -> None:
    """Whatever the rules or the simulated books know is provoked or explained."""
    known = {documented(code) for code in {*KNOWN, *TEXTS} if code.startswith(FAMILIES)}
    real = {code for code in known if not code[-3:].isdigit() or int(code[-3:]) < INVENTED}
    real -= {code for code in real if code.endswith(".1") and int(code[-5:-2]) >= INVENTED}
    rows = {*GENERAL, *BOOKING}
    assert rows.isdisjoint(NEVER)
    assert rows | set(NEVER) == real


def test_every_failure_begins_with_words_of_the_catalogue() -> None:
    """And all of these words are told by some row."""
    begun = {words for row in ROWS.values() for words in FAILURES if row.begins.startswith(words)}
    assert begun == set(FAILURES)
    assert all(row.begins.startswith(FAILURES) for row in ROWS.values())


@pytest.mark.parametrize("message", SUCCESSES)
def test_good_news_is_provoked_among_the_customers(message: str) -> None:
    """By a test that exists and names the message."""
    source = Path(test_customers.__file__).read_text("utf-8")
    _, _, test = source.partition(f"def {SUCCESSES[message]}(")
    assert f'"{message}"' in test.partition("\ndef ")[0]


def test_a_code_that_a_stand_in_answers_says_why() -> None:
    """All others have a real reason in the simulated books, the settings or the shop."""
    played = {
        name
        for name, row in (GENERAL | BOOKING).items()
        if getattr(row.provoke, "__qualname__", "").startswith("answered.")
    }
    assert played
    assert played == {name for name, row in ROWS.items() if row.why}


@pytest.mark.parametrize(
    ("code", "operation"),
    [
        *[(code, "AddMutatie") for code in ("E002.1", "E002.2", "E002.3", "E002.4", "E0023")],
        *[("E002.3", operation) for operation in ("GetRelaties", "AddRelatie")],
    ],
)
def test_a_session_that_is_refused_once_costs_nothing(
    world: World, code: str, operation: str
) -> None:
    """The call did nothing: it is repeated in a new session, however the code is spelled."""
    answered(code, operation, times=1)(world)
    world.run(engine.Wanted(trigger="cli", numbers=[NUMBER]))
    row = world.row(NUMBER)
    assert (row["outcome"], row["attempt_no"]) == ("created", 1)
    assert len(world.booked(NUMBER)) == 1


def test_a_shop_that_refuses_the_credentials_stops_the_run(world: World) -> None:
    """No document was seen, so no row: the run itself says it."""
    world.faults.add(Rule(kind="wrong_credentials", service="shop"))
    report = world.run()
    assert report.message.startswith("Invalid credentials")
    assert engine.exit_status([report]) == 2
    assert world.rows() == []


def test_an_incomplete_configuration_is_told_before_anything_runs(world: World) -> None:
    """It names the secret, where it is looked for, and an example."""
    secret(f'code1 = "{CODE1}"', "")(world)
    with pytest.raises(ConfigurationError, match="Secret code1 of connection webshop is missing"):
        config.secrets(world.settings, world.connection)


def test_what_is_never_called_is_never_called(world: World) -> None:
    """Nothing but sent invoices is booked; whole families of codes cannot come."""
    books = stand_in(world)
    world.run()
    assert {x["Soort"] for x in world.books.state.mutations} == {"FactuurVerstuurd"}
    assert {"OpenSession", "AddRelatie", "AddMutatie", "CloseSession"} <= set(books.asked)
    assert not set(books.asked) & set(NEVER_CALLED)
    client = sorted((ROOT / "sync" / "eboekhouden").glob("*.py"))
    source = "\n".join(file.read_text("utf-8") for file in client)
    assert '"AddMutatie"' in source
    assert not [name for name in NEVER_CALLED if f'"{name}"' in source]
