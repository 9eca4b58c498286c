"""What a simulated service gets and gives: a whole request, a whole response."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable


class Headers(Mapping[str, str]):
    """Header fields as sent; looking a name up ignores its case.

    A name that was sent more than once holds its values joined with ", ", as HTTP says.
    """

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self._fields: dict[str, tuple[str, str]] = {}
        for name, value in fields:
            before = self._fields.get(name.lower())
            joined = (before[0], f"{before[1]}, {value}") if before else (name, value)
            self._fields[name.lower()] = joined

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()][1]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._fields.values())

    def __len__(self) -> int:
        return len(self._fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it came in.

    Attributes:
        method: Upper case, e.g. "GET".
        path: The target before the question mark, not decoded.
        query: The target behind the question mark, not decoded; empty without one.
        headers: As sent; looking a name up ignores its case.
        body: Empty without one.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer. `Content-Length`, `Date` and `Connection` are the server's business."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class App(Protocol):
    """A simulated service. `handle` is called from many threads at once."""

    def handle(self, request: Request) -> Response:
        """Answer one request; never raise."""
        ...


@runtime_checkable
class MisbehavingApp(Protocol):
    """What an `App` offers besides, when it can play faults of its own (`sync.sandbox.faults`)."""

    def misbehave(self, fault: str, request: Request) -> Response | None:
        """Answer as if `fault` (a kind of `sync.sandbox.faults`) held.

        Returns:
            None when the fault does not concern this request, which is then handled as usual.
        """
        ...


@runtime_checkable
class DeferringApp(Protocol):
    """What an `App` offers besides, when a request may be carried out long after it came in."""

    def accept(self, request: Request) -> Callable[[], Response]:
        """Check now what is checked at the door (the session); return the work itself."""
        ...
