"""Settings & status: who may ask for a check, what of it is told, and what never is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import data, latency, rights, tabular, view
from pages.ui.latency_chart import Point, by_hour, clicked, curves, of_service
from pages.ui.palette import PALETTES
from pages.ui.rights import Visitor
from pages.ui.roles import Role
from sync import config, effective
from sync.clock import SystemClock
from sync.domain.findings import Finding, Look, as_facts
from sync.domain.lookup import MONTHLY, month_of
from sync.domain.taxes import ShopTaxes, TaxRate
from sync.store import Request, Store, open_store, queries, status
from sync.store.database import hub_path
from sync.store.reader import open_reader
from sync.store.status import Latency
from sync.store.taxes import keep_taxes
from tests.pages.conftest import Open
from tests.pages.seed import Invoice, fill, settings

KEYS = {
    "consumer_key": "ck-0123456789abcdef",
    "consumer_secret": "cs-0123456789abcdef",
    "token": "tk-0123456789abcdef",
    "token_secret": "ts-0123456789abcdef",
    "books_username": "username-of-the-books",
    "code1": "c1-0123456789abcdef",
    "code2": "c2-0123456789abcdef",
}
NOW = datetime.now(UTC)
FOUND = (
    Look(
        connection="webshop",
        side="books",
        at=NOW,
        took_ms=1234,
        findings=(
            Finding(of="books"),
            Finding(of="ledger", wrong="debtor", facts={"ledger": "1300"}),
            Finding(of="cost-centre", wrong="missing", facts={"centre": "<b>7</b>"}, warning=True),
        ),
    ),
    Look(
        connection="webshop",
        side="shop",
        at=NOW,
        took_ms=80,
        findings=(
            Finding(
                of="shop",
                wrong="error",
                facts={"message": "Invalid credentials: no", "code": "CREDENTIALS"},
            ),
        ),
    ),
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home of its own with all secrets, and one invoice."""
    made = settings(tmp_path)
    lines = "\n".join(f'{name} = "{value}"' for name, value in KEYS.items())
    (made / "secrets.toml").write_text(f"[connection.webshop]\n{lines}\n", "utf-8")
    fill(made, [Invoice(number=1, at=NOW - timedelta(hours=3))])
    return made


