"""The shop's customer accounts, tried for themselves: each gets its relation before it buys.

An account and the buyer on an invoice share code, claim and look-up (`sync.engine.customer`), so
that a run of either beside the other makes one relation.
"""

from dataclasses import replace
from typing import TypeAlias

from sync.domain import codes
from sync.domain.documents import Customer
from sync.domain.inbox import customer_entry
from sync.domain.preflight import Skip, incomplete
from sync.engine import customer, record
from sync.engine.attempt import Tried
from sync.engine.desk import Desk, ReadingDesk
from sync.errors import ConfigurationError, OutcomeUnknownError, PermanentError, UnreachableError
from sync.magento import Unreadable
from sync.store import Claim, Document

Account: TypeAlias = Customer | Unreadable | None
"""An account as the shop has it now; None when the shop does not have it any more."""


def try_account(desk: Desk, known: Document, found: Account) -> Tried | None:
    """Try one account and record how it ended.

    Returns:
        How it ended; None when somebody else has the customer, or had it booked meanwhile.

    Raises:
        ConfigurationError: Recorded, and then raised again: it stops this connection's run.
    """
    label = "guest" if known.entry.customer_id is None else str(known.entry.customer_id)
    claim = desk.store.claim(record.started(desk, known.entry, label, None), desk.holder)
    if claim is None:
        return None
    desk.steps("customer claimed")
    if isinstance(found, Customer) and left_out(desk, known, found) is None:
        ended = customer.attend(desk, claim, found)
    else:
        ended = _end(desk, claim, found)
    if ended is None:
        return None
    if isinstance(ended.error, ConfigurationError):
        raise ended.error
    silent = isinstance(ended.error, UnreachableError | OutcomeUnknownError)
    return Tried(claim.document, ended.finish, silent)


def left_out(desk: ReadingDesk, known: Document, found: Customer | None) -> Skip | None:
    """Why nothing is done about an account on purpose; None when it gets its relation.

    Args:
        desk: Of the run.
        known: What the hub remembers: one debtor, as which the account was seen once.
        found: The account as the shop has it now.
    """
    if found is None:
        return Skip(codes.CUSTOMER_GONE, "Skipped: the shop deleted the account")
    if customer_entry(desk.debtors, found).key != known.key:
        return Skip(
            codes.CUSTOMER_CHANGED,
            "Skipped: the account changed in the shop and has another relation now",
        )
    return incomplete(found)


def _end(desk: Desk, claim: Claim, found: Account) -> customer.Ended | None:
    """Record why nothing was done; None when another process took the account over."""
    if isinstance(found, Unreadable):
        error = PermanentError(found.message, code=found.code)
        failed = record.failed(desk, claim.document, error, buyer=None, mutation=None)
        return customer.Ended(failed, error) if desk.store.finish(claim, failed) else None
    skip = left_out(desk, claim.document, found)
    assert skip is not None  # noqa: S101 - asked by the caller a moment ago
    finish = record.skipped(desk, skip.code, skip.message)
    if claim.document.relation_code:  # it stays in the books as it is
        finish = replace(finish, state="booked")
    return customer.Ended(finish) if desk.store.finish(claim, finish) else None
