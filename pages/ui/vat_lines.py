"""The shop's tax rates beside the mapping, as the page of VAT codes tells them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sync.domain.countries import EU
from sync.domain.mapping_edits import entries
from sync.domain.mapping_faults import Fault, mapping_faults
from sync.domain.taxes import ShopTaxes, TaxRate, TaxRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A tax rate whose VAT code counts, or that has one.

    Attributes:
        tax: The rate's code in the shop.
        country: Empty when the shop does not have the rate (any more).
        percent: None then.
        code: The VAT code that is mapped; empty for none.
        rules: The shop's tax rules that charge it.
        fault: What is wrong; None for nothing.
    """

    tax: str
    country: str = ""
    percent: Decimal | None = None
    code: str = ""
    rules: tuple[TaxRule, ...] = ()
    fault: Fault | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Abroad:
    """Another EU country, whose VAT is booked on a ledger of its own (One Stop Shop).

    Attributes:
        rates: The shop's rates of that country above 0 %.
        ledger: Empty for none.
        fault: What is wrong; None for nothing.
    """

    country: str
    rates: tuple[TaxRate, ...]
    ledger: str
    fault: Fault | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Everything about a mapping of VAT codes.

    Attributes:
        lines: Rates with a code, or that need one; what is wrong comes first.
        abroad: By country.
        others: Rates that need no code: at 0 %, or of countries that no VAT code is for.
        faults: All of them, what weighs most first.
    """

    lines: list[Line]
    abroad: list[Abroad]
    others: list[TaxRate]
    faults: list[Fault]


def tell(mapping: str, taxes: ShopTaxes | None, home: str) -> Told:
    """A mapping beside the shop's taxes; `taxes` is None when those were never read."""
    faults = mapping_faults(mapping, None if taxes is None else taxes.rates, home)
    vat, _, oss = entries(mapping)
    rates = {rate.code: rate for rate in (taxes.rates if taxes else ())}
    of_tax = {fault.tax: fault for fault in faults if fault.tax}
    counting = {x.code for x in rates.values() if x.country == home and x.percent}
    lines = [_line(tax, vat, rates, taxes, of_tax) for tax in counting | vat.keys()]
    others = [x for x in rates.values() if x.code not in counting | vat.keys()]
    return Told(
        lines=sorted(lines, key=_weight),
        abroad=_abroad(list(rates.values()), oss, faults, home),
        others=[x for x in others if not (x.percent and x.country in EU)],
        faults=faults,
    )


def rules_of(tax: str, taxes: ShopTaxes | None) -> tuple[TaxRule, ...]:
    """The shop's tax rules that charge a rate."""
    return tuple(rule for rule in (taxes and taxes.rules) or () if tax in rule.rates)


def _line(
    tax: str,
    vat: Mapping[str, str],
    rates: Mapping[str, TaxRate],
    taxes: ShopTaxes | None,
    faults: Mapping[str, Fault],
) -> Line:
    rate = rates.get(tax)
    return Line(
        tax=tax,
        country=rate.country if rate else "",
        percent=rate.percent if rate else None,
        code=vat.get(tax, ""),
        rules=rules_of(tax, taxes),
        fault=faults.get(tax),
    )


def _weight(line: Line) -> tuple[int, str]:
    return (line.fault.weight if line.fault else 3, line.tax)


def _abroad(
    rates: Sequence[TaxRate], oss: Mapping[str, str], faults: Sequence[Fault], home: str
) -> list[Abroad]:
    charged = {rate.country for rate in rates if rate.percent and rate.country in EU} - {home}
    of_country = {fault.country: fault for fault in faults if not fault.tax}
    return [
        Abroad(
            country=country,
            rates=tuple(x for x in rates if x.country == country and x.percent),
            ledger=oss.get(country, ""),
            fault=of_country.get(country),
        )
        for country in sorted(charged | oss.keys())
    ]
