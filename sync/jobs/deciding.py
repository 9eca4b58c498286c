"""Looks a mutation up for a person, and carries out what they decide about one document."""

from collections.abc import Mapping
from decimal import Decimal

from sync import engine
from sync.domain.rulings import BARS, Kind, Ruling
from sync.errors import PermanentError
from sync.jobs import resync
from sync.jobs.task import Task


def look(task: Task) -> Mapping[str, object]:
    """What the books have, what differs and what would be booked, for a person to agree to.

    The payload holds the document's key (`document`), what would be decided (`decide`) and the
    mutation's number (`mutation`).
    """
    task.tell()
    asked = task.request.payload
    document = task.store.document(str(asked["document"]))
    if document is None:
        raise PermanentError("This document is not known any more")
    kind: Kind = "reverse" if asked["decide"] == "reverse" else "link"
    sight = engine.look(
        task.settings,
        task.store,
        task.stop,
        document,
        kind=kind,
        mutation=int(str(asked["mutation"])),
    )
    ruling = sight.ruling(task.request.actor, "manual")
    found, back = sight.found, sight.contrary
    return {
        "stamp": ruling.stamp,
        "amount": str(ruling.amount),
        "books": {
            "number": found.invoice_number,
            "date": found.booked_on.isoformat(),
            "relation": found.relation,
            "total": f"{found.total:.2f}",
        },
        "differs": [[each.field, each.books, each.shop] for each in sight.differs],
        "refunds": list(sight.refunds),
        "number": back.invoice_number if back else "",
        "lines": [
            [line.ledger, line.vat_code, f"{line.net:.2f}", f"{line.vat:.2f}"]
            for line in (back.lines if back else ())
        ],
    }


def work(task: Task) -> Mapping[str, object]:
    """Keep the decision about the request's document, and try it.

    The payload holds what was seen: the mutation's number, its stamp, and the amount. A try that
    this request made before a crash is not made again; what it left open goes on as any other.
    """
    asked = task.request.payload
    for key in task.store.open_documents(task.request.id):
        document = task.store.document(key)
        ruling = Ruling(
            kind="reverse" if task.request.kind == "reverse" else "link",
            mutation=int(str(asked["mutation"])),
            stamp=str(asked["stamp"]),
            amount=Decimal(str(asked["amount"])),
            actor=task.request.actor,
            trigger="manual",
        )
        barred = task.store.rule(key, ruling, task.now()) if document else None
        if document is None or barred is not None:
            number = document.entry.document_no if document else key
            said = BARS[barred] if barred else "is not known any more"
            return {"state": "failed", "message": f"{number} {said}"}
    return resync.work(task)
