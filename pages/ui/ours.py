"""Sentences that the program itself says when something cannot be, in the reader's language.

Errors are raised, logged and stored in English. Each sentence stands in the file of texts under
"ours."; its English is what is raised, with braces for what varies, so the file alone says both
what is recognised and what stands in its place.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from pages.ui import messages
from pages.ui.speech import language
from pages.ui.texts import TEXTS, Language

_BRACES: Final = re.compile(r"\{([a-z]+)\}")
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
    parts = [_dutch(part) for part in message.split("; ")]
    if None not in parts:  # several at once, as two connections' conflicts come
        return "; ".join(filter(None, parts))
    if (whole := _dutch(message)) is not None:
        return whole
    return messages.shown(message, error_code, "{}", tongue)


def _dutch(message: str) -> str | None:
    for pieces, dutch in _sentences():
        if (facts := facts_in(pieces, message)) is not None:
            return dutch.format(**{name: _WORDS.get(each, each) for name, each in facts.items()})
    return None


def facts_in(pieces: Sequence[str], message: str) -> dict[str, str] | None:
    """What stands in a message where a sentence has its braces; None when it is another sentence.

    Each takes as little as it can, but a character. No expression does this without trying all
    ways to divide a long text; here each word is looked for once.

    Args:
        pieces: The sentence's words and, between each two, the name of what varies.
        message: Any text.
    """
    first, *words = pieces[::2]
    if not words:
        return {} if message == first else None
    if not (message.startswith(first) and message.endswith(words[-1])):
        return None
    at, end = len(first), len(message) - len(words[-1])
    found: dict[str, str] = {}
    for name, word in zip(pieces[1::2], [*words[:-1], None], strict=True):
        stop = end if word is None else message.find(word, at + 1, end)
        if stop <= at:
            return None
        found[name] = message[at:stop]
        at = stop + len(word or "")
    return found


@cache
def _sentences() -> tuple[tuple[Sequence[str], str], ...]:
    """The words of each sentence as it is raised, and the Dutch that stands in its place."""
    return tuple(
        (_BRACES.split(english), dutch)
        for key, (dutch, english) in TEXTS.items()
        if key.startswith("ours.") and not key.startswith("ours.word.")
    )
