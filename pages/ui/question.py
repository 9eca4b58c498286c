"""What one run of a log or data page asks, and of whom."""

from dataclasses import dataclass

from pages.ui import data
from pages.ui.logs import Log
from pages.ui.view import View
from sync.settings import Settings
from sync.store.fetched import FetchedFilter
from sync.store.filters import LogFilter
from sync.store.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What one run of a log or data page asks, and of whom.

    Attributes:
        log: Which of them.
        view: What is to be shown.
        filter: The rows that the view's filters leave, in its order.
    """

    log: Log
    settings: Settings
    reader: Reader
    view: View
    filter: LogFilter | FetchedFilter

    @property
    def page(self) -> str:
        """The page's name in the texts and in the session."""
        return self.log.page

    @property
    def admins(self) -> dict[str, str]:
        """The address of the shop's admin per connection; empty where it is not set."""
        connections = self.settings.connections.items()
        return {name: connection.shop_admin_url for name, connection in connections}


def ask(log: Log, found: Settings, chosen: View) -> Question:
    """What a page asks for that view of it.

    Raises:
        StoreError: There is no store, or it cannot be read.
    """
    if log.per_document and log.entity:
        asked: LogFilter | FetchedFilter = data.fetched_filter(log.entity, chosen, found.timezone)
    else:
        asked = data.log_filter(log.entity, chosen, found.timezone)
    return Question(log=log, settings=found, reader=data.reader(found), view=chosen, filter=asked)