def be(monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    monkeypatch.setattr(rights, "visitor", lambda: Visitor(role=role))


@contextmanager
def opened(home: Path) -> Iterator[Store]:
    with open_store(home, SystemClock()) as store:
        yield store


def requests(home: Path) -> list[Request]:
    with opened(home) as store:
        return store.requests(9)


def worked_off(home: Path, *looks: Look) -> None:
    """Finish the open check as the worker does."""
    with opened(home) as store, store.holder() as me:
        request = store.next_request(me, NOW)
        assert request is not None
        assert request.kind == "check"
        result = {"state": "done", "problems": 3, "looks": [as_facts(look) for look in looks]}
        assert store.finish_request(request, me, result, NOW)


def seen(page: AppTest) -> str:
    """Every text of a page, its grids included."""
    kinds = ("markdown", "text", "info", "warning", "error", "success", "code", "header", "button")
    said = [str(getattr(x, "value", "")) for kind in kinds for x in getattr(page, kind)]
    said += [x.label for x in page.button] + [x.label for x in page.expander]
    return "\n".join([*said, *(each.value.to_string() for each in page.dataframe)])


def test_an_operator_asks_and_everybody_reads_what_was_found(
    home: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The click names the side; the findings stand in words with what to do, in both languages."""
    be(monkeypatch, "operator")
    page = open_page(home, at="health")
    assert "nog niets gecontroleerd" in page.info[0].value
    button = page.button(key="check_webshop_books")
    assert button.disabled
    page.text_input(key="health_actor").input("Els").run()
    page.button(key="check_webshop_books").click().run()
    page.button(key="check_webshop_books").click().run()
    [request] = requests(home)
    assert (request.kind, request.connection, request.payload) == (
        "check",
        "webshop",
        {"side": "books"},
    )
    worked_off(home, *FOUND)
    be(monkeypatch, "viewer")
    page = open_page(home, at="health")
    assert not page.exception
    said = [each.value for each in page.error]
    assert any("1300" in each and "debiteurenrekening" in each for each in said)
    assert any("inloggegevens zijn geweigerd" in each for each in said)
    assert "Invalid credentials: no" in seen(page).replace("\\", "").replace("\u2060", "")
    assert "\\<b\\>7" in page.warning[0].value
    assert "1,2" in seen(page)
    english = open_page(home, "en-GB", at="health")
    assert any("is no debtor ledger" in each.value for each in english.error)
    with opened(home) as store:
        assert [row.action for row in store.audit_rows(2)] == ["check ended", "check"]


def test_a_viewer_is_offered_no_check_and_an_old_button_refuses(
    home: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    be(monkeypatch, "operator")
    page = open_page(home, at="health")
    page.text_input(key="health_actor").input("Els").run()
    be(monkeypatch, "viewer")
    page.button(key="check__").click().run()
    assert requests(home) == []
    page = open_page(home, at="health")
    assert not [each for each in page.button if str(each.key).startswith("check_")]


def test_no_secret_stands_on_the_page_or_in_the_hub(home: Path, open_page: Open) -> None:
    """Neither they nor what is made of them: only whether each is set."""
    with opened(home) as store:
        found = config.load(home)
        keys = config.secrets(found, found.connections["webshop"])
        for _ in range(7):
            store.note_lookup(keys.administration, month_of(NOW))
    page = open_page(home, at="health")
    said = seen(page)
    assert said.count("gezet, in secrets.toml") == len(KEYS)
    labels = [each.proto.text for each in page.get("progress")]
    assert any("7 van 5" in label.replace("\\", "") for label in labels)
    kept = b"".join(path.read_bytes() for path in hub_path(home).parent.glob("boekwacht.*"))
    for value in KEYS.values():
        assert value not in said
        assert value.encode() not in kept
    assert keys.administration not in said
    (home / "secrets.toml").write_text("", "utf-8")
    page = open_page(home, at="health")
    assert seen(page).count("niet gezet") == len(KEYS)
    assert "webshop: –" in seen(page)


def test_what_is_set_is_told_from_what_is_by_default(
    home: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A login inside an address is blanked; who may log in is told to admins alone."""
    path = home / "boekwacht.toml"
    text = path.read_text("utf-8").replace("https://shop.example/beheer", "https://a:pw@x.example")
    path.write_text(text + "[connection.webshop.booking]\npayment_term = 21\n", "utf-8")
    lines = {(x.section, x.name): x for x in effective.lines(config.load(home))}
    assert lines["connection.webshop.booking", "payment_term"].is_own
    assert lines["connection.webshop.booking", "payment_term"].value == 21
    assert not lines["connection.webshop.booking", "debtor_ledger"].is_own
    assert lines["connection.webshop.shop", "admin_url"].value == "https://***@x.example"
    monkeypatch.setattr(
        effective,
        "lines",
        lambda _found: [
            effective.Line(
                section="login",
                kind="login",
                name="admins",
                value=("dev@agency.example",),
                is_own=True,
            )
        ],
    )
    for role, told in (("viewer", False), ("operator", False), ("admin", True)):
        be(monkeypatch, role)  # type: ignore[arg-type]
        assert ("dev@agency.example" in seen(open_page(home, at="health"))) is told


def test_each_hour_leads_to_exactly_its_attempts(month_home: Path) -> None:
    """The address of every mark, read back, finds as many rows as the mark counts."""
    zone = "Europe/Amsterdam"
    with open_reader(month_home) as reader:
        asked = data.log_filter(None, latency.PERIOD, zone)
        hours = status.latency_by_hour(reader, asked)
        kinds = status.latency_by_kind(reader, asked)
        total = queries.count(reader, asked).rows
        points = latency.points(hours, zone)
        assert len(points) == len(hours) > 20
        for point in points:
            there = view.parse(view.address(latency.there(point)))
            rows = queries.newest(reader, data.log_filter(None, there, zone), 100)
            took = sorted(rows["duration_ms"].to_pylist())
            assert len(took) == point.latency.attempts
            assert took[-1] == point.latency.slowest
            assert point.latency.p50 in took
            assert point.latency.p50 <= point.latency.p95 <= took[-1]
    assert sum(each.attempts for each in hours.values()) == total
    assert sum(each.attempts for each in kinds.values()) == total


def test_a_mark_is_found_again_across_gaps_and_services() -> None:
    """Hours without attempts are a gap in the line, and no mark."""
    figures = Latency(attempts=1, p50=1, p95=2, slowest=3)
    start = datetime(2026, 10, 25, 0, tzinfo=UTC)
    points = [
        Point(
            hour=start + timedelta(hours=n),
            local=start.replace(tzinfo=None) + timedelta(hours=n),
            service=service,
            latency=figures,
        )
        for n, service in ((0, "<b>"), (0, "A"), (1, "A"), (4, "A"))
    ]
    assert [service for service, _ in curves(points)] == ["<b>", "<b>", "A", "A"]
    assert [point and point.hour.hour for point in of_service(points, "A")] == [0, 1, None, 4]
    assert clicked(points, 3, 3) == points[3]
    assert clicked(points, 0, 0) == points[0]
    assert clicked(points, 2, 2) is None
    figure = go.Figure(by_hour(points, PALETTES["light"], "nl").to_dict())
    assert next(trace.name for trace in figure.data).startswith("&lt;b&gt;")
    assert list(figure.data[3].y) == [0.001, 0.001, None, 0.001]


def test_a_small_table_is_harmless_in_a_spreadsheet() -> None:
    rows: list[dict[str, tabular.Cell]] = [{"a": "=1+1", "b": -5}, {"a": "x;y", "b": None}]
    made = tabular.csv_bytes({"a": "A", "b": "B"}, rows, "nl").decode("utf-8-sig")
    assert made == 'A;B\n\'=1+1;-5\n"x;y";\n'


def test_look_ups_that_are_used_up_are_told(home: Path, open_page: Open) -> None:
    found = config.load(home)
    keys = config.secrets(found, found.connections["webshop"])
    with opened(home) as store:
        store.spend_lookups(keys.administration, month_of(NOW), MONTHLY)
        store.audit("Els", "backup", "/mnt/nas", NOW, attempts=1)
    page = open_page(home, at="health")
    assert any("zoekt deze maand niets meer op" in each.value for each in page.warning)
    assert "Er is geen back-up bekend" not in seen(page)


def test_vat_codes_stand_beside_the_right_ones(home: Path, open_page: Open) -> None:
    """From the mapping in force and the rates that the shop last told, with what to do."""
    content = '{"vat": {"NL-21": "HOOG_VERK", "NL-6": "LAAG_VERK_9"}}'
    rates = [
        TaxRate(id=n, code=code, country=country, percent=Decimal(percent))
        for n, (code, country, percent) in enumerate(
            (("NL-21", "NL", "21"), ("NL-9", "NL", "9"), ("DE-19", "DE", "19"))
        )
    ]
    assert "btw-tarieven van de winkel nog niet gelezen" in seen(open_page(home, at="health"))
    with opened(home) as store:
        store.set_mapping("webshop", content, "els", NOW)
        keep_taxes(store, "webshop", ShopTaxes(rates=rates), NOW)
    page = open_page(home, at="health")
    assert any("4 btw-codes vragen aandacht" in each.value for each in page.warning)
    [grid] = [each.value for each in page.dataframe if "right" in each.value]
    rows = {row["tax"]: row for row in grid.to_dict("records")}
    assert (rows["NL-21"]["code"], rows["NL-21"]["right"]) == ("HOOG_VERK", "HOOG_VERK_21")
    assert (rows["NL-9"]["code"], rows["NL-9"]["right"]) == ("–", "LAAG_VERK_9")
    assert "map set vat webshop NL-21 HOOG_VERK_21" in rows["NL-21"]["cure"]
    assert "OSS" in rows["DE"]["cure"]
    assert rows["NL-6"]["right"] == "–"
    with opened(home) as store:
        good = '{"vat": {"NL-21": "HOOG_VERK_21", "NL-9": "LAAG_VERK_9"}, "oss": {"DE": "1640"}}'
        store.set_mapping("webshop", good, "els", NOW)
    page = open_page(home, at="health")
    assert any("heeft een btw-code die klopt" in each.value for each in page.success)


def test_before_anything_is_set_up_it_says_so(tmp_path: Path, open_page: Open) -> None:
    """No settings at all, then one without a connection's secrets or any run: no error, no zero."""
    page = open_page(tmp_path, at="health")
    assert not page.exception
    assert not page.error
    assert "start.py" in "\n".join(each.value for each in (*page.info, *page.code))
    assert "timezone" in seen(page)
    sandbox = tmp_path / "data" / "sandbox"
    sandbox.mkdir(parents=True)
    fill(sandbox, [])
    page = open_page(tmp_path, at="health")
    assert not page.exception
    assert not page.error
    said = "\n".join(each.value for each in page.info)
    assert "Voorbeeldgegevens" in said
    assert "nog geen koppeling" in said
    assert "geen antwoordtijden" in said


def test_a_refused_key_leads_here_from_the_other_pages(home: Path, open_page: Open) -> None:
    with opened(home) as store:
        run = store.start_run("webshop", "schedule", "", 0, NOW)
        store.finish_run(run, "failed", {}, message="Invalid credentials", code="E001.1", now=NOW)
    for at, links in (("overview", True), ("health", False)):
        page = open_page(home, at=at)
        assert any("De toegang is geweigerd" in each.value for each in page.error)
        found = [each.proto.page for each in page.get("page_link")]
        assert ("health" in found) is links
