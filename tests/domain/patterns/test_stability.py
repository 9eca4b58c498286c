"""What differs from message to message changes neither pattern nor category."""

import string
from datetime import date

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
messages = st.sampled_from([row.message for row in every_message()])

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
    if "{" in message or "\\" in message:  # the case of JSON's own words and escapes is fixed
        return
    assert same(classify(str(recase(message))), classify(message))


@given(messages, st.sampled_from([" ", "  ", "\n", "\t ", "\u00a0"]))
def test_spacing_changes_nothing(message: str, space: str) -> None:
    if "{" in message:  # spaces inside a JSON string may not become line breaks
        return
    stretched = space + space.join(message.split(" ")) + space
    assert same(classify(stretched), classify(message))


@given(
    messages,
    st.sampled_from(["Factuur {}: ", "Invoice {} - ", "Order #{}: ", "[{}] ", "Creditnota C{}: "]),
    numbers,
)
def test_a_document_number_in_front_changes_nothing(message: str, prefix: str, number: str) -> None:
    assert classify(prefix.format(number) + message).pattern == classify(message).pattern


@given(messages, dates, times, st.sampled_from(["[{} {}] ", "{}T{}Z ", "{} {} main.ERROR: "]))
def test_a_timestamp_in_front_changes_nothing(
    message: str, day: str, time: str, prefix: str
) -> None:
    assert classify(prefix.format(day, time) + message).pattern == classify(message).pattern


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
