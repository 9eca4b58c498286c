"""What hardly ever changes, known from earlier runs of the same process.

A worker runs every quarter of an hour, and would ask for the same ledgers and store views each
time: four calls more than a small run needs for itself.
"""

from sync.clock import Clock
from sync.engine.chart import Chart
from sync.magento import StoreViews


class Known:
    """What the books and shops of a process's connections told. Used by one run at a time."""

    def __init__(self, clock: Clock) -> None:
        """Nothing is known yet; `clock` tells how old it is later."""
        self._clock = clock
        self._charts: dict[str, Chart] = {}
        self._views: dict[str, StoreViews] = {}

    def chart(self, administration: str) -> Chart:
        """What the administration with this name has."""
        return self._charts.setdefault(administration, Chart(self._clock))

    def views(self, url: str) -> StoreViews:
        """The store views of the shop at this address."""
        return self._views.setdefault(url, StoreViews())

    def forget(self) -> None:
        """Ask for everything anew when it is next needed."""
        self._charts.clear()
        self._views.clear()
