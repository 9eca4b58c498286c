"""A person decides by page: it is offered where it applies, shown first, and kept with a reason."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pages.ui import rights
from pages.ui.rights import Visitor
from sync.clock import SystemClock
from sync.domain import codes
from sync.domain.attempts import Finish
from sync.store import Request, open_store
from tests.pages.conftest import Open
from tests.pages.seed import Invoice, Try, fill, settings, started

CONFLICT, CANCELLED, BOOKED = (
    "webshop:inv:1:000000001",
    "webshop:inv:1:000000002",
    "webshop:inv:1:000000003",
)
SEEN = {
    "stamp": "abc",
    "amount": "-121.00",
    "books": {
        "number": "000000002",
        "date": "2026-11-01",
        "relation": "<b>BW</b>",
        "total": "121.00",
    },
    "differs": [["amount", "121.00", "12.10"]],
    "refunds": ["000000009"],
    "number": "000000002-X",
    "lines": [["8000", "HOOG_VERK_21", "-100.00", "-21.00"]],
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """One invoice is in conflict, one was cancelled after it was booked, one is booked."""
    made = settings(tmp_path / "home")
    at = datetime.now(UTC) - timedelta(days=1)
    conflict = Try(
        outcome="failed",
        state="failed",
        message="Invoice number already exists: the books have mutation 4711",
        code=codes.DUPLICATE_CONFLICT,
        detail='{"mutations":"4711,4712"}',
    )
    twice = Invoice(number=2, at=at)
    fill(made, [Invoice(number=1, at=at, tries=(conflict,)), twice, Invoice(number=3, at=at)])
    now = datetime.now(UTC)
    with open_store(made, SystemClock()) as store, store.holder() as me:
        store.settle_change(CANCELLED, again=True, now=now)
        claim = store.claim(started(twice, Try(), now, 1), me)
        assert claim is not None
        end = Finish(
            finished_at=now,
            outcome="failed",
            state="failed",
            message="Cancelled in the shop after it was booked (mutation 2)",
            error_code=codes.CANCELLED,
        )
        assert store.finish(claim, end)
    return made


def answered(home: Path, result: Mapping[str, object]) -> None:
    """A worker takes the open request up and answers so."""
    now = datetime.now(UTC)
    with open_store(home, SystemClock()) as store, store.holder() as me:
        request = store.next_request(me, now)
        assert request is not None
        store.finish_request(request, me, result, now)


def latest(home: Path) -> Request:
    with open_store(home, SystemClock()) as store:
        return store.requests(1)[0]


def test_it_is_offered_in_the_story_where_it_applies(home: Path, open_page: Open) -> None:
    """A conflict can be linked, a cancelled one both, a booked one only booked back."""
    for key, words in (
        (CONFLICT, ["Koppelen aan mutatie"]),
        (CANCELLED, ["Koppelen aan mutatie", "Tegenboeken"]),
        (BOOKED, ["Tegenboeken"]),
    ):
        page = open_page(home, range="all", doc=key)
        assert not page.exception
        labels = [each.proto.label for each in page.get("page_link")]
        assert [x for x in labels if x in {"Koppelen aan mutatie", "Tegenboeken"}] == words


def test_the_steps_name_the_document_and_the_mutation_that_it_is_about(
    home: Path, open_page: Open
) -> None:
    """The developer's command can be copied as it stands."""
    page = open_page(home, range="all", doc=CONFLICT)
    steps = " ".join(each.value for each in page.markdown)
    assert f"python -m sync link {CONFLICT.rpartition(':')[2]} 4711 --entity invoice`" in steps


def test_a_number_that_is_typed_just_before_the_click_is_the_one_looked_at(
    home: Path, open_page: Open
) -> None:
    """Both come to the server in one run."""
    page = open_page(home, at="resync", decide="link", doc=CONFLICT)
    page.text_input(key="decide_actor").input("Marieke").run()
    page.number_input(key="decide_mutation").set_value(12)
    page.button(key="decide_look").click().run()
    assert latest(home).payload["mutation"] == 12
    answered(home, SEEN)
    assert page.run().number_input(key="decide_mutation").value == 12


