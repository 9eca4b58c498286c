"""Numbers, money and moments as people of a language write them. Pure."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from math import inf
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime, format_timedelta, get_day_names
from babel.numbers import format_currency, format_decimal, format_percent

from pages.ui.texts import Language

LOCALES: Final[dict[Language, str]] = {"nl": "nl_NL", "en": "en_GB"}
_DAY: Final[dict[Language, str]] = {"nl": "dd-MM-yyyy", "en": "d MMM yyyy"}
GRID_MOMENT: Final[dict[Language, str]] = {
    "nl": "DD-MM-YYYY HH:mm:ss",
    "en": "D MMM YYYY HH:mm:ss",
}
"""The same for Streamlit's grid, which formats in the browser (moment.js letters)."""
GRID_DAY: Final[dict[Language, str]] = {"nl": "DD-MM-YYYY", "en": "D MMM YYYY"}
GRID_SHORT_DAY: Final[dict[Language, str]] = {"nl": "DD-MM-YY", "en": "D MMM YY"}
"""The same where a table has many columns."""
_SIZES: Final = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3))
_IN_DAYS: Final = timedelta(hours=36)
_KEPT: Final = 4096
"""So many numbers and days stay in words: a page says the same ones again and again."""
DATE_INPUT: Final[dict[Language, str]] = {"nl": "DD-MM-YYYY", "en": "DD/MM/YYYY"}
"""The same for Streamlit's date field."""


@lru_cache(_KEPT)
def number(value: int, language: Language) -> str:
    """A whole number: 1.234 or 1,234."""
    return str(format_decimal(value, locale=LOCALES[language]))


def money(value: Decimal | None, currency: str, language: Language) -> str:
    """An amount: "€ 1.234,56" or "€1,234.56"; "–" for None."""
    if value is None:
        return "–"
    return str(format_currency(value, currency or "EUR", locale=LOCALES[language]))


def country(code: str, language: Language) -> str:
    """A country by name and code, "Duitsland (DE)"; one that nobody knows by what it is called."""
    name = Locale.parse(LOCALES[language]).territories.get(code)
    return f"{name} ({code})" if name else code


def countries(language: Language) -> dict[str, str]:
    """Every country's words by its code, in the order of their names."""
    codes = map(str, Locale.parse(LOCALES[language]).territories)
    real = (code for code in codes if len(code) == 2 and code not in {"EU", "EZ", "UN", "ZZ"})
    known = {code: country(code, language) for code in real}
    return dict(sorted(known.items(), key=lambda item: item[1].casefold()))


def rate(value: Decimal | None, language: Language) -> str:
    """A tax rate in full: "8,25 %" or "8.25%"; "–" for None."""
    if value is None:
        return "–"
    text = str(format_percent(value / 100, "#,##0.####%", locale=LOCALES[language]))
    return text.replace("%", "\N{NO-BREAK SPACE}%") if language == "nl" else text


@lru_cache(_KEPT)
def percent(share: float | None, language: Language) -> str:
    """A share from 0 to 1 with one decimal: "94,5 %"; "–" for None, which is no data.

    Rounded towards what is not yet true: 100 % stands there only when nothing failed, and 0 %
    only when nothing succeeded.
    """
    if share is None:
        return "–"
    tenths = round(share * 1000)
    tenths = min(tenths, 999) if share < 1 else tenths
    tenths = max(tenths, 1) if share > 0 else tenths
    locale = LOCALES[language]
    text = str(format_percent(Decimal(tenths) / 1000, "#,##0.#%", locale=locale))
    return text.replace("%", "\N{NO-BREAK SPACE}%") if language == "nl" else text


@lru_cache(_KEPT)
def day(value: date, language: Language) -> str:
    """A day: 14-03-2026 or 14 Mar 2026."""
    return str(format_datetime(_midnight(value), _DAY[language], locale=LOCALES[language]))


@lru_cache(_KEPT)
def short_day(value: date, language: Language) -> str:
    """A day on an axis, where the year is plain: "14 mrt" or "14 Mar"."""
    return str(format_datetime(_midnight(value), "d MMM", locale=LOCALES[language])).rstrip(".")


def month(first: date, language: Language) -> str:
    """A month by its first day: "nov 2026" or "Nov 2026"."""
    words = str(format_datetime(_midnight(first), "MMM yyyy", locale=LOCALES[language]))
    return words.replace(".", "")


def size(count: int, language: Language) -> str:
    """A number of bytes: "840 kB", "1,2 MB", "81,2 GB"; a dash for none."""
    if not count:
        return "–"
    unit, factor = next((each for each in _SIZES if count >= each[1]), _SIZES[-1])
    shown = Decimal(count) / factor
    pattern = "#,##0" if unit == "kB" and shown >= 10 else "#,##0.0"
    text = format_decimal(shown, pattern, locale=LOCALES[language])
    return f"{text}\N{NO-BREAK SPACE}{unit}"


def weekday(number: int, language: Language) -> str:
    """The short name of a weekday, Monday being 0: "ma" or "Mon"."""
    return str(get_day_names("abbreviated", locale=LOCALES[language])[number])


def moment(value: datetime, zone: str, language: Language, *, seconds: bool = False) -> str:
    """An aware moment in `zone`: 14-03-2026 08:42, with seconds where asked."""
    pattern = f"{_DAY[language]} HH:mm{':ss' if seconds else ''}"
    local = value.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return str(format_datetime(local, pattern, locale=LOCALES[language]))


def clock(value: datetime, now: datetime, zone: str, language: Language) -> str:
    """Only the time, 08:42, when `value` lies on the same day as `now`; day and time otherwise."""
    local = value.astimezone(ZoneInfo(zone))
    if local.date() == now.astimezone(ZoneInfo(zone)).date():
        return f"{local:%H:%M}"
    return moment(value, zone, language)


def ago(span: timedelta, language: Language) -> str:
    """How long: "6 min", "2 uur", "91 dagen"; under a minute in seconds, never negative.

    From a day and a half on in whole days: "3 months" could be two and a half.
    """
    span = max(span, timedelta())
    locale = LOCALES[language]
    if span >= _IN_DAYS:
        return str(
            format_timedelta(span, granularity="day", threshold=inf, format="long", locale=locale)
        )
    return str(format_timedelta(span, threshold=1.2, format="short", locale=locale))


def duration(milliseconds: int | None, language: Language) -> str:
    """A duration: "840 ms", "3,2 s"; "–" for None, which is a try still under way."""
    if milliseconds is None:
        return "–"
    if milliseconds < 1000:
        return f"{milliseconds}\N{NO-BREAK SPACE}ms"
    seconds = Decimal(milliseconds) / 1000
    return f"{format_decimal(seconds, '#,##0.0', locale=LOCALES[language])}\N{NO-BREAK SPACE}s"


def _midnight(value: date) -> datetime:
    return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a day has no zone
