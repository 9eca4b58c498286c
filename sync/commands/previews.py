"""What a dry run says of a document, for people and as JSON."""

from collections.abc import Iterator, Mapping

from sync import engine
from sync.commands.safe import visible
from sync.domain.documents import Entity
from sync.domain.inbox import InboxEntry
from sync.domain.mutations import Mutation

_KINDS: Mapping[Entity, str] = {
    "invoice": "invoice",
    "creditmemo": "credit memo",
    "customer": "customer",
}


def named(entry: InboxEntry) -> str:
    """A document as people call it, e.g. "invoice 000000042 (order 000000017)"."""
    order = f" (order {visible(entry.order_no)})" if entry.order_no else ""
    return f"{_KINDS[entry.entity]} {visible(entry.document_no)}{order}"


def preview_lines(preview: engine.Preview) -> Iterator[str]:
    """A line that says what would happen, and one for each line of the booking."""
    entry, mutation = preview.entry, preview.mutation
    name = named(entry)
    if mutation is None:
        verdict = "would fail" if preview.verdict == "failed" else preview.verdict
        yield f"{name} {verdict}: {visible(preview.message)}"
        return
    first = ", once the look-up has not found it," if preview.verdict == "would look up" else ""
    whose = "relation" if preview.known else "a relation to be found or made, code"
    yield (
        f"{name} would be booked{first} as {visible(mutation.invoice_number)} on "
        f"{mutation.booked_on}, € {mutation.total:.2f}, {whose} {mutation.relation}"
    )
    yield from mutation_lines(mutation)


def mutation_lines(mutation: Mutation) -> Iterator[str]:
    """A line for each line of a booking."""
    for line in mutation.lines:
        centre = f"  cost centre {line.cost_centre}" if line.cost_centre else ""
        yield (
            f"    ledger {line.ledger:<6} {line.vat_code:<13} "
            f"net {line.net:>10.2f}  VAT {line.vat:>9.2f}{centre}"
        )


def preview_facts(preview: engine.Preview) -> dict[str, object]:
    """The same as one object for JSON; amounts are texts, so that no reader rounds them."""
    entry = preview.entry
    return {
        "type": "preview",
        "connection": entry.connection,
        "entity": entry.entity,
        "document_no": entry.document_no,
        "order_no": entry.order_no,
        "key": entry.key,
        "verdict": preview.verdict,
        "message": preview.message,
        "error_code": preview.code,
        "booking": _booking(preview.mutation) if preview.mutation else None,
    }


def _booking(mutation: Mutation) -> dict[str, object]:
    return {
        "number": mutation.invoice_number,
        "date": mutation.booked_on.isoformat(),
        "relation": mutation.relation,
        "total": f"{mutation.total:.2f}",
        "lines": [
            {
                "ledger": line.ledger,
                "vat_code": line.vat_code,
                "net": f"{line.net:.2f}",
                "vat": f"{line.vat:.2f}",
                "cost_centre": line.cost_centre,
            }
            for line in mutation.lines
        ],
    }
