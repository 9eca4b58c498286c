"""The record of attempts: hub (SQLite), segments (Parquet), queries (DuckDB)."""

from sync.store.claims import Label, Labeller
from sync.store.holders import Holder
from sync.store.hub import Store, open_store
from sync.store.rows import (
    AuditRow,
    Claim,
    Document,
    LeftBehind,
    Received,
    Relation,
    Request,
    Run,
    RunState,
    SealReport,
)
from sync.store.standing import Standing

__all__ = [
    "AuditRow",
    "Claim",
    "Document",
    "Holder",
    "Label",
    "Labeller",
    "LeftBehind",
    "Received",
    "Relation",
    "Request",
    "Run",
    "RunState",
    "SealReport",
    "Standing",
    "Store",
    "open_store",
]
