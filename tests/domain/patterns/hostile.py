"""Messages made to keep a classifier busy, of any length; the tests and the benchmark use them."""

import json
from collections.abc import Callable

HOSTILE: dict[str, Callable[[int], str]] = {
    "one letter": lambda length: "a" * length,
    "digits": lambda length: "1" * length,
    "digits and dots": lambda length: "1." * (length // 2),
    "dates that fail": lambda length: "2026-11-" * (length // 8),
    "quotes": lambda length: '"' * length,
    "single quotes": lambda length: " '" * (length // 2),
    "angle brackets": lambda length: "<" * length,
    "tags that never end": lambda length: "<h1>" * (length // 4),
    "scripts": lambda length: "<html>" + "<script></script>" * (length // 17),
    "braces": lambda length: "{" * length,
    "nested lists": lambda length: '{"message":' + "[" * length,
    "nested objects": lambda length: '{"error":' * (length // 9),
    "at signs": lambda length: "a@" * (length // 2),
    "almost a mail": lambda length: "a.b+c-" * (length // 6),
    "almost a host": lambda length: "a-b." * (length // 4),
    "underscores": lambda length: "a_" * (length // 2),
    "slashes": lambda length: "/a" * (length // 2),
    "spaces": lambda length: " " * length,
    "negations": lambda length: "niet " * (length // 5),
    "predicates": lambda length: "niet gevonden al bestaat " * (length // 25),
    "things and predicates": lambda length: "finalised_som_" * (length // 14),
    "sentences of two words": lambda length: "tarief enter. " * (length // 14),
    "subjects": lambda length: "factuur nummer btw code " * (length // 24),
    "prefixes": lambda length: "order 1: " * (length // 9),
    "prefixes in brackets": lambda length: "[order 1] (factuur 2) " * (length // 22),
    "prefixes of two documents": lambda length: "order 1 / factuur 2 " * (length // 20),
    "almost a process": lambda length: "web01 sync[1] " * (length // 14),
    "levels": lambda length: "warn x - " * (length // 9),
    "bare numbers": lambda length: "1: " * (length // 3),
    "almost a log's date": lambda length: "[04/Mar/2026:" * (length // 13),
    "errors": lambda length: "error: " * (length // 7),
    "compounds": lambda length: "factuur" * (length // 7),
    "long unknown words": lambda length: " ".join(
        f"{chr(97 + n % 26) * 30}{n:x}z" for n in range(length // 33)
    ),
    "entities": lambda length: "<p>" + "&#" + "9" * length,
    "combining marks": lambda length: "e\u0301" * (length // 2),
    "expanding letters": lambda length: "\ufdfa" * length,
    "placeholders": lambda length: json.dumps(
        {"message": "%1" * (length * 3 // 10), "parameters": ["%1" * (length // 20)]}
    ),
    "codes": lambda length: "CMUT99 " * (length // 7),
    "status": lambda length: "http " * (length // 5),
}
