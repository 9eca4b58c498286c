"""All matching rows as a file, made when it is asked for and never held by the page."""

import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

import streamlit as st

from pages.ui import beside, data, datacells, filter_words, formats, view, workbook
from pages.ui.logs import Log
from pages.ui.question import Question
from pages.ui.rights import later
from pages.ui.speech import language, say
from pages.ui.texts import LANGUAGES, Language
from sync.store import queries
from sync.store.csv_export import write_csv
from sync.store.filters import LogFilter

FIELDS: Final = (
    "id",
    "order_no",
    "document_no",
    "message",
    "started_at",
    "platform",
    "success",
    "pattern",
    "category",
    "attempt_no",
    "duration_ms",
    "trigger",
    "run",
    "amount",
    "mutation_no",
    "actor",
    "outcome",
    "error_code",
    "connection",
    "entity",
    "document_id",
    "order_id",
    "store",
    "finished_at",
    "currency",
    "customer",
    "relation_code",
    "rules_version",
    "key",
    "detail",
)
"""The columns of a log's file: the grid's, the optional ones, then the rest."""


def menu(question: Question, rows: int) -> None:
    """Draw the files to take along: CSV in both notations, workbook, the filter as text."""
    own = language()
    with st.popover(say("export"), icon=":material/download:"):
        st.text(say("csv.all", n=formats.number(rows, own)))
        for tongue in sorted(LANGUAGES, key=lambda each: each != own):
            st.download_button(
                say(f"csv.{tongue}"),
                data=later(partial(csv_bytes, question, tongue)),
                file_name=file_name(question, "csv"),
                mime="text/csv",
                key=f"{question.page}_csv_{tongue}",
                on_click="ignore",
                type="primary" if tongue == own else "secondary",
                disabled=not rows,
                width="stretch",
            )
        st.download_button(
            say("xlsx"),
            data=later(partial(xlsx_bytes, question, own)),
            file_name=file_name(question, "xlsx"),
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            key=f"{question.page}_xlsx",
            on_click="ignore",
            disabled=not rows,
            width="stretch",
        )
        st.download_button(
            say("csv.filter"),
            data=filter_text(question),
            file_name=file_name(question, "txt"),
            mime="text/plain",
            key=f"{question.page}_csv_filter",
            on_click="ignore",
            type="tertiary",
            width="stretch",
        )


def csv_bytes(question: Question, tongue: Language) -> bytes:
    """Every row of the filter, as the file's bytes; written on disk first, held once."""
    asked = question.filter
    with tempfile.TemporaryFile() as made:
        above = headings(question.log, tongue)
        if not isinstance(asked, LogFilter):
            rows = datacells.lines(question, tuple(above), tongue)
            write_csv(made, tongue, above.values(), rows, question.settings.timezone)
            made.seek(0)
            return made.read()
        more = beside.whole(question.reader, tuple(above), tongue)
        queries.export_csv(question.reader, asked, tongue, made, above, beside=more)
        made.seek(0)
        return made.read()


def xlsx_bytes(question: Question, tongue: Language) -> bytes:
    """Every row of the filter as a workbook, in the grid's columns and the optional ones."""
    with tempfile.TemporaryDirectory(prefix="boekwacht-") as folder:
        made = Path(folder) / "log.xlsx"
        workbook.write(question, tongue, made)
        return made.read_bytes()


def headings(log: Log, tongue: Language) -> Mapping[str, str]:
    """The file's columns and what stands above them."""
    return {name: log.heading(name, tongue) for name in fields(log)}


def fields(log: Log) -> tuple[str, ...]:
    """The names of the file's columns: what only this log has stands at the end."""
    if log.per_document:
        return (*log.columns, *log.optional, *datacells.BESIDE)
    return (*FIELDS, *(name for name in log.optional if name not in FIELDS))


def file_name(question: Question, ending: str) -> str:
    """What the file is called: kind, period and the moment it was asked for."""
    zone = question.settings.timezone
    period = view.days(question.view, data.today(zone))
    span = f"{period[0]}_{period[1]}" if period else say("range.all").lower()
    moment = data.local_now(zone)
    return f"{say(f'{question.page}.file')}_{span}_{moment:%Y%m%d-%H%M}.{ending}"


def filter_text(question: Question) -> str:
    """The filter in words, for whoever finds the file later."""
    made = formats.moment(data.now(), question.settings.timezone, language())
    return f"{filter_words.in_words(question.view)}\n{say('csv.made', moment=made)}\n"
