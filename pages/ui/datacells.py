"""What the cells of a data page say: words, amounts, and people, who are masked.

One set of functions makes the grid, the CSV and the workbook, so all of them say the same.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from pages.ui.beside import masked
from pages.ui.question import Question
from pages.ui.texts import TEXTS, Language, text
from sync.domain.privacy import mask_words
from sync.store import fetched
from sync.store.fetched import FetchedFilter

Row = Mapping[str, Any]
Made = Callable[[Row, Language], object]

PEOPLE: Final[Mapping[str, Callable[[str], str]]] = {
    **dict.fromkeys(
        ("company", "customer_name", "firstname", "middlename", "lastname", "suffix"), mask_words
    ),
    "email": masked,
    "vat_number": lambda number: f"{number[:2]}…" if number else "",
}
"""The columns that say who it is, and how each is masked."""
BESIDE: Final = ("error_code", "connection", "key")
"""What files hold beside all columns of the page."""


def cell(column: str, row: Row, tongue: Language, shown: Collection[str] = ()) -> object:
    """The value of a cell; None where nothing is known.

    Args:
        column: Of a data page.
        row: With the columns of `fetched.COLUMNS`.
        tongue: Of words.
        shown: Keys of the documents whose people are not masked.
    """
    if column in PEOPLE:
        value: str = row[column]
        return (value if row["key"] in shown else PEOPLE[column](value)) or None
    if made := _MADE.get(column):
        return made(row, tongue)
    value = row["order_no" if column == "order" else column]
    return None if value == "" else value


def lines(question: Question, columns: Sequence[str], tongue: Language) -> Iterator[list[object]]:
    """Every row of the question's filter, newest first: its cells, people masked.

    Raises:
        StoreError: The store cannot be read.
    """
    asked = question.filter
    assert isinstance(asked, FetchedFilter)  # noqa: S101 - a data page asks for documents
    for row in fetched.everything(question.reader, asked):
        yield [cell(column, row, tongue) for column in columns]


def _word(prefix: str, value: object, tongue: Language) -> str | None:
    key = f"{prefix}.{value}"
    return text(key, tongue) if key in TEXTS else None


def _rate(value: str | None) -> Decimal | None:
    return Decimal(value) if value else None


_MADE: Final[Mapping[str, Made]] = {
    "state": lambda row, tongue: _word("state", row["state"], tongue),
    "shop_state": lambda row, tongue: _word("shop_state", row["shop_state"], tongue),
    "base_rate": lambda row, _: _rate(row["base_rate"]),
    "global_rate": lambda row, _: _rate(row["global_rate"]),
}
