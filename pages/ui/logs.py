"""The grids there are: which rows each shows, in which columns, and what it offers.

A log has a row per attempt, a data page a row per document as the shop has it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from pages.ui import view
from pages.ui.texts import TEXTS, Language, text
from pages.ui.view import View
from sync.domain.documents import Entity

_SALES: Final = ("id", "order", "document_no", "message", "started_at", "platform", "success")
_EVERYWHERE: Final = (
    "pattern",
    "category",
    "attempt_no",
    "duration_ms",
    "trigger",
    "run",
    "actor",
)
_BOOKED: Final = ("amount", "mutation_no")
_OF_DOCUMENTS: Final = ("books", "store", "country")
_OF_ATTEMPTS: Final = tuple(name for name in view.FILTERS if name not in _OF_DOCUMENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """One log, or one data page.

    Attributes:
        page: Its file, and its name in the texts and in the session.
        entity: The kind whose rows it shows; None means all kinds, which only a log has.
        per_document: A row is a document as the shop has it; otherwise an attempt.
        filters: The names of those it has.
        columns: Always there, in this order.
        optional: Shown where the view's `cols` names them, in this order.
        sorts: The orders it offers, the first one by default.
        presets: Ready-made views by the last part of their sentence's name.
    """

    page: str
    entity: Entity | None
    per_document: bool = False
    filters: tuple[str, ...] = _OF_ATTEMPTS
    columns: tuple[str, ...]
    optional: tuple[str, ...]
    sorts: tuple[str, ...]
    presets: Mapping[str, View]

    def fit(self, asked: View) -> View:
        """`asked` without filters, columns and orders that this grid doesn't have."""
        strange = [name for name in view.FILTERS if name not in self.filters]
        return replace(
            view.without(asked, strange),
            cols=tuple(name for name in self.optional if name in asked.cols),
            sort=asked.sort if asked.sort in self.sorts else self.sorts[0],
        )

    def heading(self, column: str, tongue: Language) -> str:
        """What stands above a column; some have another name here than in others."""
        own = f"{self.page}.col.{column}"
        return text(own if own in TEXTS else f"col.{column}", tongue)


def _among(*names: str) -> tuple[str, ...]:
    """These optional columns, in the order that all pages have them in."""
    return tuple(name for name in view.OPTIONAL if name in names)


def _optional(*names: str) -> tuple[str, ...]:
    return _among(*names, *_EVERYWHERE)


_PRESETS: Final = {
    "now": View(range="all", state="open"),
    "today": View(range="today"),
    "week": View(range="7d", success="no"),
    "slow": View(slow=5_000, sort="duration_ms:desc", cols=("duration_ms",)),
}
_SORTS: Final = tuple(sort for sort in view.SORTS if not sort.startswith("grand_total"))
_DUPLICATES: Final = View(range="all", q="Duplicate found", cols=("relation_code",))

_LOGS: Final = (
    Log(
        page="invoices",
        entity="invoice",
        columns=_SALES,
        optional=_optional(*_BOOKED),
        sorts=_SORTS,
        presets=_PRESETS,
    ),
    Log(
        page="creditmemos",
        entity="creditmemo",
        columns=_SALES,
        optional=_optional(*_BOOKED, "invoice_no", "invoice_state"),
        sorts=_SORTS,
        presets=_PRESETS,
    ),
    Log(
        page="customers",
        entity="customer",
        columns=("id", "message", "started_at", "platform", "success"),
        optional=_optional("customer", "relation_code", "outcome", "email"),
        sorts=("id:desc", "id:asc", "message:asc", "duration_ms:desc"),
        presets=_PRESETS | {"duplicates": _DUPLICATES},
    ),
    Log(
        page="attempts",
        entity=None,
        columns=("id", "entity", *_SALES[1:]),
        optional=_optional(*_BOOKED),
        sorts=_SORTS,
        presets=_PRESETS,
    ),
)
LOGS: Final[Mapping[str, Log]] = {log.page: log for log in _LOGS}
"""By their address. "attempts" shows all kinds together: where numbers about all kinds lead."""

OF_KIND: Final[Mapping[Entity, str]] = {log.entity: log.page for log in _LOGS if log.entity}
"""The log of each kind."""

_MONEY: Final = (
    *("currency", "base_currency", "base_rate", "global_currency", "global_rate"),
    *("mutation_no", "relation_code", "attempts", "last_try_at"),
)


_SOLD: Final = (
    *("id", "state", "store", "document_no", "order", "company", "customer_name"),
    *("country", "grand_total", "tax", "issued_at", "updated_at"),
)
_IDS: Final = ("document_id", "order_id", "customer_id")
_UNBOOKED: Final = {
    "now": View(range="all", books=("failed",)),
    "unbooked": View(range="all", books=("waiting", "failed")),
    "today": View(range="today"),
}
_AT_SHOP: Final = ("range", "date", "q", *_OF_DOCUMENTS)
_TOTALS: Final = ("id:desc", "id:asc", "grand_total:desc", "grand_total:asc")

_DATA: Final = (
    Log(
        page="shop-invoices",
        entity="invoice",
        per_document=True,
        filters=_AT_SHOP,
        columns=_SOLD,
        optional=_among(*_IDS, *_MONEY, "shop_state", "created_at"),
        sorts=_TOTALS,
        presets=_UNBOOKED,
    ),
    Log(
        page="shop-creditmemos",
        entity="creditmemo",
        per_document=True,
        filters=_AT_SHOP,
        columns=_SOLD,
        optional=_among(*_IDS, *_MONEY, "created_at"),
        sorts=_TOTALS,
        presets=_UNBOOKED,
    ),
    Log(
        page="shop-customers",
        entity="customer",
        per_document=True,
        filters=_AT_SHOP,
        columns=(
            *("id", "state", "store", "company", "firstname", "lastname", "email", "vat_number"),
            *("relation_code", "country", "created_at", "updated_at"),
        ),
        optional=_among("customer_id", "suffix", "middlename", "attempts", "last_try_at"),
        sorts=("id:desc", "id:asc"),
        presets=_UNBOOKED,
    ),
)
DATA: Final[Mapping[str, Log]] = {grid.page: grid for grid in _DATA}
"""The data pages by their files."""

SHOP_OF_KIND: Final[Mapping[Entity, str]] = {
    grid.entity: grid.page for grid in _DATA if grid.entity
}
"""The data page of each kind."""

_KINDS: Final[Mapping[str, Entity]] = {"inv": "invoice", "cre": "creditmemo", "cus": "customer"}


def kind_of(key: str, otherwise: Entity | None) -> Entity:
    """The kind of document that an idempotency key names; of a strange one, the log's own."""
    parts = key.split(":")
    return _KINDS.get(parts[1] if len(parts) > 1 else "", otherwise or "invoice")
