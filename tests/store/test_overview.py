"""The Overview's numbers are those of the documents and attempts that there are."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.store import Holder, Store, open_store, overview
from sync.store.filters import LogFilter
from sync.store.reader import Reader, open_reader
from tests.store.builders import MINUTE, NOW, HandClock, booked, entry, failed, receive, try_once
from tests.store.rows import Planned, planned, record

ZONE = ZoneInfo("Europe/Amsterdam")
DAY = timedelta(days=1)


def test_pending_counts_documents_and_not_attempts(
    store: Store, holder: Holder, reader: Reader
) -> None:
    """Two failures of one document are one; what was booked in the end is none."""
    twice, saved = entry(1), entry(2, grand_total=Decimal("9.95"))
    for one in (twice, saved):
        try_once(store, holder, one, failed())
        assert store.request_again(one.key, NOW)
    try_once(store, holder, twice, failed())
    try_once(store, holder, saved, booked())
    receive(store, entry(3, "creditmemo", grand_total=Decimal("40.00")))

    found = overview.pending(reader, NOW + MINUTE)

    assert found["invoice"] == overview.Pending(
        failed=1, failed_amount=Decimal("121.00"), oldest=twice.issued_at
    )
    assert found["creditmemo"].waiting == 1
    assert found["creditmemo"].waiting_amount == Decimal("40.00")
    assert found["customer"] == overview.Pending()


def test_a_day_of_waiting_counts_as_late(store: Store, reader: Reader) -> None:
    receive(store, entry(1), at=NOW)
    receive(store, entry(2), at=NOW + MINUTE)
    assert overview.pending(reader, NOW + DAY)["invoice"].late == 0
    assert overview.pending(reader, NOW + DAY + MINUTE)["invoice"].late == 1
    assert overview.late(reader, NOW + DAY + MINUTE, 5) == [entry(1).key]
    assert overview.late(reader, NOW + 2 * DAY, 1) == [entry(1).key]


def test_the_oldest_and_the_next_leave_customers_out(
    store: Store, holder: Holder, reader: Reader
) -> None:
    assert overview.oldest(reader) == ""
    assert overview.next_try(reader) is None
    receive(store, entry(1, "customer"), entry(3), at=NOW + MINUTE)
    try_once(store, holder, entry(2), failed())
    assert overview.oldest(reader) == entry(2).key
    assert overview.next_try(reader) == NOW + MINUTE


def test_what_is_pending_stands_on_the_day_of_its_issue(
    store: Store, holder: Holder, reader: Reader
) -> None:
    """23:30 UTC in November is the next day in Amsterdam; euros are those of invoices."""
    evening = entry(1, issued_at=NOW.replace(hour=23, minute=30), grand_total=Decimal("1.10"))
    try_once(store, holder, evening, failed())
    receive(store, entry(2, issued_at=NOW + DAY, grand_total=Decimal("2.20")))
    receive(store, entry(3, issued_at=NOW - 9 * DAY))
    memo = entry(4, "creditmemo", issued_at=NOW + DAY, grand_total=Decimal("5.00"))
    receive(store, memo)
    next_day = (NOW + DAY).date()
    assert overview.pending_by_day(reader, NOW - DAY) == {next_day: (3, Decimal("3.30"))}


def test_the_last_run_of_each_connection_is_given(store: Store, reader: Reader) -> None:
    for connection in ("a", "b", "a"):
        number = store.start_run(connection, "schedule", "", 1, NOW)
        store.finish_run(number, "done", {}, "", "", NOW)
    running = store.start_run("a", "schedule", "", 1, NOW)
    assert [run.id for run in overview.last_runs(reader, ["a", "b"])] == [2, running]
    assert [run.id for run in overview.last_runs(reader, ["a", "b"], ended=True)] == [2, 3]
    assert overview.last_runs(reader, []) == []


@settings(max_examples=25, deadline=None)
@given(st.lists(planned(), max_size=12), st.booleans(), st.sampled_from(["", "p1"]))
def test_days_add_up_to_the_attempts(tries: list[Planned], seal: bool, pattern: str) -> None:
    with TemporaryDirectory() as folder:
        home = Path(folder)
        with open_store(home, HandClock()) as store, store.holder() as holder:
            rows = record(store, holder, tries)
            if seal:
                store.seal()
        with open_reader(home) as reader:
            asked = LogFilter(pattern=pattern)
            days = overview.days(reader, asked)
    rows = [row for row in rows if pattern in {"", row["pattern"]}]

    def counted(wanted: object) -> Counter[tuple[date, str]]:
        return Counter(
            (row["started_at"].astimezone(ZONE).date(), row["entity"])
            for row in rows
            if wanted == "all" or row["success"] is wanted
        )

    for name, wanted in (("attempts", "all"), ("booked", True), ("failed", False)):
        found = Counter({(each.day, str(each.entity)): getattr(each, name) for each in days})
        assert +found == counted(wanted), name
