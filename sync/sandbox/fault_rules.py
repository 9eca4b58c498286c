"""A rule says which fault befalls which calls: its kinds, its fields, its two written forms."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from urllib.parse import unquote

from sync.sandbox.messages import Request

KINDS: dict[str, str] = {
    "latency": "the answer comes `seconds` late",
    "timeout": "no answer; the connection stays open for `hold` real seconds, then closes",
    "late": "no answer, as timeout; the request is carried out `seconds` later",
    "drop": "the connection closes without an answer",
    "cut": "carried out; the connection closes in the middle of the answer",
    "drip": "carried out; the answer drips over `seconds` real seconds",
    "too_many": "429 with Retry-After `seconds`",
    "error": "500 with a page of HTML",
    "unavailable": "503 with a page of HTML",
    "empty": "202 without a body",
    "unreadable": "200 with XML or JSON that breaks off",
    "soap_fault": "500 with a SOAP Fault (books)",
    "wrong_credentials": "the service does not know the credentials",
    "expired_session": "the session or token that the call names has expired",
    "closed_period": "the booking date lies in a closed period (books)",
}
"""Every kind of fault with one line about it."""

_SECONDS = {"latency": 1.0, "late": 30.0, "drip": 5.0, "too_many": 2.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One fault and the calls that it befalls.

    Attributes:
        kind: One of `KINDS`.
        service: "shop" or "books"; empty means both.
        match: Texts that must all stand in the call as whole words: in method and path, query,
            SOAPAction, content type or body. An operation, a document number.
        rate: Share of the matching calls, 0 to 1.
        count: How many calls are left to befall; None means no end.
        since: Aware moment of the clock from which it holds; None means always.
        until: Aware moment of the clock from which it no longer holds; None means for ever.
        after: The request is carried out first, then the fault takes its answer away. Means
            something for timeout, drop, error, unavailable, too_many, empty and unreadable.
        seconds: See `KINDS`; None means the kind's usual: latency 1, late 30, drip 5, too_many 2.
        hold: Real seconds for which a call without an answer stays open, unless the client
            gives up before.
    """

    kind: str
    service: str = ""
    match: tuple[str, ...] = ()
    rate: float = 1.0
    count: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: bool = False
    seconds: float | None = None
    hold: float = 120.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"There is no fault {self.kind!r}; there are {', '.join(KINDS)}.")
        if self.service not in {"", "shop", "books"}:
            raise ValueError(f"The service is shop or books, not {self.service!r}.")
        if not 0 <= self.rate <= 1:
            raise ValueError(f"A rate lies between 0 and 1, not {self.rate}.")
        if any(x is not None and x.tzinfo is None for x in (self.since, self.until)):
            raise ValueError("The moments since and until need a time zone.")
        if self.hold < 0 or (self.seconds or 0) < 0 or (self.count or 0) < 0:
            raise ValueError("seconds, hold and count are not negative.")

    @property
    def duration(self) -> float:
        """`seconds`, or the kind's usual."""
        return _SECONDS.get(self.kind, 0.0) if self.seconds is None else self.seconds

    def concerns(self, service: str, request: Request, now: datetime) -> bool:
        """Whether the rule may befall a call, before rate and count are asked."""
        if self.service not in {"", service}:
            return False
        if (self.since and now < self.since) or (self.until and now >= self.until):
            return False
        call = _text_of(request) if self.match else ""
        return all(re.search(rf"(?<!\w){re.escape(text)}(?!\w)", call) for text in self.match)


def _text_of(request: Request) -> str:
    """Everything in a call that a rule may name."""
    return "\n".join(
        (
            f"{request.method} {request.path}",
            unquote(request.query),
            request.headers.get("SOAPAction", ""),
            request.headers.get("Content-Type", ""),
            request.body.decode("utf-8", "replace"),
        )
    )


def rule_from_json(data: object) -> Rule:
    """A rule from an object with the attributes of `Rule`, as the control address gets it.

    `match` may be one text; `since` and `until` are ISO 8601 with a zone.

    Raises:
        ValueError: The sentence says what is wrong.
    """
    if not isinstance(data, Mapping):
        # Not a TypeError: the value came from outside, whoever sends it reads the sentence.
        raise ValueError('A fault is an object such as {"kind": "timeout", "count": 1}.')  # noqa: TRY004
    unknown = set(data) - {x.name for x in fields(Rule)}
    if unknown or "kind" not in data:
        known = ", ".join(x.name for x in fields(Rule))
        raise ValueError(f"A fault needs a kind and may have: {known}.")
    values = dict(data)
    if isinstance(values.get("match"), str):
        values["match"] = [values["match"]]
    for name, value in values.items():
        values[name] = _read(name, value)
    return Rule(**values)


def rule_to_json(rule: Rule) -> dict[str, object]:
    """What `rule_from_json` reads back into an equal rule."""
    values = asdict(rule) | {"match": list(rule.match)}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def rule_to_text(rule: Rule) -> str:
    """What `rule_from_text` reads back into an equal rule, unless a match holds a comma."""
    said = [rule.kind]
    for one in fields(Rule)[1:]:
        value = getattr(rule, one.name)
        if one.name == "match":
            said += [f"match={text}" for text in value]
        elif value is True:
            said.append(one.name)
        elif value != one.default:
            shown = value.isoformat() if isinstance(value, datetime) else f"{value}"
            said.append(f"{one.name}={shown}")
    return ",".join(said)


def rule_from_text(text: str) -> Rule:
    """A rule as one writes it on a command line: "timeout,service=books,match=000000042,count=1".

    The kind comes first; a name alone means true ("after"); `match` may come several times.

    Raises:
        ValueError: The sentence says what is wrong.
    """
    kind, *options = text.split(",")
    values: dict[str, object] = {"kind": kind.strip()}
    match: list[str] = []
    for option in options:
        name, equals, value = (part.strip() for part in option.partition("="))
        if name == "match":
            match.append(value)
        elif name in {"rate", "count", "seconds", "hold"}:
            values[name] = _number(name, value)
        else:
            values[name] = value if equals else True
    return rule_from_json(values | ({"match": match} if match else {}))


def _number(name: str, value: str) -> float:
    try:
        return int(value) if name == "count" else float(value)
    except ValueError:
        raise ValueError(f"{name} needs a number, not {value!r}.") from None


def _read(name: str, value: object) -> object:
    """One attribute of a rule from JSON, of the right type."""
    match name, value:
        case (_, None) if name in {"count", "since", "until", "seconds"}:
            return None
        case ("since" | "until", str(moment)):
            return datetime.fromisoformat(moment)
        case ("match", list(texts)) if all(isinstance(x, str) and x for x in texts):
            return tuple(texts)
        case ("kind" | "service", str()) | ("after", bool()):
            return value
        case ("rate" | "seconds" | "hold", int() | float()) if not isinstance(value, bool):
            return value
        case ("count", int()) if not isinstance(value, bool):
            return value
    raise ValueError(f"A fault's {name} cannot be {value!r}.")
