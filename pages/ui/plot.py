"""A chart as Streamlit takes it, of plain parts."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import plotly.graph_objects as go
from plotly.basedatatypes import BaseFigure

Part = Mapping[str, Any]
"""A trace or a layout as Plotly's own reference describes it."""


class Plot(BaseFigure):  # type: ignore[misc]
    """Traces and a layout, handed on as they are.

    Plotly's own figures check each part when they are made, which takes longer than all else on a
    page and happens whenever the record has moved. The tests have them check ours instead.
    """

    def __init__(self, traces: Sequence[Part], layout: Part) -> None:
        # Not Plotly's own: it would check the parts.
        self._parts: dict[str, Any] = {
            "data": [*traces],
            "layout": {"template": _template(), **layout},
        }

    def to_dict(self) -> dict[str, Any]:
        """Everything, as Plotly draws it. Not to be changed."""
        return self._parts


@cache
def _template() -> Part:
    """The look that Streamlit gives to every figure."""
    template: Part = go.Figure().to_dict()["layout"]["template"]
    return template
