"""How long text may be, and what becomes of text that is longer."""

from typing import Final

from sync.sandbox.books.errors import Refusal
from sync.sandbox.books.schema import Record
from sync.sandbox.books.state import Administration

LENGTHS: Final[dict[str, dict[str, int]]] = {
    "cMutatie": {
        "Rekening": 10, "RelatieCode": 15, "Factuurnummer": 50, "Boekstuk": 50,
        "Omschrijving": 200, "Betalingstermijn": 4, "Betalingskenmerk": 50,
    },
    "cRelatie": {
        "Code": 15, "Bedrijf": 100, "Contactpersoon": 150, "Geslacht": 1, "Adres": 150,
        "Postcode": 50, "Plaats": 50, "Land": 50, "Adres2": 150, "Postcode2": 50, "Plaats2": 50,
        "Land2": 50, "Telefoon": 50, "GSM": 50, "FAX": 50, "Email": 150, "Site": 50,
        "Bankrekening": 50, "Girorekening": 50, "BTWNummer": 50, "KvkNummer": 50, "Aanhef": 50,
        "IBAN": 50, "BIC": 50, "BP": 1, "LA": 1, **{f"Def{n}": 100 for n in range(1, 11)},
    },
    "cFactuur": {
        "Factuurnummer": 50, "Relatiecode": 15, "Factuursjabloon": 50, "EmailVanAdres": 150,
        "EmailVanNaam": 150, "IncassoIBAN": 150, "IncassoMachtigingSoort": 1,
        "IncassoMachtigingID": 50, "IncassoRekeningNummer": 150, "IncassoTnv": 150,
        "IncassoPlaats": 150, "IncassoOmschrijvingRegel1": 50, "IncassoOmschrijvingRegel2": 50,
        "IncassoOmschrijvingRegel3": 50, "BoekhoudmutatieOmschrijving": 200,
    },
    "cGrootboekrekening": {"Code": 10, "Omschrijving": 50, "Categorie": 10},
}  # fmt: skip
"""Most characters per field, from the manual; fields that are not here have no limit."""


def fit(books: Administration, type_name: str, record: Record, code: str) -> Record:
    """The record with no text longer than its field, or a refusal, as the settings say.

    Raises:
        Refusal: With `code`, naming the first field that is too long.
    """
    fitted = dict(record)
    for name, longest in LENGTHS[type_name].items():
        if len(fitted[name]) <= longest:
            continue
        if books.settings.too_long == "refuse":
            raise Refusal(code, value=name)
        fitted[name] = fitted[name][:longest]
    return fitted
