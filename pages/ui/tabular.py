"""A small table as CSV, as people of a language open it."""

import csv
import io
from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from pages.ui.rights import later
from pages.ui.speech import language, say
from pages.ui.texts import Language
from sync.store.csv_export import harmless

Cell = str | int | float | None


def download(name: str, headings: Mapping[str, str], rows: Sequence[Mapping[str, Cell]]) -> None:
    """Draw the buttons that take the table along, in both notations.

    Args:
        name: Of the file, and of the buttons.
        headings: The columns in their order, and what stands above each.
        rows: Their cells by column.
    """
    own = language()
    with st.container(horizontal=True):
        for tongue in ("nl", "en") if own == "nl" else ("en", "nl"):
            st.download_button(
                say(f"csv.{tongue}"),
                data=later(partial(csv_bytes, headings, rows, tongue)),
                file_name=f"{name}.csv",
                mime="text/csv",
                key=f"{name}_csv_{tongue}",
                icon=":material/download:",
                on_click="ignore",
                disabled=not rows,
            )


def csv_bytes(
    headings: Mapping[str, str], rows: Sequence[Mapping[str, Cell]], tongue: Language
) -> bytes:
    """The table as UTF-8 with a byte-order mark; text that looks like a formula is made harmless.

    Args:
        headings: As `download`.
        rows: As `download`.
        tongue: "nl" writes semicolons, "en" commas.
    """
    made = io.StringIO(newline="")
    written = csv.writer(made, delimiter=";" if tongue == "nl" else ",", lineterminator="\n")
    written.writerow(headings.values())
    for row in rows:
        cells = [row[name] for name in headings]
        written.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])
    return made.getvalue().encode("utf-8-sig")
