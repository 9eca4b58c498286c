"""Columns that no attempt holds: what the hub knows of the documents beside the log's rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import pyarrow as pa

from pages.ui.texts import Language, text
from sync.domain.privacy import mask_email
from sync.store import search
from sync.store.reader import Reader
from sync.store.rows import Document

Values = Mapping[str, Mapping[str, str]]
"""For each column, the value of each document's key."""

Made = Callable[[Document, Language], str]

_OF_INVOICE: Final[Mapping[str, Made]] = {
    "invoice_no": lambda invoice, _: invoice.entry.document_no,
    "invoice_state": lambda invoice, tongue: text(f"state.{invoice.state}", tongue),
}
_OF_ITSELF: Final[Mapping[str, Made]] = {
    "email": lambda document, _: masked(document.entry.email),
}


def columns(reader: Reader, rows: pa.Table, wanted: Sequence[str], tongue: Language) -> Values:
    """The values of those `wanted` columns that come from the hub, for the documents of `rows`."""
    found: dict[str, Mapping[str, str]] = {}
    keys = rows["key"].to_pylist()
    for lookup, made in ((search.originals, _OF_INVOICE), (search.of_keys, _OF_ITSELF)):
        asked = [name for name in wanted if name in made]
        documents = lookup(reader, keys) if asked else {}
        for name in asked:
            found[name] = {key: made[name](each, tongue) for key, each in documents.items()}
    return found


def whole(reader: Reader, wanted: Sequence[str], tongue: Language) -> pa.Table | None:
    """Those of the `wanted` columns for every document, by key; None when none is wanted."""
    if set(wanted) & _OF_INVOICE.keys():
        found = search.all_originals(reader)
        return pa.table(
            {
                "key": pa.array([key for key, _, _ in found], pa.string()),
                "invoice_no": pa.array([number for _, number, _ in found], pa.string()),
                "invoice_state": pa.array(
                    [text(f"state.{state}", tongue) for _, _, state in found], pa.string()
                ),
            }
        )
    if set(wanted) & _OF_ITSELF.keys():
        people = search.all_emails(reader)
        return pa.table(
            {
                "key": pa.array([key for key, _ in people], pa.string()),
                "email": pa.array([masked(email) for _, email in people], pa.string()),
            }
        )
    return None


def masked(email: str) -> str:
    """An address of which only the first letter and the last part are left; empty stays empty."""
    return mask_email(email) if email else ""
