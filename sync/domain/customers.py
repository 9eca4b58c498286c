"""Who a buyer is to the books: the identity, the relation code derived from it, the relation.

The identity is customer + country + VAT number (guests: e-mail + country + VAT number), because a
change of country or VAT number changes the tax treatment and so makes another debtor. By the logic
"address" an account's billing address is part of it, too. The shop's own ids of addresses are not
on orders, so the address counts by what it says.
"""

import base64
import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from sync.domain.documents import Buyer, Customer, SalesDocument
from sync.domain.relations import MAX_CODE, Relation, merge
from sync.domain.vat import compact_vat_number

CustomerLogic = Literal["customer", "address"]
"""Which parts make a debtor: "address" adds an account's billing address."""

_SHORT = 4


@dataclass(frozen=True, slots=True)
class Debtors:
    """Who is one debtor in the books of a connection.

    Attributes:
        connection: Its name.
        logic: Whether another billing address makes another debtor.
    """

    connection: str
    logic: CustomerLogic = "customer"

    def identity(self, buyer: Buyer) -> str:
        """A hash of what makes this buyer this debtor; equal at every try, no personal data."""
        person = f"id:{buyer.number}" if buyer.number is not None else f"mail:{_plain(buyer.email)}"
        facts: list[object] = [self.connection, person]
        facts += [buyer.address.country.upper(), plain_vat_number(buyer)]
        if self._by_address(buyer):
            address = buyer.address
            facts.append(_place(address.street, address.postcode, address.city))
        text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def code(self, buyer: Buyer) -> str:
        """Our code for this buyer, at most 15 characters: letter, shop's short name, base-32 hash.

        Derived, not counted, so that a lost hub makes no second relation. "K" is an account
        (klant), "G" a guest.
        """
        letter = "G" if buyer.number is None else "K"
        short = re.sub(r"[^A-Z0-9]", "", self.connection.upper())[:_SHORT]
        digest = base64.b32encode(bytes.fromhex(self.identity(buyer))).decode()
        return (letter + short + digest)[:MAX_CODE]

    def relation(self, buyer: Buyer) -> Relation:
        """The relation as it is to be: a company with its contact, or a private person."""
        address = buyer.address
        return Relation(
            code=self.code(buyer),
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

    def is_same(self, found: Relation, buyer: Buyer) -> bool:
        """Whether a relation found by e-mail is this buyer.

        E-mail, country and VAT number agree; by the logic "address" an account's address, too.
        """
        wanted = self.relation(buyer)
        return (
            _plain(found.email) == _plain(wanted.email)
            and _plain(found.country) == _plain(wanted.country)
            and _letters(found.vat_number) == _letters(wanted.vat_number)
            and (not self._by_address(buyer) or _where(found) == _where(wanted))
        )

    def _by_address(self, buyer: Buyer) -> bool:
        return self.logic == "address" and buyer.number is not None


def buyer_of(document: SalesDocument) -> Customer:
    """The customer that a document is booked on."""
    ordered_at = document.ordered_at or document.issued_at
    return Customer(
        buyer=document.buyer,
        website_id=document.website_id,
        website=document.website,
        created_at=ordered_at,
        updated_at=ordered_at,
    )


def relation_fingerprint(wanted: Relation) -> str:
    """A short hash of what is sent; another one means that an update is due."""
    facts = [wanted.name, wanted.contact, wanted.address, wanted.postcode, wanted.city]
    facts += [wanted.country, wanted.telephone, wanted.email, wanted.vat_number]
    text = json.dumps([*facts, wanted.business], ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


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


def _where(relation: Relation) -> list[str]:
    return _place(relation.address, relation.postcode, relation.city)


def _place(street: str, postcode: str, city: str) -> list[str]:
    """An address as it counts: "Dorpsstraat 12-A" is "dorpsstraat 12a", "1 12" is not "11 2"."""
    return [_spelled(street), _spelled(postcode).replace(" ", ""), _spelled(city)]


def _spelled(text: str) -> str:
    """Letters and digits alone; a space only where it keeps two numbers apart."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    spaced = re.sub(r"[\W_]+", " ", plain).strip()
    return re.sub(r"(?<!\d) | (?!\d)", "", spaced)


def _plain(text: str) -> str:
    return text.strip().casefold()


def _letters(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())
