"""What needs doing and how today is: the verdict, six tiles and the Today strip."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

import streamlit as st

from pages.ui import data, filters, formats, frame, spark, totals, view
from pages.ui.charts import Total
from pages.ui.escape import plain
from pages.ui.logs import OF_KIND, SHOP_OF_KIND, kind_of
from pages.ui.palette import palette
from pages.ui.speech import language, say
from pages.ui.view import View
from sync.domain.documents import Entity
from sync.settings import Settings
from sync.store import overview, queries
from sync.store.overview import Day, Pending
from sync.store.reader import Reader

SPARK_DAYS: Final = 30
LATE_NAMED: Final = 3
_WEEK: Final = timedelta(days=7)
ALL: Final = "attempts"
"""The log of all kinds: where numbers about all kinds lead."""
OPEN: Final = View(range="all", state="open")
TODAY: Final = View(range="today")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All numbers of the upper half, taken at one moment.

    Attributes:
        now: That moment; `today` is its day on screen.
        pending: What is not in the books, by kind.
        days: The last thirty days and those of the week before them, by kind.
        gaps: Documents not in the books by the day they were issued on, and their euros.
        oldest: Key of the oldest document that is not in the books; empty for none.
        late_keys: Keys of the first few that have waited for over a day.
        next_run: When the schedule runs next; None before the first run.
        newest: When the newest attempt started; None before the first.
    """

    settings: Settings
    now: datetime
    today: date
    pending: Mapping[Entity, Pending]
    days: Sequence[Day]
    gaps: Mapping[date, tuple[int, Decimal]]
    oldest: str
    late_keys: Sequence[str]
    next_run: datetime | None
    newest: datetime | None

    @property
    def failed(self) -> int:
        """Documents that need a person."""
        return sum(each.failed for each in self.pending.values())

    @property
    def waiting(self) -> int:
        """Invoices and credit memos that will be tried by themselves."""
        return sum(each.waiting for kind, each in self.pending.items() if kind != "customer")

    @property
    def late(self) -> int:
        """Those of the waiting that have waited for over a day, which counts as failed."""
        return sum(each.late for kind, each in self.pending.items() if kind != "customer")

    @property
    def age(self) -> timedelta | None:
        """How long ago the oldest document that is not in the books was issued; None for none."""
        moments = [
            each.oldest for kind, each in self.pending.items() if each.oldest and kind != "customer"
        ]
        return self.now - min(moments) if moments else None


def figures(found: Settings, reader: Reader) -> Figures:
    """Take all numbers."""
    now, today = data.now(), data.today(found.timezone)
    since = view.midnight(today - timedelta(days=SPARK_DAYS - 1), found.timezone)
    fresh = queries.freshness(reader)
    next_run = fresh.run_ended and fresh.run_ended + timedelta(minutes=found.interval)
    return Figures(
        settings=found,
        now=now,
        today=today,
        pending=overview.pending(reader, now),
        days=data.days(found, data.log_filter(None, View(), found.timezone)),
        gaps=overview.pending_by_day(reader, since),
        oldest=overview.oldest(reader),
        late_keys=overview.late(reader, now, LATE_NAMED),
        next_run=next_run,
        newest=fresh.newest,
    )


