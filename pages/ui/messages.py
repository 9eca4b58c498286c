"""A stored message in the reader's language.

Messages are stored in English. A Dutch reader sees our own sentence for our own error codes, with
the facts from `detail`; of every other message the catalogue's words are translated and the rest,
which is the service's own text, stays as it came. The stored text is one click away.
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from pages.ui.texts import TEXTS, Language, text

HEADS: Final[Mapping[str, str]] = {
    "Success": "Gelukt",
    "Customer created": "Klant aangemaakt",
    "Customer updated": "Klant bijgewerkt",
    "Duplicate found": "Bestond al",
    "Invoice not found": "Factuur niet gevonden",
    "API error": "API-fout",
    "Validation error": "Gegevens kloppen niet",
    "Tax rate not found": "Btw-tarief niet gevonden",
    "Invalid credentials": "Inloggegevens ongeldig",
    "Authentication failed": "Inloggen mislukt",
    "Connection timed out": "Verbinding duurde te lang",
    "Could not connect to host": "Geen verbinding met de server",
    "Customer email required": "E-mailadres van de klant ontbreekt",
    "Invalid tax code": "Btw-code ongeldig",
    "Invoice number already exists": "Factuurnummer bestaat al",
    "Interrupted before anything was sent": "Onderbroken voordat er iets verstuurd was",
    "Outcome unknown": "Uitkomst onbekend",
    "Skipped": "Overgeslagen",
    "Cancelled": "Geannuleerd",
    "Running": "Bezig",
}
"""The catalogue's words, with which every message begins."""

_TAILS: Final = (
    (re.compile(r" customer created"), " klant aangemaakt"),
    (re.compile(r" customer updated"), " klant bijgewerkt"),
    (re.compile(r" was booked already as mutation ([0-9]+)"), r" was al geboekt als mutatie \1"),
    (
        re.compile(r" booked elsewhere as mutation ([0-9]+) on relation (.*)"),
        r" elders geboekt als mutatie \1 op relatie \2",
    ),
    (
        re.compile(r" linked to mutation ([0-9]+) by a person's decision"),
        r" door iemand gekoppeld aan mutatie \1",
    ),
    (
        re.compile(r" linked to mutation ([0-9]+) by a person's decision, other .*"),
        r" door iemand gekoppeld aan mutatie \1, met verschillen",
    ),
    (
        re.compile(r" mutation ([0-9]+) was booked back as mutation ([0-9]+)"),
        r" mutatie \1 is tegengeboekt als mutatie \2",
    ),
    (
        re.compile(r" mutation ([0-9]+) was booked back already as mutation ([0-9]+)"),
        r" mutatie \1 was al tegengeboekt als mutatie \2",
    ),
    (re.compile(r" (\w+) was answered by a fault: (.*)", re.DOTALL), r" \1 kreeg als antwoord: \2"),
    (
        re.compile(r" (\S+) answered ([0-9]{3}): (.*)", re.DOTALL),
        r" \1 antwoordde met \2: \3",
    ),
    (
        re.compile(r" no connection to (\S+) within (.*)"),
        r" geen verbinding met \1 binnen \2",
    ),
    (
        re.compile(
            r" it was decided about mutation ([0-9]+), which the books do not have; "
            r"look its number up there"
        ),
        r" mutatie \1 staat niet in de boekhouding; zoek het nummer daar op",
    ),
    (
        re.compile(r" it was decided about mutation ([0-9]+), which is a (.*), not a sent invoice"),
        r" mutatie \1 is geen verkoopfactuur maar \2",
    ),
    (
        re.compile(
            r" it was decided about mutation ([0-9]+), which is the booking of (.*); "
            r"a mutation belongs to one document"
        ),
        r" mutatie \1 is de boeking van \2; een mutatie hoort bij één document",
    ),
    (
        re.compile(
            r" it was decided about mutation ([0-9]+), which was changed in the books since; "
            r"look at it again"
        ),
        r" mutatie \1 is daarna in de boekhouding gewijzigd; bekijk hem opnieuw",
    ),
)
"""Whole particulars of our own that occur again and again."""

