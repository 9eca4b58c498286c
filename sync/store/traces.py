"""Finding and overwriting certain texts in files, whatever their form.

A text file is overwritten where it lies, sign by sign, so that a program that is writing to it goes
on undisturbed; Parquet files and workbooks, which are compressed, are written anew.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from html import escape
from json import dumps
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus

import pyarrow as pa
from pyarrow import parquet as pq

from sync.store import parquet

FORGOTTEN: Final = "forgotten"
"""Stands where a text stood."""
_CHUNK: Final = 1 << 20
# A part of a longer address is another's. In JSON and URLs an escape may stand before it.
_BEFORE: Final = r"(?:(?<![A-Za-z0-9_.+-])|(?<=\\[nrtbf])|(?<=%[0-9A-Fa-f][0-9A-Fa-f]))"
_AFTER: Final = r"(?![A-Za-z0-9_-]|\.[A-Za-z0-9_])"
_LOOK_BACK: Final = 3
_TEXTS: Final = frozenset({".log", ".jsonl", ".json", ".txt", ".csv", ".out", ".err"})


class Texts:
    """Texts that are to leave no trace, in every spelling in which files hold them.

    Args:
        wanted: Such as e-mail addresses; capitals don't matter.
    """

    def __init__(self, wanted: Iterable[str]) -> None:
        spellings = {
            spelling
            for text in wanted
            if text
            for spelling in (
                *(text, escape(text), quote(text), quote_plus(text), dumps(text)[1:-1]),
            )
        }
        self.spellings: Final = tuple(sorted(spellings, key=len, reverse=True))
        one_of = "|".join(map(re.escape, self.spellings)) or "(?!)"
        whole = f"{_BEFORE}(?:{one_of}){_AFTER}"
        self._pattern: Final = re.compile(whole, re.IGNORECASE)
        encoded = b"|".join(re.escape(each).encode() for each in self.spellings) or b"(?!)"
        self._bytes: Final = re.compile(
            _BEFORE.encode() + b"(?:" + encoded + b")" + _AFTER.encode(), re.IGNORECASE
        )
        self._longest: Final = 2 * max((len(x.encode()) for x in self.spellings), default=1)

    def stand_in(self, text: str | None) -> bool:
        """Whether one of them is in the text."""
        return text is not None and self._pattern.search(text) is not None

    def replaced(self, text: str | None) -> str | None:
        """The text, each of them replaced by one word; None stays None."""
        return None if text is None else self._pattern.sub(FORGOTTEN, text)

    def patterns(self) -> list[str]:
        """For SQL's `like`, escaped by a backslash; letters outside ASCII match any sign."""
        escaped = (re.sub(r"([\\%_])", r"\\\1", each) for each in self.spellings)
        return ["%" + re.sub(r"[^\x00-\x7f]", "_", each) + "%" for each in escaped]

    def spots(self, file: Path) -> Iterator[tuple[int, int]]:
        """Where they stand in a file, as first byte and number of bytes."""
        begin, fresh, rest = 0, 0, b""
        with file.open("rb") as read:
            while True:
                block = read.read(_CHUNK)
                seen = rest + block
                # What stands at the end is looked at again, with what follows it.
                keep = max(0, len(seen) - self._longest) if block else len(seen)
                for match in self._bytes.finditer(seen):
                    if fresh <= begin + match.start() < begin + keep:
                        yield begin + match.start(), len(match.group())
                if not block:
                    return
                fresh = begin + keep
                back = max(0, keep - _LOOK_BACK)
                begin, rest = begin + back, seen[back:]


def are_in(texts: Texts, file: Path) -> bool:
    """Whether a file holds one of them; False also for what cannot be looked into."""
    if file.suffix == ".parquet":
        return _parquet_holds(texts, file)
    if file.suffix == ".xlsx":
        with zipfile.ZipFile(file) as book:
            return any(map(texts.stand_in, map(partial(_member, book), book.namelist())))
    return next(texts.spots(file), None) is not None


def overwrite(texts: Texts, file: Path) -> bool:
    """Take them out of a file; whether they were in it."""
    if not are_in(texts, file):
        return False
    if file.suffix == ".parquet":
        _anew(file, partial(_parquet_without, texts, file))
    elif file.suffix == ".xlsx":
        _anew(file, partial(_workbook_without, texts, file))
    elif is_text(file):
        _blot_out(texts, file)
    return True


def is_text(file: Path) -> bool:
    """Whether a file's name says that it holds plain text, such as a log."""
    return file.suffix in _TEXTS or ".log" in file.suffixes


def text_columns(schema: pa.Schema) -> list[str]:
    """The columns of a table that hold texts."""
    return [field.name for field in schema if pa.types.is_string(field.type)]


def without(texts: Texts, table: pa.Table) -> pa.Table:
    """A table whose texts hold none of them."""
    for name in text_columns(table.schema):
        place = table.schema.get_field_index(name)
        cells = [texts.replaced(cell) for cell in table[name].to_pylist()]
        table = table.set_column(place, table.schema.field(place), pa.array(cells, pa.string()))
    return table


def _parquet_holds(texts: Texts, file: Path) -> bool:
    names = text_columns(pq.read_schema(file))
    if not names or not texts.spellings:
        return False
    quoted = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
    anywhere = " or ".join(["line ilike ? escape '\\'"] * len(texts.patterns()))
    question = " ".join((
        *("select line from (select concat_ws(chr(10),", quoted, ") as line from rows)"),
        *("where", anywhere),
    ))  # fmt: skip
    with parquet.over([file]) as duck:
        found = duck.execute(question, texts.patterns()).fetchall()
        return any(texts.stand_in(line) for (line,) in found)


def _parquet_without(texts: Texts, file: Path, target: Path) -> None:
    source = pq.ParquetFile(file)
    with pq.ParquetWriter(target, source.schema_arrow, compression="zstd") as writer:
        for batch in source.iter_batches():
            writer.write_table(without(texts, pa.Table.from_batches([batch])))


def _workbook_without(texts: Texts, file: Path, target: Path) -> None:
    with zipfile.ZipFile(file) as book, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in book.namelist():
            new.writestr(name, texts.replaced(_member(book, name)) or "")


def _member(book: zipfile.ZipFile, name: str) -> str:
    return book.read(name).decode("utf-8", "surrogateescape")


def _blot_out(texts: Texts, file: Path) -> None:
    spots = list(texts.spots(file))
    with file.open("r+b") as open_file:
        for start, length in spots:
            open_file.seek(start)
            open_file.write(b"*" * length)
    parquet.flush(file)


def _anew(file: Path, write: Callable[[Path], None]) -> None:
    unfinished = file.with_name(file.name + ".tmp")
    unfinished.unlink(missing_ok=True)
    parquet.create(unfinished)
    write(unfinished)
    parquet.flush(unfinished)
    unfinished.replace(file)
    parquet.flush(file.parent)
