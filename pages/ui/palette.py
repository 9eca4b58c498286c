"""The colours of the charts, in the reader's theme: the same five as everywhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import streamlit as st

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours as "#rrggbb", each at least 4.6:1 on the theme's background.

    Attributes:
        edge: Outline of what failed, so that it differs by more than its colour.
        text: Of labels and axes.
        empty: Of what has nothing to show.
        grid: Of lines behind the figures.
    """

    booked: str
    failed: str
    warning: str
    waiting: str
    skipped: str
    edge: str
    text: str
    empty: str
    grid: str


PALETTES: Final[Mapping[Theme, Palette]] = {
    "light": Palette(
        booked="#00695C",
        failed="#C2410C",
        warning="#8A5A00",
        waiting="#4F5B93",
        skipped="#5F6B7A",
        edge="#7C2A08",
        text="#1B2A2F",
        empty="#E9ECEF",
        grid="#D9E0DF",
    ),
    "dark": Palette(
        booked="#4FD1B5",
        failed="#FF9466",
        warning="#FFD166",
        waiting="#A5B4FC",
        skipped="#A3ADBA",
        edge="#FFD9C7",
        text="#E6EEEC",
        empty="#2C373D",
        grid="#2C373D",
    ),
}


CATEGORY_COLOURS: Final[Mapping[Theme, Mapping[str, tuple[str, str]]]] = {
    "light": {
        "tax_code": ("#C2410C", ""),
        "customer_data": ("#4F5B93", ""),
        "duplicate": ("#B8860B", ""),
        "validation": ("#00695C", ""),
        "not_found": ("#8E3B8A", ""),
        "authentication": ("#1F77B4", "/"),
        "timeout": ("#E39A6B", "/"),
        "network": ("#9AA4D6", "/"),
        "server_error": ("#D9B95B", "/"),
        "rate_limit": ("#6DB5A8", "/"),
        "other": ("#5F6B7A", ""),
        "none": ("#A3ADBA", "x"),
    },
    "dark": {
        "tax_code": ("#FF9466", ""),
        "customer_data": ("#A5B4FC", ""),
        "duplicate": ("#FFD166", ""),
        "validation": ("#4FD1B5", ""),
        "not_found": ("#E19ADD", ""),
        "authentication": ("#6CB2E6", "/"),
        "timeout": ("#C26A3F", "/"),
        "network": ("#6C78B8", "/"),
        "server_error": ("#B08E35", "/"),
        "rate_limit": ("#3B8A7C", "/"),
        "other": ("#A3ADBA", ""),
        "none": ("#5F6B7A", "x"),
    },
}
"""Of the categories of failures: a colour, and a hatching that parts those of related colours."""


def theme() -> Theme:
    """The theme that is on screen now."""
    return "dark" if st.context.theme.type == "dark" else "light"


def mixed(one: str, other: str, share: float) -> str:
    """A colour between two, `share` of the way from `one` to `other`."""
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def palette() -> Palette:
    """The colours of the theme that is on screen now."""
    return PALETTES[theme()]
