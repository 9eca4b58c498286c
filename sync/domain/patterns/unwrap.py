"""From what arrived to the text that means something: JSON bodies, HTML pages, odd characters.

Everything here takes time linear in the length of the message, of which at most `HEAD` + `TAIL`
characters are read: the beginning says what happened, and in chained exceptions the end says why.
"""

import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

HEAD: Final = 3_000
TAIL: Final = 1_000

_QUOTES: Final = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""),
    }
)
_SPACE: Final = re.compile(r"\s+")
_TAG: Final = re.compile(
    r"</?[A-Za-z][\w:.-]{0,60}(?:\s[^<>=]{0,200}=[^<>]{0,400})?\s{0,3}/?>"
    r"|<[!?][^<>]{0,400}>"
    r"|<[A-Za-z][^<>]{0,200} at 0x[0-9a-f]{1,16}>",
    re.IGNORECASE,
)
"""Tags and printed Python objects, but no angle brackets around speech: `<urlopen error …>`."""
_HEADING: Final = re.compile(r"<(title|h1|h2)\b[^<>]{0,400}>", re.IGNORECASE)
_SAID: Final = (
    "code", "errorcode", "error", "title", "message", "error_description", "detail", "details",
    "description", "lasterrorcode", "lasterrordescription", "faultcode", "faultstring", "msg",
    "exceptionmessage", "reason", "errors", "messages",
)  # fmt: skip
_NUMBERED: Final = re.compile(r"%(\w{1,40})")
_DECODER: Final = json.JSONDecoder()


def readable(message: str) -> str:
    """The text that carries the meaning: shortened, unwrapped, one space between words."""
    text = message
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]} {text[-TAIL:]}"
    text = _ordinary(text)
    if "{" in text:
        text = _without_json(text)
    if "<" in text:
        text = _without_tags(text)
    return tidy(text)


def tidy(text: str) -> str:
    """Ordinary quotes, dashes and letters, one space between words, none around."""
    return _SPACE.sub(" ", _ordinary(text)).strip()


def _ordinary(text: str) -> str:
    if text.isascii():
        return text.replace("`", "'") if "`" in text else text
    return unicodedata.normalize("NFKC", text.translate(_QUOTES))[: HEAD + TAIL]


def _without_json(text: str) -> str:
    """Replace the first JSON object by what it says, its placeholders filled in."""
    start = text.find("{")
    try:
        body, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return text
    if not isinstance(body, dict):
        return text
    said = ". ".join(_nested(body, 0))
    return f"{text[:start]} {said} {text[end:]}" if said else text


def _sayings(body: Mapping[str, Any], depth: int) -> Iterator[str]:
    """What an error body says, outermost first; `status` and traces say nothing of the cause."""
    lowered = {str(key).lower(): value for key, value in body.items()}
    parameters = lowered.get("parameters")
    for key in _SAID:
        value = lowered.get(key)
        if isinstance(value, str):
            yield _filled(value, parameters)
        elif isinstance(value, dict) and depth < 4:
            yield from _nested(value, depth + 1)
        elif isinstance(value, list) and depth < 4:
            for item in value[:5]:
                if isinstance(item, dict):
                    yield from _sayings(item, depth + 1)
                elif isinstance(item, str):
                    yield item


def _nested(value: Mapping[str, Any], depth: int) -> Iterator[str]:
    """A body, or validation problems as {field: [sentence, …]}."""
    inner = list(_sayings(value, depth))
    if inner:
        yield from inner
        return
    for field, problems in list(value.items())[:5]:
        listed = problems if isinstance(problems, list) else [problems]
        yield f"{field}: " + ". ".join(str(problem) for problem in listed[:3])


def _filled(sentence: str, parameters: object) -> str:
    """Magento's `%name` (from an object) and `%1` (from an array) filled in."""
    if isinstance(parameters, list):
        parameters = {str(number): value for number, value in enumerate(parameters, 1)}
    if not isinstance(parameters, dict):
        return sentence
    values = {str(key): str(value) for key, value in parameters.items()}
    return _NUMBERED.sub(lambda match: values.get(match.group(1), match.group()), sentence)


def _without_tags(text: str) -> str:
    """A page's title and headings, or else the text between the tags."""
    lowered = text.lower()
    if "<html" in lowered or "<!doctype" in lowered or "<title" in lowered:
        openings = islice(_HEADING.finditer(text), 4)
        headings = [text[opening.end() : _closing(lowered, opening)] for opening in openings]
        said = [stripped for part in headings if (stripped := _TAG.sub(" ", part).strip())]
        if said:
            before = text[: lowered.find("<")]
            text = f"{before} {'. '.join(said)}"
        else:
            text = _without_blocks(text, lowered)
    text = _TAG.sub(" ", text)
    return html.unescape(text) if "&" in text else text


def _closing(lowered: str, opening: re.Match[str]) -> int:
    """Where an element ends; a cut page's last element ends where the text does."""
    end = lowered.find(f"</{opening.group(1).lower()}", opening.end())
    return end if end >= 0 else len(lowered)


def _without_blocks(text: str, lowered: str) -> str:
    """The text without scripts and style sheets."""
    for name in ("script", "style"):
        while (start := lowered.find(f"<{name}")) >= 0:
            end = lowered.find(f"</{name}>", start)
            stop = end + len(name) + 3 if end >= 0 else len(text)
            text, lowered = text[:start] + text[stop:], lowered[:start] + lowered[stop:]
    return text
