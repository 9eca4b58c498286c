"""A forgotten customer's e-mail is in no byte that we keep; what is booked stays booked."""

import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.inbox import InboxEntry
from sync.errors import StoreError
from sync.store import Holder, Store, Wish, views
from sync.store.cleanups import Wanted
from sync.store.database import segments_path
from sync.store.export import export
from sync.store.filters import LogFilter
from sync.store.forgetting import Person, find, forget
from sync.store.queries import count, newest
from sync.store.reader import Reader
from sync.store.retention import clean_up
from sync.store.traces import Texts, are_in, overwrite
from sync.store.views import SavedView
from tests.store.builders import NOW, booked, entry, failed, receive, try_once

EMAIL = "Piet.Pieters+shop@klant.example"
OTHER = "t.Piet.Pieters+shop@klant.example"
"""Another customer's address, which has the first one in it."""
SPELLINGS = [
    EMAIL.lower().encode(),
    b"piet.pieters%2bshop%40klant.example",
    b"piet.pieters+shop%40klant.example",
]


def piet(number: int, **changes: Any) -> InboxEntry:
    """A document of customer 7."""
    person: dict[str, Any] = {
        "customer_name": "Piet Pieters",
        "firstname": "Piet",
        "lastname": "Pieters",
    }
    return entry(number, **{"email": EMAIL, "customer_id": 7, **person, **changes})


@pytest.fixture
def filled(store: Store, holder: Holder, tmp_path: Path) -> Store:
    """Piet's address wherever it could ever have got."""
    old = NOW - timedelta(days=200)
    leak = f"API error: {EMAIL.upper()} is unknown"
    try_once(store, holder, piet(1), booked(old, message=leak), at=old)
    store.seal(force=True)
    try_once(store, holder, piet(2), failed(message=leak, detail=json.dumps({"to": EMAIL})))
    # A guest order with his address, an address of before, another person.
    try_once(store, holder, piet(3, customer_id=None, document_no="3"), booked())
    receive(store, entry(4, email="b@x.nl", customer_id=7, customer_name="P. Pieters"))
    receive(store, entry(5, email=OTHER, customer_id=8))
    # Overwritten in the hub before, so that unused pages may hold it.
    for step in range(30):
        receive(store, piet(6, fingerprint=f"{step:024d}", updated_at=NOW + timedelta(step)))
    receive(store, piet(6, email="c@x.nl", fingerprint="f" * 24))
    address = "range=all&q=Piet.Pieters%2Bshop%40klant.example"
    kept = SavedView(page="search", name=f"of {EMAIL}", address=address, actor="anna", at=NOW)
    views.save_view(store, kept)
    store.ask(Wish(kind="run", payload={"q": EMAIL}, filter=f"q={EMAIL}"), EMAIL, NOW)
    (tmp_path / "worker.log").write_text(f"before {EMAIL}\\nafter\nand {OTHER}\n")
    return store


@pytest.fixture
def exports(filled: Store, reader: Reader, tmp_path: Path) -> Path:
    """Files taken along, in every form."""
    folder = tmp_path / "data" / "exports"
    folder.mkdir()
    for form in ("parquet", "csv", "xlsx"):
        assert export(reader, LogFilter(), folder / f"all.{form}") == 3
    return folder


def leaks(home: Path) -> Iterator[str]:
    """Where the address stands, in any file and through any compression."""
    for file in home.rglob("*"):
        if not file.is_file():
            continue
        contents = [file.read_bytes()]
        if file.suffix == ".parquet":
            contents.append(str(pq.ParquetFile(file).read().to_pylist()).encode())
        if file.suffix == ".xlsx":
            with zipfile.ZipFile(file) as book:
                contents += [book.read(name) for name in book.namelist()]
        for content in contents:
            rest = content.lower().replace(OTHER.lower().encode(), b"")
            if any(spelling in rest for spelling in SPELLINGS):
                yield str(file.relative_to(home))


def test_an_email_leaves_no_trace(
    filled: Store, exports: Path, reader: Reader, tmp_path: Path
) -> None:
    """Hub and its free pages, segments, exports, logs; while a reader looks on."""
    assert len(set(leaks(tmp_path))) > 5
    assert count(reader, LogFilter()).rows == 3
    person = find(filled, EMAIL.lower())
    done = forget(filled, person, "anna", NOW, [tmp_path])
    assert list(leaks(tmp_path)) == []
    assert done.left == ()
    assert {file.name for file in done.files} >= {"all.parquet", "all.csv", "all.xlsx"}
    assert count(reader, LogFilter()).rows == 3
    assert newest(reader, LogFilter(q="forgotten"), 9)["document_id"].to_pylist() == [2, 1]
    assert filled.seal(force=True).unknown == ()


