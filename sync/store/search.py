"""Finding documents in the hub: by key, by any number a person may have at hand, by e-mail.

Answers hold names and e-mail addresses; whoever shows them masks them.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sync.domain.attempts import DocumentState
from sync.store import codec, documents
from sync.store.reader import Reader
from sync.store.rows import Document

_MOST_DIGITS: Final = 15
"""Longest number that leading zeros are put before."""
_BY_KEY: Final = "select * from document where key in (select value from json_each(?))"
_ORIGINALS: Final = """
select memo.key as memo, invoice.* from document memo
join document invoice on invoice.order_no = memo.order_no
    and invoice.connection = memo.connection
    and invoice.entity = 'invoice'
    and invoice.document_id = memo.invoice_id
where memo.key in (select value from json_each(?)) and invoice.order_no <> ''
"""
_ALL_ORIGINALS: Final = """
select memo.key as key, invoice.document_no as document_no, invoice.state as state
from document memo
join document invoice on invoice.order_no = memo.order_no
    and invoice.connection = memo.connection
    and invoice.entity = 'invoice'
    and invoice.document_id = memo.invoice_id
where memo.entity = 'creditmemo' and invoice.order_no <> ''
"""
_ALL_EMAILS: Final = "select key, email from document where entity = 'customer' and email <> ''"
_EXACT: Final = """
select * from document where id in (
    select id from document where document_no in (select value from json_each(:numbers))
    union
    select id from document
    where order_no <> '' and order_no in (select value from json_each(:numbers))
    union
    select id from document where mutation_no = :mutation
    union
    select id from document where reversed_no = :mutation
)
order by issued_at desc, id desc limit :most
"""
_PART: Final = """
select * from document
where document_no like :part escape '\\' or order_no like :part escape '\\'
order by id desc limit :most
"""
_EMAIL: Final = """
select * from document where email like :part escape '\\' order by id desc limit :most
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought.

    Attributes:
        documents: Newest first; at most as many as were asked for.
        exact: Each has what was typed as its own number or address, not as a part of it.
    """

    documents: tuple[Document, ...]
    exact: bool


def of_keys(reader: Reader, keys: Iterable[str]) -> dict[str, Document]:
    """The documents with these keys, by key; unknown ones are left out."""
    rows = reader.rows(_BY_KEY, (json.dumps(sorted(set(keys))),))
    return {row["key"]: documents.decode(row) for row in rows}


def originals(reader: Reader, keys: Iterable[str]) -> dict[str, Document]:
    """The invoice that each credit memo refunds, by the credit memo's key.

    A credit memo whose shop didn't say which invoice, or whose invoice was never fetched, is left
    out.
    """
    rows = reader.rows(_ORIGINALS, (json.dumps(sorted(set(keys))),))
    return {row["memo"]: documents.decode(row) for row in rows}


def all_originals(reader: Reader) -> list[tuple[str, str, DocumentState]]:
    """For every credit memo: its key, its invoice's number, and that invoice's state."""
    return [tuple(row) for row in reader.rows(_ALL_ORIGINALS)]


def all_emails(reader: Reader) -> list[tuple[str, str]]:
    """For every customer with an address: key and address. Mask what leaves the hub."""
    return [tuple(row) for row in reader.rows(_ALL_EMAILS)]


def find(reader: Reader, typed: str, most: int = 60) -> Found:
    """Documents with this order, document or mutation number, or this e-mail address.

    Spaces, "#", leading zeros and case don't matter. Where nothing has exactly that number or
    address, whatever has it as a part is given.

    Args:
        reader: Of the store.
        typed: As a person typed it; nothing in it finds nothing.
        most: How many documents at most.
    """
    text = codec.clean("".join(typed.split()).replace("#", "").replace("\x00", ""))
    if not text:
        return Found((), exact=False)
    if "@" in text:
        rows = _like(reader, _EMAIL, text, most)
        same = [row for row in rows if row["email"].casefold() == text.casefold()]
        return _found(same or rows, exact=bool(same))
    rows = _exactly(reader, text, most)
    if rows:
        return _found(rows, exact=True)
    return _found(_like(reader, _PART, text.lstrip("0") or text, most), exact=False)


def _exactly(reader: Reader, text: str, most: int) -> list[sqlite3.Row]:
    bare = text.lstrip("0")
    widths = range(len(bare), _MOST_DIGITS + 1) if bare.isdecimal() else range(0)
    numbers = {text, text.upper(), text.lower(), bare, *(bare.zfill(width) for width in widths)}
    mutation = int(bare) if bare.isdecimal() and len(bare) <= _MOST_DIGITS else None
    values = {"numbers": json.dumps(sorted(numbers - {""})), "mutation": mutation, "most": most}
    return reader.rows(_EXACT, values)


def _like(reader: Reader, statement: str, text: str, most: int) -> list[sqlite3.Row]:
    literal = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return reader.rows(statement, {"part": f"%{literal}%", "most": most})


def _found(rows: Sequence[sqlite3.Row], *, exact: bool) -> Found:
    return Found(tuple(documents.decode(row) for row in rows), exact)
