"""Filters in words: as a chip names them, as an empty page repeats them."""

from typing import Final

from pages.ui import data, formats, view
from pages.ui.speech import language, say
from pages.ui.texts import TEXTS
from pages.ui.view import View
from sync.domain.patterns.grouping import known_key, sentence_of
from sync.store.filters import UNGROUPED

_WORDS: Final = {
    "cat": "category",
    "category": "category",
    "trigger": "trigger",
    "outcome": "outcome",
    "books": "state",
}
"""Filters whose values have sentences of their own, and how the names of those begin."""


_LONGEST: Final = 60
"""Characters of a message's words in a chip."""


def describe(chosen: View, name: str) -> str:
    """One filter in words, e.g. "Gelukt: Mislukt" or "Zoek: 0042". Holds user text as it is."""
    if name == "range":
        return period(chosen)
    if name == "state":
        return say("state")
    value = getattr(chosen, name)
    if name == "success":
        return say(f"success.{value}")
    if name == "slow":
        return say("slow.from", duration=formats.duration(value, language()))
    if name == "hour":
        return say("hour.from", moment=formats.moment(value, data.settings().timezone, language()))
    values = value if isinstance(value, tuple) else (str(value),)
    if name == "pattern":
        values = (cause(str(value)),)
    return f"{say(name)}: {', '.join(shown(name, each) for each in values)}"


def cause(pattern: str) -> str:
    """An error pattern by its cause, or by its messages' own words where no rule knows those."""
    words = shown("pattern", pattern)
    if words != pattern:
        return words
    known = data.causes(data.settings(), language()).get(pattern, pattern)
    return known if len(known) <= _LONGEST else known[: _LONGEST - 1] + "…"


def period(chosen: View) -> str:
    """The view's period in words."""
    if chosen.range == "custom" and chosen.date is not None:
        since, until = (formats.day(each, language()) for each in chosen.date)
        return say("range.days", since=since, until=until)
    return f"{say('range')}: {say(f'range.{chosen.range}').lower()}"


def in_words(chosen: View) -> str:
    """The whole filter in words, the period always included."""
    names = [name for name in view.narrowed(chosen) if name != "range"]
    return "; ".join([period(chosen), *(describe(chosen, name) for name in names)])


def shown(name: str, value: str) -> str:
    """A stored value as the reader knows it.

    Triggers, categories and the patterns of named causes have words of their own.
    """
    if value == UNGROUPED and name in {"cat", "pattern"}:
        return say("patterns.none")
    if name == "pattern":
        return sentence_of(known_key(value, ()), language()) or value
    prefix = _WORDS.get(name)
    sentence = f"{prefix}.{value}"
    return say(sentence) if sentence in TEXTS else value
