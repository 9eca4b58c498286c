"""Turns the shop's customer accounts into customers of ours. Pure; the shop's names stop here."""

from collections.abc import Mapping

from sync.domain.documents import Address, Buyer, Customer
from sync.magento.fields import Fields

CUSTOMER_FIELDS = (
    "id,group_id,default_billing,created_at,updated_at,email,firstname,middlename,lastname,suffix,"
    "taxvat,website_id,addresses[id,country_id,street,company,telephone,postcode,city,firstname,"
    "middlename,lastname,suffix,vat_id,default_billing]"
)
"""What is read of an account, for `fields=`: neither birthday nor gender is ours to know."""


def customer(row: Fields, websites: Mapping[int, str]) -> Customer:
    """One account, as its default billing address has it.

    Args:
        row: With at least `CUSTOMER_FIELDS`.
        websites: Codes of the websites, by id.

    Raises:
        FieldError: Something that is needed is missing or of the wrong type.
    """
    website_id = row.identifier_or_none("website_id") or 0
    return Customer(
        buyer=buyer(_billing(row), row, "", number=row.identifier("id"), email=row.text("email")),
        website_id=website_id,
        website=websites.get(website_id, ""),
        created_at=row.moment("created_at"),
        updated_at=row.moment("updated_at"),
    )


def buyer(
    billing: Fields, account: Fields, prefix: str, *, number: int | None, email: str
) -> Buyer:
    """Who pays: the billing address leads, the account fills in what it leaves open.

    An account and its orders are read alike, so that the same facts make the same relation.

    Args:
        billing: The billing address; without fields where there is none.
        account: What says more: the account, or the order.
        prefix: Of the account's names in it.
        number: The shop's customer id; None for a guest or a deleted customer.
        email: As typed.
    """
    named = billing.has("firstname") or billing.has("lastname")
    source, before = (billing, "") if named else (account, prefix)
    return Buyer(
        number=number,
        email=email,
        company=billing.text("company"),
        firstname=source.text(f"{before}firstname"),
        middlename=source.text(f"{before}middlename"),
        lastname=source.text(f"{before}lastname"),
        suffix=source.text(f"{before}suffix"),
        telephone=billing.text("telephone"),
        address=Address(
            street=" ".join(line for line in billing.texts("street") if line),
            postcode=billing.text("postcode"),
            city=billing.text("city"),
            country=billing.text("country_id"),
        ),
        vat_number=billing.text("vat_id") or account.text(f"{prefix}taxvat"),
        group=account.identifier_or_none(f"{prefix}group_id") or 0,
    )


def _billing(row: Fields) -> Fields:
    """The default billing address; without fields where the account has none."""
    addresses = row.children("addresses")
    # The account names it as text, and the address itself says so: an old shop has one of the two.
    named = row.text("default_billing")
    for address in addresses:
        if address.flag("default_billing") or (named and named == str(address.identifier("id"))):
            return address
    return Fields(f"{row.where}, default billing address", {})
