"""The audit trail speaks the reader's language, and never hides what it does not know."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from pages.ui.texts import TEXTS
from sync.clock import SystemClock
from sync.domain.resync import Reason
from sync.store import open_store
from sync.store.recovery import Kind
from tests.pages.conftest import Open
from tests.pages.seed import fill, settings

KINDS = tuple(x.removeprefix("request.kind.") for x in TEXTS if x.startswith("request.kind."))
ROWS: tuple[tuple[str, str, Mapping[str, object], str, str, str], ...] = (
    (
        "resync",
        "webshop",
        {
            "request": 5,
            "filter": "range=all&state=open&entity=invoice",
            "refused": {"booked": 2},
            "count": 1_033,
            "documents": ["a"],
        },
        "webshop",
        "opdracht: 5, keuze: Gekozen: Facturen; Periode: alles; Alleen nog open, "
        "niet: 2 al geboekt, aantal: 1.033",
        "request: 5, choice: Chosen: Invoices; Period: all; Only still open, "
        "not: 2 booked already, number: 1,033",
    ),
    (
        "resync ended",
        "webshop",
        {"request": 5, "state": "stopped", "counts": {"created": 33, "left": 2}},
        "webshop",
        "opdracht: 5, toestand: gestopt, resultaat: 33 geboekt, 2 niet geprobeerd",
        "request: 5, state: stopped, result: 33 booked, 2 not tried",
    ),
    (
        "mapping",
        "health",
        {
            "change": "vat NL-21: – → HOOG_VERK_21; ledger product, any, any: 8000 → 8010",
            "version": 4,
            "reopened": 12,
        },
        "health",
        "wijziging: btw NL-21: – → HOOG_VERK_21; grootboek producten, elk, elk: 8000 → 8010, "
        "versie: 4, opnieuw aan de beurt: 12",
        "change: vat NL-21: – → HOOG_VERK_21; ledger products, any, any: 8000 → 8010, "
        "version: 4, due again: 12",
    ),
    (
        "pattern muted",
        "77be2d01",
        {"until": 1_795_000_000_000_000},
        "77be2d01",
        "tot: 18-11-2026 12:06",
        "until: 18 Nov 2026 12:06",
    ),
    (
        "reverse",
        "webshop",
        {"mutation": 4711, "amount": "-121.00", "stamp": "abc", "reason": "dubbel"},
        "webshop",
        "mutatie: 4711, bedrag: €\N{NO-BREAK SPACE}-121,00, waarom: dubbel",
        "mutation: 4711, amount: -€121.00, why: dubbel",
    ),
    ("stop", "run", {"request": 7}, "nu draaien", "opdracht: 7", "request: 7"),
    (
        "show",
        "shop-invoices",
        {"count": 3, "documents": ["a", "b"]},
        "Facturen in de winkel",
        "aantal: 3",
        "number: 3",
    ),
    (
        "of another version",
        "<b>",
        {"strange": {"a": [1]}, "until": "soon", "counts": 4, "amount": "?", "moves": 1},
        "<b>",
        "strange: a [1], tot: soon, resultaat: 4, bedrag: ?, verplaatsingen: 1",
        "strange: a [1], until: soon, result: 4, amount: ?, moves: 1",
    ),
)


@pytest.mark.parametrize(("locale", "nth"), [("nl-NL", 4), ("en-GB", 5)])
def test_particulars_are_told_in_the_readers_words(
    tmp_path: Path, open_page: Open, locale: str, nth: int
) -> None:
    home = settings(tmp_path)
    fill(home, [])
    with open_store(home, SystemClock()) as store:
        for action, what, facts, *_ in reversed(ROWS):
            store.audit("Els", action, what, datetime.now(UTC), **facts)
    page = open_page(home, at="runs", tab="audit", locale=locale)
    shown: Any = page.dataframe[0].value
    assert shown["facts"].tolist() == [row[nth] for row in ROWS]
    if locale == "nl-NL":
        assert shown["what"].tolist() == [row[3] for row in ROWS]


def test_every_request_and_every_way_back_has_its_words() -> None:
    asked = {f"audit.action.{kind}{ended}" for kind in KINDS for ended in ("", "_ended")}
    assert asked | {f"audit.action.{kind}" for kind in get_args(Kind)} <= set(TEXTS)
    assert {f"fact.refused.{reason}" for reason in get_args(Reason)} <= set(TEXTS)