CODES: Final[Mapping[str, str]] = {
    "EMAIL_MISSING": "E-mailadres ontbreekt: vul het aan bij de klant of de order",
    "EMAIL_INVALID": "Het e-mailadres is geen geldig adres",
    "NAME_MISSING": "Naam ontbreekt: bedrijf noch persoon heeft een naam",
    "COUNTRY_MISSING": "Land ontbreekt in het factuuradres",
    "ADDRESS_MISSING": "Het factuuradres is niet volledig",
    "VAT_NUMBER_INVALID": "Btw-nummer is niet geldig voor een verkoop zonder btw aan {country}",
    "VAT_NUMBER_MISSING": "Btw-nummer ontbreekt en is hier nodig",
    "TAX_UNMAPPED": "Btw-tarief {tax} van de winkel heeft nog geen btw-code",
    "TAX_CODE_INVALID": "De ingestelde btw-code bestaat niet of is geen verkoopcode",
    "NO_VAT_TO_CONSUMER": "Geen btw berekend aan een consument in {country}",
    "FOREIGN_VAT": "Buitenlandse btw ({tax}) op een verkoop aan {country}: geen btw-code past",
    "REVERSE_CHARGE_UNSET": "Geen btw aan een bedrijf in eigen land, zonder ingestelde reden",
    "DOMESTIC_ZERO_UNSET": "Geen btw aan een bedrijf in eigen land, zonder ingestelde reden",
    "VAT_AMOUNT_DIFFERS": "Het btw-bedrag past niet bij het percentage",
    "VAT_DIFFERS": "Het btw-bedrag past niet bij het percentage",
    "TOTALS_DIFFER": "Regels en totaal verschillen € {difference}",
    "TOO_MANY_LINES": "Meer regels dan de boekhouding toelaat",
    "ZERO_TOTAL": "Totaal is nul: er valt niets te boeken",
    "CURRENCY": "Basisvaluta is {currency}; alleen EUR kan worden geboekt",
    "LEDGER_UNKNOWN": "Een grootboekrekening uit de regels bestaat niet in de boekhouding",
    "LEDGER_UNMAPPED": "Geen grootboekrekening ingesteld voor een regel",
    "COST_CENTRE_UNKNOWN": "Een kostenplaats uit de regels bestaat niet in de boekhouding",
    "PERIOD_CLOSED": "De boekingsdatum ligt in een afgesloten periode",
    "DATE_REFUSED": "De boekingsdatum is niet toegestaan",
    "FIELD_MISSING": "Een verplicht veld is leeg",
    "FIELD_INVALID": "Een veld uit de winkel is niet te gebruiken",
    "FIELD_TOO_LONG": "Een waarde is langer dan de boekhouding toelaat",
    "INVOICE_NOT_FOUND": "De factuur van deze creditnota staat nog niet in de boekhouding",
    "RELATION_AMBIGUOUS": "Meer relaties passen bij deze klant",
    "RELATION_UNKNOWN": "De relatie staat niet meer in de boekhouding",
    "DUPLICATE_CONFLICT": "Dit nummer staat al in de boekhouding, voor iets anders of vaker",
    "DECISION_VOID": "Mutatie {mutation} staat er niet zoals toen erover besloten werd",
    "CANCELLED": "Geannuleerd in de winkel",
    "INTERRUPTED": "Onderbroken voordat er iets verstuurd was",
    "OUTCOME_UNKNOWN": "Verstuurd, maar het antwoord is kwijt: wordt opgezocht",
    "LOOKUP_BUDGET": "De opzoekingen van deze maand zijn op",
    "CREDENTIALS": "De inloggegevens zijn geweigerd",
    "ACCESS_DENIED": "De inloggegevens kloppen, maar missen een recht",
    "SESSION_EXPIRED": "De sessie was verlopen",
    "CONNECT": "Geen verbinding met de server",
    "CONNECT_TIMEOUT": "Geen verbinding binnen de wachttijd; er is niets verstuurd",
    "READ_TIMEOUT": "Geen antwoord binnen de wachttijd",
    "DEADLINE": "Het antwoord duurde te lang; de verbinding is gesloten",
    "TLS": "Geen veilige verbinding mogelijk",
    "DNS": "De servernaam is niet gevonden",
    "DROPPED": "De verbinding viel halverwege weg",
    "PROXY": "Een tussenliggende proxy weigerde",
    "REDIRECT": "De server verwijst door; dat wordt niet gevolgd",
    "UNREADABLE": "Het antwoord is onleesbaar of leeg",
    "SOAP_FAULT": "",
    "NOT_PAID": "De factuur is nog niet betaald",
    "CUSTOMER_CHANGED": "Het account is in de winkel gewijzigd en heeft nu een andere relatie",
    "CUSTOMER_GONE": "De winkel heeft het account verwijderd",
    "INTERNAL": "Fout in dit programma zelf",
}
"""Our own error codes; braces are filled from `detail`. Empty: the service's own text says it."""

