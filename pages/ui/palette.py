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


def palette() -> Palette:
    """The colours of the theme that is on screen now."""
    return PALETTES["dark" if st.context.theme.type == "dark" else "light"]
