"""One try at one document: its row, its outcome, and the state a document is in afterwards."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from sync.domain.documents import Entity

Trigger = Literal["schedule", "manual", "resync", "cli"]
Outcome = Literal["created", "updated", "linked", "failed", "unknown", "skipped"]
DocumentState = Literal["waiting", "booked", "failed", "skipped"]

SUCCESS: Final[dict[Outcome, bool | None]] = {
    "created": True,
    "updated": True,
    "linked": True,
    "failed": False,
    "unknown": False,
    "skipped": None,
}
"""Whether an outcome counts as success; None counts neither way."""

_KINDS: Final[dict[Entity, str]] = {"invoice": "inv", "creditmemo": "cre", "customer": "cus"}
MAX_KEY: Final = 50
MAX_CONNECTION: Final = 16


def document_key(connection: str, entity: Entity, store_id: int, number: str) -> str:
    """The idempotency key, in clear, e.g. "webshop:inv:1:000000042".

    Equal on every try at the same document. It goes to the books as `Boekstuk`.

    Raises:
        ValueError: Longer than the 50 characters that the books keep.
    """
    key = f"{connection}:{_KINDS[entity]}:{store_id}:{number}"
    if len(key) > MAX_KEY:
        raise ValueError(f"key {key!r} has {len(key)} characters, the books keep {MAX_KEY}")
    return key


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What is known when a try begins: the row that the log shows at once, Success empty.

    Attributes:
        key: The document's idempotency key.
        amount: Euros with the sign they have in the books; None for customers.
        customer: The shop's customer number, or "guest".
        run: Id of the run that tries.
        trigger: Who or what asked.
        actor: Login of the person who asked; empty for the schedule.
    """

    key: str
    connection: str
    entity: Entity
    document_id: int
    document_no: str
    order_id: int | None
    order_no: str
    store: str
    platform: str
    started_at: datetime
    trigger: Trigger
    actor: str
    run: int
    amount: Decimal | None
    currency: str
    customer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """How a try ended.

    Attributes:
        outcome: See `Outcome`.
        state: What the document is from now on.
        message: English; catalogue words, colon, particulars, the service's own text.
        error_code: The service's or ours; empty on success.
        category, pattern, rules_version: From `sync.domain.patterns`; empty and 0 on success.
        relation_code: The relation booked on; empty when unknown.
        mutation_no: The mutation's number in the books; None when there is none.
        detail: JSON text, at most 2,048 bytes, no secrets, no personal data.
        due_at: When a waiting document is due again; None when it waits for something else.
        temporary: Counts as one of the automatic tries, which come at growing pauses.
        reverses: The mutation that was booked back; None when none was.
    """

    finished_at: datetime
    outcome: Outcome
    state: DocumentState
    message: str
    error_code: str = ""
    category: str = ""
    pattern: str = ""
    rules_version: int = 0
    relation_code: str = ""
    mutation_no: int | None = None
    detail: str = "{}"
    due_at: datetime | None = None
    temporary: bool = False
    reverses: int | None = None

    @property
    def success(self) -> bool | None:
        """True, False, or None where it counts neither way."""
        return SUCCESS[self.outcome]
