"""What the attempts alone say of the documents, for a hub that is made anew.

Names, moments and fingerprints are the shop's; they come back when it is read again.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import duckdb

from sync.domain.attempts import SUCCESS, DocumentState
from sync.domain.inbox import InboxEntry
from sync.store import codec, documents

SETTLE: Final = timedelta(minutes=10)
"""How long a booking may still be under way whose answer was never recorded."""

_TRIED: Final = """
select
    key,
    count(*) as attempts,
    max(id) filter (outcome is not null) as latest_attempt,
    min(started_at) as first_try_at,
    max(started_at) as last_try_at,
    arg_max(mutation_no, id) filter (mutation_no is not null) as mutation_no,
    max(try_cast(json_extract_string(try_cast(detail as json), '$.reverses') as bigint))
        filter (mutation_no is not null) as reversed_no,
    coalesce(arg_max(relation_code, id) filter (relation_code <> '' and outcome is not null), '')
        as relation_code,
    coalesce(arg_max(error_code, id) filter (outcome is not null), '') as error_code,
    arg_max(outcome, id) filter (outcome is not null) as outcome,
    arg_max(finished_at, id) filter (outcome is not null) as finished_at,
    arg_max(started_at, id) filter (outcome is not null) as sent_at,
    arg_max(connection, id) as connection,
    arg_max(entity, id) as entity,
    arg_max(document_id, id) as document_id,
    arg_max(document_no, id) as document_no,
    arg_max(order_id, id) as order_id,
    arg_max(order_no, id) as order_no,
    arg_max(store, id) as store,
    coalesce(try_cast(split_part(key, ':', 3) as bigint), 0) as store_id,
    abs(arg_max(amount, id)) as amount,
    arg_max(currency, id) as currency,
    try_cast(arg_max(customer, id) as bigint) as customer_id
from rows group by key order by min(id)
"""
_STATES: Final[dict[bool | None, DocumentState]] = {
    True: "booked",
    False: "failed",
    None: "skipped",
}


def derive(duck: duckdb.DuckDBPyConnection, now: datetime) -> Iterator[dict[str, Any]]:
    """The rows of the hub's `document` table, from the view `rows` of all attempts.

    A document whose latest try failed is failed: the shop, read again, makes it due. One whose
    outcome is not known is looked up once nothing can be under way any more.
    """
    for batch in duck.sql(_TRIED).to_arrow_table().to_batches(max_chunksize=10_000):
        for tried in batch.to_pylist():
            yield {**_fetched(tried), **_stands(tried, now)}


def _fetched(tried: dict[str, Any]) -> dict[str, Any]:
    at = tried["first_try_at"]
    return documents.encode(
        InboxEntry(
            key=tried["key"],
            connection=tried["connection"],
            entity=tried["entity"],
            fingerprint="",
            document_id=tried["document_id"],
            document_no=tried["document_no"],
            order_id=tried["order_id"],
            order_no=tried["order_no"],
            store_id=tried["store_id"],
            store=tried["store"],
            grand_total=tried["amount"],
            issued_at=at,
            created_at=at,
            updated_at=at,
            customer_id=tried["customer_id"],
            currency=tried["currency"],
            base_currency=tried["currency"],
        )
    )


def _stands(tried: dict[str, Any], now: datetime) -> dict[str, Any]:
    unknown = tried["outcome"] == "unknown"
    waits = unknown or tried["outcome"] is None
    state = "waiting" if waits else _STATES[SUCCESS[tried["outcome"]]]
    since = tried["finished_at"] or tried["first_try_at"]
    return {
        "state": state,
        "since": codec.micros(since),
        "due_at": codec.micros(now + SETTLE) if waits else None,
        "sent_at": codec.micros(tried["sent_at"]) if unknown else None,
        "lookup_first": int(state != "booked"),
        "attempts": tried["attempts"],
        "latest_attempt": tried["latest_attempt"],
        "first_try_at": codec.micros(tried["first_try_at"]),
        "last_try_at": codec.micros(tried["last_try_at"]),
        "mutation_no": tried["mutation_no"],
        "reversed_no": tried["reversed_no"],
        "relation_code": tried["relation_code"],
        "error_code": tried["error_code"],
    }
