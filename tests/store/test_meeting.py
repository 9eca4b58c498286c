"""Two at once, held up at their steps: some of the pairs here, all by `tests.store.meeting`."""

from pathlib import Path

import pytest

from tests.store.meeting import COPYING, FIRST, TENDING, everybody_else, one_copies, two_tend


@pytest.mark.parametrize(("first", "second"), TENDING[::11])
def test_two_who_tend_the_files(tmp_path: Path, first: tuple[str, int], second: str) -> None:
    two_tend(tmp_path, first, second)


@pytest.mark.parametrize(("first", "second"), COPYING[::8])
def test_one_who_tends_the_files_and_one_who_copies(
    tmp_path: Path, first: tuple[str, int], second: str
) -> None:
    one_copies(tmp_path, first, second)


@pytest.mark.parametrize("first", FIRST[::2])
def test_one_who_tends_the_files_and_everybody_else(tmp_path: Path, first: tuple[str, int]) -> None:
    everybody_else(tmp_path, first)
