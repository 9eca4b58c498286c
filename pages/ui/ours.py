"""Sentences that the program itself says when something cannot be, in the reader's language.

Errors are raised, logged and stored in English. Each sentence stands in the file of texts under
"ours."; its English is what is raised, with braces for what varies, so the file alone says both
what is recognised and what stands in its place.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from pages.ui import messages
from pages.ui.speech import language
from pages.ui.texts import TEXTS, Language

_BRACES: Final = re.compile(r"\{([a-z]+)\}")
_LONGEST: Final = 1_000
"""Characters of a sentence of ours; what is longer came from outside, and is not searched."""
_WORDS: Final[Mapping[str, str]] = {
    english: dutch
    for key, (dutch, english) in TEXTS.items()
    if key.startswith(("setting.", "ours.word."))
}
"""What a setting means, and which kind of value it wants, inside such a sentence."""


def told(message: str, error_code: str = "") -> str:
    """An error's words as whoever looks reads them; as they are where they are not ours."""
    return in_words(message, error_code, language())


def in_words(message: str, error_code: str, tongue: Language) -> str:
    """See `told`.

    Args:
        message: As raised or stored, in English.
        error_code: Ours or the service's; empty when there is none.
        tongue: The reader's language.
    """
    if tongue == "en":
        return message
    if len(message) > _LONGEST:
        return messages.shown(message, error_code, "{}", tongue)
    parts = [_dutch(part) for part in message.split("; ")]
    if None not in parts:  # several at once, as two connections' conflicts come
        return "; ".join(filter(None, parts))
    if (whole := _dutch(message)) is not None:
        return whole
    return messages.shown(message, error_code, "{}", tongue)


def _dutch(message: str) -> str | None:
    for pattern, dutch in _sentences():
        if found := pattern.fullmatch(message):
            facts = {name: _WORDS.get(value, value) for name, value in found.groupdict().items()}
            return dutch.format(**facts)
    return None


@cache
def _sentences() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(_made())


def _made() -> Iterator[tuple[re.Pattern[str], str]]:
    for key, (dutch, english) in TEXTS.items():
        if key.startswith("ours.") and not key.startswith("ours.word."):
            pieces = _BRACES.split(english)
            said = "".join(
                f"(?P<{piece}>.+?)" if nth % 2 else re.escape(piece)
                for nth, piece in enumerate(pieces)
            )
            yield re.compile(said, re.DOTALL), dutch
