"""Rule 4's tool, used by all of them: what differs from message to message, replaced by its type.

One expression finds everything; each alternative is bounded or cannot start inside its own match,
so the time is linear. Field names in quotes ("email") stay: they say what it is about.
"""

import re
from collections.abc import Mapping
from typing import Final

from sync.domain.patterns.unwrap import tidy
from sync.domain.patterns.words import is_field_name, is_spoken

Values = dict[str, list[str]]
"""Placeholder type to the values it stands for, in the order they appear."""

_TLD: Final = "nl|com|be|de|eu|org|fr|io|shop|local|test|example|invalid|uk|lan|internal|cloud|dev"
_MONTHS: Final = (
    "jan(?:uari|uary)?|feb(?:ruari|ruary)?|mar(?:ch)?|maart|mrt|apr(?:il)?|may|mei|june?|juni"
    "|july?|juli|aug(?:ust|ustus)?|sep(?:t|tember)?|o[ck]t(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_CLOCK: Final = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:\s?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
_KINDS: Final[Mapping[str, str]] = {
    "url": r"(?:https?|wss?|ftp)://[^\s\"'<>]+",
    "email": r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}",
    "quoted": r'"[^"\n]{0,120}"|(?<!\w)\'[^\'\n]{0,120}\'(?!\w)',
    "uuid": r"(?<!\w)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?!\w)",
    "address": r"(?<!\w)0x[0-9a-f]+",
    "date": (
        rf"(?<!\w)(?:\d{{4}}[-/]\d{{2}}[-/]\d{{2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:\d{{4}}|\d{{2}})"
        rf"|(?:(?:mon|tue|wed|thu|fri|sat|sun),? )?\d{{1,2}}[ /-](?:{_MONTHS})\.?[ /-]\d{{4}}"
        rf"|(?:{_MONTHS}) \d{{1,2}}(?= \d{{2}}:))"
        rf"(?:[T :]{_CLOCK})?(?!\w)"
    ),
    "time": rf"(?<![\w:]){_CLOCK}(?![\w:])",
    "host": (
        rf"(?<![\w.-])(?:[a-z0-9-]{{1,63}}\.){{1,6}}(?:{_TLD})(?::\d{{1,5}})?(?![\w.-]*\w)"
        r"|(?<![\w.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d{1,5})?(?![\w.])"
    ),
    "path": r"(?<![\w/.])/[\w\[\]$,./%~?=&+:-]{2,}",
    "amount": (r"(?:€|\beur\b|\busd\b|\$)\s?-?\d[\d.,]*|-?(?<![\w.,])\d[\d.,]*\s?(?:€|\beuro?\b)"),
    "name": r"(?<!\w)[a-z0-9]+(?:_[a-z0-9]+){1,9}(?!\w)",
    "id": r"(?<!\w)#?[a-z]{1,12}[-/]?\d[\w/-]*|#\d[\w/-]*|(?<!\w)\d+[-/a-z_][\w/-]*",
    "number": r"[-+]?\d[\d.,]*",
}
_ANY: Final = re.compile(
    "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()), re.IGNORECASE
)
_HOLDS_SPEECH: Final = re.compile(r"[^\W\d_]+")
_NUMBERED_WORD: Final = re.compile(r"([a-z]{4,12})(\d+)$", re.IGNORECASE)
_OPENERS: Final = "([{=,:"
_CLOSERS: Final = ")]},"


def mask_known(text: str, known: Mapping[str, str], values: Values) -> str:
    """Replace the attempt's own field values, e.g. order number and customer, as whole words.

    Longer values first, so that a number inside another one stays whole. Values of one or two
    characters are left: they would hit by chance.
    """
    for name, value in sorted(known.items(), key=lambda item: (-len(item[1]), item[0])):
        wanted = tidy(value).lower()
        if len(wanted) > 2:
            text = _mask_one(text, name, wanted, values)
    return text


def _mask_one(text: str, name: str, wanted: str, values: Values) -> str:
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters have longer lower cases; positions would shift
        return text
    parts: list[str] = []
    done = 0
    while (start := lowered.find(wanted, done)) >= 0:
        end = start + len(wanted)
        before, after = lowered[start - 1 : start], lowered[end : end + 1]
        if before.isalnum() or after.isalnum():
            parts.append(text[done : start + 1])
            done = start + 1
            continue
        values.setdefault(name, []).append(text[start:end])
        parts += [text[done:start], f"<{name}>"]
        done = end
    return "".join(parts) + text[done:]


def mask(text: str, values: Values) -> str:
    """Replace everything that differs between messages of one cause by `<type>`.

    Args:
        text: From `unwrap.readable`.
        values: Filled with what was replaced.
    """

    def replace(match: re.Match[str]) -> str:
        """What stands in a found value's place; words that are spoken stay."""
        kind = match.lastgroup or ""
        found = match.group()
        if kind == "quoted":
            return _quoted(match, values)
        if kind == "name" and is_spoken(found):
            return found
        if kind == "id" and (word := _NUMBERED_WORD.match(found)) and is_spoken(word.group(1)):
            values.setdefault("number", []).append(word.group(2))
            return f"{word.group(1)} <number>"
        if kind in {"number", "amount", "host", "url", "path"}:
            found = found.rstrip(".,;:)")
        values.setdefault("id" if kind == "name" else kind, []).append(found)
        return f"<{'id' if kind == 'name' else kind}>{match.group()[len(found) :]}"

    return _ANY.sub(replace, text)


def _quoted(match: re.Match[str], values: Values) -> str:
    """Speech stays and is masked inside, field names stay, any other quoted value goes.

    Speech is what a program quotes: three words or more, after an opening bracket or a colon, and
    before a closing one: `ConnectionError('Connection aborted by peer')`.
    """
    inner = match.group()[1:-1]
    before = match.string[: match.start()].rstrip()[-1:]
    after = match.string[match.end() : match.end() + 1]
    wrapped = (not before or before in _OPENERS) and (not after or after in _CLOSERS)
    if wrapped and len(_HOLDS_SPEECH.findall(inner)) > 2:
        return f" {mask(inner, values)} "
    if is_field_name(inner):
        return f" {inner.replace('_', ' ')} "
    values.setdefault("value", []).append(inner)
    return "<value>"
