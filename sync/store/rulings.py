"""What people decided about single documents, kept until a try has carried it out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sync.domain.rulings import Bar, Ruling, bar
from sync.store import codec, documents
from sync.store.audit import note
from sync.store.database import moved
from sync.store.holders import Holders

_ONE: Final = """
select document.*, exists (select 1 from lease where lease.key = document.key) as running
from document where key = ?
"""
_RULE: Final = """
update document set
    ruling = :ruling, state = 'waiting', due_at = :now, tries = 0,
    since = case state when 'waiting' then since else :now end
where key = :key
"""
_BOOKED_AS: Final = """
select document_no from document
where (mutation_no = :mutation or reversed_no = :mutation)
    and connection = :connection and entity <> 'customer' and key <> :key limit 1
"""


class Rulings(Holders):
    """Decisions that wait for a try."""

    def rule(
        self, key: str, ruling: Ruling, now: datetime, facts: Mapping[str, object] | None = None
    ) -> Bar | None:
        """Keep a decision; the document is due now, and the next try carries it out.

        One that is kept already is kept once.

        Args:
            key: The document's, which the hub has to know.
            ruling: What was decided.
            now: When.
            facts: Of the audit row; None when the queue wrote one already.

        Returns:
            Why it cannot be decided any more; None when it is kept.
        """
        with self.write() as hub:
            row = hub.execute(_ONE, (key,)).fetchone()
            known = documents.decode(row)
            if known.ruling == ruling:
                return None
            found = bar(ruling.kind, known.entry.entity, known, running=bool(row["running"]))
            if found is not None:
                return found
            text = codec.clean(documents.write_ruling(ruling))
            hub.execute(_RULE, {"key": key, "ruling": text, "now": codec.micros(now)})
            if facts is not None:
                what = known.entry.connection
                note(hub, ruling.actor, ruling.kind, what, now, documents=[key], **facts)
            moved(hub, "documents")
        return None

    def booked_as(self, connection: str, mutation: int, but: str) -> str | None:
        """The number of another document that is or was that mutation; None when there is none."""
        values = {"mutation": mutation, "connection": connection, "key": but}
        with self.read() as hub:
            row = hub.execute(_BOOKED_AS, values).fetchone()
        return None if row is None else str(row["document_no"])
