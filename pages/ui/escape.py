"""Text from outside inside Streamlit's labels, which read Markdown."""

import re
from typing import Final

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$@^=&'\"/])")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_MARKS: Final = re.compile(r"[^\w .,%()·–-]|_|www\.", re.IGNORECASE)
_WORD_JOINER: Final = "\N{WORD JOINER}"


def plain(text: str) -> str:
    """`text` so that Markdown shows it as it is: no emphasis, link, image, icon, colour or maths.

    Icons (`:material/…:`) and emoji names are looked for after escapes are gone, so an invisible
    joiner after each colon keeps them apart. Line ends become spaces; control characters and
    marks that turn the direction of the text around are left out.
    """
    visible = _CONTROL.sub("", text)
    escaped = _SPECIAL.sub(r"\\\1", " ".join(visible.split()))
    return escaped.replace(":", rf"\:{_WORD_JOINER}")


def spoken(text: str) -> str:
    """`text` for a field's label, which screen readers are given as it is written.

    What holds no sign that Markdown knows stays as it is, so that nobody hears backslashes;
    anything else is `plain`.
    """
    return plain(text) if _MARKS.search(text) else text


def visible(text: str) -> str:
    """`text` for a grid's cell: every hidden control or turning mark becomes a visible "�"."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
