"""The logs there are: which attempts each shows, in which columns, and what it offers."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """One log.

    Attributes:
        page: Its address, and its name in the texts and in the session.
        entity: The kind whose attempts it shows; None means all kinds.
        columns: Always there, in this order.
        optional: Shown where the view's `cols` names them, in this order.
        sorts: The orders it offers, the first one by default.
        presets: Ready-made views by the last part of their sentence's name.
    """

    page: str
    entity: Entity | None
    columns: tuple[str, ...]
    optional: tuple[str, ...]
    sorts: tuple[str, ...]
    presets: Mapping[str, View]

    def fit(self, asked: View) -> View:
        """`asked` without columns and orders that this log doesn't have."""
        return replace(
            asked,
            cols=tuple(name for name in self.optional if name in asked.cols),
            sort=asked.sort if asked.sort in self.sorts else self.sorts[0],
        )

    def heading(self, column: str, tongue: Language) -> str:
        """What stands above a column; some have another name in this log than in others."""
        own = f"{self.page}.col.{column}"
        return text(own if own in TEXTS else f"col.{column}", tongue)


def _optional(*names: str) -> tuple[str, ...]:
    wanted = {*names, *_EVERYWHERE}
    return tuple(name for name in view.OPTIONAL if name in wanted)


_PRESETS: Final = {
    "now": View(range="all", state="open"),
    "today": View(range="today"),
    "week": View(range="7d", success="no"),
    "slow": View(slow=5_000, sort="duration_ms:desc", cols=("duration_ms",)),
}
_DUPLICATES: Final = View(range="all", q="Duplicate found", cols=("relation_code",))

_LOGS: Final = (
    Log(
        page="invoices",
        entity="invoice",
        columns=_SALES,
        optional=_optional(*_BOOKED),
        sorts=view.SORTS,
        presets=_PRESETS,
    ),
    Log(
        page="creditmemos",
        entity="creditmemo",
        columns=_SALES,
        optional=_optional(*_BOOKED, "invoice_no", "invoice_state"),
        sorts=view.SORTS,
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
        sorts=view.SORTS,
        presets=_PRESETS,
    ),
)
LOGS: Final[Mapping[str, Log]] = {log.page: log for log in _LOGS}
"""By their address. "attempts" shows all kinds together: where numbers about all kinds lead."""

OF_KIND: Final[Mapping[Entity, str]] = {log.entity: log.page for log in _LOGS if log.entity}
"""The log of each kind."""

_KINDS: Final[Mapping[str, Entity]] = {"inv": "invoice", "cre": "creditmemo", "cus": "customer"}


def kind_of(key: str, otherwise: Entity | None) -> Entity:
    """The kind of document that an idempotency key names; of a strange one, the log's own."""
    parts = key.split(":")
    return _KINDS.get(parts[1] if len(parts) > 1 else "", otherwise or "invoice")
