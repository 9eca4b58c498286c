"""What is wrong with a mapping is found whatever the shop and people make of it."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sync.domain.countries import EU
from sync.domain.mapping_edits import remove_oss, remove_vat, set_vat
from sync.domain.mapping_faults import Fault, code_for, mapping_faults, uncovered
from sync.domain.mutations import SALES_CODES
from sync.domain.rules import LedgerRule, mapping_from_json
from sync.domain.taxes import TaxRate

names = some.text(min_size=1, max_size=8)
percents = some.sampled_from([Decimal(x) for x in ("0", "6", "9", "9.0000", "19", "21.00", "21.5")])
countries = some.sampled_from(["NL", "NL", "BE", "DE", "US", ""])
shop_rates = some.lists(
    some.builds(TaxRate, id=some.just(1), code=names, country=countries, percent=percents),
    unique_by=lambda rate: rate.code,
    max_size=6,
)
odd_codes = some.sampled_from(
    [*SALES_CODES, "HOOG_VERK", "BUITEN_EU_VERK", "HOOG_INK_21", "", "x", "AFW"]
)


@some.composite
def worlds(draw: some.DrawFn) -> tuple[str, list[TaxRate]]:
    """A mapping as text, and the rates of a shop that has some of the mapped ones."""
    rates = draw(shop_rates)
    keys = some.sampled_from([rate.code for rate in rates]) | names if rates else names
    vat = draw(some.dictionaries(keys, odd_codes, max_size=6))
    oss = draw(some.dictionaries(some.sampled_from(["NL", "BE", "DE", "US"]), some.just("1640")))
    return json.dumps({"vat": vat, "oss": oss}), rates


def rate(code: str, percent: str, country: str = "NL") -> TaxRate:
    return TaxRate(id=1, code=code, country=country, percent=Decimal(percent))


def found(vat: dict[str, str], *rates: TaxRate, oss: dict[str, str] | None = None) -> list[Fault]:
    return mapping_faults(json.dumps({"vat": vat, "oss": oss or {}}), rates)


@settings(max_examples=60)
@given(worlds())
def test_doing_what_is_offered_leaves_nothing_wrong(world: tuple[str, list[TaxRate]]) -> None:
    """Only ledgers are people's to choose, once the rates are known."""
    mapping, rates = world
    for _ in range(2):  # a code that is none hides that the shop has no such rate any more
        for fault in mapping_faults(mapping, rates):
            if fault.cure == "set":
                mapping = set_vat(mapping, fault.tax, fault.right)
            elif fault.cure == "remove" and fault.tax:
                mapping = remove_vat(mapping, fault.tax)
            elif fault.cure == "remove":
                mapping = remove_oss(mapping, fault.country)
    assert {fault.kind for fault in mapping_faults(mapping, rates)} <= {"no_ledger"}
    mapping_from_json(mapping)


@settings(max_examples=60)
@given(worlds())
def test_the_code_that_is_offered_fits_the_rate(world: tuple[str, list[TaxRate]]) -> None:
    for fault in mapping_faults(*world):
        assert bool(fault.right) is (fault.cure == "set")
        if fault.cure == "set" and fault.percent is not None:
            assert fault.country == "NL"
            assert fault.right == "AFW_VERK" or SALES_CODES[fault.right] == fault.percent
        elif fault.cure == "set":
            assert fault.right in SALES_CODES


@settings(max_examples=60)
@given(worlds())
def test_what_weighs_most_comes_first_and_every_rate_is_judged_once(
    world: tuple[str, list[TaxRate]],
) -> None:
    mapping, rates = world
    faults = mapping_faults(mapping, rates)
    assert [fault.weight for fault in faults] == sorted(fault.weight for fault in faults)
    taxes = [fault.tax for fault in faults if fault.tax]
    assert len(taxes) == len(set(taxes))
    vat = json.loads(mapping)["vat"]
    home = [x for x in rates if x.country == "NL" and x.percent]
    for each in home:
        is_right = vat.get(each.code) in {
            code for code, percent in SALES_CODES.items() if percent == each.percent
        } or (vat.get(each.code) == "AFW_VERK" and code_for(each.percent) == "AFW_VERK")
        assert (each.code in taxes) is not is_right


@settings(max_examples=60)
@given(worlds())
def test_rates_that_were_never_read_are_no_fault(world: tuple[str, list[TaxRate]]) -> None:
    mapping, _ = world
    kinds = {fault.kind for fault in mapping_faults(mapping, None)}
    assert kinds <= {"retired", "purchase", "unknown", "no_oss"}


@pytest.mark.parametrize(
    ("code", "kind", "right"),
    [
        ("", "unmapped", "HOOG_VERK_21"),
        ("HOOG_VERK", "retired", "HOOG_VERK_21"),
        ("HOOG_INK_21", "purchase", "HOOG_VERK_21"),
        ("zzz", "unknown", "HOOG_VERK_21"),
        ("LAAG_VERK_9", "percent", "HOOG_VERK_21"),
        ("GEEN", "percent", "HOOG_VERK_21"),
        ("AFW_VERK", "deviating", "HOOG_VERK_21"),
    ],
)
def test_each_mistake_with_a_rate_of_21_percent_has_its_name_and_cure(
    code: str, kind: str, right: str
) -> None:
    [fault] = found({"NL-21": code} if code else {}, rate("NL-21", "21.0000"))
    assert (fault.kind, fault.code, fault.right, fault.tax) == (kind, code, right, "NL-21")


def test_rates_that_need_no_code_are_left_alone() -> None:
    """None at 0 %, none of a country outside the EU, whose VAT is never booked by a code."""
    assert found({}, rate("NL-0", "0"), rate("US-CA", "8.25", "US")) == []
    assert (
        found({"NL-0": "GEEN", "NL-13": "AFW_VERK"}, rate("NL-0", "0"), rate("NL-13", "13")) == []
    )


def test_foreign_and_former_entries_may_go() -> None:
    faults = found(
        {"BE-21": "HOOG_VERK_21", "NL-6": "AFW_VERK"},
        rate("BE-21", "21", "BE"),
        oss={"BE": "1640", "NL": "1641", "US": "1642"},
    )
    assert [(x.kind, x.tax or x.country, x.right) for x in faults] == [
        ("no_oss", "NL", ""),
        ("no_oss", "US", ""),
        ("foreign", "BE-21", ""),
        ("gone", "NL-6", ""),
    ]


def test_every_eu_country_that_is_charged_needs_a_ledger() -> None:
    rates = [rate(f"{country}-x", "20", country) for country in EU]
    faults = found({"NL-x": "AFW_VERK"}, *rates, oss={"DE": "1640"})
    assert [x.country for x in faults] == sorted(EU - {"NL", "DE"})
    assert {(x.kind, x.weight) for x in faults} == {("no_ledger", 1)}


def test_kinds_of_lines_without_a_ledger_are_named() -> None:
    """A rule for one rate or country is no rule for the others."""
    assert uncovered(()) == ["product", "shipping", "adjustment", "rounding"]
    assert uncovered((LedgerRule(ledger="8000"),)) == []
    assert uncovered(
        (LedgerRule(ledger="8000", kind="product"), LedgerRule(ledger="1", tax="NL-9"))
    ) == ["shipping", "adjustment", "rounding"]
