"""Everything that can go wrong, grouped by what to do next.

```text
BoekwachtError
├── ConfigurationError      settings are wrong or refused: stops this connection's run
├── TemporaryError          may go well by itself: try again later
│   ├── UnreachableError    no connection was made or no answer came to a read
│   └── UnreadableError     something answered a read, but not in the service's language
├── PermanentError          a person has to change something first
│   ├── UnbookableError     our own look at the document refused it; nothing was sent
│   └── RefusedError        the service understood and said no
├── WaitingError            something else has to happen first: it comes back by itself
├── OutcomeUnknownError     a booking was sent and its answer is lost: look it up first
└── RightError              whoever asks may not do this: nothing was done
StoreError                  the record itself cannot be used: missing, newer, unreadable
```

An exception's type says what comes next (`style.md` calls it grouping by remedy); its `code` says
what happened, in the words of `sync.domain.codes` or the service's own code; its text begins with
the catalogue's words, then a colon and the particulars.
"""

from collections.abc import Mapping


class BoekwachtError(Exception):
    """Base of all errors that we raise on purpose.

    Attributes:
        message: Stored as the attempt's message: catalogue words, colon, particulars.
        code: The service's code ("CMUT019") or ours ("EMAIL_MISSING"); empty when there is none.
        detail: Short facts for the attempt's `detail`, without secrets or personal data.
    """

    def __init__(
        self, message: str, *, code: str = "", detail: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.detail = dict(detail or {})


class ConfigurationError(BoekwachtError):
    """Settings, secrets or rights are wrong. Names the setting, where it is read, an example."""


class TemporaryError(BoekwachtError):
    """The same call may go well later. `retry_after` is in seconds; None means no wish was told."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        detail: Mapping[str, str] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, code=code, detail=detail)
        self.retry_after = retry_after


class UnreachableError(TemporaryError):
    """Nobody answered: no connection, or no answer to a read. Nothing was booked by this call."""


class UnreadableError(TemporaryError):
    """A read was answered by something that is not the service's language, e.g. an HTML page."""


class PermanentError(BoekwachtError):
    """Trying again changes nothing before a person has changed something."""


class UnbookableError(PermanentError):
    """The document cannot be booked as it is; nothing was sent."""


class RefusedError(PermanentError):
    """The service understood the call and refused it, with its own code and text."""


class WaitingError(BoekwachtError):
    """Another document has to be booked first; this one is tried again by itself after it."""


class OutcomeUnknownError(BoekwachtError):
    """A write may have been carried out and its answer is lost. Never post again blindly."""


class RightError(BoekwachtError):
    """A person asked for what their right does not allow. Nothing was done."""


class StoreError(BoekwachtError):
    """The store cannot be used: it is missing, damaged, newer than this program, or misplaced."""
