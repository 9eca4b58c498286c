"""Countries as VAT sees them, as of 1 January 2026.

Northern Ireland is in the EU for goods: its numbers begin with XI while its addresses say GB.
Greek VAT numbers begin with EL, Greek addresses with GR.
"""

from typing import Final

_EU_CODES = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU: Final = frozenset(_EU_CODES.split())

_PREFIX_COUNTRY: Final = {"EL": "GR", "XI": "XI"}


def country_of_vat_number(number: str) -> str:
    """ISO code of the member state that issued a VAT number in compact form, "GR" for EL."""
    prefix = number[:2].upper()
    return _PREFIX_COUNTRY.get(prefix, prefix)
