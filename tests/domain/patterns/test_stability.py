"""What differs from message to message changes neither pattern nor category."""

import json
import re
import string
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from sync.domain.patterns import CATEGORIES, Classified, classify
from sync.domain.patterns.words import is_field_name
from tests.domain.patterns.corpus import every_message

numbers = st.from_regex(r"[1-9][0-9]{3,9}", fullmatch=True)
amounts = st.from_regex(r"[0-9]{1,4}[.,][0-9]{2}", fullmatch=True)
days = st.dates(date(1990, 1, 1), date(2099, 12, 31))
dates = days.map(lambda day: day.strftime("%Y-%m-%d")) | days.map(
    lambda day: day.strftime("%d-%m-%Y")
)
times = st.from_regex(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]", fullmatch=True)
hosts = st.from_regex(r"[a-z]{2,9}\.[a-z][a-z0-9]{1,12}\.(?:nl|com|be|example)", fullmatch=True)
names = st.text(string.ascii_letters + " &.-", min_size=4, max_size=30).filter(
    lambda name: name.strip() == name and len(name.strip(". -&")) > 3 and not is_field_name(name)
)
messages = st.sampled_from([row.message for row in every_message() if len(row.message) > 3])
"""But a bare status ("503"), which nothing in front of it may hide in."""

TEMPLATES = (
    "Factuur {number} van {date} voor € {amount} kon niet worden weggezet",
    "Order {number}: vreemde toestand op {host} om {time}",
    "Kassabon '{name}' voor {number} verdween tussen wal en schip",
    "Worker {number} on {host} gave 0x{number} at {date}T{time}Z",
    "https://{host}/a/{number}?q={amount} deed raar met EUR {amount}",
    "Klant <b>{number}</b> wilde {amount} euro op {date} {time}",
    "piet.{number}@{host} en /var/www/{host}/{number} zijn zoek geraakt",
    "Factuurnummer {number} bestaat al voor relatie {number}",
    "Btw-code {number} op regel {number} van {date} is ongeldig",
    "HTTPSConnectionPool(host='{host}', port=443): Read timed out. (read timeout={amount})",
)


class Body(NamedTuple):
    """A message with a JSON object in it."""

    before: str
    value: Any
    after: str

    def text(self, **how: Any) -> str:
        """The message, its object written anew."""
        return self.before + json.dumps(self.value, **how) + self.after


def parsed(message: str) -> Body | None:
    """A message as its JSON object and what stands around it; None without one."""
    start = message.find("{")
    try:
        value, end = json.JSONDecoder().raw_decode(message, start)
    except (ValueError, IndexError):
        return None
    return Body(message[:start], value, message[end:]) if isinstance(value, dict) else None


def recased(value: Any, recase: Callable[[str], str]) -> Any:
    """The same object with every name and text recased."""
    if isinstance(value, dict):
        return {recase(name): recased(inner, recase) for name, inner in value.items()}
    if isinstance(value, list):
        return [recased(inner, recase) for inner in value]
    return recase(value) if isinstance(value, str) else value


def same(one: Classified, other: Classified) -> bool:
    return (one.pattern, one.category, one.template, one.cause) == (
        other.pattern,
        other.category,
        other.template,
        other.cause,
    )


@given(st.sampled_from(TEMPLATES), st.data())
def test_new_ids_amounts_dates_hosts_and_names_change_nothing(
    template: str, data: st.DataObject
) -> None:
    def fill() -> str:
        kinds = {
            "number": numbers,
            "amount": amounts,
            "date": dates,
            "time": times,
            "host": hosts,
            "name": names,
        }
        return template.format(**{kind: data.draw(drawn) for kind, drawn in kinds.items()})

    assert same(classify(fill()), classify(fill()))


@given(st.sampled_from(TEMPLATES[:4]), names, numbers)
def test_known_values_of_the_attempt_change_nothing(template: str, name: str, number: str) -> None:
    text = template.replace("'{name}'", "{name}").format_map(
        dict.fromkeys(("amount", "date", "time", "host"), "12") | {"number": "77", "name": "zij"}
    )
    one = classify(f"{text} {name} {number}", known={"customer": name, "order_no": number})
    other = classify(f"{text} Jansen 123", known={"customer": "Jansen", "order_no": "123"})
    assert same(one, other)


@given(messages, st.sampled_from([str.upper, str.lower]))
def test_letter_case_changes_nothing(message: str, recase: object) -> None:
    assert callable(recase)
    if "{" in message or "\\" in message:  # JSON has a test of its own below
        return
    assert same(classify(str(recase(message))), classify(message))


@given(messages, st.sampled_from([" ", "  ", "\n", "\t ", "\u00a0"]))
def test_spacing_changes_nothing(message: str, space: str) -> None:
    if "{" in message:  # JSON has a test of its own below
        return
    stretched = space + space.join(message.split(" ")) + space
    assert same(classify(stretched), classify(message))


