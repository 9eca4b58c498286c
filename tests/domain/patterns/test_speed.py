"""Hostile messages take no longer than honest ones of their length."""

import json
import time
from collections.abc import Callable

import pytest

from sync.domain.patterns import classify

LENGTH = 10_000
LIMIT_SECONDS = 0.05

HOSTILE = {
    "one letter": lambda: "a" * LENGTH,
    "digits": lambda: "1" * LENGTH,
    "digits and dots": lambda: "1." * (LENGTH // 2),
    "dates that fail": lambda: "2026-11-" * (LENGTH // 8),
    "quotes": lambda: '"' * LENGTH,
    "single quotes": lambda: " '" * (LENGTH // 2),
    "angle brackets": lambda: "<" * LENGTH,
    "tags that never end": lambda: "<h1>" * (LENGTH // 4),
    "scripts": lambda: "<html>" + "<script></script>" * (LENGTH // 17),
    "braces": lambda: "{" * LENGTH,
    "nested lists": lambda: '{"message":' + "[" * LENGTH,
    "nested objects": lambda: '{"error":' * (LENGTH // 9),
    "at signs": lambda: "a@" * (LENGTH // 2),
    "almost a mail": lambda: "a.b+c-" * (LENGTH // 6),
    "almost a host": lambda: "a-b." * (LENGTH // 4),
    "underscores": lambda: "a_" * (LENGTH // 2),
    "slashes": lambda: "/a" * (LENGTH // 2),
    "spaces": lambda: " " * LENGTH,
    "negations": lambda: "niet " * (LENGTH // 5),
    "predicates": lambda: "niet gevonden al bestaat " * (LENGTH // 25),
    "things and predicates": lambda: "finalised_som_" * (LENGTH // 14),
    "sentences of two words": lambda: "tarief enter. " * (LENGTH // 14),
    "subjects": lambda: "factuur nummer btw code " * (LENGTH // 24),
    "prefixes": lambda: "order 1: " * (LENGTH // 9),
    "prefixes in brackets": lambda: "[order 1] (factuur 2) " * (LENGTH // 22),
    "prefixes of two documents": lambda: "order 1 / factuur 2 " * (LENGTH // 20),
    "almost a process": lambda: "web01 sync[1] " * (LENGTH // 14),
    "levels": lambda: "warn x - " * (LENGTH // 9),
    "bare numbers": lambda: "1: " * (LENGTH // 3),
    "almost a log's date": lambda: "[04/Mar/2026:" * (LENGTH // 13),
    "errors": lambda: "error: " * (LENGTH // 7),
    "compounds": lambda: "factuur" * (LENGTH // 7),
    "long unknown words": lambda: " ".join(f"{chr(97 + n % 26) * 30}{n:x}z" for n in range(300)),
    "entities": lambda: "<p>" + "&#" + "9" * LENGTH,
    "combining marks": lambda: "e\u0301" * (LENGTH // 2),
    "expanding letters": lambda: "\ufdfa" * LENGTH,
    "placeholders": lambda: json.dumps({"message": "%1" * 3000, "parameters": ["%1" * 500]}),
    "codes": lambda: "CMUT99 " * (LENGTH // 7),
    "status": lambda: "http " * (LENGTH // 5),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_ten_thousand_hostile_characters_take_under_50_ms(name: str) -> None:
    make: Callable[[], str] = HOSTILE[name]
    message = make()
    assert min(_seconds(message) for _ in range(3)) < LIMIT_SECONDS


def test_known_values_that_match_everywhere_take_under_50_ms() -> None:
    message = "aaa" * (LENGTH // 3)
    known = {"customer": "aaaa", "order_no": "aaa", "document_no": "a" * 50}
    assert min(_seconds(message, known) for _ in range(3)) < LIMIT_SECONDS


def _seconds(message: str, known: dict[str, str] | None = None) -> float:
    """Processor time of one classification: a busy machine does not count."""
    before = time.process_time()
    classify(message, known=known or {})
    return time.process_time() - before
