"""The command line starts fast: it imports what a command needs, when it needs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.world import ROOT

HEAVY = {"duckdb", "lxml", "numpy", "pandas", "plotly", "pyarrow", "requests", "streamlit", "zeep"}
IMPORTED = """
import json, sys
from sync.__main__ import entry
entry(sys.argv[1:])
print()
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        ("--help", ""),
        ("status --help", ""),
        ("status", ""),
        ("log --help", "duckdb numpy pyarrow"),
        ("run --help", "lxml requests zeep"),
    ],
)
def test_only_what_is_needed_is_imported(home: Path, arguments: str, allowed: str) -> None:
    """By imported modules, not by time: machines differ."""
    environment = {"BOEKWACHT_HOME": str(home), "PATH": "", "PYTHONWARNINGS": "error"}
    result = subprocess.run(
        [sys.executable, "-c", IMPORTED, *arguments.split()],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    imported = set(json.loads(result.stdout.splitlines()[-1]))
    assert imported & HEAVY <= set(allowed.split()), result.stderr
    assert len(result.stdout.splitlines()) > 5
