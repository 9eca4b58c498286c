"""A recorded document becomes one of ours: to the cent, with its buyer, taxes and country."""

from decimal import Decimal

import pytest

from sync.domain.documents import Address, State
from sync.magento.documents import DocumentKind
from sync.magento.fields import FieldError
from tests.magento.recorded import body, order_of, parsed, whole_names

_ALL: list[tuple[DocumentKind, str]] = [
    *(("invoice", name) for name in whole_names("invoice")),
    *(("creditmemo", name) for name in whole_names("creditmemo")),
]


def test_twelve_invoices_and_four_credit_memos_are_recorded_whole() -> None:
    """So that the tests below cannot pass on nothing."""
    assert len(whole_names("invoice")) == 12
    assert len(whole_names("creditmemo")) == 4


@pytest.mark.parametrize(("kind", "name"), _ALL)
def test_lines_add_up_to_the_grand_total(kind: DocumentKind, name: str) -> None:
    """Exactly, and the VAT too: partial, discounted, tax included, adjusted."""
    row = body(name)
    document = parsed(kind, row, order_of(name))
    assert sum(line.gross for line in document.lines) == row["base_grand_total"]
    assert sum(line.vat for line in document.lines) == row["base_tax_amount"]


@pytest.mark.parametrize(("kind", "name"), _ALL)
def test_every_line_with_vat_names_its_rate(kind: DocumentKind, name: str) -> None:
    """The rate's code and percentage fit the amounts."""
    for line in parsed(kind, body(name), order_of(name)).lines:
        if line.vat:
            assert line.tax.endswith(f"-{line.percent:.0f}")
            assert abs(line.net * line.percent / 100 - line.vat) < Decimal("0.02")


def test_a_document_has_what_the_shop_says() -> None:
    """One business customer's invoice, field by field."""
    document = parsed("invoice", body("scenario_b2b_nl_invoice1"), body("scenario_b2b_nl_order"))
    buyer = document.buyer
    assert (document.id, document.number) == (4, "000000004")
    assert (document.order_id, document.order_no) == (3, "000000003")
    assert (document.store_id, document.store, document.zone) == (1, "default", "Europe/Amsterdam")
    assert document.state is State.PAID
    assert document.issued_at.isoformat() == "2026-11-23T04:14:09+00:00"
    assert document.ship_to == "NL"
    assert document.order_vat == document.vat == Decimal("58.02")
    assert (document.currency, document.shown_currency, document.rate) == ("EUR", "EUR", Decimal(1))
    assert (buyer.number, buyer.group, buyer.name) == (2, 1, "Petra Jansen")
    assert (buyer.company, buyer.vat_number) == ("Bedrijf & Zonen B.V.", "NL001234567B01")
    assert buyer.address == Address(
        street="Teststraat 1", postcode="3011AA", city="Rotterdam", country="NL"
    )


def test_shipping_is_a_line_of_its_own_and_absent_when_it_is_zero() -> None:
    """The second of two invoices carries none."""
    first = parsed(
        "invoice",
        body("scenario_customer_partial_invoice1"),
        body("scenario_customer_partial_order"),
    )
    second = parsed(
        "invoice",
        body("scenario_customer_partial_invoice2"),
        body("scenario_customer_partial_order"),
    )
    shipping = first.lines[-1]
    assert (shipping.kind, shipping.net, shipping.vat) == (
        "shipping",
        Decimal("4.95"),
        Decimal("1.04"),
    )
    assert (shipping.tax, shipping.percent) == ("NL-21", Decimal(21))
    assert {line.kind for line in second.lines} == {"product"}


def test_a_discount_beyond_the_items_belongs_to_shipping() -> None:
    """15 % also on shipping: the items hold their part, the rest has no field of its own."""
    row = body("scenario_guest_full_excl_invoice1")
    row["base_discount_amount"] -= Decimal("0.74")
    shipping = parsed("invoice", row, order_of("scenario_guest_full_excl_invoice1")).lines[-1]
    assert (shipping.kind, shipping.net) == ("shipping", Decimal("4.21"))


