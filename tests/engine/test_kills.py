"""A share of the kill campaign: 30 runs killed at random moments."""

from pathlib import Path

import pytest

from tests.engine.kills import campaign


@pytest.mark.slow
def test_killed_runs_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    """Every invoice once, for its amount; every try has its finished row."""
    outcomes = campaign(tmp_path, kills=30, seed=1, orders_per_day=30)
    assert outcomes["documents"] > 500
    assert outcomes["failed"] + outcomes["unknown"] + outcomes["linked"] > 0
