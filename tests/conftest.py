"""What holds for every test."""

import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("suite", deadline=None)  # machines differ; speed is a benchmark's matter
settings.load_profile("suite")


@pytest.fixture(autouse=True)
def _same_main_module() -> Iterator[None]:
    """Keep `__main__`, whose place a page takes that is run without a browser.

    Child processes of later tests begin by importing it, and would begin with that page.
    """
    kept = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = kept
