"""A run and a check leave the shop's taxes where the dashboard finds them."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from sync import engine
from sync.domain.taxes import TaxRate
from sync.sandbox.fault_rules import Rule
from sync.store.mappings import taxes_of
from sync.store.reader import open_reader
from sync.store.taxes import TaxesRead, keep_taxes, kept_taxes
from tests.engine.world import World

ONLY_TAXES = engine.Wanted(entities=())


def kept(world: World) -> TaxesRead | None:
    with world.store(), open_reader(world.home) as reader:
        return taxes_of(reader, "webshop")


def test_a_run_keeps_rates_rules_and_the_moment(world: World) -> None:
    assert kept(world) is None
    world.run(ONLY_TAXES)
    first = kept(world)
    assert first is not None
    assert first.taxes.rates[2] == TaxRate(id=3, code="NL-21", country="NL", percent=Decimal(21))
    assert [rule.name for rule in first.taxes.rules or ()] == ["High rate", "Low rate", "NL zero"]


def test_rules_are_read_again_after_a_day_with_a_new_rate_or_for_a_person(world: World) -> None:
    """People change them; rates, which decide about bookings, are asked for by every run."""

    def moment() -> datetime:
        found = kept(world)
        assert found is not None
        return found.at

    world.run(ONLY_TAXES)
    first = moment()
    world.later(hours=1)
    world.run(ONLY_TAXES)
    assert moment() == first
    world.run(engine.Wanted(entities=(), trigger="manual", actor="els"))
    asked = moment()
    assert asked > first
    world.later(hours=24)
    world.run(ONLY_TAXES)
    next_day = moment()
    assert next_day > asked
    with world.store() as store:
        found = kept_taxes(store, "webshop")
        assert found is not None
        other = replace(found.taxes, rates=found.taxes.rates[1:])
        keep_taxes(store, "webshop", other, found.at)
    world.run(ONLY_TAXES)
    again = kept(world)
    assert again is not None
    assert again.taxes == found.taxes


@pytest.mark.parametrize("path", ["taxRules", "taxClasses"])
def test_a_shop_that_tells_no_rules_stops_no_run(world: World, path: str) -> None:
    world.faults.add(Rule(kind="unreadable", service="shop", match=(path,)))
    assert world.run(ONLY_TAXES).state == "done"
    found = kept(world)
    assert found is not None
    assert (len(found.taxes.rates), found.taxes.rules) == (8, None)