DOCUMENTS = (
    "Factuur {}: ", "Invoice {} - ", "Order #{}: ", "Bestelling {} > ", "order {} | ", "Klant {}: ",
    "[{}] ", "[order {}] ", "Creditnota C{}: ", "Document 2026-{}: ", "INV-2026-{} - ", "#{}: ",
    "{}: ", "Factuur {} (04-03-2026): ", "Order {} / factuur 12: ", "Attempt 3 of invoice {}: ",
    "WARN  sync - Order {}: ", "(factuur {}) : ",
)  # fmt: skip
MOMENTS = (
    "[{} {}] ", "{}T{}Z ", "{} {} main.ERROR: ", "[{}T{}.123456+00:00] main.CRITICAL: ",
    "{} {},123 ERROR [main] ", "{} {} - ", "{}T{}Z [error] ", "{} {} web01 sync[123]: ",
    "[{} {}] Factuur 100000012: ", "[04/Mar/2026:11:02:58 +0100] ",
    "Nov 23 08:47:45 web01 sync[123]: ",
)  # fmt: skip


@given(messages, st.sampled_from(DOCUMENTS), numbers)
def test_a_document_number_in_front_changes_nothing(message: str, prefix: str, number: str) -> None:
    assert classify(prefix.format(number) + message).pattern == classify(message).pattern


@given(messages, dates, times, st.sampled_from(MOMENTS))
def test_a_timestamp_in_front_changes_nothing(
    message: str, day: str, time: str, prefix: str
) -> None:
    assert classify(prefix.format(day, time) + message).pattern == classify(message).pattern


BODIES = [found for row in every_message() if (found := parsed(row.message))]


@given(st.sampled_from(BODIES), st.sampled_from([str.upper, str.lower, str.title]))
def test_letter_case_of_a_json_body_changes_nothing(
    body: Body, recase: Callable[[str], str]
) -> None:
    """Of its names and of what it says; `true` and escapes have one case."""
    shouted = Body(recase(body.before), recased(body.value, recase), recase(body.after))
    assert classify(shouted.text()).pattern == classify(body.text()).pattern


@given(st.sampled_from(BODIES), st.sampled_from([None, 0, 2, "\t"]), st.booleans(), st.booleans())
def test_spacing_and_escapes_of_a_json_body_change_nothing(
    body: Body, indent: int | str | None, escaped: bool, tight: bool
) -> None:
    separators = (",", ":") if tight else (" , ", " : ")
    text = body.text(indent=indent, ensure_ascii=escaped, separators=separators)
    assert classify(text).pattern == classify(body.text()).pattern


HOST = re.compile(
    r"(?<![\w.@-])(?:[a-z0-9-]+\.){1,4}(?:nl|com|example|local|test|be)(?![\w-])(?!\.\w)"
)
AMOUNT = re.compile(r"(?<![\w.,])\d{1,4}[.,]\d{2}(?![\w.,:])")
DATE = re.compile(r"\b(?:\d{2}-\d{2}-\d{4}|\d{4}-\d{2}-\d{2})\b")


@given(messages, hosts | st.sampled_from(["timeout.example.com", "sessie.verlopen.nl:8443"]))
def test_another_host_in_a_message_of_any_cause_changes_nothing(message: str, host: str) -> None:
    assert classify(HOST.sub(host, message)).pattern == classify(message).pattern


@given(messages, amounts, dates)
def test_another_amount_and_day_in_a_message_of_any_cause_change_nothing(
    message: str, amount: str, day: str
) -> None:
    changed = DATE.sub(day, AMOUNT.sub(amount, message))
    assert classify(changed).pattern == classify(message).pattern


def test_hosts_amounts_and_days_are_found_to_be_exchanged() -> None:
    """Were there none in the messages, the tests above would say nothing."""
    said = [row.message for row in every_message()]
    assert [sum(bool(one.search(text)) for text in said) > 15 for one in (HOST, AMOUNT, DATE)] == [
        True
    ] * 3
    assert len(BODIES) > 40


@given(st.lists(messages, min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(texts: list[str], random: object) -> None:
    """Nothing is learned on the way."""
    before = {text: classify(text) for text in texts}
    shuffled = list(texts)
    getattr(random, "shuffle")(shuffled)  # noqa: B009 - typed as object by hypothesis' strategy
    assert {text: classify(text) for text in shuffled} == before


@given(st.text(max_size=400), st.text(max_size=20))
def test_any_text_has_a_pattern_and_a_category(message: str, code: str) -> None:
    found = classify(message, code=code)
    assert len(found.pattern) == 12
    assert found.category in CATEGORIES
    assert found.template
    assert found.why


@given(st.text(max_size=60), st.dictionaries(st.sampled_from(["order_no", "customer"]), st.text()))
def test_any_known_values_are_borne(message: str, known: dict[str, str]) -> None:
    assert classify(message, known=known).pattern
