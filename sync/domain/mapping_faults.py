"""What is wrong with a mapping of VAT codes, and which code would be right. Pure.

Shared by `python -m sync check` and the dashboard, so that both find the same.
"""

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from sync.domain.countries import EU
from sync.domain.documents import LineKind
from sync.domain.findings import Finding
from sync.domain.mutations import DEVIATING, NO_VAT, SALES_CODES
from sync.domain.rules import LINE_KINDS, LedgerRule, is_purchase, right_code
from sync.domain.taxes import TaxRate

FaultKind = Literal[
    "retired",
    "purchase",
    "unknown",
    "percent",
    "unmapped",
    "no_ledger",
    "deviating",
    "foreign",
    "gone",
    "no_oss",
]
Cure = Literal["set", "remove", "choose"]
STOPS: Final = frozenset[FaultKind]({"retired", "purchase", "unknown"})
"""With one of these nothing of the connection is booked."""
REFUSES: Final = frozenset[FaultKind]({"percent", "unmapped", "no_ledger"})
"""With one of these the documents that it concerns are refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with a mapping.

    Attributes:
        kind: `retired`, `purchase`, `unknown`: the code is none of a sale today. `percent`: the
            code's percentage is not the rate's. `unmapped`: a rate of the home country has no
            code. `no_ledger`: the VAT of another EU country has no ledger (One Stop Shop).
            `deviating`: booked as deviating, though there is a code with its percentage.
            `foreign`: the rate is another country's, whose code is never asked. `gone`: the shop
            does not have the rate any more. `no_oss`: a ledger of a country that is not under One
            Stop Shop.
        tax: Code of the shop's rate; empty where a country is meant.
        country: Of the rate or ledger; empty when nobody knows.
        percent: The rate's; None where no rate is known.
        code: What the mapping says now, a VAT code or a ledger; empty for nothing.
        cure: `set` the code `right`, `remove` the entry, or `choose` what nobody can tell: a code
            or a ledger.
        right: The VAT code to use instead; empty unless it is to be set.
    """

    kind: FaultKind
    tax: str = ""
    country: str = ""
    percent: Decimal | None = None
    code: str = ""
    cure: Cure = "choose"
    right: str = ""

    @property
    def weight(self) -> int:
        """0: nothing is booked. 1: some documents are refused. 2: nothing is in the way."""
        return 0 if self.kind in STOPS else 1 if self.kind in REFUSES else 2


def mapping_faults(mapping: str, rates: Iterable[TaxRate] | None, home: str = "NL") -> list[Fault]:
    """Everything that is wrong with a connection's mapping, what weighs most first.

    Args:
        mapping: The text that the hub keeps; empty for none. It may be one that
            `mapping_from_json` refuses.
        rates: The shop's; None when they were never read, which leaves only the codes to look at.
        home: Country whose VAT is the ordinary one.
    """
    table = json.loads(mapping) if mapping else {}
    vat: Mapping[str, str] = table.get("vat", {})
    oss: Mapping[str, str] = table.get("oss", {})
    known = None if rates is None else {rate.code: rate for rate in rates}
    found = [
        *_codes(vat, known, home),
        *_ledgers(oss, home),
        *(_rates(vat, oss, known, home) if known is not None else ()),
    ]
    return sorted(found, key=lambda fault: (fault.weight, fault.tax, fault.country))


def uncovered(rules: Iterable[LedgerRule]) -> list[LineKind]:
    """Kinds of lines that every shop has, and that may meet no ledger rule.

    A fee is left out: without a rule of its own it is no line of its own.
    """
    general = {rule.kind for rule in rules if not rule.tax and not rule.country}
    return [kind for kind in LINE_KINDS if kind != "fee" and not general & {"", kind}]


def fault_finding(fault: Fault, name: str) -> Finding:
    """The fault as a check tells it of the connection `name`, in words with what to do."""
    stops = fault.kind in STOPS
    facts = {
        "connection": name,
        "tax": fault.tax,
        "rate": shlex.quote(fault.tax),
        "country": fault.country,
        "percent": f"{(fault.percent or Decimal(0)).normalize():f}",
        "code": fault.code,
        "right": fault.right,
        "known": ", ".join(SALES_CODES),
    }
    of = "oss" if not fault.tax else "vat-code" if stops else "tax-rate"
    wrong = "unknown" if fault.kind == "retired" and not fault.right else fault.kind
    is_warning = fault.kind not in STOPS | REFUSES
    return Finding(of=of, wrong=wrong, facts=facts, warning=is_warning)


def code_for(percent: Decimal) -> str:
    """The VAT code of a home rate: the one with its percentage, else the deviating one."""
    if not percent:
        return NO_VAT
    return next((code for code, rate in SALES_CODES.items() if rate == percent), DEVIATING)


def _codes(
    vat: Mapping[str, str], rates: Mapping[str, TaxRate] | None, home: str
) -> Iterator[Fault]:
    """Codes that are none of a sale today."""
    for tax, code in vat.items():
        if code in SALES_CODES:
            continue
        rate = rates.get(tax) if rates else None
        meant = right_code(code) or ""
        right = "" if rate and rate.country != home else code_for(rate.percent) if rate else meant
        yield Fault(
            kind="purchase" if is_purchase(code) else "retired" if meant else "unknown",
            tax=tax,
            country=rate.country if rate else "",
            percent=rate.percent if rate else None,
            code=code,
            cure="set" if right else "choose" if rates is None else "remove",
            right=right,
        )


def _ledgers(oss: Mapping[str, str], home: str) -> Iterator[Fault]:
    """Ledgers of countries that pay no VAT under One Stop Shop."""
    for country, ledger in oss.items():
        if country == home or country not in EU:
            yield Fault(kind="no_oss", country=country, code=ledger, cure="remove")


def _rates(
    vat: Mapping[str, str], oss: Mapping[str, str], rates: Mapping[str, TaxRate], home: str
) -> Iterator[Fault]:
    """What the shop charges against what is mapped."""
    for rate in rates.values():
        code = vat.get(rate.code)
        kind = _wrong(rate, code, home)
        if kind:
            yield Fault(
                kind=kind,
                tax=rate.code,
                country=rate.country,
                percent=rate.percent,
                code=code or "",
                cure="remove" if kind == "foreign" else "set",
                right="" if kind == "foreign" else code_for(rate.percent),
            )
    charged = {rate.country for rate in rates.values() if rate.percent}
    for country in sorted(charged & EU - {home} - oss.keys()):
        yield Fault(kind="no_ledger", country=country)
    for tax in vat.keys() - rates.keys():
        if vat[tax] in SALES_CODES:
            yield Fault(kind="gone", tax=tax, code=vat[tax], cure="remove")


def _wrong(rate: TaxRate, code: str | None, home: str) -> FaultKind | None:
    """What is wrong with the code of a rate that the shop has; None for nothing."""
    if rate.country != home:
        return "foreign" if code in SALES_CODES else None
    if code is None:
        return "unmapped" if rate.percent else None
    if code == DEVIATING:
        return "deviating" if code_for(rate.percent) != DEVIATING else None
    percent = SALES_CODES.get(code)
    return "percent" if percent is not None and percent != rate.percent else None
