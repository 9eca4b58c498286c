"""Runs killed by SIGKILL, at every named step and at random moments. The full size is a command."""

from pathlib import Path

import pytest

from tests.engine.kills import Uniqueness, at_every_step, campaign
from tests.engine.steps import STEPS


@pytest.mark.slow
def test_runs_killed_at_random_moments_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    """Every document once, for its amount; every try has its finished row. The books refuse none.

    Many are killed between sending and recording, else this would prove little.
    """
    outcomes = campaign(tmp_path, kills=30, seed=1, orders=250)
    assert outcomes["documents"] > 200
    assert outcomes["unknown"] >= 3
    assert outcomes["linked"] >= 2


@pytest.mark.slow
@pytest.mark.parametrize(("uniqueness", "accounts"), [("administration", False), ("off", True)])
def test_a_run_killed_at_any_step_leaves_every_document_once(
    tmp_path: Path, uniqueness: Uniqueness, accounts: bool
) -> None:
    """Each step once, then runs that go on to the end.

    The steps about a customer are passed by buyers alone, or by accounts first.
    """
    outcomes = at_every_step(tmp_path, seed=1, orders=60, uniqueness=uniqueness, accounts=accounts)
    assert outcomes["kills"] == len(STEPS)
    assert outcomes["unknown"] >= 3, "marked, sent, before finish"
    assert outcomes["linked"] >= 2, "sent, before finish"
