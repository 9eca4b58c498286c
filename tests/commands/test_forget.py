"""`forget`: shows whom, asks, blanks, and names what it could not clean."""

from pathlib import Path

import pytest

from sync.store import Store
from tests.commands.conftest import Type
from tests.commands.terminal import on_terminal
from tests.store.builders import booked, entry, receive, try_once

EMAIL = "jan@klant.example"


@pytest.fixture
def jan(store: Store) -> Store:
    """A booked invoice and a waiting one of customer 7."""
    with store.holder() as me:
        try_once(store, me, entry(1, customer_id=7), booked())
    receive(store, entry(2, customer_id=7))
    return store


def test_it_says_whom_and_what_without_the_name(jan: Store, typed: Type) -> None:
    done = typed("forget", EMAIL, "--yes")
    assert (done.code, done.err) == (0, "")
    assert "2 documents, j…@….example" in done.out
    assert "account: webshop customer 7" in done.out
    assert "1 of the documents are not in the books yet" in done.out
    assert "Forgotten: 2 documents" in done.out
    assert EMAIL not in done.out


def test_log_files_of_the_home_are_cleaned_and_settings_are_not_touched(
    jan: Store, typed: Type, home: Path
) -> None:
    settings = (home / "boekwacht.toml").read_bytes()
    (home / "logs").mkdir()
    logs = [home / "worker.log.1", home / "logs" / "run.jsonl", home / "data" / "x.log"]
    for log in logs:
        log.write_text(f"{EMAIL}\n")
    assert typed("forget", "7", "--yes").code == 0
    assert all(EMAIL not in log.read_text() for log in logs)
    assert (home / "boekwacht.toml").read_bytes() == settings


def test_it_asks_first(jan: Store, home: Path) -> None:
    jan.close()
    status, screen = on_terminal(home, "forget", "7", answer="n\n")
    assert (status, "cannot be undone" in screen, "Forgotten" in screen) == (130, True, False)
    status, screen = on_terminal(home, "forget", "7", answer="y\n")
    assert (status, "Forgotten: 2 documents" in screen) == (0, True)


def test_a_number_of_two_shops_needs_its_connection(jan: Store, typed: Type) -> None:
    """The other shop's customer keeps the name, but no trace of the address is left."""
    other = entry(3, customer_id=7, connection="other", key="other:inv:1:000000003")
    receive(jan, other)
    refused = typed("forget", "7", "--yes")
    assert (refused.code, "--connection: other, webshop" in refused.err) == (2, True)
    assert typed("forget", "7", "--connection", "webshop", "--yes").code == 0
    known = jan.document(other.key)
    assert known is not None
    assert (known.entry.customer_name, known.entry.email) == ("Jan Jansen", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("99", "--yes"), "No document has this customer number"),
        (("Jan Jansen", "--yes"), "No document has this customer number"),
        (("7", "--connection", "none", "--yes"), "There is no connection 'none'"),
        (("7",), "Nobody is there to confirm"),
    ],
)
def test_wrong_use_is_told(jan: Store, typed: Type, arguments: tuple[str, ...], said: str) -> None:
    result = typed("forget", *arguments)
    assert (result.code, said in result.err) == (2, True)


def test_what_could_not_be_cleaned_is_named(jan: Store, typed: Type, home: Path) -> None:
    broken = home / "data" / "exports" / "old.parquet"
    broken.parent.mkdir()
    broken.write_bytes(b"PAR1")
    result = typed("forget", EMAIL, "--yes")
    assert (result.code, str(broken) in result.err) == (1, True)
