"""Who may import whom, read from the sources: a breach fails by name."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [
    *sorted(path for folder in ("sync", "pages") for path in (ROOT / folder).rglob("*.py")),
    ROOT / "dashboard.py",
    ROOT / "start.py",
]
CLOCK_MODULES = {"os", "io", "time", "random", "secrets", "socket", "subprocess", "pathlib"}
SQL = re.compile(
    r"\s*(select\s.*\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s)", re.I | re.S
)
PERMITTED = {
    "streamlit": ("pages", "dashboard.py"),
    "pandas": ("pages/ui",),
    "plotly": ("pages/ui",),
    "zeep": ("sync/eboekhouden",),
    "requests": ("sync/eboekhouden", "sync/magento", "sync/http"),
    "sqlite3": ("sync/store",),
    "duckdb": ("sync/store",),
}


def imports(path: Path) -> Iterator[str]:
    """Every module that a source names in an import, as a dotted name."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def place(path: Path) -> str:
    """The path as the rules name it."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_libraries_stay_where_they_belong(path: Path) -> None:
    """Services, store and screen each have their own."""
    for name in imports(path):
        allowed = PERMITTED.get(name.split(".")[0])
        assert allowed is None or place(path).startswith(allowed), f"{name} in {place(path)}"


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_imports_run_in_one_direction(path: Path) -> None:
    """Pages never see the services or the engine; the domain sees only itself and the errors."""
    here = place(path)
    for name in imports(path):
        if not name.startswith("sync"):
            continue
        if here.startswith("pages") or here == "dashboard.py":
            forbidden = ("sync.magento", "sync.eboekhouden", "sync.engine", "sync.sandbox")
            assert not name.startswith(forbidden), f"{name} in {here}"
        if here.startswith("sync/domain"):
            assert name.startswith(("sync.domain", "sync.errors")), f"{name} in {here}"
        if here.startswith("sync/http"):
            assert name.startswith("sync.http"), f"{name} in {here}"
        if here.startswith(("sync/store", "sync/magento", "sync/eboekhouden")):
            own = ".".join(here.split("/")[:2])
            common = ["sync.domain", "sync.errors", "sync.clock"]
            common += [] if own == "sync.store" else ["sync.http"]
            assert name.startswith((own, *common)), f"{name} in {here}"
        if not here.startswith(("sync/sandbox", "sync/commands")):
            assert not name.startswith("sync.sandbox"), f"{name} in {here}"


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if "sync/domain" in place(path)], ids=place
)
def test_the_domain_is_pure(path: Path) -> None:
    """No I/O, clock, random numbers or environment; moments are passed in."""
    for name in imports(path):
        assert name.split(".")[0] not in CLOCK_MODULES, f"{name} in {place(path)}"
    calls = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    assert not calls & {"datetime.now", "datetime.utcnow", "date.today", "builtins.open"}


def test_the_command_line_starts_without_the_screen() -> None:
    """It imports neither pandas nor Streamlit, so that it starts fast."""
    for path in SOURCES:
        if place(path).startswith("sync"):
            heavy = {name.split(".")[0] for name in imports(path)} & {"pandas", "streamlit"}
            assert not heavy, f"{heavy} in {place(path)}"


@pytest.mark.parametrize("path", [p for p in SOURCES if place(p).startswith("pages/ui")], ids=place)
def test_sql_stays_in_the_store(path: Path) -> None:
    """Pages ask questions; how they are asked is the store's business."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not SQL.match(node.value), node.value
