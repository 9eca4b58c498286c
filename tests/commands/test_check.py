"""`check`: everything that would keep documents from being booked, found before they are."""

import json
import shutil
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from sync.engine import machine
from sync.sandbox.fault_rules import Rule
from sync.store.database import hub_path
from tests.commands.conftest import Type, Typed
from tests.engine.world import World


def problems(result: Typed, name: str = "webshop") -> dict[str, str]:
    """What a check found wrong or worth a warning, by what was looked at."""
    facts: dict[str, Any] = json.loads(result.out)
    found = facts["general"] if name == "general" else facts["connections"][name]
    return {x["what"]: x["problem"] for x in found if x["problem"]}


def test_a_sound_connection_passes(world: World, typed: Type) -> None:
    """Only the secrets file, which others may read, is pointed out."""
    (world.home / "secrets.toml").chmod(0o644)
    result = typed("check")
    assert result.code == 0, result.out
    assert "warning secrets file" in result.out
    assert "chmod 600" in result.out
    (world.home / "secrets.toml").chmod(0o600)
    assert "warning" not in typed("check").out


def test_half_a_login_is_wrong(world: World, typed: Type) -> None:
    """Before somebody stands before a shut door."""
    with (world.home / "boekwacht.toml").open("a") as file:
        file.write('[login]\nissuer = "https://login.example"\nadmins = ["els@shop.example"]\n')
    result = typed("check", "--json")
    assert result.code == 2
    assert "has no section [auth]" in problems(result, "general")["login"]


def test_ledgers_are_held_against_the_books(world: World, typed: Type) -> None:
    """Unknown ones, ones on which no sale is booked, and OSS VAT among the profits."""
    for ledger, kind in (("4711", "shipping"), ("1010", "adjustment"), ("1600", "fee")):
        typed("map", "set", "ledger", "webshop", ledger, "--kind", kind)
    typed("map", "set", "oss", "webshop", "DE", "8000")
    typed("map", "set", "ledger", "webshop", "8990", "--kind", "rounding", "--cost-centre", "99")
    result = typed("check", "--json")
    assert result.code == 2
    found = problems(result)
    assert "does not exist" in found["ledger 4711"]
    assert "cash and bank (FIN)" in found["ledger 1010"]
    assert "creditors (CRED)" in found["ledger 1600"]
    assert "belongs on the balance" in found["ledger 8000"]
    assert "does not exist" in found["cost centre 99"]


def test_rates_without_code_or_ledger_are_pointed_out(world: World, typed: Type) -> None:
    """With the command that cures each; a run still books all documents but theirs."""
    with world.store() as store:
        content = '{"vat": {"NL-21": "HOOG_VERK_21"}, "ledger": [{"ledger": "8000"}]}'
        store.set_mapping("webshop", content, "test", world.clock.now())
    result = typed("check", "--json")
    assert result.code == 2
    found = problems(result)
    assert "map set vat webshop NL-9 LAAG_VERK_9" in found["tax rate NL-9"]
    assert "map set oss webshop DE LEDGER" in found["VAT of DE"]


def test_a_user_called_like_the_connection_keeps_no_cure_from_being_copied(
    world: World, typed: Type
) -> None:
    """What a service told is shown without the keys; the connection's name is ours."""
    with world.store() as store:
        store.set_mapping("webshop", '{"ledger": [{"ledger": "8000"}]}', "test", world.clock.now())
    secrets = world.home / "secrets.toml"
    secrets.write_text(secrets.read_text("utf-8").replace('"jan"', '"webshop"'), "utf-8")
    found = problems(typed("check", "--json"))
    assert "map set vat webshop NL-9 LAAG_VERK_9" in found["tax rate NL-9"]


def test_every_wrong_vat_code_is_named_with_the_right_one(world: World, typed: Type) -> None:
    """A mapping of an older program; each can be set right one by one."""
    with world.store() as store:
        content = '{"vat": {"NL-21": "HOOG_VERK", "US-8": "BUITEN_EU_VERK", "NL-9": "LAAG_VERK_9"}}'
        store.set_mapping("webshop", content, "test", world.clock.now())
    result = typed("check", "--json")
    assert result.code == 2
    found = problems(result)
    assert "did you mean HOOG_VERK_21?" in found["VAT code of NL-21"]
    assert "did you mean BU_EU_VERK?" in found["VAT code of US-8"]
    assert typed("run").code == 2
    assert typed("map", "set", "vat", "webshop", "NL-21", "HOOG_VERK_21").code == 0
    assert "VAT code of NL-21" not in problems(typed("check", "--json"))


def test_wrong_credentials_are_told_from_silence(world: World, typed: Type) -> None:
    """Status 2 for the one, 3 for the other."""
    world.faults.add(Rule(kind="wrong_credentials", service="books"))
    assert typed("check").code == 2
    world.servers[1].stop()
    assert typed("check").code == 3


def test_settings_the_record_and_the_disk_are_looked_at(
    home: Path, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each problem with what to do."""
    (home / "secrets.toml").write_text("", "utf-8")  # so that no service is asked
    usage = namedtuple("usage", "total used free")
    for free, code in ((50 * machine.MEGABYTE, "WRONG"), (500 * machine.MEGABYTE, "warning")):
        monkeypatch.setattr(shutil, "disk_usage", lambda _path, free=free: usage(0, 0, free))
        assert any(x.split()[:2] == [code, "disk:"] for x in typed("check").out.splitlines())
    result = typed("check", "--json")
    assert "BOEKWACHT_WEBSHOP_CONSUMER_KEY" in problems(result)["secret consumer_key"]
    assert "was not asked" in problems(result)["shop: log in and read"]
    hub = hub_path(home)
    hub.write_bytes(hub.read_bytes()[:4096] + b"\xff" * 8192)
    assert typed("check").code == 2


def test_a_store_view_and_a_clock_that_are_odd_are_told(world: World, typed: Type) -> None:
    """The shop has no such view; bookings would be dated in Los Angeles."""
    path = world.home / "boekwacht.toml"
    text = path.read_text("utf-8")
    zone = '[connection.webshop.booking]\ntimezone = "America/Los_Angeles"\n'
    path.write_text(text.replace("deadline = 5", 'store_views = ["nl", "us"]') + zone, "utf-8")
    found = problems(typed("check", "--json"))
    assert "has no such store view" in found["store view nl"]
    assert "America/Los_Angeles" in found["store view us"]
