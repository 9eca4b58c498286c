"""Documents to mutations. Pure: no network, no clock, no settings read here.

Every booking's gross lines add up to the document's grand total to the cent, or it is refused.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from sync.domain import codes
from sync.domain.documents import DocumentLine, Entity, LineKind, SalesDocument
from sync.domain.mutations import (
    DEVIATING,
    MAX_DESCRIPTION,
    MAX_LINES,
    MAX_NUMBER,
    NO_VAT,
    Mutation,
    MutationLine,
)
from sync.domain.rules import BookingRules, LedgerRule
from sync.domain.vat import decide
from sync.errors import UnbookableError

CENT = Decimal("0.01")
FIRST_YEAR, LAST_YEAR = 1980, 2049
"""The years that the books take (CMUT004)."""
_ZERO = Decimal(0)


def book(document: SalesDocument, relation: str, voucher: str, rules: BookingRules) -> Mutation:
    """The booking of an invoice or credit memo.

    A credit memo is the same kind of booking with every amount negative; its number gets a prefix
    because the shop counts invoices and credit memos separately, so both can be 000000042.

    Args:
        document: What the shop issued; its amounts are positive on both kinds.
        relation: Code of the relation that owes the money.
        voucher: The idempotency key.
        rules: Mapping and settings.

    Raises:
        UnbookableError: Says what is wrong with the document or which rule is missing.
    """
    lines = booking_lines(document, rules)
    if document.entity == "creditmemo":
        lines = [replace(x, net=_ZERO - x.net, vat=_ZERO - x.vat) for x in lines]  # no "-0.00"
    return Mutation(
        booked_on=booking_date(document, rules),
        debtor_ledger=rules.debtor_ledger,
        relation=relation,
        invoice_number=invoice_number(document, rules),
        voucher=voucher,
        description=_description(document),
        term=rules.term,
        reference=document.order_no[:MAX_NUMBER],
        lines=tuple(lines),
    )


def booking_date(document: SalesDocument, rules: BookingRules) -> date:
    """The date in the store view's zone (or the one set): one hour decides the VAT quarter.

    Raises:
        UnbookableError: It lies outside the years that the books take.
    """
    day = document.issued_at.astimezone(ZoneInfo(rules.zone or document.zone)).date()
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UnbookableError(
            f"Validation error: the date {day} cannot be booked, the books take the years "
            f"{FIRST_YEAR} to {LAST_YEAR}; correct it in the shop",
            code=codes.DATE_REFUSED,
            detail={"date": day.isoformat()},
        )
    return day


def invoice_number(document: SalesDocument, rules: BookingRules) -> str:
    """Prefix and number, as the books will know it.

    Raises:
        UnbookableError: Longer than the 50 characters that the books take; never cut.
    """
    number = prefixed(document.entity, document.number, rules)
    if len(number) > MAX_NUMBER:
        raise UnbookableError(
            f"Validation error: the number {number} has {len(number)} characters, "
            f"the books take {MAX_NUMBER}; use a shorter prefix",
            code=codes.FIELD_TOO_LONG,
        )
    return number


def prefixed(entity: Entity, number: str, rules: BookingRules) -> str:
    """The shop's number as the books know it, however long."""
    memo = entity == "creditmemo"
    return (rules.creditmemo_prefix if memo else rules.invoice_prefix) + number


def booking_lines(document: SalesDocument, rules: BookingRules) -> list[MutationLine]:
    """The lines with positive amounts: coded, split where VAT and rate differ, complete.

    Raises:
        UnbookableError: A tax or ledger is not mapped, VAT cannot fit its code, or lines and
            total differ by more than rounding.
    """
    raw = [
        mutation_line for line in document.lines for mutation_line in _coded(line, document, rules)
    ]
    raw += _residual(document, rules)
    lines = [part for line in raw for part in _fit_rate(line, rules)]
    if len(lines) > MAX_LINES:
        # Each line fits by itself; only their cents of rounding have come together.
        lines = [part for line in _grouped(raw) for part in _split(line, rules)]
    if len(lines) > MAX_LINES:
        raise UnbookableError(
            f"Validation error: {len(lines)} lines, the books take {MAX_LINES}",
            code=codes.FIELD_TOO_LONG,
        )
    return lines


def _coded(
    line: DocumentLine, document: SalesDocument, rules: BookingRules
) -> Iterable[MutationLine]:
    if not line.net and not line.vat:
        return
    case = decide(line, document, rules)
    rule = _ledger(line.kind, line.tax, document, rules)
    vat = _ZERO if case.oss_ledger else line.vat
    yield MutationLine(
        ledger=rule.ledger, vat_code=case.code, net=line.net, vat=vat, cost_centre=rule.cost_centre
    )
    if case.oss_ledger and line.vat:
        yield MutationLine(ledger=case.oss_ledger, vat_code=NO_VAT, net=line.vat, vat=_ZERO)


