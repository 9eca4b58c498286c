"""Calls by name: arguments in, the service's answer out, everything that goes wrong as ours.

zeep reads the packaged WSDL for names and types only. The address in it is the service's own over
plain http and is never called; ours comes from the settings.
"""

import functools
import logging
from collections.abc import Mapping
from importlib import resources
from typing import Any, Final
from urllib.parse import urlsplit

import zeep

from sync.domain import codes
from sync.eboekhouden.faults import Call, lost, translate
from sync.eboekhouden.refusals import refusal
from sync.eboekhouden.wire import Wire

_zeep: Any = zeep  # most of it has no types, and some of its hints are wrong

_BINDING: Final = "{http://www.e-boekhouden.nl/soap}soapAppSoap"
_NUMBERS: Final = ("Mutatienummer", "Rel_ID")

# Strict stays on: without it zeep drops what it does not know, an error message included.
_SETTINGS: Final = zeep.Settings(
    strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=True, xml_huge_tree=False
)

# zeep logs whole messages, and tracebacks for values that it then leaves out. Both are told by us.
logging.getLogger("zeep").setLevel(logging.CRITICAL)


@functools.cache
def _document() -> Any:  # noqa: ANN401 - zeep's objects have no types
    """The parsed WSDL, the same for every session. It has no transport, so it fetches nothing."""
    with resources.files(__package__).joinpath("eboekhouden.wsdl").open("rb") as file:
        return _zeep.wsdl.Document(file, transport=None, settings=_SETTINGS)


class Soap:
    """The service at one address. One call at a time.

    Args:
        url: The address, checked (`check_address`).
        deadline: Seconds that a call may take altogether.
        secrets: Texts that must never stand in a message, beside the session's id.
    """

    def __init__(self, url: str, deadline: float, secrets: tuple[str, ...]) -> None:
        self._deadline = deadline
        self._secrets = secrets
        self._host = urlsplit(url).netloc
        self._wire = Wire(url)
        client = _zeep.Client(_document(), transport=self._wire, settings=_SETTINGS)
        self._service = client.create_service(_BINDING, url)

    def call(
        self,
        operation: str,
        arguments: Mapping[str, object],
        *,
        write: bool = False,
        deadline: float | None = None,
    ) -> Any:  # noqa: ANN401 - zeep's objects have no types
        """Call `operation` and return its result, None for an empty one.

        Args:
            operation: E.g. "AddMutatie".
            arguments: As the WSDL names them.
            write: Whether the call changes the books, so that a lost answer leaves it unknown.
            deadline: Seconds, where it is not the usual one.

        Raises:
            UnreachableError: Nothing was sent, or a read got no answer.
            UnreadableError: A read's answer is not SOAP as we know it.
            OutcomeUnknownError: A write was sent and its answer is lost or not understood.
            RefusedError: The service said no, or could not read what we sent.
            SessionLostError: The session is not valid; nothing was done.
            TemporaryError: A limit is reached.
            ConfigurationError: Credentials or rights are wrong.
            UnbookableError: The arguments cannot be written as XML; nothing was sent.
        """
        seconds = self._deadline if deadline is None else deadline
        self._wire.begin(seconds)
        try:
            result = self._service[operation](**arguments)
        except Exception as error:  # noqa: BLE001 - whatever it was, the books may have changed
            call = self._describe(operation, arguments, write=write, seconds=seconds)
            raise translate(error, call) from None  # zeep's texts hold answers, secrets included
        code, text = _said(result)
        if code:
            call = self._describe(operation, arguments, write=write, seconds=seconds)
            if any(getattr(result, name, 0) for name in _NUMBERS):
                message = f"API error: {operation} answered {code} and a number as well"
                raise lost(message, codes.OUTCOME_UNKNOWN, call)
            raise refusal(code, text, call)
        return result

    def hang_up(self) -> None:
        """End the call that is out, and every later one at once. Any thread may do it."""
        self._wire.hang_up()

    def close(self) -> None:
        """Close the connection."""
        self._wire.close()

    def _describe(
        self, operation: str, arguments: Mapping[str, object], *, write: bool, seconds: float
    ) -> Call:
        session = str(arguments.get("SessionID", ""))
        return Call(
            operation=operation,
            write=write,
            sent=self._wire.sent,
            host=self._host,
            seconds=seconds,
            secrets=(*self._secrets, session),
        )


def _said(result: object) -> tuple[str, str]:
    """Code and text of the error in a result; empty when it went well.

    The two Update calls answer with the error itself, the others with one called ErrorMsg; it is
    there on success as well, empty or with two empty children.
    """
    error = result if hasattr(result, "LastErrorCode") else getattr(result, "ErrorMsg", None)
    code = getattr(error, "LastErrorCode", None) or ""
    return code.strip(), getattr(error, "LastErrorDescription", None) or ""
