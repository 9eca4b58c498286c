"""`map`: VAT codes and ledgers, versioned with names."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

from sync.commands.map import to_toml
from sync.domain.rules import mapping_from_json, read_mapping
from sync.store import Store
from tests.builders import MAPPING
from tests.commands.conftest import Type

NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)


def test_the_mapping_is_shown_changed_exported_and_imported(
    home: Path, store: Store, typed: Type
) -> None:
    """Each change is a version with a name; what export writes import reads back."""
    result = typed("map", "set", "vat", "webshop", "NL-13", "BUITEN_EU_VERK")
    assert result.code == 2
    assert "did you mean BU_EU_VERK" in result.err
    assert "Version 1" in typed("map", "set", "vat", "webshop", "NL-13", "AFW_VERK").out
    assert "NL-13" in typed("map", "show").out
    exported = typed("map", "export", "webshop").out
    assert tomllib.loads(exported)["vat"]["NL-13"] == "AFW_VERK"
    (home / "mapping.toml").write_text(exported, "utf-8")
    again = typed("map", "import", "webshop", str(home / "mapping.toml"))
    assert "Nothing to change" in again.out
    assert store.mapping("webshop")[0] == 1
    [change, *_] = store.audit_rows(10)
    assert (change.action, change.what) == ("mapping", "webshop")


def test_an_entry_is_taken_out_again(store: Store, typed: Type) -> None:
    """Of each kind; what is not there is nothing to change."""
    for entry in ("vat webshop NL-13 AFW_VERK", "oss webshop de 1640", "ledger webshop 8000"):
        assert typed("map", "set", *entry.split()).code == 0
    typed("map", "set", "ledger", "webshop", "8100", "--kind", "shipping")
    assert "Version 5" in typed("map", "remove", "vat", "webshop", "NL-13").out
    assert "Version 6" in typed("map", "remove", "oss", "webshop", "de").out
    assert "Version 7" in typed("map", "remove", "ledger", "webshop", "--kind", "shipping").out
    assert "Nothing to change" in typed("map", "remove", "vat", "webshop", "NL-13").out
    left = mapping_from_json(store.mapping("webshop")[1])
    assert (left.vat, left.oss, [rule.ledger for rule in left.ledgers]) == ({}, {}, ["8000"])


def test_a_code_that_is_none_is_shown_with_the_right_one(store: Store, typed: Type) -> None:
    """Names are text: neither markup nor a terminal's commands."""
    store.set_mapping("webshop", '{"vat": {"NL[red]\\u001b[1m": "HOOG_VERK"}}', "els", NOW)
    shown = typed("map", "show").out
    assert "HOOG_VERK_21" in shown.replace("\n", "")
    assert "NL[red]" in shown
    assert "\x1b[1m" not in shown


def test_a_mapping_as_text_reads_back_equal() -> None:
    """Quotes, backslashes and control characters in a rate's name included."""
    assert read_mapping(tomllib.loads(to_toml(MAPPING))) == MAPPING
    odd = read_mapping({"vat": {'a"b\\c\n': "GEEN"}})
    assert read_mapping(tomllib.loads(to_toml(odd))) == odd
