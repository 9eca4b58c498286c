"""Whole pages by AppTest: a home with a filled store, and a page opened by its address."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Dataframe

from pages.ui import local
from tests.pages.history import hostile, month, others
from tests.pages.seed import fill, settings

ROOT = Path(__file__).resolve().parent.parent.parent
Open = Callable[..., AppTest]


def unfolded(page: AppTest, *charts: str) -> list[Dataframe]:
    """All tables of a page once those that stand under some of its charts are asked for."""
    for chart in charts:
        page.session_state[f"{chart}_fold"] = True
    return list(page.run().dataframe)


@pytest.fixture(scope="session", autouse=True)
def _installed_components() -> Iterator[None]:
    """Let Streamlit look once which packages bring components.

    It looks through all that are installed whenever AppTest runs a script, which took nine tenths
    of the time; a server does so once, too.
    """
    with pytest.MonkeyPatch.context() as patch:
        found = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


@pytest.fixture(scope="session")
def month_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose store holds forty days of documents, eight of them hostile."""
    home = settings(tmp_path_factory.mktemp("month"))
    now = datetime.now(UTC)
    fill(home, [*month(now), *others(now), *hostile(now)])
    return home


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Open a page of a home, the Invoice log by default, with the parameters of an address.

    AppTest sends no headers, so who may ask at all is left to the browser tests.
    """
    monkeypatch.setattr(local, "is_local", lambda headers: True)

    def run(
        home: Path, locale: str = "nl-NL", at: str = "invoices", **params: str | list[str]
    ) -> AppTest:
        monkeypatch.setenv("BOEKWACHT_HOME", str(home))
        test = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
        test.context = {"locale": locale}
        test.switch_page(f"pages/{at}.py")
        for name, value in params.items():
            test.query_params[name] = value
        return test.run()

    yield run
    st.cache_resource.clear()