def verdict(found: Figures) -> None:
    """One line: is everything in the books? Beside it, the way to what is not."""
    tongue = language()
    if found.failed or found.late:
        number = found.failed + found.late
        sentence = say(
            "verdict.one" if number == 1 else "verdict.open",
            n=formats.number(number, tongue),
            age=formats.ago(found.age or timedelta(), tongue),
        )
        icon, colour = ":material/error:", "red"
    elif found.waiting:
        sentence = say("verdict.waiting", n=formats.number(found.waiting, tongue))
        icon, colour = ":material/schedule:", "blue"
    else:
        sentence, icon, colour = say("verdict.booked"), ":material/check_circle:", "green"
    with st.container(border=True, key="verdict"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(f":{colour}[{icon}] {plain(sentence)}", anchor=False, width="content")
            for kind, page in OF_KIND.items():
                if number := found.pending[kind].failed:
                    key = f"verdict.{kind}" + ("1" if number == 1 else "")
                    label = plain(say(key, n=formats.number(number, tongue)))
                    filters.link(page, label, OPEN, ":material/arrow_forward:")
        if found.late:
            _late(found)


def _late(found: Figures) -> None:
    """What has waited for over a day stands in no log as failed, so its stories are named."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(say("verdict.late", n=formats.number(found.late, language())), width="content")
        for key in found.late_keys:
            kind = kind_of(key, None)
            label = plain(say(f"story.title.{kind}", no=key.rpartition(":")[2]))
            filters.link(OF_KIND[kind], label, View(range="all", doc=key))


def tiles(found: Figures) -> None:
    """Six numbers, each a link to exactly its rows, each with its last thirty days."""
    with st.grid(3, min_column_width=160):
        for kind, page in OF_KIND.items():
            _failures(found, kind, page)
        _rate(found)
        _oldest(found)
        _euros(found)


def today(found: Figures) -> None:
    """What was tried today, how it ended, what waits, and when the next run is."""
    total = totals.of_day(found.days, found.today)
    tongue = language()
    with (
        st.container(border=True, key="today"),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        st.subheader(say("today"), anchor=False, width="content")
        if total.attempts:
            for name, shown in (
                ("attempts", TODAY),
                ("booked", View(range="today", success="yes")),
                ("failed", View(range="today", success="no")),
            ):
                number = formats.number(getattr(total, name), tongue)
                filters.link(ALL, plain(say(f"today.{name}", n=number)), shown, _ICONS[name])
        else:
            st.text(_last_active(found), width="content")
        _waiting(found)
        st.text(_next_run(found), width="content")


def _waiting(found: Figures) -> None:
    """What waits for its turn, by kind; the data pages have it, tried or not."""
    numbers = {kind: found.pending[kind].waiting for kind in SHOP_OF_KIND if kind != "customer"}
    if not any(numbers.values()):
        st.text(say("today.waiting", n=0), width="content")
    for kind, number in numbers.items():
        if number:
            label = plain(say(f"today.waiting.{kind}", n=formats.number(number, language())))
            shown = View(range="all", books=("waiting",))
            filters.link(SHOP_OF_KIND[kind], label, shown, ":material/schedule:")


_ICONS: Final = {
    "attempts": ":material/list:",
    "booked": ":material/check_circle:",
    "failed": ":material/error:",
}


def _last_active(found: Figures) -> str:
    if found.newest is None:
        return say("today.none")
    moment = formats.clock(found.newest, found.now, found.settings.timezone, language())
    return say("today.quiet", moment=moment)


def _next_run(found: Figures) -> str:
    if found.next_run is None:
        return say("today.next.none")
    if found.next_run <= found.now:
        return say("today.next.due")
    moment = formats.clock(found.next_run, found.now, found.settings.timezone, language())
    return say("today.next", moment=moment)


def _failures(found: Figures, kind: Entity, page: str) -> None:
    failed = [day for day in found.days if day.entity == kind]
    _tile(
        kind,
        formats.number(found.pending[kind].failed, language()),
        say("tile.failed30", n=formats.number(sum(day.failed for day in failed), language())),
        (palette().failed, [total.failed for total in totals.of_days(failed, *_month(found))]),
        (page, OPEN),
    )


def _rate(found: Figures) -> None:
    tongue = language()
    now = totals.of_day(found.days, found.today)
    before = totals.of_day(found.days, found.today - _WEEK)
    _tile(
        "rate",
        formats.percent(now.rate, tongue),
        _compared(now, before, found.today),
        (palette().booked, [total.rate for total in totals.of_days(found.days, *_month(found))]),
        (ALL, TODAY),
    )


def _compared(now: Total, before: Total, today: date) -> str:
    """Today's counts, and the arrow against the same weekday of last week."""
    tongue = language()
    counts = say(
        "tile.rate.of",
        yes=formats.number(now.booked, tongue),
        all=formats.number(now.booked + now.failed, tongue),
    )
    if now.rate is None or before.rate is None:
        return counts
    arrow = "▲" if now.rate > before.rate else "▼" if now.rate < before.rate else "="
    other = formats.percent(before.rate, tongue)
    weekday = formats.weekday(today.weekday(), tongue)
    return f"{counts} · {arrow} {say('tile.rate.before', weekday=weekday, rate=other)}"


def _oldest(found: Figures) -> None:
    tongue = language()
    kind = kind_of(found.oldest, None)
    number = found.oldest.rpartition(":")[2]
    _tile(
        "oldest",
        formats.ago(found.age, tongue) if found.age is not None else "–",
        say(f"story.title.{kind}", no=number) if found.oldest else say("tile.oldest.none"),
        (palette().waiting, [number for number, _ in _gaps(found)]),
        (OF_KIND[kind], View(range="all", doc=found.oldest)),
    )


def _euros(found: Figures) -> None:
    """What the books lack in invoices, and beside it in credit memos, each with a page of its own.

    The data pages have both what failed and what waits, tried or not.
    """
    lacking = View(range="all", books=("waiting", "failed"), sort="grand_total:desc")
    invoices, memos = (
        formats.money(each.failed_amount + each.waiting_amount, "EUR", language())
        for each in (found.pending["invoice"], found.pending["creditmemo"])
    )
    _tile(
        "euros",
        invoices,
        (SHOP_OF_KIND["creditmemo"], plain(say("tile.euros.memos", amount=memos)), lacking),
        (palette().waiting, [float(euros) for _, euros in _gaps(found)]),
        (SHOP_OF_KIND["invoice"], lacking),
    )


def _month(found: Figures) -> tuple[date, int]:
    """The last of the days that a tile's bars show, and how many there are."""
    return found.today, SPARK_DAYS


def _gaps(found: Figures) -> list[tuple[int, Decimal]]:
    """For each of those days, what was issued then and is not in the books."""
    last, number = _month(found)
    days = [last - timedelta(days=back) for back in range(number - 1, -1, -1)]
    return [found.gaps.get(day, (0, Decimal(0))) for day in days]


def _tile(
    name: str,
    value: str,
    beside: str | tuple[str, str, View],
    history: tuple[str, Sequence[float | None]],
    target: tuple[str, View],
) -> None:
    """One number; the whole tile is the link, which the style sheet stretches over it.

    What stands beside it is a text, or another number's link: page, label and view.
    """
    label = say(f"tile.{name}")
    with st.container(border=True, key=f"tile_{name}", gap="xxsmall"):
        filters.link(target[0], plain(label), target[1])
        st.metric(label, value, label_visibility="collapsed")
        if isinstance(beside, str):
            frame.quiet(beside)
        else:
            with st.container(key=f"beside_{name}"):
                filters.link(*beside)
        colour, values = history
        st.html(spark.bars(values, colour, say("tile.history", label=label)))
