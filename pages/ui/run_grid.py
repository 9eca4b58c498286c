"""The last runs as a grid, kind by run. Pure: counts in, figure out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pages.ui import formats
from pages.ui.charts import layout
from pages.ui.logs import OF_KIND
from pages.ui.palette import Palette
from pages.ui.plot import Plot
from pages.ui.texts import TEXTS, Language, text
from sync.domain.attempts import SUCCESS, Outcome
from sync.domain.documents import Entity
from sync.store import Run

FULL: Final = 30
"""Runs that the grid has room for; fewer leave the rest of it empty."""
OUTCOMES: Final = (*SUCCESS, "left")
_MARKS: Final[Mapping[str, str]] = {
    "running": "…",
    "done": "✓",
    "partly": "◐",
    "failed": "✗",
    "stopped": "■",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Attempts of one run at one kind: how many ended well, failed, or were left out."""

    ok: int = 0
    failed: int = 0
    skipped: int = 0
    running: int = 0

    def plus(self, outcome: Outcome | None, number: int) -> "Counts":
        """These and so many more that ended like that."""
        if outcome is None:
            return replace(self, running=self.running + number)
        success = SUCCESS[outcome]
        if success is None:
            return replace(self, skipped=self.skipped + number)
        if success:
            return replace(self, ok=self.ok + number)
        return replace(self, failed=self.failed + number)

    @property
    def total(self) -> int:
        """All of them."""
        return self.ok + self.failed + self.skipped + self.running

    def words(self, tongue: Language) -> str:
        """E.g. "12 ✓  3 ✗  1 –"; "–" alone when nothing was tried."""
        parts = ((self.ok, "✓"), (self.failed, "✗"), (self.skipped, "–"), (self.running, "…"))
        said = [f"{formats.number(number, tongue)} {mark}" for number, mark in parts if number]
        return "  ".join(said) or "–"


def state_words(state: str, tongue: Language) -> str:
    """How a run ended, a mark and the word."""
    key = f"run.state.{state}"
    return f"{_MARKS.get(state, '•')} {text(key, tongue) if key in TEXTS else state}"


def label(kind: Entity, tongue: Language) -> str:
    """What a row of the grid is called."""
    return text(f"nav.{OF_KIND[kind]}", tongue)


def figure(
    runs: Sequence[Run],
    counts: Mapping[tuple[int, Entity], Counts],
    palette: Palette,
    tongue: Language,
) -> Plot:
    """A square per kind and run: its mark says how it went, its colour says it again.

    Args:
        runs: Oldest first.
        counts: By run and kind; one that is missing tried nothing.
        palette: Of the theme.
        tongue: Of names and numbers.
    """
    kinds = tuple(OF_KIND)
    cells = [[counts.get((run.id, kind), Counts()) for run in runs] for kind in kinds]
    squares = {
        "type": "heatmap",
        "x": [f"#{run.id}" for run in runs],
        "y": [label(kind, tongue) for kind in kinds],
        "z": [[_level(each) for each in row] for row in cells],
        "text": [[_mark(each) for each in row] for row in cells],
        "texttemplate": "%{text}",
        "hovertext": [
            [_hover(run, each, tongue) for run, each in zip(runs, row, strict=True)]
            for row in cells
        ],
        "hoverinfo": "text",
        "colorscale": [
            [0, palette.empty],
            [0.33, palette.empty],
            [0.33, palette.booked],
            [0.66, palette.booked],
            [0.66, palette.failed],
            [1, palette.failed],
        ],
        "zmin": 0,
        "zmax": 3,
        "xgap": 2,
        "ygap": 2,
        "showscale": False,
    }
    # At most eight runs are named below their squares; nothing can be dragged.
    shown = runs[:: max(-(-len(runs) // 8), 1)]
    across = {
        "type": "category",
        "range": [-0.5, max(len(runs), FULL) - 0.5],
        "tickvals": [f"#{run.id}" for run in shown],
        "tickangle": 0,
        "showgrid": False,
        "fixedrange": True,
    }
    down = {"autorange": "reversed", "showgrid": False, "fixedrange": True}
    return Plot([squares], {**layout(palette, 170, tongue), "xaxis": across, "yaxis": down})


def _level(each: Counts) -> float:
    """Nothing tried, all well, or some failed: the middle of each third of the scale."""
    if each.failed:
        return 2.5
    return 1.5 if each.ok else 0.5


def _mark(each: Counts) -> str:
    if each.failed:
        return f"✗{each.failed}"
    if each.ok:
        return "✓"
    return "–" if each.skipped else ""


def _hover(run: Run, each: Counts, tongue: Language) -> str:
    said = each.words(tongue) if each.total else text("runs.nothing", tongue)
    return f"<b>#{run.id}</b> {state_words(run.state, tongue)}<br>{said}"