FULLER: Final[Mapping[str, tuple[str, ...]]] = {
    "CANCELLED": ("Geannuleerd in de winkel, nadat het geboekt was als mutatie {mutation}",),
    "DATE_REFUSED": ("De boekingsdatum {date} is niet toegestaan",),
    "DUPLICATE_CONFLICT": ("Dit nummer is eerder al geboekt als mutatie {mutation}",),
    "FIELD_TOO_LONG": ("Een waarde is langer dan de boekhouding toelaat: {field}",),
    "LEDGER_UNMAPPED": (
        "Geen OSS-rekening ingesteld voor {country}",
        "Geen grootboekrekening ingesteld voor {kind}",
    ),
    "LOOKUP_BUDGET": ("De opzoekingen van deze maand zijn op; vanaf {until} gaat het verder",),
    "PERIOD_CLOSED": ("De boekingsdatum {date} ligt in een afgesloten periode",),
    "RELATION_AMBIGUOUS": ("Meer relaties passen bij deze klant: {relations}",),
    "REVERSE_CHARGE_UNSET": (
        "Geen btw aan een bedrijf in eigen land, zonder ingestelde reden (klantgroep {group})",
    ),
    "VAT_AMOUNT_DIFFERS": ("Btw van € {vat} over € {net} past niet bij {vat_code}",),
}
"""Sentences that say more, for attempts whose `detail` knows it; the first that it fills counts."""

_CONFLICT: Final = re.compile(
    r"Invoice number already exists: the books have (.+); to be booked was "
    r"(\S+) of ([0-9-]{10}) on relation (.*) for € (-?[0-9.]+)"
)
_THEIRS: Final = re.compile(
    r"mutation ([0-9]+) of ([0-9-]{10}) on relation (.*?) for € (-?[0-9.]+)(?:; |$)"
)
_ABSENT: Final = re.compile(r"Validation error: (ledger|cost centre) (\S+) does not exist in .*")
_THINGS: Final = {"ledger": "Grootboekrekening", "cost centre": "Kostenplaats"}
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EUROS: Final = re.compile(r"-?[0-9]+\.[0-9]{2}")


def shown(message: str, error_code: str, detail: str, language: Language) -> str:
    """The message as a reader of `language` sees it; `message` itself when nothing is known.

    Args:
        message: As stored: English catalogue words, colon, particulars.
        error_code: The attempt's; empty on success.
        detail: The attempt's JSON text; what is not JSON counts as empty.
        language: The reader's.
    """
    if language == "en":
        return message
    if said := _whole(message, error_code):
        return said
    for sentence in (*FULLER.get(error_code, ()), CODES.get(error_code, "")):
        filled = _fill(sentence, detail) if sentence else None
        if filled is not None:
            return filled
    head, colon, tail = message.partition(":")
    if head.strip() not in HEADS:
        return message
    return HEADS[head.strip()] + colon + _tail(tail)


def _whole(message: str, error_code: str) -> str:
    """A message of ours whose facts stand in its words alone; empty for any other."""
    if error_code == "DUPLICATE_CONFLICT" and (found := _CONFLICT.fullmatch(message)):
        theirs = "; ".join(
            f"mutatie {number} van {_dutch(day)} op relatie {relation} voor € {_dutch(euros)}"
            for number, day, relation, euros in _THEIRS.findall(found[1])
        )
        number, day, relation, euros = found.groups()[1:]
        return (
            f"Dit nummer staat al in de boekhouding: {theirs}; te boeken was {number} van "
            f"{_dutch(day)} op relatie {relation} voor € {_dutch(euros)}"
        )
    if found := _ABSENT.fullmatch(message):
        return f"{_THINGS[found[1]]} {found[2]} bestaat niet in de boekhouding"
    return ""


def _dutch(value: str) -> str:
    """A fact as it is written in Dutch: a day, an amount, a kind of line; anything else as is."""
    if _DAY.fullmatch(value):
        return "-".join(reversed(value.split("-")))
    if _EUROS.fullmatch(value):
        return f"{Decimal(value):,.2f}".translate(str.maketrans(",.", ".,"))
    return value


def _tail(tail: str) -> str:
    for english, dutch in _TAILS:
        if found := english.fullmatch(tail):
            return found.expand(dutch)
    return tail


def _fill(sentence: str, detail: str) -> str | None:
    """The sentence with its facts; None when one is missing, so that the stored text is shown."""
    if "{" not in sentence:
        return sentence
    try:
        facts = {name: _dutch(str(value)) for name, value in json.loads(detail).items()}
        if (kind := f"vat.kind.{facts.get('kind')}") in TEXTS:
            facts["kind"] = text(kind, "nl")
        return sentence.format_map(facts)
    except (ValueError, KeyError, AttributeError):
        return None
