"""One change to a mapping at a time, on the text that the hub keeps. Pure.

Only the entry that is changed is judged: a mapping with a retired code somewhere else, which a run
refuses as a whole, is set right one entry after the other, and nothing is lost on the way.
"""

import json
from typing import Any

from sync.domain.rules import LedgerRule, MappingError, VatMap, read_mapping, write_mapping

Place = tuple[str, str, str]
"""Kind, tax and country of a ledger rule; two rules never share one."""


def place_of(rule: LedgerRule) -> Place:
    """What a ledger rule is for."""
    return rule.kind, rule.tax, rule.country


def set_vat(mapping: str, tax: str, code: str) -> str:
    """The mapping with a VAT code for the shop's rate `tax`.

    Raises:
        MappingError: The code is none of a sale today; says which may be meant.
    """
    if not tax:
        raise MappingError("a rate's name is missing")
    table = _tables(mapping)
    table["vat"] |= read_mapping({"vat": {tax: code}}).vat
    return _text(table)


def remove_vat(mapping: str, tax: str) -> str:
    """The mapping without a VAT code for the rate."""
    table = _tables(mapping)
    table["vat"].pop(tax, None)
    return _text(table)


def set_oss(mapping: str, country: str, ledger: str) -> str:
    """The mapping with a balance ledger for a country's VAT under One Stop Shop.

    Raises:
        MappingError: There is no such country code, or the ledger cannot be one.
    """
    if len(country) != 2 or not country.isascii() or not country.isalpha():
        raise MappingError(f"{country!r} is no country code, e.g. DE")
    table = _tables(mapping)
    table["oss"] |= read_mapping({"oss": {country.upper(): ledger}}).oss
    return _text(table)


def remove_oss(mapping: str, country: str) -> str:
    """The mapping without a ledger for that country's VAT."""
    table = _tables(mapping)
    table["oss"].pop(country, None)
    return _text(table)


def set_ledger(mapping: str, rule: LedgerRule) -> str:
    """The mapping with this ledger rule, in place of the one that was for the same.

    Raises:
        MappingError: The rule says something that cannot be.
    """
    [row] = write_mapping(VatMap(ledgers=(rule,)))["ledger"]
    [new] = read_mapping({"ledger": [row]}).ledgers
    [row] = write_mapping(VatMap(ledgers=(new,)))["ledger"]
    table = _tables(mapping)
    rows = [row if _place(old) == place_of(new) else old for old in table["ledger"]]
    table["ledger"] = rows if row in rows else [*rows, row]
    return _text(table)


def remove_ledger(mapping: str, place: Place) -> str:
    """The mapping without the ledger rule that is for exactly this."""
    table = _tables(mapping)
    table["ledger"] = [row for row in table["ledger"] if _place(row) != place]
    return _text(table)


def entries(mapping: str) -> tuple[dict[str, str], tuple[LedgerRule, ...], dict[str, str]]:
    """VAT codes by rate, ledger rules and OSS ledgers by country; wrong codes are there too."""
    table = _tables(mapping)
    return table["vat"], read_mapping({"ledger": table["ledger"]}).ledgers, table["oss"]


def changes(old: str, new: str) -> tuple[str, ...]:
    """What the new mapping says otherwise, an entry each: "vat NL-21: – → HOOG_VERK_21"."""
    before, after = _flat(old), _flat(new)
    return tuple(
        f"{name}: {before.get(name, '–')} → {after.get(name, '–')}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    )


def _flat(mapping: str) -> dict[str, str]:
    vat, ledgers, oss = entries(mapping)
    found = {f"vat {tax}": code for tax, code in vat.items()}
    found |= {f"oss {country}": ledger for country, ledger in oss.items()}
    for rule in reversed(ledgers):  # the first among equals is the one that counts
        centre = f", cost centre {rule.cost_centre}" if rule.cost_centre else ""
        place = ", ".join(part or "any" for part in place_of(rule))
        found[f"ledger {place}"] = f"{rule.ledger}{centre}"
    return found


def _tables(mapping: str) -> dict[str, Any]:
    table: dict[str, Any] = json.loads(mapping) if mapping else {}
    return {"vat": {}, "ledger": [], "oss": {}} | table


def _text(table: dict[str, Any]) -> str:
    return json.dumps(table, ensure_ascii=False, sort_keys=True)


def _place(row: dict[str, Any]) -> Place:
    return row.get("kind", ""), row.get("tax", ""), row.get("country", "")
