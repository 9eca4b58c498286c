"""Which VAT code a line gets: the decision table of the Dutch return, first hit decides.

Sources: e-Boekhouden SOAP manual 5.5 chapter 4 (codes); the One Stop Shop's rule that foreign VAT
must not reach the Dutch return, so it is booked without a code on a balance ledger per country.
"""

from dataclasses import dataclass
from decimal import Decimal

from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError

from sync.domain import codes
from sync.domain.countries import EU, country_of_vat_number
from sync.domain.documents import DocumentLine, SalesDocument
from sync.domain.mutations import NO_VAT
from sync.domain.rules import BookingRules
from sync.errors import UnbookableError


@dataclass(frozen=True, slots=True)
class VatCase:
    """What was decided for a line.

    Attributes:
        code: The VAT code of the line.
        oss_ledger: Balance ledger for the line's VAT under One Stop Shop; empty otherwise.
    """

    code: str
    oss_ledger: str = ""


def decide(line: DocumentLine, document: SalesDocument, rules: BookingRules) -> VatCase:
    """The VAT case of one line.

    Raises:
        UnbookableError: The tax has no code, or the VAT charged cannot be right.
    """
    if line.kind == "adjustment":
        return VatCase(NO_VAT)
    if line.kind == "fee":
        return VatCase(rules.fee_vat_code)
    if _taxed(line):
        return _charged(line, document, rules)
    if line.kind == "shipping":
        line = _goods_at_zero(document) or line
    return VatCase(_uncharged(line, document, rules))


def _taxed(line: DocumentLine) -> bool:
    """Whether VAT was charged: on a few cents it rounds to nothing and was charged all the same."""
    percent = line.percent if line.tax else Decimal(0)
    return bool(line.vat) or 0 < abs(line.net * percent) < 1  # euros × per cent: less than a cent


def _charged(line: DocumentLine, document: SalesDocument, rules: BookingRules) -> VatCase:
    country = rules.rate_countries.get(line.tax) or _guess_country(line, document, rules)
    if country == rules.home:
        return VatCase(_mapped(line, rules))
    number = foreign_vat_number(document, rules)
    if country in EU and not document.buyer.vat_number:
        return VatCase(NO_VAT, _oss_ledger(country, rules))
    who = f"VAT number {'given' if number or document.buyer.vat_number else 'missing'}"
    raise UnbookableError(
        f"Invalid tax code: {country or 'foreign'} VAT ({line.tax or 'no rate'}) charged on a "
        f"sale to {document.ship_to}, {who}; only EU consumers are charged foreign VAT",
        code=codes.FOREIGN_VAT,
        detail={"tax": line.tax, "country": document.ship_to},
    )


def _guess_country(line: DocumentLine, document: SalesDocument, rules: BookingRules) -> str:
    """The country of a rate that the shop no longer lists: mapped means home."""
    return rules.home if line.tax in rules.mapping.vat else document.ship_to


def _mapped(line: DocumentLine, rules: BookingRules) -> str:
    code = rules.mapping.vat.get(line.tax)
    if code is None:
        tax = line.tax or f"a rate of {line.percent.normalize():f} %"
        raise UnbookableError(
            f"Invalid tax code: {tax} has no VAT code; map it with "
            f"'python -m sync map set vat {rules.connection} {line.tax or 'RATE'} CODE'",
            code=codes.TAX_UNMAPPED,
            detail={"tax": line.tax},
        )
    return code


def _oss_ledger(country: str, rules: BookingRules) -> str:
    ledger = rules.mapping.oss.get(country)
    if ledger is None:
        raise UnbookableError(
            f"Validation error: no OSS ledger for {country}; set it with "
            f"'python -m sync map set oss {rules.connection} {country} LEDGER'",
            code=codes.LEDGER_UNMAPPED,
            detail={"country": country},
        )
    return ledger


def _goods_at_zero(document: SalesDocument) -> DocumentLine | None:
    """The first product without VAT, whose code untaxed shipping takes; None without one."""
    return next((x for x in document.lines if x.kind == "product" and not _taxed(x)), None)


def _uncharged(line: DocumentLine, document: SalesDocument, rules: BookingRules) -> str:
    country = document.ship_to
    if country == rules.home:
        return _untaxed_at_home(document, rules)
    if country not in EU and not _northern_ireland(document, rules):
        return "BU_EU_VERK"
    if foreign_vat_number(document, rules):
        return "BI_EU_VERK_D" if line.virtual else "BI_EU_VERK"
    if document.buyer.vat_number:
        raise UnbookableError(
            f"Validation error: VAT number is not valid for a sale without VAT to {country}; "
            "correct it on the customer and the order's billing address",
            code=codes.VAT_NUMBER_INVALID,
            detail={"country": country},
        )
    raise UnbookableError(
        f"Validation error: No VAT charged to a consumer in {country}",
        code=codes.NO_VAT_TO_CONSUMER,
        detail={"country": country},
    )


def _untaxed_at_home(document: SalesDocument, rules: BookingRules) -> str:
    if not document.buyer.vat_number or document.order_vat:
        return NO_VAT
    code = rules.domestic_zero.get(document.buyer.group)
    if code is None:
        raise UnbookableError(
            "Validation error: a company at home was charged no VAT, and nothing says why; set "
            f"booking.domestic_zero_codes for customer group {document.buyer.group}",
            code=codes.REVERSE_CHARGE_UNSET,
            detail={"group": str(document.buyer.group)},
        )
    return code


def _northern_ireland(document: SalesDocument, rules: BookingRules) -> bool:
    return document.ship_to == "GB" and foreign_vat_number(document, rules).startswith("XI")


def foreign_vat_number(document: SalesDocument, rules: BookingRules) -> str:
    """The buyer's VAT number, compact, when another member state issued such numbers; else ""."""
    number = compact_vat_number(document.buyer.vat_number, document.buyer.address.country)
    return number if number and country_of_vat_number(number) != rules.home else ""


def compact_vat_number(number: str, country: str) -> str:
    """A VAT number of valid form with its country's prefix; empty when the form is not valid.

    Shops store it with and without the prefix, so the billing country's is tried too.
    """
    prefix = "EL" if country == "GR" else country
    for candidate in (number, prefix + number):
        try:
            return str(eu_vat.validate(candidate))
        except ValidationError:
            continue
    return ""
