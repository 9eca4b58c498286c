"""Who a buyer is to the books: the identity, the relation code derived from it, the relation.

The identity is customer + country + VAT number (guests: e-mail + country + VAT number), because a
change of country or VAT number changes the tax treatment and so makes another debtor.
"""

import base64
import hashlib
import json
import re

from sync.domain.documents import Buyer
from sync.domain.relations import MAX_CODE, Relation, merge
from sync.domain.vat import compact_vat_number

_SHORT = 4


def identity(connection: str, buyer: Buyer) -> str:
    """A hash of what makes this buyer this debtor; equal at every try, without personal data."""
    person = f"id:{buyer.number}" if buyer.number is not None else f"mail:{_plain(buyer.email)}"
    facts = [connection, person, buyer.address.country.upper(), plain_vat_number(buyer)]
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def relation_code(connection: str, buyer: Buyer) -> str:
    """Our code for this buyer, at most 15 characters: letter, shop's short name, base-32 hash.

    Derived, not counted, so that a lost hub makes no second relation. "K" is an account (klant),
    "G" a guest.
    """
    letter = "G" if buyer.number is None else "K"
    short = re.sub(r"[^A-Z0-9]", "", connection.upper())[:_SHORT]
    digest = base64.b32encode(bytes.fromhex(identity(connection, buyer))).decode()
    return (letter + short + digest)[:MAX_CODE]


def relation(connection: str, buyer: Buyer) -> Relation:
    """The relation as it is to be: a company with its contact, or a private person."""
    address = buyer.address
    return Relation(
        code=relation_code(connection, buyer),
        name=buyer.company or buyer.name or buyer.email,
        contact=buyer.name if buyer.company else "",
        address=address.street,
        postcode=address.postcode,
        city=address.city,
        country=address.country,
        telephone=buyer.telephone,
        email=buyer.email,
        vat_number=plain_vat_number(buyer),
        business=bool(buyer.company),
    )


def relation_fingerprint(wanted: Relation) -> str:
    """A short hash of what is sent; another one means that an update is due."""
    facts = [wanted.name, wanted.contact, wanted.address, wanted.postcode, wanted.city]
    facts += [wanted.country, wanted.telephone, wanted.email, wanted.vat_number]
    text = json.dumps([*facts, wanted.business], ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def same_person(found: Relation, wanted: Relation) -> bool:
    """Whether a relation found by e-mail is this buyer: e-mail, country and VAT number agree."""
    return (
        _plain(found.email) == _plain(wanted.email)
        and _plain(found.country) == _plain(wanted.country)
        and _letters(found.vat_number) == _letters(wanted.vat_number)
    )


def plain_vat_number(buyer: Buyer) -> str:
    """The VAT number, compact with its prefix where its form is valid, else as typed."""
    typed = buyer.vat_number
    return compact_vat_number(typed, buyer.address.country) or _letters(typed) if typed else ""


def customer_label(buyer: Buyer) -> str:
    """What an attempt says of the customer: the shop's number, or "guest"."""
    return "guest" if buyer.number is None else str(buyer.number)


def needs_update(booked: Relation, wanted: Relation) -> Relation | None:
    """The relation to send so that the books say what the shop says; None when they do."""
    merged = merge(booked, wanted)
    return None if merged == booked else merged


def _plain(text: str) -> str:
    return text.strip().casefold()


def _letters(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())
