"""The record of attempts: hub (SQLite), segments (Parquet), queries (DuckDB)."""

from sync.store.claims import Label, Labeller
from sync.store.holders import Holder
from sync.store.hub import Store, open_store
from sync.store.rows import (
    Asked,
    AuditRow,
    Claim,
    Document,
    LeftBehind,
    Progress,
    Received,
    Relation,
    Request,
    Run,
    RunState,
    SealReport,
    Wish,
)
from sync.store.standing import Standing

__all__ = [
    "Asked",
    "AuditRow",
    "Claim",
    "Document",
    "Holder",
    "Label",
    "Labeller",
    "LeftBehind",
    "Progress",
    "Received",
    "Relation",
    "Request",
    "Run",
    "RunState",
    "SealReport",
    "Standing",
    "Store",
    "Wish",
    "open_store",
]
