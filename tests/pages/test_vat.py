"""The page of VAT codes: gaps and mistakes with the right code, edited in place by an admin."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import actions, data, rights
from pages.ui.view import View
from sync.clock import SystemClock
from sync.domain import mapping_edits
from sync.domain.rules import mapping_from_json
from sync.errors import RightError, StoreError
from sync.store import open_store, queries
from sync.store.reader import open_reader
from tests.pages.conftest import Open
from tests.pages.seed import CONNECTION, HOSTILE_RATE, MAPPING, Invoice, Try, fill, settings, tax

NOW = datetime.now(UTC)
REFUSED = Try(
    outcome="failed", state="failed", message="Invalid tax code: NL-13", code="TAX_UNMAPPED"
)
OTHER = Try(outcome="failed", state="failed", message="Validation error", code="EMAIL_MISSING")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two invoices that failed for their tax, one for another reason, one booked."""
    made = settings(tmp_path)
    tries = {1: REFUSED, 2: REFUSED, 3: OTHER, 4: Try()}
    fill(
        made, [Invoice(number=n, at=NOW - timedelta(hours=n), tries=(t,)) for n, t in tries.items()]
    )
    tax(made)
    return made


def said(page: AppTest) -> str:
    """Every sentence of a page, without the escapes of Markdown."""
    kinds = ("text", "info", "warning", "error", "success", "markdown", "caption", "header")
    words = "\n".join(str(each.value) for kind in kinds for each in getattr(page, kind))
    return words.replace("\\", "")


def keys(page: AppTest) -> set[str]:
    """The keys of everything that can be used for changing."""
    used = [*page.button, *page.selectbox, *page.text_input, *page.number_input]
    return {str(each.key) for each in used if str(each.key).startswith("vat_")}


def named(page: AppTest) -> AppTest:
    page.text_input(key="vat_actor").set_value("Marieke")
    return page.run()


def stored(home: Path) -> tuple[int, str]:
    with open_store(home, SystemClock()) as store:
        return store.mapping(CONNECTION)


def test_gaps_and_mistakes_are_marked_with_the_right_code_beside_them(
    home: Path, open_page: Open
) -> None:
    """In both languages; what comes from outside is text, never markup."""
    page = open_page(home, at="vat")
    assert not page.exception
    words = said(page)
    assert "NL-9 is 9\N{NO-BREAK SPACE}%, HOOG_VERK_21 niet. Juist is LAAG_VERK_9." in words
    assert f"{HOSTILE_RATE} heeft nog geen btw-code" in words
    assert "De winkel heeft NL-6 niet meer." in words
    assert "Btw van Duitsland (DE) heeft nog geen rekening" in words
    assert "3 tarieven of landen kunnen niet geboekt worden" in words
    assert "1 opmerking" in words
    assert "(Retail × Goods, =2+2)" in words
    raw = [each.value for each in page.markdown if "evil" in str(each.value)]
    assert raw
    assert not any("<b>" in value or "](http" in value for value in raw)
    assert page.dataframe[0].value["tax"].tolist() == ["NL-0", "US-CA"]
    english = said(open_page(home, "en-GB", at="vat"))
    assert "NL-9 is 9%, HOOG_VERK_21 is not." in english
    assert "VAT of Germany (DE) has no ledger yet" in english


def test_the_offered_code_is_taken_in_place_and_what_waited_for_it_is_led_to(
    home: Path, open_page: Open
) -> None:
    """At once, with an audit row; the link shows exactly the attempts that are tried again."""
    page = open_page(home, at="vat")
    assert not [key for key in keys(page) if key != "vat_actor"]
    page = named(page)
    page.button(key=f"vat_right_{CONNECTION}_NL-9").click().run()
    assert not page.exception
    assert "Bewaard als versie 2" in said(page)
    assert "NL-9: HOOG_VERK_21 → LAAG_VERK_9" in [each.value for each in page.text]
    version, text = stored(home)
    assert (version, mapping_from_json(text).vat["NL-9"]) == (2, "LAAG_VERK_9")
    with open_store(home, SystemClock()) as store:
        [row] = store.audit_rows(1)
        due = {x.entry.document_no for x in store.due(CONNECTION, "invoice", NOW + timedelta(1), 9)}
    assert (row.actor, row.action, row.what) == ("Marieke", "mapping", CONNECTION)
    assert row.facts == {
        "change": "vat NL-9: HOOG_VERK_21 → LAAG_VERK_9",
        "version": 2,
        "reopened": 2,
    }
    assert due == {"000000001", "000000002"}
    [link] = [x for x in page.get("page_link") if "mapping" in x.proto.query_string]
    assert link.proto.label == "2 documenten die hierop mislukten, worden opnieuw geprobeerd"
    assert link.proto.query_string == "range=all&mapping=webshop%3A2"
    there = open_page(home, at="attempts", range="all", mapping=f"{CONNECTION}:2")
    assert sorted(there.dataframe[0].value["document_no"]) == ["000000001", "000000002"]
    none = open_page(home, at="attempts", range="all", mapping=f"{CONNECTION}:9")
    assert not none.dataframe


