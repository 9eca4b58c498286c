"""What the store hands out: frozen rows. Every moment is aware and UTC, every amount Decimal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sync.domain.attempts import DocumentState, Outcome, Trigger
from sync.domain.inbox import InboxEntry
from sync.domain.rulings import Ruling

RunState = Literal["running", "done", "partly", "failed", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document as the hub remembers it.

    Attributes:
        entry: As it was last fetched.
        state: Where it stands.
        since: When it came into that state.
        tries: Automatic tries in a row that failed for a temporary reason.
        due_at: When a waiting document is to be tried; None when it waits for something else.
        sent_at: When a try marked its write call and its end is not known; None otherwise.
        lookup_first: Something may have been sent: ask the books before posting.
        changed: It changed in the shop after it was booked.
        attempts: Tries so far, running ones included.
        latest_attempt: The finished try with the highest id; None before the first.
        first_try_at, last_try_at: The earliest and the latest start of a try.
        mutation_no: Its number in the books; None when there is none.
        relation_code: The relation it was booked on; empty when unknown.
        error_code: Of the latest finished try; empty when that went well.
        ruling: What a person decided and no try has carried out yet; None when nothing.
        reversed_no: The mutation that was booked back, by `mutation_no`; None when none was.
    """

    entry: InboxEntry
    state: DocumentState
    since: datetime
    tries: int = 0
    due_at: datetime | None = None
    sent_at: datetime | None = None
    lookup_first: bool = False
    changed: bool = False
    attempts: int = 0
    latest_attempt: int | None = None
    first_try_at: datetime | None = None
    last_try_at: datetime | None = None
    mutation_no: int | None = None
    relation_code: str = ""
    error_code: str = ""
    ruling: Ruling | None = None
    reversed_no: int | None = None

    @property
    def key(self) -> str:
        """The idempotency key."""
        return self.entry.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a fetched page brought: documents seen for the first time, changed, and as before."""

    new: int
    changed: int
    same: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to try one document, held until it is finished or taken over.

    Attributes:
        attempt: Id of the started row.
        attempt_no: 1 for the document's first try.
        document: As it was when it was claimed.
        holder: Token of the holder.
    """

    attempt: int
    attempt_no: int
    document: Document
    holder: str

    @property
    def key(self) -> str:
        """The document's idempotency key."""
        return self.document.key


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftBehind:
    """A try whose holder is gone, finished by the one who took it over.

    Attributes:
        key: The document's idempotency key.
        attempt: Id of the row.
        outcome: "failed" when nothing was sent, "unknown" when something may have been.
    """

    key: str
    attempt: int
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A customer's relation in the books, remembered so that nobody asks for it again.

    Attributes:
        identity: Hash of what makes this customer this debtor.
        code: The relation's code in the books.
        fingerprint: Of what was last sent; another one means that an update is due.
        customer: The shop's customer number, or "guest".
    """

    connection: str
    identity: str
    code: str
    fingerprint: str
    customer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One pass of the engine.

    Attributes:
        actor: Login of the person who asked; empty for the schedule.
        mapping_version: Of the mapping it booked with; 0 when there was none.
        finished_at: None while it runs.
        counts: Whatever the engine counted, by name.
        message: One sentence; empty when there is nothing to say.
        code: Of the error that stopped it; empty otherwise.
        request: The request that it works off; None for the schedule and the command line.
    """

    id: int
    connection: str
    trigger: Trigger
    actor: str
    mapping_version: int
    started_at: datetime
    finished_at: datetime | None
    state: RunState
    counts: Mapping[str, int]
    message: str
    code: str
    request: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """Who did what to what, and when. `facts` says the rest by name."""

    id: int
    at: datetime
    actor: str
    action: str
    what: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person asks for.

    Attributes:
        kind: What the worker is to do: a name in `sync.jobs.JOBS`, e.g. "resync".
        connection: About which one; empty when it is about several or none.
        payload: Its arguments by name; what JSON holds.
        filter: The address of the filter that it was chosen by; empty when there was none.
        documents: By key, the latest attempt that the person saw (None: never tried); one that
            was tried since is left out. None for a kind of wish that names no documents.
        identity: Two open wishes of a kind with the same one are the same wish; empty takes
            connection and payload.
    """

    kind: str
    connection: str = ""
    payload: Mapping[str, object] = field(default_factory=dict)
    filter: str = ""
    documents: Mapping[str, int | None] | None = None
    identity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What became of a wish.

    Attributes:
        request: The request that carries it out; None when nothing is left of the wish.
        is_new: It was made for this wish; otherwise somebody's before has it.
        documents: How many it took of those that were named.
        left_out: How many it did not: another request has them, or they were tried meanwhile.
    """

    request: int | None
    is_new: bool
    documents: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a request is.

    Attributes:
        done: Things done, by all who worked at it.
        total: Things to do; None while nobody knows.
        counts: Of those done, how many ended how.
        before: Things that were done before the process that has it now took it up.
        note: Of which moment of the work: a name that pages have words for; empty for none.
    """

    done: int = 0
    total: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    before: int = 0
    note: str = ""


RequestState = Literal["asked", "taken", "running", "stopping", "done"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person asked the worker to do.

    Attributes:
        connection: Empty when it is about several or none.
        kind: E.g. "resync".
        payload: Its arguments by name.
        taken_at, stop_at, finished_at: None before it was taken up, before somebody wished that
            it stops, before it was done.
        progress: None before its work began.
        result: What came of it by name; empty before that.
        holder: Token of the process that has it; empty when nobody has.
    """

    id: int
    connection: str
    kind: str
    payload: Mapping[str, object]
    actor: str
    asked_at: datetime
    taken_at: datetime | None = None
    stop_at: datetime | None = None
    finished_at: datetime | None = None
    progress: Progress | None = None
    result: Mapping[str, object] = field(default_factory=dict)
    holder: str = ""

    @property
    def state(self) -> RequestState:
        """Where it stands."""
        if self.finished_at is not None:
            return "done"
        if self.taken_at is None:
            return "asked"
        if self.stop_at is not None:
            return "stopping"
        return "taken" if self.progress is None else "running"

    @property
    def filter(self) -> str:
        """The address of the filter that it was chosen by; empty when there was none."""
        return str(self.payload.get("filter", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class SealReport:
    """What one round of sealing did.

    Attributes:
        rows: Rows that moved from the hub into segments.
        segments: Files written for them.
        compacted: Files replaced by larger ones.
        removed: Files deleted after their grace time, or left unfinished by a dead owner.
        unknown: Files among the segments that the hub doesn't know; they are left alone.
        damaged: Files that are set apart, because they are not what was written.
        busy: Another process is at it; nothing was done.
    """

    rows: int = 0
    segments: int = 0
    compacted: int = 0
    removed: int = 0
    unknown: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    busy: bool = False
