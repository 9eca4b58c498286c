"""Documents that somebody would have booked again: which ones a filter names, what is around them.

Everything about them comes from the hub; only which documents a filter's attempts belong to is
asked of the record.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from sync.domain.attempts import DocumentState
from sync.domain.resync import Candidate
from sync.store import documents
from sync.store.filters import LogFilter, where
from sync.store.kept import scope_of
from sync.store.reader import Reader
from sync.store.rows import Document

_NOT_BOOKED: Final = """
select key from document where state <> 'booked' and (? = '' or entity = ?)
"""
_MATCHING: Final = """
with found as (select distinct key from attempts where {})
select list(key) filter (list_contains($keys, key)) as keys, count(*) as documents from found
"""
_BY_KEY: Final = "select * from document where key in (select value from json_each(?))"
_BEING_TRIED: Final = "select key from lease where key in (select value from json_each(?))"
_IN_REQUEST: Final = """
select requested.key, request from requested join request on request.id = request
where finished_at is null and requested.key in (select value from json_each(?))
"""
_INVOICES: Final = """
select memo.key as memo, invoice.key, invoice.state from document memo
join document invoice on invoice.order_no = memo.order_no
    and invoice.order_id = memo.order_id
    and invoice.connection = memo.connection
    and invoice.entity = 'invoice'
    and coalesce(memo.invoice_id, invoice.document_id) = invoice.document_id
where memo.key in (select value from json_each(?)) and memo.entity = 'creditmemo'
    and invoice.order_no <> ''
"""
_OF_CUSTOMERS: Final = """
select customer.key as customer, sale.key,
    customer.customer_id is null or customer.state = 'booked' as stands_aside
from document customer
join document sale on sale.connection = customer.connection
    and sale.entity <> 'customer' and sale.state in ('failed', 'waiting') and sale.attempts > 0
    and (sale.customer_id = customer.customer_id
        or customer.customer_id is null and sale.customer_id is null
            and customer.email <> '' and sale.email = customer.email collate nocase)
where customer.key in (select value from json_each(?)) and customer.entity = 'customer'
"""


@dataclass(frozen=True, slots=True)
class Named:
    """What a filter names.

    Attributes:
        keys: Of documents that are not in the books.
        booked: How many more it names that are.
    """

    keys: tuple[str, ...]
    booked: int


def named_by(reader: Reader, asked: LogFilter) -> Named:
    """The documents that the attempts of a filter belong to.

    Raises:
        StoreError: The record cannot be read.
    """
    kind = asked.entity or ""
    keys = [row["key"] for row in reader.rows(_NOT_BOOKED, (kind, kind))]
    state = reader.snapshot()
    if asked.state == "open":
        asked = asked.between(state.failed_since, None)
    clause = where(asked)
    answer = reader.ask(
        _MATCHING.format(clause.sql),
        {**clause.values, "keys": keys},
        scope_of(asked),
        state=state,
    ).to_pylist()[0]
    found = tuple(answer["keys"] or ())
    return Named(keys=found, booked=answer["documents"] - len(found))


def candidates(
    reader: Reader, keys: Iterable[str], connections: Collection[str]
) -> list[Candidate[Document]]:
    """These documents with what decides whether they may be booked again.

    A customer stands for what was sold to it, was tried and is not in the books, and an account
    that has no relation yet for itself, too. Unknown keys are left out.

    Args:
        reader: Of the store.
        keys: Of the documents.
        connections: Names of those that are switched on.

    Raises:
        StoreError: The hub cannot be read.
    """
    asked = set(keys)
    sold = _sold_to(reader, asked)
    aside = {row["customer"] for row in sold if row["stands_aside"]}
    wanted = asked - aside | {row["key"] for row in sold}
    text = json.dumps(sorted(wanted))
    running = {row["key"] for row in reader.rows(_BEING_TRIED, (text,))}
    requests = {row["key"]: row["request"] for row in reader.rows(_IN_REQUEST, (text,))}
    invoices = _invoices(reader, text)
    found = [documents.decode(row) for row in reader.rows(_BY_KEY, (text,))]
    return [
        Candidate(
            document=document,
            entity=document.entry.entity,
            running=document.key in running,
            request=requests.get(document.key),
            off=document.entry.connection not in connections,
            guest=document.entry.entity == "customer" and document.entry.customer_id is None,
            invoices=invoices.get(document.key, ())
            if document.entry.entity == "creditmemo"
            else None,
        )
        for document in found
    ]


def _sold_to(reader: Reader, keys: Iterable[str]) -> list[sqlite3.Row]:
    """For each of these keys that is a customer's: it, and what was sold and is not booked."""
    return reader.rows(_OF_CUSTOMERS, (json.dumps(sorted(keys)),))


def _invoices(reader: Reader, keys: str) -> dict[str, tuple[tuple[str, DocumentState], ...]]:
    found: dict[str, tuple[tuple[str, DocumentState], ...]] = {}
    for row in reader.rows(_INVOICES, (keys,)):
        found[row["memo"]] = (*found.get(row["memo"], ()), (row["key"], row["state"]))
    return found
