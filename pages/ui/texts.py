"""Every visible sentence in both languages: `texts.toml`, read once when this is imported.

A data file and not code, so that whoever writes the words needs to read no program.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, get_args

Language = Literal["nl", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

_FILE: Final = Path(__file__).with_name("texts.toml")
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    key: (dutch, english)
    for key, (dutch, english) in tomllib.loads(_FILE.read_text(encoding="utf-8")).items()
}
"""Each sentence by its name: Dutch, English."""


def text(key: str, language: Language, **values: object) -> str:
    """The sentence `key` in `language`, its braces filled with `values`.

    Raises:
        KeyError: No such sentence, or a value for one of its braces is missing.
    """
    sentence = TEXTS[key][LANGUAGES.index(language)]
    return sentence.format(**values) if values else sentence
