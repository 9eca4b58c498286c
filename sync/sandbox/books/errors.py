"""How the books refuse: a code of the service with a Dutch sentence, or a SOAP Fault.

The codes are the service's (manual 5.5, chapter 10). Its live sentences were never seen, so a
client must go by the code; these sentences are ours. Numbers of 900 and above are ours too: the
service refuses these cases somehow, and nobody has published how.
"""

from typing import Final

_SESSION: Final = {
    "E001.1": "De combinatie van gebruikersnaam en beveiligingscodes is onjuist.",
    "E001.2": "Er is geen administratie gevonden.",
    "E001.3": "Beveiligingscode 2 is onjuist.",
    "E001.5": "Deze gebruiker heeft geen rechten op de API.",
    "E002.1": "De sessiegegevens zijn ongeldig.",
    "E002.2": "De sessie is niet gevonden.",
    "E002.3": "De sessie is verlopen.",
    "E002.4": "De sessie is al gesloten.",
    "E002.5": "Deze functie is alleen beschikbaar voor accountants.",
    "E003.1": "Het maximale aantal aanroepen per maand is bereikt.",
}

_MUTATION: Final = {
    "CMUT001": "De grootboekrekening {value} bestaat niet.",
    "CMUT001.1": "De grootboekrekening {value} heeft niet de juiste categorie.",
    "CMUT003": "InExBTW is verplicht.",
    "CMUT003.1": "InExBTW moet IN of EX zijn.",
    "CMUT004": "De datum is verplicht en moet tussen 1980 en 2049 liggen.",
    "CMUT005": "De omschrijving is verplicht.",
    "CMUT006": "Een mutatie heeft minimaal 1 en maximaal 100 regels.",
    "CMUT008": "De mutatiesoort is onbekend.",
    "CMUT010": "Regel {line}: bedrag exclusief btw plus btw is niet het bedrag inclusief btw.",
    "CMUT010.1": "Regel {line}: het btw-bedrag hoort niet bij het btw-percentage.",
    "CMUT011": "Regel {line}: btw-code {value} is niet toegestaan bij deze mutatiesoort.",
    "CMUT012": "Regel {line}: de tegenrekening {value} heeft niet de juiste categorie.",
    "CMUT013": "Het factuurnummer is verplicht.",
    "CMUT014": "{value} is verplicht.",
    "CMUT015": "De rekening {value} moet een crediteurenrekening zijn.",
    "CMUT016": "De rekening {value} moet een debiteurenrekening zijn.",
    "CMUT017": "De relatie {value} bestaat niet.",
    "CMUT018": "De combinatie van relatie en factuurnummer {value} bestaat al.",
    "CMUT019": "Factuurnummer {value} bestaat al.",
    "CMUT020": "De periode van {value} is afgesloten.",
    "CMUT021": "Deze mutatiesoort mag maar 1 regel hebben.",
    "CMUT023": "Het factuurnummer is verplicht bij een factuurbetaling.",
    "CMUT024": "De relatiecode is verplicht bij een factuurbetaling.",
    "CMUT025": "De relatie {value} van de factuurbetaling bestaat niet.",
    "CMUT026": "Er is geen factuur {value} van deze relatie geboekt.",
    "CMUT027": "Regel {line}: de tegenrekening {value} moet een debiteurenrekening zijn.",
    "CMUT028": "Regel {line}: de tegenrekening {value} moet een crediteurenrekening zijn.",
    "CMUT033": "Regel {line}: btw-code {value} is ongeldig.",
    "CMUT900": "{value} heeft te veel tekens.",
    "CMUT901": "Regel {line}: kostenplaats {value} bestaat niet.",
}

_INVOICE: Final = {
    "CFACT004": "De factuurdatum is verplicht en moet tussen 1980 en 2049 liggen.",
    "CFACT006": "Een factuur heeft minimaal 1 en maximaal 100 regels.",
    "CFACT014": "De betalingstermijn is verplicht.",
    "CFACT024": "De relatiecode is verplicht.",
    "CFACT025": "De relatie {value} bestaat niet.",
    "CFACT026": "Factuurnummer {value} is niet beschikbaar.",
    "CFACT027": "Er is geen factuursjabloon gekozen.",
    "CFACT028": "Het factuursjabloon {value} bestaat niet.",
    "CFACT029": "De tekst van de e-mail ontbreekt.",
    "CFACT030": "De afzender van de e-mail ontbreekt.",
    "CFACT031": "Het onderwerp van de e-mail ontbreekt.",
    "CFACT032": "De omschrijving van de boekhoudmutatie ontbreekt.",
    "CFACT033": "Het rekeningnummer van de incasso ontbreekt.",
    "CFACT034": "De tenaamstelling van de incasso ontbreekt.",
    "CFACT035": "De plaats van de incasso ontbreekt.",
    "CFACT036": "De eerste omschrijvingsregel van de incasso ontbreekt.",
    "CFACT037": "Regel {line}: de artikelcode ontbreekt.",
    "CFACT038": "Regel {line}: de btw-code ontbreekt.",
    "CFACT039": "Regel {line}: de omschrijving ontbreekt.",
    "CFACT040": "Regel {line}: de tegenrekening ontbreekt.",
    "CFACT042": "Regel {line}: btw-code {value} is ongeldig.",
    "CFACT212": "Regel {line}: kostenplaats {value} bestaat niet.",
    "CFACT900": "{value} heeft te veel tekens.",
}

_OTHERS: Final = {
    "CGB001": "De grootboekcode {value} bestaat al.",
    "CGB002": "De omschrijving is verplicht.",
    "CGN003": "De grootboekcode is verplicht.",
    "CGB005": "De categorie is verplicht.",
    "CGB006": "De categorie moet VW of BAL zijn.",
    "CGB900": "{value} heeft te veel tekens.",
    "CGB901": "De grootboekrekening {value} bestaat niet.",
    "CREL001": "De relatiecode {value} is al in gebruik.",
    "CREL900": "{value} heeft te veel tekens.",
    "CREL901": "De relatiecode is verplicht.",
    "CREL902": "De bedrijfsnaam is verplicht.",
    "CREL903": "BP moet B of P zijn.",
    "CREL904": "De relatie {value} bestaat niet.",
    "CREL905": "De grootboekrekening {value} bestaat niet.",
}

TEXTS: Final[dict[str, str]] = {
    **_SESSION,
    **_MUTATION,
    **_INVOICE,
    **_OTHERS,
    # The same refusals from UpdateGrootboekrekening.
    **{f"{code}.1": text for code, text in _OTHERS.items() if code.startswith("CG")},
}
"""Every code the simulated books can answer, with its sentence."""


class Refusal(Exception):  # noqa: N818 - the service's normal way of saying no
    """The books refuse a call; it is answered with status 200 and this code.

    Args:
        code: A key of `TEXTS`.
        line: Number of the line it is about, counted from 1; 0 when it is about the whole.
        value: What was sent.

    Attributes:
        code: As documented, with dots.
        text: Dutch, for people.
    """

    def __init__(self, code: str, *, line: int = 0, value: object = "") -> None:
        self.code = code
        self.text = TEXTS[code].format(line=line, value=value)
        super().__init__(f"{code}: {self.text}")


class SoapFault(Exception):  # noqa: N818 - SOAP calls it so
    """The request cannot be read; it is answered with a SOAP Fault of this text, status 500."""
