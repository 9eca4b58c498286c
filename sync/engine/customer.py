"""Customer first: the relation that an invoice is booked on is found, or made, before it."""

from dataclasses import dataclass

from sync.domain import codes
from sync.domain.customers import (
    customer_label,
    identity,
    relation,
    relation_fingerprint,
    same_person,
)
from sync.domain.documents import Buyer
from sync.domain.relations import Relation
from sync.engine.desk import Desk
from sync.errors import OutcomeUnknownError, PermanentError, TemporaryError
from sync.store import Relation as KnownRelation


@dataclass(frozen=True, slots=True)
class Debtor:
    """The relation to book on; `made` tells whether this try created it."""

    code: str
    made: bool = False


def ensure(desk: Desk, buyer: Buyer) -> Debtor:
    """The buyer's relation in the books; asked for or created when we don't know it yet.

    A lost answer to creating it makes no second one: the code is derived from the buyer, and the
    next try asks for that code first.

    Raises:
        PermanentError: Several relations could be this customer.
        TemporaryError: The books do not answer, or the answer to creating it was lost.
    """
    name = desk.connection.name
    mark = identity(name, buyer)
    known = desk.store.relation(name, mark)
    if known is not None:
        return Debtor(known.code)
    wanted = relation(name, buyer)
    found = _find(desk, wanted)
    if found is None:
        _create(desk, wanted)
    code = wanted.code if found is None else found.code
    desk.store.keep_relation(
        KnownRelation(
            connection=name,
            identity=mark,
            code=code,
            fingerprint=relation_fingerprint(wanted) if found is None else "",
            customer=customer_label(buyer),
        )
    )
    return Debtor(code, made=found is None)


def _find(desk: Desk, wanted: Relation) -> Relation | None:
    ours = desk.books.relations(code=wanted.code)
    if ours:
        return ours[0]
    same = [x for x in desk.books.relations(keyword=wanted.email) if same_person(x, wanted)]
    if len(same) > 1:
        names = ", ".join(sorted(x.code for x in same))
        raise PermanentError(
            f"Validation error: several relations are this customer: {names}; "
            "keep one of them in the books",
            code=codes.RELATION_AMBIGUOUS,
            detail={"relations": names},
        )
    return same[0] if same else None


def _create(desk: Desk, wanted: Relation) -> None:
    try:
        desk.books.add_relation(wanted)
    except OutcomeUnknownError as error:
        # Not the invoice's outcome: nothing of it was sent, and our code finds the relation again.
        raise TemporaryError(error.message, code=error.code, detail=error.detail) from error
