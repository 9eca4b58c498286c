"""The rules a booking follows: what people map and set, gathered into one frozen value."""

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sync.domain import codes
from sync.domain.documents import LineKind
from sync.domain.mutations import NO_VAT, SALES_CODES

LINE_KINDS: tuple[LineKind, ...] = ("product", "shipping", "adjustment", "fee", "rounding")
MAX_LEDGER = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRule:
    """Sends amounts to a ledger. An empty `kind`, `tax` or `country` means any."""

    ledger: str
    kind: LineKind | str = ""
    tax: str = ""
    country: str = ""
    cost_centre: int = 0

    def fits(self, kind: str, tax: str, country: str) -> bool:
        """Whether the rule covers a line of this kind, tax rate and billing country."""
        pairs = ((self.kind, kind), (self.tax, tax), (self.country, country))
        return all(mine in ("", theirs) for mine, theirs in pairs)

    @property
    def weight(self) -> tuple[bool, bool, bool]:
        """Sorts the more particular rule higher: kind before tax before country."""
        return bool(self.kind), bool(self.tax), bool(self.country)


@dataclass(frozen=True, slots=True, kw_only=True)
class VatMap:
    """What people decide while the program runs; kept in the hub, versioned.

    Attributes:
        vat: VAT code by the shop's tax rate code, e.g. "NL-21": "HOOG_VERK_21".
        ledgers: Rules; the one with the most filled in wins, the first among equals.
        oss: Balance ledger of foreign VAT by country, for sales under One Stop Shop.
    """

    vat: Mapping[str, str] = field(default_factory=dict)
    ledgers: tuple[LedgerRule, ...] = ()
    oss: Mapping[str, str] = field(default_factory=dict)

    def ledger(self, kind: LineKind, tax: str, country: str) -> LedgerRule | None:
        """The rule for such a line; None when no rule covers it."""
        fitting = [rule for rule in self.ledgers if rule.fits(kind, tax, country)]
        return max(fitting, key=lambda rule: rule.weight, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRules:
    """Everything a booking depends on beside its document.

    Attributes:
        connection: Name of the connection.
        mapping: See `VatMap`.
        rate_countries: Country by the shop's tax rate code, as the shop tells it.
        home: Country whose VAT is the ordinary one.
        debtor_ledger: Ledger of what customers owe.
        term: Days until payment is due.
        invoice_prefix, creditmemo_prefix: Put before the document's number.
        zone: Overrules the store view's time zone; empty to keep it.
        rounding_limit: Euros that lines and total may differ.
        tolerance: Euros that a line's VAT may differ from net times its code's percentage.
        fee_vat_code: VAT code of a payment fee.
        domestic_zero: VAT code by customer group, for companies at home that pay no VAT.
        only_paid: Book invoices only from state "paid".
        closed_until: Last day of the closed periods.
    """

    connection: str
    mapping: VatMap
    rate_countries: Mapping[str, str] = field(default_factory=dict)
    home: str = "NL"
    debtor_ledger: str = "1300"
    term: int = 30
    invoice_prefix: str = ""
    creditmemo_prefix: str = "C"
    zone: str = ""
    rounding_limit: Decimal = Decimal("0.05")
    tolerance: Decimal = Decimal("0.01")
    fee_vat_code: str = NO_VAT
    domestic_zero: Mapping[int, str] = field(default_factory=dict)
    only_paid: bool = False
    closed_until: date = date.min


CURED_BY_MAPPING = frozenset(
    {
        codes.TAX_UNMAPPED,
        codes.TAX_CODE_INVALID,
        codes.LEDGER_UNMAPPED,
        codes.LEDGER_UNKNOWN,
        codes.COST_CENTRE_UNKNOWN,
        codes.VAT_AMOUNT_DIFFERS,
        codes.FOREIGN_VAT,
        "CMUT001",
        "CMUT010.1",
        "CMUT011",
        "CMUT012",
        "CMUT033",
    }
)
"""Refusals, ours and the books', that another mapping may cure: it makes their documents due."""


class MappingError(ValueError):
    """A mapping says something that cannot be; the text is one sentence for people."""


def read_mapping(table: Mapping[str, Any]) -> VatMap:
    """A mapping from its tables `vat`, `ledger` (a list) and `oss`.

    Raises:
        MappingError: Names the entry and what is allowed there.
    """
    unknown = set(table) - {"vat", "ledger", "oss"}
    if unknown:
        raise MappingError(f"unknown table {min(unknown)!r}; known are vat, ledger and oss")
    vat = _texts(table.get("vat", {}), "vat")
    for tax, code in vat.items():
        if code not in SALES_CODES:
            raise MappingError(f"vat.{tax}: {code!r} is no sales code; {code_hint(code)}")
    oss = _texts(table.get("oss", {}), "oss")
    for country, ledger in oss.items():
        _check_ledger(ledger, f"oss.{country}")
    rules = table.get("ledger", [])
    if not isinstance(rules, list):
        raise MappingError("ledger must be a list of rules, each under [[ledger]]")
    return VatMap(vat=vat, oss=oss, ledgers=tuple(_rule(row, i) for i, row in enumerate(rules, 1)))


def write_mapping(mapping: VatMap) -> dict[str, Any]:
    """The tables that `read_mapping` reads back into an equal mapping."""
    return {
        "vat": dict(mapping.vat),
        "ledger": [
            {
                "ledger": rule.ledger,
                **{k: v for k in ("kind", "tax", "country") if (v := getattr(rule, k))},
                **({"cost_centre": rule.cost_centre} if rule.cost_centre else {}),
            }
            for rule in mapping.ledgers
        ],
        "oss": dict(mapping.oss),
    }


def mapping_from_json(text: str) -> VatMap:
    """A mapping as the hub keeps it; empty text is the empty mapping."""
    return read_mapping(json.loads(text)) if text else VatMap()


def mapping_to_json(mapping: VatMap) -> str:
    """The text that the hub keeps; equal mappings give equal texts."""
    return json.dumps(write_mapping(mapping), ensure_ascii=False, sort_keys=True)


def _rule(row: object, number: int) -> LedgerRule:
    if not isinstance(row, dict) or set(row) - {"ledger", "kind", "tax", "country", "cost_centre"}:
        raise MappingError(
            f"ledger rule {number}: known are ledger, kind, tax, country, cost_centre"
        )
    kind = str(row.get("kind", ""))
    if kind and kind not in LINE_KINDS:
        raise MappingError(
            f"ledger rule {number}: kind {kind!r}; known are {', '.join(LINE_KINDS)}"
        )
    cost_centre = row.get("cost_centre", 0)
    if not isinstance(cost_centre, int) or cost_centre < 0:
        raise MappingError(f"ledger rule {number}: cost_centre must be a whole number")
    ledger = str(row.get("ledger", ""))
    _check_ledger(ledger, f"ledger rule {number}")
    return LedgerRule(
        ledger=ledger,
        kind=kind,
        tax=str(row.get("tax", "")),
        country=str(row.get("country", "")).upper(),
        cost_centre=cost_centre,
    )


def _texts(value: object, name: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(x, str) and x for x in value.values()):
        raise MappingError(f'{name} must be a table of texts, e.g. [{name}] and "NL-21" = "…"')
    return dict(value)


def _check_ledger(ledger: str, where: str) -> None:
    if not ledger or len(ledger) > MAX_LEDGER:
        raise MappingError(f"{where}: ledger {ledger!r} must have 1 to {MAX_LEDGER} characters")


_RETIRED = {
    "BUITEN_EU_VERK": "BU_EU_VERK",
    "BINNEN_EU_VERK": "BI_EU_VERK",
    "HOOG_VERK": "HOOG_VERK_21",
    "HOOG_VERK_19": "HOOG_VERK_21",
    "LAAG_VERK_6": "LAAG_VERK_9",
    "LAAG_VERK_L9": "VERL_VERK_L9",
    "VERL_VERK_L": "VERL_VERK_L9",
    "AFW": "AFW_VERK",
}
"""What guides and former years call them, and what they are called today."""


def right_code(code: str) -> str | None:
    """The VAT code that is meant by one that is none of a sale; None when nobody can tell."""
    right = _RETIRED.get(code.upper())
    if right is None and is_purchase(code):
        return None
    near = difflib.get_close_matches(code.upper(), SALES_CODES, n=1)
    return right or next(iter(near), None)


def is_purchase(code: str) -> bool:
    """Whether a VAT code is one of purchases, by its name."""
    return "_INK" in code.upper()


def code_hint(code: str) -> str:
    """What to write instead of a VAT code that is none of a sale, as the end of a sentence."""
    right = right_code(code)
    if right:
        return f"did you mean {right}?"
    known = f"known are {', '.join(SALES_CODES)}"
    return f"it is a purchase code; {known}" if is_purchase(code) else known


def wrong_codes(text: str) -> dict[str, str]:
    """Tax rates of a mapping as the hub keeps it whose VAT code is no sales code, with that code.

    `mapping_from_json` refuses such a mapping at the first one; this names them all.
    """
    vat = json.loads(text).get("vat", {}) if text else {}
    return {tax: str(code) for tax, code in vat.items() if code not in SALES_CODES}
