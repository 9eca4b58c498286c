"""The sandbox's customers: invented people and companies at invented addresses.

Cities exist and postcodes fit them, everything else is made up: e-mail addresses lie under
`.example`, telephone numbers in ranges that are kept free for drama or not given out. VAT
numbers have the right form and check digits but belong, as far as we know, to nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from random import Random
from unicodedata import normalize

from stdnum.iso7064 import mod_11_10


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who buys, with one address.

    Attributes:
        firstname: Given name.
        lastname: Family name with its prefix, e.g. "van den Berg".
        company: None for a consumer.
        vat_number: With country code and valid check digits; None when there is none.
        country: ISO code of two letters.
        street: One line or two.
        postcode: In the country's own form.
        city: In the country's own spelling.
        region: Name, code and Magento's id where the country has regions in Magento; else None.
        telephone: Not a number that anybody has.
        email: Under `.example`.
    """

    firstname: str
    lastname: str
    company: str | None
    vat_number: str | None
    country: str
    street: tuple[str, ...]
    postcode: str
    city: str
    region: tuple[str, str, int] | None
    telephone: str
    email: str


@dataclass(frozen=True, slots=True)
class _Country:
    """What is drawn from for one country. In patterns # is a digit, @ a letter."""

    firstnames: str
    lastnames: tuple[str, ...]
    streets: tuple[str, ...]
    street_form: str
    cities: tuple[tuple[str, str, tuple[str, str, int] | None], ...]
    companies: tuple[str, ...]
    telephone: str


