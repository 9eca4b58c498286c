"""A masked text as a row of tokens, each with what it means in the word list."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from sync.domain.patterns import lexicon

_LAYERS: Final = (
    lexicon.GRAMMAR,
    lexicon.PREDICATES,
    lexicon.SUBJECTS,
    lexicon.CIRCUMSTANCES,
)
_TOKEN: Final = re.compile(r"<[a-z_]+>|[^\W\d_]+|[.;:!?(),]")
_BREAKS: Final = frozenset(".;:!?()")
FILLER: Final = "filler"
"""The grammar of words that say nothing here: articles, auxiliaries, politeness."""
_LONGEST_WORD: Final = 40
_LONGEST_ENDING: Final = 6
_SHORTEST_PART: Final = 3
_SHORTEST_TAIL: Final = 5
_NEGATING: Final = frozenset({"un", "in", "on", "non", "dis", "niet"})
_SHORT_ENDINGS: Final = frozenset({"id", "nr", "no", "cd"})

Meaning = tuple[str | None, str | None, str | None, str | None]
"""Concept per layer: grammar, predicate, subject, circumstance; None where it says nothing."""

_NOTHING: Final[Meaning] = (None, None, None, None)


class Token(NamedTuple):
    """One word or placeholder.

    Attributes:
        word: Lower case, without accents; `<type>` for a placeholder.
        place: Counts words that carry meaning, so that articles make no distance.
        clause: Number of the clause: what is wrong with what stands in one, as a rule.
        part: Number of the part between commas; a negation does not reach beyond its own.
        grammar, predicate, subject, circumstance: Concepts of `lexicon`, None for none.
    """

    word: str
    place: int
    clause: int
    part: int
    grammar: str | None
    predicate: str | None
    subject: str | None
    circumstance: str | None


def entries() -> Iterator[tuple[int, str, str]]:
    """Layer, concept and word or phrase of everything in the word list."""
    for layer, listed in enumerate(_LAYERS):
        for paragraph in listed.strip().replace("\n  ", " ").split("\n"):
            concept, _, entries = paragraph.partition(":")
            for entry in entries.split(","):
                yield layer, concept, entry.strip()


def _with(old: Meaning, layer: int, concept: str) -> Meaning:
    """The meaning with one layer filled."""
    return (*old[:layer], concept, *old[layer + 1 :])  # type: ignore[return-value]  # still four


def _build() -> tuple[
    dict[str, Meaning], dict[str, Meaning], dict[str, list[tuple[tuple[str, ...], int, str]]]
]:
    words: dict[str, Meaning] = {}
    stems: dict[str, Meaning] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], int, str]]] = {}
    for layer, concept, entry in entries():
        if " " in entry:
            parts = tuple(entry.split())
            phrases.setdefault(parts[0], []).append((parts, layer, concept))
        elif entry.endswith("*"):
            stems[entry[:-1]] = _with(stems.get(entry[:-1], _NOTHING), layer, concept)
        else:
            words[entry] = _with(words.get(entry, _NOTHING), layer, concept)
    for starting in phrases.values():
        starting.sort(key=lambda phrase: -len(phrase[0]))
    return words, stems, phrases


_WORDS, _STEMS, _PHRASES = _build()
_STEM_LENGTHS: Final = sorted({len(stem) for stem in _STEMS}, reverse=True)


def plain(text: str) -> str:
    """Lower case without accents, "n't" as a word of its own."""
    lowered = text.lower()
    if not lowered.isascii():
        decomposed = unicodedata.normalize("NFKD", lowered)
        lowered = "".join(char for char in decomposed if not unicodedata.combining(char))
    if "-" in lowered:
        lowered = lowered.replace("time-out", "timeout").replace("e-mail", "email")
        lowered = lowered.replace("e-boekhouden", "eboekhouden")
    if "n't" in lowered:
        lowered = lowered.replace("can't", "can not").replace("n't", " not")
    return lowered


@lru_cache(maxsize=8192)
def meaning(word: str) -> Meaning:
    """What one word means by itself, per layer."""
    exact = _WORDS.get(word, _NOTHING)
    for length in _STEM_LENGTHS:
        if length <= len(word) and (stem := _STEMS.get(word[:length])):
            first, second, third, fourth = exact
            return (
                first or stem[0],
                second or stem[1],
                third or stem[2],
                fourth or stem[3],
            )
    return exact


def _is_known(word: str) -> bool:
    """Whether the list has the word, or a stem that leaves no second word over."""
    if word in _WORDS:
        return True
    return any(
        word[:length] in _STEMS and len(word) - length <= _LONGEST_ENDING
        for length in _STEM_LENGTHS
    )


def _is_part(word: str) -> bool:
    """Whether a compound may consist of this: a known word, not an article."""
    if len(word) < _SHORTEST_PART:
        return word in _SHORT_ENDINGS
    return _is_known(word) and any(meaning(word)[1:])


@lru_cache(maxsize=8192)
def split(word: str) -> tuple[str, ...]:
    """A compound as its parts: ("factuur", "nummer"); any other word as itself."""
    if (
        word in _WORDS
        or word in _STEMS
        or len(word) > _LONGEST_WORD
        or len(word) < 2 * _SHORTEST_PART - 1
    ):
        return (word,)
    parts = _parts(word)
    if parts or _is_known(word):
        return parts or (word,)
    return _tail(word)


def _parts(word: str) -> tuple[str, ...]:
    """The known words that a compound consists of, longest first word first; () for none."""
    for cut in range(len(word) - 2, _SHORTEST_PART - 1, -1):
        head, tail = word[:cut], word[cut:]
        if head not in _WORDS and head not in _STEMS:
            head = head.removesuffix("s")
        if (head not in _WORDS and head not in _STEMS) or not any(meaning(head)[1:]):
            continue
        if _is_part(tail):
            return head, tail
        if rest := _parts(tail):
            return (head, *rest)
    return ()


def _tail(word: str) -> tuple[str, ...]:
    """An unknown word's known ending, which in both languages says what it is.

    "beveiligingscertificaat" is a certificaat; "unspecified" is not specified.
    """
    for cut in range(2, len(word) - _SHORTEST_TAIL + 1):
        tail = word[cut:]
        if not _is_known(tail):
            continue
        if word[:cut] in _NEGATING and any(meaning(tail)[1:]):
            return "not", tail
        if any(meaning(tail)[2:]):
            return word[:cut], tail
    return (word,)


def is_field_name(text: str) -> bool:
    """Whether a text is nothing but words for a field, e.g. "customer_email", "BTW-code"."""
    if len(text) > _LONGEST_WORD:
        return False
    found = re.findall(r"[^\W\d_]+", plain(text))
    if not 0 < len(found) < 5 or any(char.isdigit() for char in text):
        return False
    return all(_names_something(part) for word in found for part in split(word)) or (
        " ".join(found) in _SUBJECT_PHRASES
    )


def is_spoken(name: str) -> bool:
    """Whether every part of a name with underscores is a word, e.g. "signature_invalid"."""
    return all(any(meaning(part)) for word in name.lower().split("_") for part in split(word))


def _names_something(word: str) -> bool:
    return meaning(word)[2] is not None


_SUBJECT_PHRASES: Final = frozenset(
    entry for layer, _, entry in entries() if layer == 2 and " " in entry
)


def content(masked: str) -> list[str]:
    """The words of a masked text as they stand, without articles and punctuation."""
    return [
        word
        for word in _TOKEN.findall(plain(masked))
        if word[0] == "<" or (word[0].isalpha() and meaning(word)[0] != FILLER)
    ]


def tokens(masked: str) -> list[Token]:
    """The words of a masked text with their meanings, phrases before single words."""
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    clause = part = highest = 0
    outside: list[tuple[int, int]] = []
    for found in _TOKEN.findall(plain(masked)):
        if found == ")" and outside:
            clause, part = outside.pop()
        elif found in _BREAKS:
            if found == "(":
                outside.append((clause, part))
            highest += 1
            clause = part = highest
        elif found == ",":
            highest += 1
            part = highest
        else:
            pieces = (found,) if found[0] == "<" else split(found)
            if meaning(found)[0] == "break":
                highest += 1
                part = highest
            words += pieces
            spans += [(clause, part)] * len(pieces)
    return _placed(words, spans, _phrases(words))


def _phrases(words: list[str]) -> Mapping[tuple[int, int], str]:
    """Concepts that several words carry together, by (index, layer) of every word of them.

    The first word carries the concept, the others carry "" in that layer: taken.
    """
    taken: dict[tuple[int, int], str] = {}
    for index, word in enumerate(words):
        for parts, layer, concept in _PHRASES.get(word, ()):
            end = index + len(parts)
            if (index, layer) not in taken and tuple(words[index:end]) == parts:
                taken[index, layer] = "" if concept == FILLER and layer else concept
                taken.update(((at, layer), "") for at in range(index + 1, end))
    return taken


def _placed(
    words: list[str], spans: list[tuple[int, int]], taken: Mapping[tuple[int, int], str]
) -> list[Token]:
    result: list[Token] = []
    place = 0
    for index, (word, (clause, part)) in enumerate(zip(words, spans, strict=True)):
        own = _NOTHING if word[0] == "<" else meaning(word)
        layers = [taken.get((index, layer), own[layer]) or None for layer in range(4)]
        if any(layers[1:]) or own[0] != FILLER or word[0] == "<":
            place += 1
        result.append(Token(word, place, clause, part, *layers))
    return result