def test_the_customer_is_all_of_an_account_and_all_of_an_address(filled: Store) -> None:
    """Old addresses of the account go too; who merely has a longer address stays."""
    person = find(filled, EMAIL)
    assert person.accounts == (("webshop", 7),)
    assert person.emails == tuple(sorted({EMAIL, "b@x.nl", "c@x.nl"}))
    assert person.pending == 3
    forget(filled, person, "anna", NOW)
    for number in (1, 2, 3, 4, 6):
        known = filled.document(entry(number).key)
        assert known is not None
        seen = known.entry
        assert (seen.customer_name, seen.firstname, seen.email, seen.vat_number) == ("",) * 4
    other = filled.document(entry(5).key)
    assert other is not None
    assert (other.entry.email, other.entry.customer_name) == (OTHER, "Jan Jansen")


def test_by_number_other_accounts_of_the_address_keep_their_name(
    filled: Store, holder: Holder
) -> None:
    receive(filled, piet(9, customer_id=9, customer_name="Marie"))
    forget(filled, find(filled, "7", "webshop"), "anna", NOW)
    marie = filled.document(entry(9).key)
    assert marie is not None
    assert (marie.entry.customer_name, marie.entry.email) == ("Marie", "")


def test_what_was_blanked_stays_blank_when_the_shop_sends_it_again(filled: Store) -> None:
    """It still can be booked: a booking reads the order from the shop."""
    forget(filled, find(filled, "7"), "anna", NOW)
    receive(filled, piet(2, fingerprint="e" * 24, updated_at=NOW + timedelta(9)))
    known = filled.document(entry(2).key)
    assert known is not None
    assert (known.entry.email, known.entry.lastname) == ("", "")
    assert known.state == "waiting"
    receive(filled, piet(20))
    new = filled.document(entry(20).key)
    assert new is not None
    assert new.entry.email == EMAIL


def test_the_audit_tells_of_whom_without_the_address(filled: Store) -> None:
    forget(filled, find(filled, EMAIL), "anna", NOW)
    [row] = filled.audit_rows(9, "forget")
    assert (row.actor, row.what, row.facts["documents"]) == ("anna", "webshop customer 7", 5)
    assert "klant.example" not in str(row.facts)


def test_nobody_has_no_documents(filled: Store) -> None:
    """Wild cards and huge numbers mean themselves."""
    nobody = Person(documents=(), accounts=(), emails=(), pending=0)
    assert find(filled, "99") == find(filled, "9" * 40) == find(filled, "") == nobody
    assert find(filled, "%@klant.example").documents == ()
    assert find(filled, EMAIL, "elsewhere").documents == ()


def test_an_address_without_documents_is_looked_for_all_the_same(
    store: Store, tmp_path: Path
) -> None:
    store.audit("anna", "show", EMAIL, NOW)
    forget(store, find(store, EMAIL), "anna", NOW)
    assert list(leaks(tmp_path)) == []


def test_a_cleanups_export_stays_proven(filled: Store, tmp_path: Path) -> None:
    """Its manifest names the checksum of what the file holds now."""
    wanted = Wanted(before=NOW - timedelta(days=100), into=tmp_path, form="parquet", actor="a")
    report = clean_up(filled, wanted)
    assert report.folder is not None
    [before] = json.loads((report.folder / "manifest.json").read_text())["files"]
    forget(filled, find(filled, EMAIL), "anna", NOW, [tmp_path])
    assert list(leaks(tmp_path)) == []
    [after] = json.loads((report.folder / "manifest.json").read_text())["files"]
    assert (before["rows"], before["path"]) == (after["rows"], after["path"])
    assert before["sha256"] != after["sha256"]


def test_it_waits_for_a_cleanup_that_was_cut_short(filled: Store, tmp_path: Path) -> None:
    def stop(step: str) -> None:
        if step == "exported":
            raise KeyboardInterrupt

    wanted = Wanted(before=NOW - timedelta(days=100), into=tmp_path, form="csv", actor="a")
    with pytest.raises(KeyboardInterrupt):
        clean_up(filled, wanted, steps=stop)
    with pytest.raises(StoreError, match="cut short"):
        forget(filled, find(filled, EMAIL), "anna", NOW)


def test_what_cannot_be_looked_into_is_named(filled: Store, exports: Path) -> None:
    broken = exports / "broken.parquet"
    broken.write_bytes(b"PAR1 no more")
    assert forget(filled, find(filled, EMAIL), "anna", NOW).left == (broken,)
    assert segments_path(filled.home).is_dir()


@given(
    st.lists(st.sampled_from([EMAIL, OTHER, " ", "x", "\\n", "%20", "é", "\n", "'", "."])),
    st.integers(1, 40),
)
def test_a_text_file_loses_it_wherever_it_stands(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str], chunk: int
) -> None:
    """At the border of two reads too; every other sign stays, and so does the length."""
    text = "".join(parts)
    file = tmp_path_factory.mktemp("log") / "a.log"
    file.write_text(text, "utf-8", newline="")
    texts = Texts([EMAIL])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sync.store.traces._CHUNK", chunk)
        held = texts.stand_in(text)
        assert overwrite(texts, file) is held
        assert not are_in(texts, file)
    left = file.read_bytes().decode()
    assert len(left) == len(text)
    changed = [a for a, b in zip(text, left, strict=True) if a != b]
    assert "".join(changed) == EMAIL * (len(changed) // len(EMAIL))
