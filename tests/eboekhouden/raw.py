"""A server on loopback that sends exactly the bytes it is told to, and notes what it was asked."""

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from typing import Final, Self

SESSION: Final = "{6C0A1F1E-0000-4000-8000-000000000001}"
CODE1: Final = "0123456789abcdef0123456789abcdef"
CODE2: Final = "{9B1F0000-1111-4222-8333-444444444444}"


class Close:
    """A step of an answer: close the connection."""


class Reset:
    """A step of an answer: close the connection at once, as when a machine goes down."""


Step = bytes | float | Close | Reset
"""Bytes to send, seconds to wait, or an end of the connection."""
Reply = Iterable[Step]


@dataclass(frozen=True)
class Asked:
    """One request as it came in; `operation` is what its SOAPAction names."""

    target: str
    head: str
    body: str
    connection: int

    @property
    def operation(self) -> str:
        found = re.search(r'soapaction: "?http://www\.e-boekhouden\.nl/soap/(\w+)', self.head, re.I)
        return found[1] if found else ""


class RawServer:
    """Answers with what `reply` gives for a request, one thread a connection.

    Connections are counted from 1; those in `unread` are closed before anything is read.
    """

    def __init__(self, reply: Callable[[Asked], Reply], unread: Container[int] = ()) -> None:
        self._unread = unread
        self.asked: list[Asked] = []
        self.ended = threading.Event()
        self._stopping = threading.Event()
        self._reply = reply
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/soap.asmx"

    @property
    def operations(self) -> list[str]:
        return [x.operation for x in self.asked]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        number = 0
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._open.append(connection)
                with contextlib.suppress(OSError):  # gone again already
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                number += 1
                if number in self._unread:
                    connection.close()
                    continue
                thread = threading.Thread(target=self._serve, args=(connection, number))
                thread.start()
                self._threads.append(thread)

    def _serve(self, connection: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError, ValueError), connection.makefile("rb") as file:
            while asked := _read(file.readline, file.read, number):
                self.asked.append(asked)
                for step in self._reply(asked):
                    self._do(connection, step)
        self.ended.set()

    def _do(self, connection: socket.socket, step: Step) -> None:
        match step:
            case bytes():
                connection.sendall(step)
            case float():
                if self._stopping.wait(step):
                    raise ConnectionAbortedError
            case Close():
                connection.shutdown(socket.SHUT_RDWR)
                raise ConnectionAbortedError
            case Reset():
                linger_zero = b"\x01\x00\x00\x00\x00\x00\x00\x00"
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_zero)
                connection.close()
                raise ConnectionAbortedError


def _read(readline: Callable[[], bytes], read: Callable[[int], bytes], number: int) -> Asked | None:
    head = b""
    while (line := readline()) not in {b"\r\n", b""}:
        head += line
    if not head:
        return None
    text = head.decode("latin-1")
    length = re.search(r"content-length: (\d+)", text, re.IGNORECASE)
    body = read(int(length[1])) if length else b""
    return Asked(text.split(" ")[1], text, body.decode(), number)


def http(
    body: bytes | str, status: str = "200 OK", content_type: str = "text/xml; charset=utf-8"
) -> bytes:
    """A whole HTTP answer."""
    content = body.encode() if isinstance(body, str) else body
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(content)}"
    return head.encode() + b"\r\n\r\n" + content


def envelope(body: str) -> str:
    """A SOAP 1.1 envelope as .NET writes it."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
        f"<soap:Body>{body}</soap:Body></soap:Envelope>"
    )


def answer(operation: str, inner: str) -> str:
    """The envelope of an operation's result, `inner` being what stands in it."""
    return envelope(
        f'<{operation}Response xmlns="http://www.e-boekhouden.nl/soap">'
        f"<{operation}Result>{inner}</{operation}Result></{operation}Response>"
    )


def refused(operation: str, code: str, text: str = "Dat gaat niet.", payload: str = "") -> str:
    """An answer with a filled ErrorMsg."""
    error = (
        f"<LastErrorCode>{code}</LastErrorCode><LastErrorDescription>{text}</LastErrorDescription>"
    )
    if operation.startswith("Update"):
        return answer(operation, error)
    return answer(operation, f"<ErrorMsg>{error}</ErrorMsg>{payload}")


OPENED: Final = answer(
    "OpenSession",
    f"<ErrorMsg><LastErrorCode/><LastErrorDescription/></ErrorMsg><SessionID>{SESSION}</SessionID>",
)
CLOSED: Final = envelope('<CloseSessionResponse xmlns="http://www.e-boekhouden.nl/soap"/>')


def session(rest: Callable[[Asked], Reply]) -> Callable[[Asked], Reply]:
    """Open and close sessions; leave all other calls to `rest`."""

    def reply(asked: Asked) -> Reply:
        match asked.operation:
            case "OpenSession":
                return [http(OPENED)]
            case "CloseSession":
                return [http(CLOSED)]
            case _:
                return rest(asked)

    return reply


def always(*steps: Step) -> RawServer:
    """A server that opens sessions and answers everything else with `steps`."""
    return RawServer(session(lambda _: steps))
