"""What a check found keeps its words in both languages, also after it was kept as JSON."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

import pytest

from sync.domain.findings import SIDES, WORDS, Finding, Look, as_facts, look_from

SYNC = Path(__file__).resolve().parents[2] / "sync"
LOOK = Look(
    connection="webshop",
    side="books",
    at=datetime(2026, 11, 29, 8, 30, tzinfo=UTC),
    took_ms=840,
    findings=(
        Finding(of="books"),
        Finding(of="ledger", wrong="debtor", facts={"ledger": "8000"}),
        Finding(of="clock", wrong="apart", facts={"seconds": "90"}, warning=True),
        Finding(of="shop", wrong="error", facts={"message": "{no} braces"}, unreachable=True),
    ),
)


def braces(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("of", WORDS)
def test_every_sentence_stands_in_both_languages_with_the_same_braces(of: str) -> None:
    assert "what" in WORDS[of]
    for dutch, english in WORDS[of].values():
        assert dutch
        assert english
        assert braces(dutch) == braces(english)


def test_what_the_checks_name_has_words_and_nothing_else_has() -> None:
    """Read from their sources: a finding without words would show its bare name."""
    sources = ("engine/check", "engine/machine", "domain/mapping_faults")
    text = "".join((SYNC / f"{name}.py").read_text() for name in sources)
    quoted = {name for name in re.findall(r'"([\w-]+)"', text) if not name.isupper()}
    assert set(WORDS) <= quoted
    assert set(re.findall(r'of="([\w-]+)"', text)) <= set(WORDS)
    assert {name for of in WORDS.values() for name in of} - {"what"} <= {
        *quoted,
        *("FIN", "DEB", "CRED"),
    }


def test_a_look_survives_being_kept() -> None:
    assert look_from(json.loads(json.dumps(as_facts(LOOK)))) == LOOK
    assert [finding.status for finding in LOOK.findings] == [0, 2, 0, 3]
    assert [finding.of for finding in LOOK.problems] == ["ledger", "clock", "shop"]


def test_each_language_says_what_and_what_to_do() -> None:
    _, ledger, _, shop = LOOK.findings
    assert ledger.what() == "ledger 8000"
    assert "booking.debtor_ledger" in ledger.problem("nl")
    assert ledger.problem("nl") != ledger.problem("en")
    assert shop.problem("nl") == "{no} braces"
    assert LOOK.findings[0].problem() == ""


def test_what_another_version_kept_is_told_as_well_as_can_be() -> None:
    strange = Finding(of="moon", wrong="full", facts={"message": "it shines"})
    assert strange.what("nl") == "moon"
    assert strange.problem("nl") == "moon full it shines"
    assert Finding(of="ledger", wrong="missing").problem().startswith("ledger – does not exist")
    with pytest.raises((KeyError, ValueError)):
        look_from({**as_facts(LOOK), "side": "moon"})
    assert SIDES == ("machine", "settings", "shop", "books")