_NL = _Country(
    firstnames=(
        "Anna Bas Bram Carlijn Daan Eline Esther Femke Fleur Frank Gerrit Hanneke Hans Ilse Iris "
        "Jan Jasper Jeroen Joost Karin Koen Lars Lieke Lotte Maaike Marieke Mark Martijn Milou "
        "Niels Noor Pieter Roos Ruben Sanne Sjoerd Thijs Tim Ümit Willem Wouter Yasmin Zoë"
    ),
    lastnames=(
        "de Jong", "Jansen", "de Vries", "van den Berg", "van Dijk", "Bakker", "Janssen",
        "Visser", "Smit", "Meijer", "de Boer", "Mulder", "de Groot", "Bos", "Vos", "Peters",
        "Hendriks", "van Leeuwen", "Dekker", "Brouwer", "de Wit", "Dijkstra", "Smits",
        "de Graaf", "van der Meer", "Kok", "van 't Hof", "Yılmaz", "El Amrani", "Koç",
        "Hoekstra", "Postma", "Öztürk", "Veenstra", "ten Brink", "op den Kamp",
    ),
    streets=(
        "Koffiemolenstraat", "Lindelaan", "Kersenpad", "Zandweg", "Tuindorpstraat",
        "Veldleeuwerik", "Korenbloemhof", "Burgemeester Tulpstraat", "Havikskruid", "Ploegsteeg",
        "Molenwerf", "Wilgenkade", "Prinses Irisplein", "Nieuwe Vlasmarkt", "Appelgaard",
        "Zonnedauw", "Dokter Mosterdlaan", "Kleine Brink", "Oude Smidsweg", "Waterlelie",
    ),
    street_form="{street} {number}",
    cities=(
        ("Amsterdam", "10## @@", None), ("Rotterdam", "30## @@", None),
        ("Utrecht", "35## @@", None), ("Den Haag", "25## @@", None),
        ("Eindhoven", "56## @@", None), ("Groningen", "97## @@", None),
        ("Tilburg", "50## @@", None), ("Almere", "13## @@", None),
        ("Breda", "48## @@", None), ("Nijmegen", "65## @@", None),
        ("Apeldoorn", "73## @@", None), ("Haarlem", "20## @@", None),
        ("Arnhem", "68## @@", None), ("Zwolle", "80## @@", None),
        ("Leiden", "23## @@", None), ("Maastricht", "62## @@", None),
        ("Leeuwarden", "89## @@", None), ("'s-Hertogenbosch", "52## @@", None),
    ),
    companies=(
        "Bakkerij {name}", "Koffiehuis {name} B.V.", "{name} & Zonen B.V.", "Tuincentrum {name}",
        "Hoveniersbedrijf {name}", "Lunchroom {name} V.O.F.", "{name} Installaties B.V.",
        "Stichting {name}", "Boekhandel {name}", "{name} Horeca Groep B.V.",
    ),
    telephone="0600######",
)  # fmt: skip
_BE = _Country(
    firstnames="Arne Bart Céline Dries Elke Jef Lies Luc Marie Pieter Sofie Wout",
    lastnames=("Peeters", "Maes", "Claes", "Dubois", "Wouters", "De Smet", "Lambert", "D'hondt"),
    streets=("Kerselaarstraat", "Vlasmarktplein", "Rue du Moulin Bleu", "Meidoornlaan"),
    street_form="{street} {number}",
    cities=(
        ("Antwerpen", "20#0", None), ("Gent", "90#0", None), ("Brussel", "10#0", None),
        ("Leuven", "30#0", None), ("Liège", "40#0", None), ("Brugge", "80#0", None),
    ),
    companies=("Koffiebar {name} BV", "{name} SPRL", "Drukkerij {name} NV", "{name} & Co BV"),
    telephone="+32 400 00 ## ##",
)  # fmt: skip
_DE = _Country(
    firstnames="Anke Björn Claudia Dieter Grit Jörg Jürgen Katrin Lukas Uwe Ute",
    lastnames=("Müller", "Schmidt", "Weiß", "Krüger", "Schäfer", "Groß", "Lehmann", "Vogel"),
    streets=("Kaffeegasse", "Lindenstraße", "Am Mühlbach", "Gärtnerweg"),
    street_form="{street} {number}",
    cities=(
        ("Berlin", "10###", ("Berlin", "BER", 82)), ("Köln", "50###", None),
        ("Hamburg", "20###", None), ("München", "80###", None), ("Münster", "48###", None),
    ),
    companies=("{name} GmbH", "Café {name} e.K.", "Gärtnerei {name} GmbH & Co. KG"),
    telephone="+49 30 23125###",
)  # fmt: skip
_FR = _Country(
    firstnames="Aurélie Benoît Chloé François Hélène Jérôme Léa Noël Rémi",
    lastnames=("Martin", "Lefèvre", "Durand", "Garçon", "Moreau", "L'Hermite", "Noël"),
    streets=("rue des Cafetiers", "avenue du Vieux Puits", "impasse des Tilleuls"),
    street_form="{number} {street}",
    cities=(
        ("Lille", "59##0", None), ("Paris", "750##", None), ("Lyon", "690##", None),
        ("Nantes", "44##0", None), ("Saint-Étienne", "42##0", None),
    ),
    companies=("{name} SARL", "Maison {name} SAS", "Librairie {name}"),
    telephone="+33 1 99 00 ## ##",
)  # fmt: skip
_AT = _Country(
    firstnames="Franz Heidi Lukas Resi Sepp",
    lastnames=("Gruber", "Huber", "Steiner", "Pichler"),
    streets=("Kaffeehausgasse", "Am Hügel"),
    street_form="{street} {number}",
    cities=(("Wien", "1##0", None), ("Graz", "80##", None)),
    companies=("{name} GmbH",),
    telephone="+43 1 0000###",
)
_US = _Country(
    firstnames="Amy Brian Carol Derek Ellen Grace Howard Linda Mike Susan",
    lastnames=("Smith", "Johnson", "O'Neil", "García", "Miller", "Van Houten"),
    streets=("Roastery Road", "Orchard Lane", "Old Mill Avenue", "Tulip Street"),
    street_form="{number} {street}",
    cities=(
        ("New York", "100##", ("New York", "NY", 43)), ("Albany", "122##", ("New York", "NY", 43)),
        ("San Francisco", "941##", ("California", "CA", 12)),
        ("Los Angeles", "900##", ("California", "CA", 12)),
    ),
    companies=("{name} Coffee LLC", "{name} & Sons Inc."),
    telephone="+1 212 555 01##",
)  # fmt: skip
_GB = _Country(
    firstnames="Alice Colin Emma Fiona Graham Harry Imogen Nigel",
    lastnames=("Jones", "Taylor", "Brown", "Fitz-Hugh", "O'Connor"),
    streets=("Kettle Lane", "Orchard Close", "Old Roastery Road"),
    street_form="{number} {street}",
    cities=(
        ("London", "N1 #@@", None), ("Bristol", "BS1 #@@", None),
        ("York", "YO1 #@@", None),
    ),
    companies=("{name} Ltd", "{name} Trading plc"),
    telephone="+44 20 7946 0###",
)  # fmt: skip
_CH = _Country(
    firstnames="Beat Regula Reto Ursina Urs",
    lastnames=("Brunner", "Keller", "Zürcher", "Favre"),
    streets=("Röstereiweg", "Chemin des Tilleuls"),
    street_form="{street} {number}",
    cities=(("Zürich", "80##", None), ("Genève", "12##", None), ("Bern", "30##", None)),
    companies=("{name} AG", "{name} Sàrl"),
    telephone="+41 00 000 ## ##",
)
_COUNTRIES = {
    "NL": _NL, "BE": _BE, "DE": _DE, "FR": _FR, "AT": _AT, "US": _US, "GB": _GB, "CH": _CH,
}  # fmt: skip
_BLANKS = {"#": "0123456789", "@": "ABCDEGHJKLMNPRTVWXZ"}
_MAIL = ("post.example", "mail.example", "brievenbus.example", "thuis.example")


