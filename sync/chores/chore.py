"""What a chore has at hand: the request, the store, the settings, and whether to stop."""

from dataclasses import dataclass
from datetime import datetime

from sync.settings import Settings
from sync.stopping import Stop
from sync.store import Request, Store


@dataclass(frozen=True, slots=True)
class Chore:
    """One request at work.

    Attributes:
        request: What is asked for.
        settings: Of the home.
        store: Its store.
        stop: The wish that the whole process stops, and its clock.
    """

    request: Request
    settings: Settings
    store: Store
    stop: Stop

    def now(self) -> datetime:
        """The present moment."""
        return self.stop.now()

    def stopping(self) -> bool:
        """Whether to begin nothing more."""
        return self.stop.asked()
