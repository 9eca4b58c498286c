"""Messages with the cause that people gave them, and how well the rules agree."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "messages"


class Labelled(NamedTuple):
    """A message, and the group and category that a person put it in."""

    group: str
    category: str
    message: str


def labelled(name: str) -> list[Labelled]:
    """The messages of one file of `messages/`."""
    return list(_rows((FOLDER / f"{name}.txt").read_text(encoding="utf-8")))


def _rows(text: str) -> Iterator[Labelled]:
    group = category = ""
    for line in text.splitlines():
        if line.startswith("[") and line.endswith("]") and line.count(":") == 1:
            group, _, category = line[1:-1].partition(": ")
        elif line.strip() and not line.startswith("# "):
            yield Labelled(group, category, line.replace("\\n", "\n"))


def every_message() -> list[Labelled]:
    """The messages of all files."""
    return [row for file in sorted(FOLDER.glob("*.txt")) for row in labelled(file.stem)]


def grouping_accuracy(pairs: Iterable[tuple[Hashable, Hashable]]) -> float:
    """Share of messages whose found group holds exactly the messages of their true group.

    The strict measure of the log-parsing literature: one stray message spoils both groups.

    Args:
        pairs: True group and found group of each message.
    """
    true: dict[Hashable, set[int]] = defaultdict(set)
    found: dict[Hashable, set[int]] = defaultdict(set)
    numbered = list(enumerate(pairs))
    for number, (group, pattern) in numbered:
        true[group].add(number)
        found[pattern].add(number)
    return sum(true[group] == found[pattern] for _, (group, pattern) in numbered) / len(numbered)