def test_shipping_in_a_shop_with_tax_in_its_prices_has_its_own_compensation() -> None:
    """4.95 including tax, 15 % off: 4.21 is left, of which 0.73 is tax."""
    row = body("scenario_guest_fixed_coupon_full_refund_invoice1")
    row["base_discount_amount"] -= Decimal("0.74")
    row["base_shipping_tax_amount"] = Decimal("0.73")
    row["base_shipping_discount_tax_compensation_amnt"] = Decimal("0.13")
    order = order_of("scenario_guest_fixed_coupon_full_refund_invoice1")
    shipping = parsed("invoice", row, order).lines[-1]
    assert (shipping.net, shipping.vat, shipping.gross) == (
        Decimal("3.48"),
        Decimal("0.73"),
        Decimal("4.21"),
    )


def test_vat_alone_is_a_shipping_line_too() -> None:
    """A refund of the tax on shipping, and of nothing else."""
    row = body("scenario_refund_adjustment_only_creditmemo1")
    row |= {"base_shipping_tax_amount": Decimal("0.86"), "base_tax_amount": Decimal("0.86")}
    order = order_of("scenario_refund_adjustment_only_creditmemo1")
    first = parsed("creditmemo", row, order).lines[0]
    assert (first.kind, first.net, first.vat, first.tax) == (
        "shipping",
        Decimal(0),
        Decimal("0.86"),
        "NL-21",
    )


def test_an_adjustment_is_a_line_without_vat() -> None:
    """Once beside items (+2.50 and -1.00), once alone."""
    beside = parsed(
        "creditmemo",
        body("scenario_customer_partial_creditmemo1"),
        body("scenario_customer_partial_order"),
    )
    alone = parsed(
        "creditmemo",
        body("scenario_refund_adjustment_only_creditmemo1"),
        body("scenario_refund_adjustment_only_order"),
    )
    assert [(line.kind, line.net, line.vat) for line in beside.lines] == [
        ("product", Decimal("24.99"), Decimal("5.25")),
        ("adjustment", Decimal("1.50"), 0),
    ]
    assert [(line.kind, line.net, line.tax) for line in alone.lines] == [
        ("adjustment", Decimal("7.50"), "")
    ]
    assert (beside.invoice_id, alone.invoice_id) == (None, 15)


def test_a_virtual_order_is_delivered_to_the_billing_country() -> None:
    """And its line says that it is a service or a download."""
    document = parsed(
        "invoice", body("scenario_guest_virtual_invoice1"), body("scenario_guest_virtual_order")
    )
    assert document.ship_to == "NL"
    assert [line.virtual for line in document.lines] == [True]


def test_goods_are_delivered_to_the_shipping_address() -> None:
    """Not to whoever pays."""
    order = body("scenario_de_oss_order")
    order["billing_address"]["country_id"] = "BE"
    document = parsed("invoice", body("scenario_de_oss_invoice1"), order)
    assert (document.ship_to, document.buyer.address.country) == ("DE", "BE")


def test_guests_and_deleted_customers_have_no_number() -> None:
    """A deleted customer is not marked as a guest."""
    invoice = body("scenario_guest_full_excl_invoice1")
    guest = parsed("invoice", invoice, body("scenario_guest_full_excl_order")).buyer
    assert (guest.number, guest.group, guest.name) == (None, 0, "Klaas van den Berg")
    order = body("scenario_deleted_customer_order")
    row = body("scenario_invoice_state_open_invoice1")
    row["items"][0]["order_item_id"] = order["items"][0]["item_id"]
    deleted = parsed("invoice", row, order).buyer
    assert (deleted.number, deleted.email) == (None, "weg@example.test")


def test_a_guest_has_no_number_whatever_else_the_order_says() -> None:
    """An account made after the order may have left its number there."""
    order = body("scenario_guest_full_excl_order") | {"customer_id": Decimal(9)}
    buyer = parsed("invoice", body("scenario_guest_full_excl_invoice1"), order).buyer
    assert buyer.number is None


def test_the_customers_e_mail_leads_and_the_addresss_stands_in() -> None:
    """Both are usually the same."""
    row, order = body("scenario_b2b_nl_invoice1"), body("scenario_b2b_nl_order")
    order["billing_address"]["email"] = "facturen@bedrijf.example.test"
    assert parsed("invoice", row, order).buyer.email == "inkoop@bedrijf.example.test"
    del order["customer_email"], order["customer_group_id"]
    buyer = parsed("invoice", row, order).buyer
    assert (buyer.email, buyer.group) == ("facturen@bedrijf.example.test", 0)