def test_a_link_is_looked_at_explained_and_confirmed(home: Path, open_page: Open) -> None:
    """The conflict's own mutation is filled in; what differs is shown; a reason is needed."""
    page = open_page(home, at="resync", decide="link", doc=CONFLICT)
    assert page.number_input(key="decide_mutation").value == 4711
    page.text_input(key="decide_actor").input("Marieke").run()
    page.button(key="decide_look").click().run()
    assert latest(home).payload["mutation"] == 4711
    answered(home, SEEN)
    page = page.run()
    assert not page.exception
    assert page.dataframe[0].value.values.tolist() == [
        ["Bedrag", "€\N{NO-BREAK SPACE}121,00", "€\N{NO-BREAK SPACE}12,10"]
    ]
    assert page.button(key="decide_confirm").disabled
    page.text_input(key="decide_reason").input("zelfde factuur").run()
    page.button(key="decide_confirm").click().run()
    request = latest(home)
    assert (request.kind, request.actor) == ("link", "Marieke")
    assert {x: request.payload[x] for x in ("mutation", "stamp", "reason")} == {
        "mutation": 4711,
        "stamp": "abc",
        "reason": "zelfde factuur",
    }
    with open_store(home, SystemClock()) as store:
        assert store.open_documents(request.id) == [CONFLICT]
        [audit] = store.audit_rows(1, "link")
    assert audit.facts["reason"] == "zelfde factuur"


def test_the_mutation_that_was_looked_at_stays_in_the_field(home: Path, open_page: Open) -> None:
    """Also after the wait, during which it is not drawn, and for whoever opens the address anew."""
    page = open_page(home, at="resync", decide="link", doc=CONFLICT)
    page.text_input(key="decide_actor").input("Marieke").run()
    page.number_input(key="decide_mutation").set_value(99).run()
    page.button(key="decide_look").click().run()
    assert not page.number_input
    answered(home, SEEN)
    for again in (page.run(), open_page(home, at="resync", decide="link", doc=CONFLICT)):
        assert again.number_input(key="decide_mutation").value == 99
        assert "decide_confirm" in [each.key for each in again.button]


def test_a_reversal_shows_its_lines_in_english_too(home: Path, open_page: Open) -> None:
    """And warns when the shop has not cancelled the document."""
    page = open_page(home, at="resync", locale="en-GB", decide="reverse", doc=BOOKED)
    page.text_input(key="decide_actor").input("Marieke").run()
    page.button(key="decide_look").click().run()
    answered(home, SEEN)
    page = page.run()
    assert not page.exception
    [line] = page.dataframe[0].value.values.tolist()
    assert line == ["8000", "HOOG_VERK_21", "-€100.00", "-€21.00"]
    warned = " ".join(each.value for each in page.warning)
    assert "has not cancelled" in warned
    assert "Credit memo 000000009 refunds it" in warned
    page.text_input(key="decide_reason").input("double").run()
    page.button(key="decide_confirm").click().run()
    assert latest(home).kind == "reverse"


def test_what_the_books_refuse_is_told(home: Path, open_page: Open) -> None:
    page = open_page(home, at="resync", decide="link", doc=CONFLICT)
    page.text_input(key="decide_actor").input("Marieke").run()
    page.button(key="decide_look").click().run()
    answered(home, {"state": "failed", "message": "the books do not have it <script>"})
    page = page.run()
    assert not page.exception
    assert any("the books do not have it" in each.value for each in page.text)
    assert "decide_confirm" not in [each.key for each in page.button]


def test_nothing_is_offered_that_does_not_apply_or_is_not_allowed(
    home: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By address neither."""
    page = open_page(home, at="resync", decide="link", doc=BOOKED)
    assert [each.value for each in page.info] == [
        "Het document staat al in de boekhouding; er valt niets te koppelen."
    ]
    for doc in ("webshop:inv:1:000000099", "<script>", "webshop:cus:0:K1"):
        assert not open_page(home, at="resync", decide="reverse", doc=doc).exception
    ready = open_page(home, at="resync", decide="link", doc=CONFLICT)
    ready.text_input(key="decide_actor").input("Marieke").run()
    monkeypatch.setattr(rights, "visitor", lambda: Visitor(role="viewer"))
    ready.button(key="decide_look").click().run()
    with open_store(home, SystemClock()) as store:
        assert store.requests(1) == []
    seen = open_page(home, at="resync", decide="link", doc=CONFLICT)
    assert not {"decide_look", "decide_confirm"} & {str(each.key) for each in seen.button}