def person(rng: Random, country: str, *, business: bool = False) -> Person:
    """Invent someone.

    Args:
        rng: Decides everything; the same state gives the same person.
        country: NL, BE, DE, FR, AT, US, GB or CH.
        business: A company; inside the EU (except AT) with a VAT number.
    """
    land = _COUNTRIES[country]
    first, last = rng.choice(_names(land.firstnames)), rng.choice(land.lastnames)
    city, postcode, region = rng.choice(land.cities)
    street = land.street_form.format(street=rng.choice(land.streets), number=rng.randint(1, 240))
    company = rng.choice(land.companies).format(name=_capital(last)) if business else None
    number = _VAT_NUMBERS.get(country) if business else None
    return Person(
        firstname=first,
        lastname=last,
        company=company,
        vat_number=number(rng) if number else None,
        country=country,
        street=(street, "2e etage") if country == "NL" and rng.random() < 0.05 else (street,),
        postcode=_filled(rng, postcode),
        city=city,
        region=region,
        telephone=_filled(rng, land.telephone),
        email=_email(rng, first, last, company),
    )


def misprinted(vat_number: str) -> str:
    """`vat_number` with its last digit typed twice: too long in every country."""
    return vat_number + vat_number[-1]


@cache
def _names(text: str) -> list[str]:
    return text.split()


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]


def _filled(rng: Random, pattern: str) -> str:
    return "".join([rng.choice(_BLANKS[sign]) if sign in _BLANKS else sign for sign in pattern])


def _email(rng: Random, first: str, last: str, company: str | None) -> str:
    if company:
        return f"{rng.choice(('info', 'inkoop', 'administratie'))}@{_plain(company)[:40]}.example"
    return f"{_plain(first)}.{_plain(last)}{rng.randint(1, 9999)}@{rng.choice(_MAIL)}"


@lru_cache(maxsize=1024)
def _plain(text: str) -> str:
    """Letters and digits that any mail server takes."""
    ascii_text = normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return "".join(sign for sign in ascii_text.lower() if sign.isalnum())


def _dutch(rng: Random) -> str:
    while True:
        digits = [rng.randint(1, 9), *(rng.randrange(10) for _ in range(7))]
        check = sum(digit * weight for digit, weight in zip(digits, range(9, 1, -1), strict=True))
        if check % 11 < 10:
            return f"NL{''.join(map(str, digits))}{check % 11}B{rng.randint(1, 3):02d}"


def _belgian(rng: Random) -> str:
    body = rng.randint(2_000_000, 9_999_999)
    return f"BE0{body}{97 - body % 97:02d}"


def _german(rng: Random) -> str:
    body = str(rng.randint(10_000_000, 99_999_999))
    return f"DE{body}{mod_11_10.calc_check_digit(body)}"


def _french(rng: Random) -> str:
    body = str(rng.randint(30_000_000, 89_999_999))
    doubled = (int(sign) * (2 if place % 2 else 1) for place, sign in enumerate(body))
    siren = body + str(-sum(digit // 10 + digit % 10 for digit in doubled) % 10)
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


_VAT_NUMBERS: dict[str, Callable[[Random], str]] = {
    "NL": _dutch,
    "BE": _belgian,
    "DE": _german,
    "FR": _french,
}
