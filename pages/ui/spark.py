"""A row of small bars: how something went over the last days, without axes. Pure."""

from collections.abc import Sequence
from html import escape
from typing import Final

_HEIGHT: Final = 24


def bars(values: Sequence[float | None], colour: str, name: str) -> str:
    """HTML of a bar per value, oldest first, as wide as the place that it gets.

    The highest bar is as high as the place. A value over zero is never too low to be seen; zero
    and None are a thin line.

    Args:
        values: One per day; None for a day without data.
        colour: Of the bars, "#rrggbb".
        name: What the bars show, for whoever can't see them.
    """
    top = max((value for value in values if value), default=0)
    drawn = "".join(_bar(value, top, escape(colour)) for value in values)
    return (
        f'<div role="img" aria-label="{escape(name)}" style="display:flex;align-items:flex-end;'
        f'gap:2px;height:{_HEIGHT}px">{drawn}</div>'
    )


def _bar(value: float | None, top: float, colour: str) -> str:
    height = max(value / top * _HEIGHT, 3) if value and top else 1
    faint = "" if value else ";opacity:0.4"
    return f'<span style="flex:1;height:{height:.0f}px;background:{colour}{faint}"></span>'