def test_rates_are_the_documents_own_and_only_one_when_nothing_is_exchanged() -> None:
    """Another currency without a rate is refused: one to one would be a guess."""
    order = body("scenario_us_export_order")
    row = body("scenario_us_export_invoice1")
    row |= {"order_currency_code": "USD", "base_to_order_rate": Decimal("1.0837")}
    row |= {"global_currency_code": "GBP", "base_to_global_rate": Decimal("0.85")}
    document = parsed("invoice", row, order)
    assert (document.shown_currency, document.rate) == ("USD", Decimal("1.0837"))
    assert (document.global_currency, document.global_rate) == ("GBP", Decimal("0.85"))
    del row["base_to_order_rate"], row["base_to_global_rate"]
    with pytest.raises(FieldError, match="has no base_to_order_rate"):
        parsed("invoice", row, order)
    del row["order_currency_code"]
    document = parsed("invoice", row, order)
    assert (document.shown_currency, document.rate) == ("EUR", Decimal(1))
    assert document.global_rate == 1


def test_the_account_fills_in_what_the_billing_address_leaves_open() -> None:
    """Name and VAT number; a number on the address leads."""
    order = body("scenario_b2b_nl_order")
    for name in ("firstname", "lastname", "vat_id"):
        del order["billing_address"][name]
    order["customer_taxvat"] = "NL009999999B01"
    buyer = parsed("invoice", body("scenario_b2b_nl_invoice1"), order).buyer
    assert (buyer.name, buyer.vat_number) == ("Petra Jansen", "NL009999999B01")


def test_only_items_with_a_row_total_are_lines() -> None:
    """A dynamic bundle's parent repeats its children; a configurable product's child is empty."""
    row, order = body("scenario_b2b_nl_invoice1"), body("scenario_b2b_nl_order")
    parent = {"entity_id": Decimal(90), "order_item_id": Decimal(6), "base_price": Decimal(50)}
    child = {"entity_id": Decimal(91), "order_item_id": Decimal(7), "base_price": Decimal(0)}
    before = parsed("invoice", row, order).lines
    row["items"] += [parent, child]
    assert parsed("invoice", row, order).lines == before


def test_a_line_takes_the_tax_from_its_item_where_the_order_lists_none() -> None:
    """Both places exist; either is enough."""
    order = body("scenario_b2b_nl_order")
    expected = parsed("invoice", body("scenario_b2b_nl_invoice1"), order).lines[:2]
    order["extension_attributes"]["item_applied_taxes"] = []
    found = parsed("invoice", body("scenario_b2b_nl_invoice1"), order).lines[:2]
    assert found == expected


def test_a_line_without_any_tax_keeps_the_order_items_percentage() -> None:
    """So that a missing rate can be told from a zero rate."""
    order = body("scenario_b2b_nl_order")
    order["extension_attributes"]["item_applied_taxes"] = []
    for item in order["items"]:
        item["extension_attributes"]["itemized_taxes"] = None
    lines = parsed("invoice", body("scenario_b2b_nl_invoice1"), order).lines
    assert [(line.tax, line.percent) for line in lines[:2]] == [("", Decimal(21)), ("", Decimal(9))]


def test_two_taxes_on_one_line_are_refused_by_name() -> None:
    """One line has one VAT code; which part belongs to which tax, nobody can tell."""
    order = body("scenario_b2b_nl_order")
    entry = order["extension_attributes"]["item_applied_taxes"][1]
    entry["applied_taxes"].append(
        {"code": "ECO-5", "percent": Decimal(5), "base_amount": Decimal("1.23")}
    )
    with pytest.raises(FieldError, match=r"items\[0\] carries several taxes: NL-21, ECO-5"):
        parsed("invoice", body("scenario_b2b_nl_invoice1"), order)


def test_a_second_tax_that_came_to_nothing_does_not_count() -> None:
    """Only what was charged decides."""
    order = body("scenario_b2b_nl_order")
    entry = order["extension_attributes"]["item_applied_taxes"][1]
    entry["applied_taxes"].insert(
        0, {"code": "ECO-5", "percent": Decimal(5), "base_amount": Decimal(0)}
    )
    assert parsed("invoice", body("scenario_b2b_nl_invoice1"), order).lines[0].tax == "NL-21"


def test_goods_without_a_country_of_delivery_are_refused() -> None:
    """The country decides about the VAT: it is never guessed."""
    order = body("scenario_b2b_nl_order")
    order["extension_attributes"]["shipping_assignments"] = []
    with pytest.raises(FieldError, match="no country of delivery") as caught:
        parsed("invoice", body("scenario_b2b_nl_invoice1"), order)
    assert caught.value.code == "COUNTRY_MISSING"
