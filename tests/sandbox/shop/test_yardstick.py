"""The recorded Magento is the yardstick: request by request, over real HTTP."""

import pytest

from tests.sandbox.shop.replay import COVERAGE, REASONS, Verdict, report, verdicts


@pytest.fixture(scope="module")
def results() -> list[Verdict]:
    return verdicts()


def test_every_recorded_request_is_answered_as_recorded_or_has_a_reason(
    results: list[Verdict],
) -> None:
    """Status, error body, fields and types; a reason that is no longer needed fails too."""
    different = {one.name: one.difference for one in results if one.difference}
    assert different.keys() == REASONS.keys(), different


def test_the_yardstick_is_whole(results: list[Verdict]) -> None:
    """All 286 recordings take part, and far more than the 230 that were asked for agree."""
    assert len(results) == 286
    assert sum(not one.difference for one in results) >= 285


def test_the_coverage_list_is_up_to_date(results: list[Verdict]) -> None:
    """`python -m tests.sandbox.shop.replay` writes it."""
    assert COVERAGE.read_text("utf-8") == report(results)