def _ledger(kind: LineKind, tax: str, document: SalesDocument, rules: BookingRules) -> LedgerRule:
    rule = rules.mapping.ledger(kind, tax, document.buyer.address.country)
    if rule is None:
        raise UnbookableError(
            f"Validation error: no ledger for {kind} lines; set one with "
            f"'python -m sync map set ledger {rules.connection} LEDGER --kind {kind}'",
            code=codes.LEDGER_UNMAPPED,
            detail={"kind": kind, "tax": tax},
        )
    return rule


def payment_fee(document: SalesDocument, rules: BookingRules) -> Decimal:
    """Euros of the document's total that stand on no line and are booked as a fee; 0 for none."""
    rest = document.total - sum((line.gross for line in document.lines), _ZERO)
    return rest if rest > rules.rounding_limit else _ZERO


def _residual(document: SalesDocument, rules: BookingRules) -> list[MutationLine]:
    """What the lines leave of the total: nothing, cents of rounding, or a payment fee."""
    rest = document.total - sum((line.gross for line in document.lines), _ZERO)
    if not rest:
        return []
    if abs(rest) <= rules.rounding_limit:
        rule = _ledger("rounding", "", document, rules)
        return [MutationLine(ledger=rule.ledger, vat_code=NO_VAT, net=rest, vat=_ZERO)]
    fee = rules.mapping.ledger("fee", "", document.buyer.address.country)
    if rest > 0 and fee is not None and fee.kind == "fee":
        return [_fee_line(rest, fee, rules)]
    raise UnbookableError(
        f"Validation error: Lines and total differ by € {abs(rest):.2f}",
        code=codes.TOTALS_DIFFER,
        detail={"difference": f"{rest:.2f}", "total": f"{document.total:.2f}"},
    )


def _fee_line(gross: Decimal, rule: LedgerRule, rules: BookingRules) -> MutationLine:
    line = MutationLine(ledger=rule.ledger, vat_code=rules.fee_vat_code, net=gross, vat=_ZERO)
    vat = (gross * line.percent / (100 + line.percent)).quantize(CENT, ROUND_HALF_UP)
    return replace(line, net=gross - vat, vat=vat, cost_centre=rule.cost_centre)


def _fit_rate(line: MutationLine, rules: BookingRules) -> list[MutationLine]:
    """The line, split where that is rounding.

    Raises:
        UnbookableError: Its VAT is not its code's percentage, by more than rounding.
    """
    parts = _split(line, rules)
    if not line.percent and line.vat_code != DEVIATING and abs(line.vat) > rules.tolerance:
        raise _unfit(line, f"VAT of € {line.vat:.2f} on code {line.vat_code}, which has none")
    rest = sum((part.net for part in parts if part.vat_code != line.vat_code), _ZERO)
    if abs(rest) > abs(line.net) / 100 and abs(rest) > 1:
        raise _unfit(
            line,
            f"VAT of € {line.vat:.2f} on € {line.net:.2f} is not {line.percent.normalize():f} %",
        )
    return parts


def _split(line: MutationLine, rules: BookingRules) -> list[MutationLine]:
    """The line as the books' own check takes it (CMUT010.1: net times rate is the VAT).

    Where discounts and rounding made net and VAT disagree with the rate, the part of the net that
    belongs to the VAT keeps the code and the rest goes without VAT to the same ledger, so that the
    VAT per code and the gross stay exactly the document's.
    """
    off = abs(line.net * line.percent / 100 - line.vat)
    if line.vat_code == DEVIATING or not line.percent or off <= rules.tolerance:
        return [line]
    net = (line.vat * 100 / line.percent).quantize(CENT, ROUND_HALF_UP)
    rest = replace(line, net=line.net - net, vat=_ZERO, vat_code=NO_VAT)
    return [part for part in (replace(line, net=net), rest) if part.gross]


def _unfit(line: MutationLine, what: str) -> UnbookableError:
    return UnbookableError(
        f"Invalid tax code: {what}",
        code=codes.VAT_AMOUNT_DIFFERS,
        detail={"vat_code": line.vat_code, "net": f"{line.net:.2f}", "vat": f"{line.vat:.2f}"},
    )


def _grouped(lines: Iterable[MutationLine]) -> list[MutationLine]:
    """One line per ledger, VAT code and cost centre, in order of first appearance."""
    groups: dict[tuple[str, str, int], MutationLine] = {}
    for line in lines:
        place = (line.ledger, line.vat_code, line.cost_centre)
        so_far = groups.get(place)
        groups[place] = (
            replace(so_far, net=so_far.net + line.net, vat=so_far.vat + line.vat)
            if so_far
            else line
        )
    return list(groups.values())


def _description(document: SalesDocument) -> str:
    """What the bookkeeper reads, in Dutch as the books are."""
    kind = "Creditnota" if document.entity == "creditmemo" else "Factuur"
    return f"{kind} {document.number}, bestelling {document.order_no}"[:MAX_DESCRIPTION]
