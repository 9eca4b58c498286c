"""Text from outside on a terminal: it shows, and can do nothing else."""

import unicodedata

_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Control characters (escape sequences begin with one), marks that turn the direction of text,
halves of characters, and line ends of other alphabets."""


def visible(text: object) -> str:
    """`text` in one line, each hidden character as "�", so that no message moves the cursor."""
    line = " ".join(str(text).split())
    return "".join("\N{REPLACEMENT CHARACTER}" if _is_hidden(sign) else sign for sign in line)


def _is_hidden(sign: str) -> bool:
    return unicodedata.category(sign) in _HIDDEN
