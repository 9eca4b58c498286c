"""A run and a check leave the shop's taxes where the dashboard finds them."""

from decimal import Decimal

import pytest

from sync import engine
from sync.domain.taxes import TaxRate
from sync.sandbox.fault_rules import Rule
from sync.store.mappings import TaxesRead, taxes_of
from sync.store.reader import open_reader
from tests.engine.world import World

ONLY_TAXES = engine.Wanted(entities=())


def kept(world: World) -> TaxesRead | None:
    with world.store(), open_reader(world.home) as reader:
        return taxes_of(reader, "webshop")


def test_a_run_keeps_rates_rules_and_the_moment(world: World) -> None:
    """Read again by each run, because people change them."""
    assert kept(world) is None
    world.run(ONLY_TAXES)
    first = kept(world)
    assert first is not None
    assert first.taxes.rates[2] == TaxRate(id=3, code="NL-21", country="NL", percent=Decimal(21))
    assert [rule.name for rule in first.taxes.rules or ()] == ["High rate", "Low rate", "NL zero"]
    world.later(hours=1)
    world.run(ONLY_TAXES)
    again = kept(world)
    assert again is not None
    assert (again.at > first.at, again.taxes) == (True, first.taxes)


@pytest.mark.parametrize("path", ["taxRules", "taxClasses"])
def test_a_shop_that_tells_no_rules_stops_no_run(world: World, path: str) -> None:
    world.faults.add(Rule(kind="unreadable", service="shop", match=(path,)))
    assert world.run(ONLY_TAXES).state == "done"
    found = kept(world)
    assert found is not None
    assert (len(found.taxes.rates), found.taxes.rules) == (8, None)
