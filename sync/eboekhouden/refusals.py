"""What the service's own error codes mean: who has to do something, and what it is called.

The codes are those of the SOAP manual 5.5, chapter 10. Its texts are Dutch and are only passed on.
"""

import re
from typing import Final

from sync.eboekhouden.faults import Call
from sync.errors import BoekwachtError, ConfigurationError, RefusedError, TemporaryError

_WORDS: Final = {
    "CMUT018": "Invoice number already exists",
    "CMUT019": "Invoice number already exists",
    "CMUT011": "Invalid tax code",
    "CMUT033": "Invalid tax code",
    "CMUT026": "Invoice not found",
    "CREL001": "Duplicate found",
}
_FAMILIES: Final = (("CMUT", "Validation error"), ("CREL", "Validation error"))
_CODE: Final = re.compile(r"([A-Z]+[0-9]{3})\.?([0-9]+)")


class SessionLostError(TemporaryError):
    """The session is not or no longer valid, so the call did nothing: open another and repeat."""


def documented(code: str) -> str:
    """A code as the manual spells it: "E0023" and "e002.3" are E002.3.

    Clients have seen codes without their dot. Every code has three digits before it.
    """
    code = code.strip().upper()
    match = _CODE.fullmatch(code)
    return f"{match[1]}.{match[2]}" if match else code


def refusal(code: str, text: str, call: Call) -> BoekwachtError:
    """Our exception for an answer that carries an error code."""
    code = documented(code)
    said = f"{code}: {text}" if (text := call.clean(text)) else code
    detail = {"operation": call.operation}
    if code.startswith("E001"):
        return ConfigurationError(f"Invalid credentials: {said}", code=code, detail=detail)
    if code == "E002.5":  # the session is fine, the account lacks a right
        return ConfigurationError(f"API error: {said}", code=code, detail=detail)
    if code.startswith("E002"):
        return SessionLostError(f"API error: {said}", code=code, detail=detail)
    if code.startswith("E003"):
        return TemporaryError(f"API error: {said}", code=code, detail=detail)
    family = next((words for start, words in _FAMILIES if code.startswith(start)), "API error")
    return RefusedError(f"{_WORDS.get(code, family)}: {said}", code=code, detail=detail)