def test_a_code_is_chosen_in_its_place_and_taken_away_again(home: Path, open_page: Open) -> None:
    page = named(open_page(home, at="vat"))
    page.selectbox(key=f"vat_code_{CONNECTION}_{HOSTILE_RATE}").select("LAAG_VERK_9").run()
    assert mapping_from_json(stored(home)[1]).vat[HOSTILE_RATE] == "LAAG_VERK_9"
    page.selectbox(key=f"vat_code_{CONNECTION}_{HOSTILE_RATE}").select("").run()
    assert HOSTILE_RATE not in mapping_from_json(stored(home)[1]).vat
    page.button(key=f"vat_right_{CONNECTION}_NL-6").click().run()
    assert "NL-6" not in mapping_from_json(stored(home)[1]).vat
    page.text_input(key=f"vat_oss_{CONNECTION}_DE").set_value(" 1641 ").run()
    assert mapping_from_json(stored(home)[1]).oss == {"BE": "1640", "DE": "1641"}
    page.text_input(key=f"vat_oss_{CONNECTION}_BE").set_value("").run()
    assert mapping_from_json(stored(home)[1]).oss == {"DE": "1641"}
    assert not page.exception


def test_ledger_rules_are_told_changed_added_and_removed(home: Path, open_page: Open) -> None:
    page = named(open_page(home, at="vat", tab="ledgers"))
    assert "Geen regel geldt altijd voor verzending" in said(page)
    page.text_input(key=f"vat_ledger_{CONNECTION}_product__").set_value("8010").run()
    page.selectbox(key="vat_new_kind").select("shipping")
    page.selectbox(key="vat_new_country").select("BE")
    page.text_input(key="vat_new_ledger").set_value("8100")
    page.number_input(key="vat_new_centre").set_value(7)
    page.button(key="vat_new_add").click().run()
    rules = mapping_from_json(stored(home)[1]).ledgers
    assert [(x.kind, x.country, x.ledger, x.cost_centre) for x in rules] == [
        ("product", "", "8010", 0),
        ("shipping", "BE", "8100", 7),
    ]
    page.button(key=f"vat_remove_{CONNECTION}_shipping__BE").click().run()
    page.text_input(key="vat_new_ledger").set_value("")
    page.button(key="vat_new_add").click().run()
    assert "Niet gewijzigd" in said(page)
    assert [x.ledger for x in mapping_from_json(stored(home)[1]).ledgers] == ["8010"]
    assert not page.exception


def test_the_rules_of_the_shop_tell_classes_and_what_is_booked(home: Path, open_page: Open) -> None:
    table = open_page(home, at="vat", tab="rules").dataframe[0].value
    assert table[["name", "tax", "booked"]].to_numpy().tolist() == [
        ["High <i>rate</i>", "NL-21", "HOOG_VERK_21"],
        ["High <i>rate</i>", "DE-19", "OSS, nog geen rekening"],
    ]
    assert table["products"].tolist() == ["Goods, =2+2"] * 2


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_less_than_an_admin_sees_everything_and_changes_nothing(
    home: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    """No field to use, and the action refuses itself when it is called all the same."""
    monkeypatch.setattr(rights, "role", lambda: role)
    for tab in ("rates", "rules", "ledgers"):
        page = open_page(home, at="vat", tab=tab)
        assert not page.exception
        assert keys(page) == set()
        assert ("Wijzigen kan alleen met het recht beheerder" in said(page)) is (tab != "rules")
    monkeypatch.setenv("BOEKWACHT_HOME", str(home))
    with pytest.raises(RightError):
        actions.change_mapping(
            data.settings(), CONNECTION, 1, lambda old: mapping_edits.remove_vat(old, "NL-9"), "x"
        )
    assert stored(home) == (1, MAPPING)


def test_what_was_decided_on_an_older_page_is_refused(home: Path, open_page: Open) -> None:
    """Somebody else was first: nothing is kept, and the page shows how it is now."""
    page = named(open_page(home, at="vat"))
    with open_store(home, SystemClock()) as store:
        new = mapping_edits.set_vat(MAPPING, "NL-9", "LAAG_VERK")
        store.set_mapping(CONNECTION, new, "els", NOW)
    page.selectbox(key=f"vat_code_{CONNECTION}_NL-9").select("GEEN").run()
    assert "Iemand anders heeft intussen iets gewijzigd" in said(page)
    assert stored(home)[0] == 2
    assert page.selectbox(key=f"vat_code_{CONNECTION}_NL-9").value == "LAAG_VERK"
    with pytest.raises(StoreError), open_store(home, SystemClock()) as store:
        store.set_mapping(CONNECTION, "{}", "els", NOW, instead_of=1)


def test_rates_that_were_never_read_are_told_and_retired_codes_still_found(
    tmp_path: Path, open_page: Open
) -> None:
    fill(settings(tmp_path), [Invoice(number=1, at=NOW)])
    with open_store(tmp_path, SystemClock()) as store:
        store.set_mapping(CONNECTION, '{"vat": {"NL-21": "HOOG_VERK"}}', "els", NOW)
    words = said(open_page(tmp_path, at="vat"))
    assert "zijn nog niet gelezen" in words
    assert "1 btw-code bestaat niet (meer)" in words
    assert "bedoeld is HOOG_VERK_21" in words
    assert "zijn nog niet gelezen" in said(open_page(tmp_path, at="vat", tab="rules"))


def test_the_filter_of_a_change_counts_what_the_page_shows(home: Path, open_page: Open) -> None:
    """Also in a log of one kind, and beside other filters."""
    with open_store(home, SystemClock()) as store:
        store.set_mapping(CONNECTION, "{}", "els", NOW, reopens=["TAX_UNMAPPED"])
    open_page(home, at="vat")
    asked = View(range="all", mapping=f"{CONNECTION}:2")
    with open_reader(home) as reader:
        for kind, number in (("invoice", 2), ("creditmemo", 0), (None, 2)):
            wanted = data.log_filter(kind, asked, "Europe/Amsterdam")  # type: ignore[arg-type]
            assert queries.count(reader, wanted).rows == number
