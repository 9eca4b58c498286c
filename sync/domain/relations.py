"""A relation: one customer's entry in the books, and what of it is ours to write."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

MAX_CODE: Final = 15
"""Characters of a relation's code; unique in the administration."""

_OURS: Final = (
    "name",
    "contact",
    "address",
    "postcode",
    "city",
    "country",
    "telephone",
    "email",
    "vat_number",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A customer as the books have it, or are to have it. Empty text means that nothing is there.

    Attributes:
        id: The books' own id; 0 for one that they don't have yet.
        code: Unique in the administration, at most 15 characters; invoices name it.
        name: The company, or a private person's name.
        contact: The person at the company; stays empty for a private person.
        address: Street and number, in one line.
        country: As the bookkeeper reads it; the books know no code list.
        vat_number: Without any check.
        business: Whether it is a company; a private person otherwise.
        other: Every further field as it was read, under the service's own names. Updating replaces
            the whole relation, so what a bookkeeper wrote there has to be sent back.
    """

    id: int = 0
    code: str
    name: str
    contact: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    telephone: str = ""
    email: str = ""
    vat_number: str = ""
    business: bool
    other: Mapping[str, object] = field(default_factory=dict, repr=False, hash=False)


def merge(booked: Relation, wanted: Relation) -> Relation:
    """What to send so that `booked` says what `wanted` says and keeps all the rest.

    A text that `wanted` leaves empty stays as it is: the shop not knowing a telephone number is no
    reason to delete the bookkeeper's. Equal to `booked` when there is nothing to update.
    """
    told = {name: text for name in _OURS if (text := getattr(wanted, name))}
    return replace(booked, business=wanted.business, **told)
