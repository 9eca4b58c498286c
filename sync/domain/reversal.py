"""The contrary of a booking: the same lines with the opposite sign, under a number of its own.

e-Boekhouden can neither delete nor change a mutation. So a booking that should not be there is
taken back: relation, ledgers, cost centres and VAT codes are those of the mutation as the books
have it, not those that today's mapping would choose, so that each ledger and each VAT code adds up
to nothing.
"""

from datetime import date
from decimal import Decimal
from typing import Final

from sync.domain import codes
from sync.domain.booked import BookedLine, BookedMutation
from sync.domain.inbox import InboxEntry
from sync.domain.mutations import (
    MAX_DESCRIPTION,
    MAX_LINES,
    MAX_NUMBER,
    SALES_CODES,
    Mutation,
    MutationLine,
)
from sync.errors import UnbookableError

SUFFIX: Final = "-X"
"""Behind the number and the key of what is booked back."""

_ZERO: Final = Decimal(0)


def contrary(original: BookedMutation, entry: InboxEntry, today: date, term: int) -> Mutation:
    """The booking that takes `original` back.

    Args:
        original: A sale as the books have it now.
        entry: The document that it was booked for.
        today: Its date: the original's period may be closed.
        term: Days until payment is due.

    Raises:
        UnbookableError: It cannot be taken back line by line; says what to do by hand.
    """
    _refuse(original, entry)
    kind = "Creditnota" if entry.entity == "creditmemo" else "Factuur"
    about = f"Tegenboeking van mutatie {original.number}: {kind} {entry.document_no}"
    return Mutation(
        booked_on=today,
        debtor_ledger=original.ledger,
        relation=original.relation,
        invoice_number=original.invoice_number.strip() + SUFFIX,
        voucher=entry.key + SUFFIX,
        description=f"{about}, bestelling {entry.order_no}"[:MAX_DESCRIPTION],
        term=term,
        reference=entry.order_no[:MAX_NUMBER],
        lines=tuple(map(_negated, original.lines)),
    )


def is_contrary(mutation: BookedMutation) -> bool:
    """Whether a mutation takes another one back already."""
    return mutation.voucher.endswith(SUFFIX)


def _negated(line: BookedLine) -> MutationLine:
    return MutationLine(
        ledger=line.ledger,
        vat_code=line.vat_code,
        net=_ZERO - line.net,  # no "-0.00"
        vat=_ZERO - line.vat,
        cost_centre=line.cost_centre,
    )


def _refuse(original: BookedMutation, entry: InboxEntry) -> None:
    for problem, code in _problems(original, entry):
        raise UnbookableError(
            f"Validation error: it was decided about mutation {original.number}, which {problem}; "
            "book it back by hand",
            code=code,
            detail={"mutation": str(original.number)},
        )


def _problems(original: BookedMutation, entry: InboxEntry) -> list[tuple[str, str]]:
    """Why there is no contrary of it, with our code; empty when there is one."""
    found = []
    if is_contrary(original):
        found.append(("takes another one back already", codes.DECISION_VOID))
    if not original.lines or len(original.lines) > MAX_LINES:
        found.append((f"has {len(original.lines)} lines", codes.DECISION_VOID))
    strange = sorted({x.vat_code for x in original.lines} - SALES_CODES.keys())
    if strange:
        said = f"is on VAT code {', '.join(strange)}, which no sale may be booked on any more"
        found.append((said, codes.TAX_CODE_INVALID))
    if any(x.net + x.vat != x.gross for x in original.lines):
        found.append(("has a line whose net and VAT are not its gross", codes.VAT_AMOUNT_DIFFERS))
    for text in (original.invoice_number.strip() + SUFFIX, entry.key + SUFFIX):
        if len(text) > MAX_NUMBER:
            said = f"would need the number {text}, longer than the {MAX_NUMBER} characters taken"
            found.append((said, codes.FIELD_TOO_LONG))
    return found
