"""Judges what the shop answered: its status, and whether the body is the shop's language at all."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from sync.domain import codes
from sync.errors import (
    BoekwachtError,
    ConfigurationError,
    PermanentError,
    TemporaryError,
    UnreadableError,
)

_MAX_QUOTE = 200
_MAX_LOOKED_AT = 20_000
_HIDDEN = re.compile(r"<(script|style)\b.*?(</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_PLACEHOLDER = re.compile(r"%(\w+)")
_FIREWALL = (
    "a firewall or content network in front of the shop refuses this machine; ask the host to let "
    "it through"
)
_ADVICE = {
    404: "check the shop's address, and that it is a Magento 2 shop",
    429: "too many requests; they are slowed down by themselves",
    503: "the shop may be in maintenance",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for one request.

    Attributes:
        host: As messages name it.
        status: The HTTP status.
        headers: Looking a name up ignores its case.
        body: Unpacked; cut short for statuses that carry no data.
    """

    host: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def data(answer: Answer) -> object:
    """The data of a good answer, every number a Decimal.

    Raises:
        BoekwachtError: The status says no, or the body is not JSON; the type says what next.
    """
    if answer.status != 200:
        raise status_error(answer)
    try:
        return _json(answer.body)
    except (ValueError, RecursionError):
        raise UnreadableError(
            f"API error: {answer.host} answered with something that is not a Magento answer: "
            f"{_quote(answer.body)}; check the shop's address and what stands in front of it",
            code=codes.UNREADABLE,
            detail={"status": str(answer.status)},
        ) from None


def status_error(answer: Answer) -> BoekwachtError:
    """The error that a status other than 200 means; its type says what to do next."""
    status, text = answer.status, _message(answer.body)
    code, detail = codes.http_code(status), {"status": str(status)}
    setting = _setting(answer, text)
    if setting:
        return ConfigurationError(setting[1], code=setting[0], detail=detail)
    advice = _ADVICE.get(status, "")
    message = f"API error: {answer.host} answered {status}: {text}" + (advice and f"; {advice}")
    if status in {408, 425, 429} or status >= 500:
        wait = _retry_after(answer)
        return TemporaryError(message, code=code, detail=detail, retry_after=wait)
    if 200 < status < 300:
        return UnreadableError(message, code=codes.UNREADABLE, detail=detail)
    return PermanentError(message, code=code, detail=detail)


def _setting(answer: Answer, text: str) -> tuple[str, str] | None:
    """Code and message where a setting, a key or a firewall must be changed first."""
    host, status = answer.host, answer.status
    if 300 <= status < 400:
        return codes.REDIRECT, _redirect(answer)
    if status == 401:
        return codes.CREDENTIALS, f"Invalid credentials: {host} says: {text}; {_refusal(text)}"
    if status == 403:
        return codes.ACCESS_DENIED, f"API error: {host} answered 403: {text}; {_FIREWALL}"
    if status == 400 and "SearchCriteria pageSize" in text:
        problem = f"API error: setting shop.page_size asks {host} for too much: {text}"
        return codes.http_code(status), problem
    return None


def served_at(answer: Answer) -> datetime | None:
    """The server's clock when it answered; None when it does not tell."""
    return _date(answer.headers.get("Date", ""))


def _json(body: bytes) -> object:
    """Numbers become Decimal; what no Decimal can hold becomes NaN, refused where it is read."""
    return json.loads(body, parse_float=_number, parse_int=Decimal, parse_constant=_no_number)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


def _no_number(_: str) -> Decimal:
    return Decimal("NaN")


def _message(body: bytes) -> str:
    """The shop's own message with its placeholders filled in, else the body's first words."""
    try:
        answer = _json(body)
    except (ValueError, RecursionError):
        return _quote(body)
    if not isinstance(answer, dict) or not isinstance(answer.get("message"), str):
        return _quote(body)
    texts = [_filled(answer)]
    errors = answer.get("errors")
    for each in errors if isinstance(errors, list) else []:
        if isinstance(each, dict) and isinstance(each.get("message"), str):
            texts.append(_filled(each))
    return _short(" ".join(texts))


def _filled(error: Mapping[str, object]) -> str:
    """`%name` from an object of parameters, `%1` from a list."""
    given = error.get("parameters")
    values: Mapping[str, object] = {}
    if isinstance(given, dict):
        values = given
    elif isinstance(given, list):
        values = {str(number): value for number, value in enumerate(given, 1)}

    def fill(match: re.Match[str]) -> str:
        """A placeholder's value; the placeholder itself where none is given."""
        value = values.get(match[1], match[0])
        return str(value) if isinstance(value, str | Decimal) else match[0]

    return _PLACEHOLDER.sub(fill, str(error["message"]))


def _quote(body: bytes) -> str:
    """The first words that a person would see of a page, or of any other text."""
    text = body[:_MAX_LOOKED_AT].decode("utf-8", "replace")
    seen = html.unescape(_TAG.sub(" ", _HIDDEN.sub(" ", text)))
    return _short(seen) or "nothing"


def _short(text: str) -> str:
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return words if len(words) <= _MAX_QUOTE else words[: _MAX_QUOTE - 1] + "…"


def _refusal(text: str) -> str:
    """What to look at first: the shop has one status for everything about keys."""
    if "validating the nonce" in text:
        return "this machine's clock is far ahead of the shop's: set it right"
    if "signature is invalid" in text:
        return "a secret is wrong, or a proxy in front of the shop hides its name, port or https"
    return "the keys are wrong or expired, or the integration was not given this right"


def _redirect(answer: Answer) -> str:
    try:
        target = urlsplit(answer.headers.get("Location", ""))
        named = f"{target.scheme}://{target.hostname}{target.path}" if target.hostname else ""
    except ValueError:
        named = ""
    to = _short(named) or "another address"
    return (
        f"API error: {answer.host} redirects to {to}; redirects are not followed, so write the "
        "address behind it, without /rest, as shop.url in the settings"
    )


def _retry_after(answer: Answer) -> float | None:
    """Seconds, from a number or a date; None when the shop names no wait that makes sense."""
    wish = answer.headers.get("Retry-After", "").strip()
    if wish.isascii() and wish.isdigit() and len(wish) < 8:
        return float(wish)
    until, now = _date(wish), served_at(answer)
    if until is None or now is None:
        return None
    return max(0.0, (until - now).total_seconds())


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
