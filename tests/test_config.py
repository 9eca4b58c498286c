"""Wrong settings are one sentence: the setting, where it is read from, an example."""

from decimal import Decimal
from pathlib import Path

import pytest

from sync import config
from sync.errors import ConfigurationError

FILE = """
[connection.webshop]
start_date = 2026-01-01

[connection.webshop.shop]
url = "https://www.shop.example"
"""
SECRETS = """
[connection.webshop]
consumer_key = "ck"
consumer_secret = "cs"
token = "t"
token_secret = "ts"
books_username = "jan"
code1 = "c1"
code2 = "c2"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with the least that a connection needs."""
    (tmp_path / "boekwacht.toml").write_text(FILE, "utf-8")
    (tmp_path / "secrets.toml").write_text(SECRETS, "utf-8")
    return tmp_path


def test_the_advised_values_are_the_defaults(home: Path) -> None:
    """What is not written is what the guide advises."""
    settings = config.load(home)
    one = settings.connections["webshop"]
    assert (settings.sandbox, settings.data_home, settings.interval) == (False, home, 15)
    assert (one.enabled, one.booking.creditmemo_prefix, one.booking.invoice_prefix) == (
        True,
        "C",
        "",
    )
    assert one.books.url == "https://soap.e-boekhouden.nl/soap.asmx"
    assert one.booking.rounding_limit == Decimal("0.05")


def test_numbers_are_never_floats(home: Path) -> None:
    """A limit of 0.03 is three cents exactly, written as a number or as text."""
    for text in ("0.03", '"0.03"'):
        extra = f"[connection.webshop.booking]\nrounding_limit = {text}\n"
        (home / "boekwacht.toml").write_text(FILE + extra, "utf-8")
        limit = config.load(home).connections["webshop"].booking.rounding_limit
        assert limit == Decimal("0.03")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[connection.webshop]\n", r"connection\.webshop\.shop\.url is missing.*e\.g\. url = "),
        (FILE.replace("start_date", "#"), r"webshop\.start_date is missing.*2026-01-01"),
        (FILE + 'adminurl = "x"', r"shop\.adminurl .* did you mean admin_url\?"),
        (FILE + 'auth = "basic"', r"auth .* must be one of 'oauth', 'bearer', 'admin'"),
        (FILE + "page_size = 1000", r"page_size .* from 1 to 300"),
        (FILE + "page_size = true", r"page_size .* whole number"),
        (FILE + "deadline = 0", r"shop\.deadline .* a number from 0\.1 to 600"),
        (
            FILE + "[connection.webshop.books]\ndeadline = 0.05",
            r"books\.deadline .* from 0\.1 to 600",
        ),
        (FILE.replace("connection", "conection"), r"conection .* did you mean connection\?"),
        (FILE + "[connection.webshop.boking]\n", r"webshop\.boking .* did you mean booking\?"),
        *(
            (
                f'{FILE}[connection.webshop.booking]\nhome_country = "{name}"',
                r"no country of the EU",
            )
            for name in ("Nederland", "nl", "XX", "")
        ),
        (FILE + 'store_views = "default"', r"store_views .* a list of texts"),
        (FILE.replace("webshop", "Web_Shop"), r"connection name 'Web_Shop'"),
        (FILE.replace("webshop", "a" * 17), r"1 to 16 small letters"),
        ('timezone = "Mars/Base"\n' + FILE, r"no time zone: 'Mars/Base'"),
        ('timezone = ""\n' + FILE, r"no time zone: ''"),
        ('timezone = "Europe"\n' + FILE, r"no time zone: 'Europe'"),
        ('timezone = "/etc/passwd"\n' + FILE, r"no time zone"),
        ("interval = 0\n" + FILE, r"interval .* from 1 to 1440"),
        ("connection = 1\n", r"must be a table"),
        (
            FILE + '[connection.webshop.booking]\nfee_vat_code = "HOOG"',
            r"no sales VAT code: 'HOOG'",
        ),
        (
            FILE + '[connection.webshop.booking]\ndomestic_zero_codes = ["VERL_VERK"]',
            r"write customer group and VAT code",
        ),
        (
            FILE + '[connection.webshop.booking]\ndomestic_zero_codes = ["4:VERL_INK"]',
            r"no sales VAT code: 'VERL_INK'",
        ),
        (
            FILE + '[connection.webshop.booking]\nfee_vat_code = "BUITEN_EU_VERK"',
            r"did you mean BU_EU_VERK\?",
        ),
        (FILE + "[connection.webshop.booking]\nrounding_limit = 5", r"rounding_limit .* 0 to 1"),
        (FILE + "[connection.webshop.booking]\nrounding_limit = -1", r"rounding_limit .* a number"),
        ("not toml", r"not valid TOML"),
    ],
)
def test_a_wrong_setting_is_named_with_file_and_example(home: Path, text: str, says: str) -> None:
    """So that whoever reads it knows what to write where."""
    (home / "boekwacht.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match=says) as caught:
        config.load(home)
    assert "boekwacht.toml" in caught.value.message
    assert "\n" not in caught.value.message.strip() or "TOML" in caught.value.message


def test_without_a_connection_the_sandbox_is_used(tmp_path: Path) -> None:
    """And its rows are never seen once there is one."""
    settings = config.load(tmp_path)
    assert settings.sandbox
    assert settings.data_home == tmp_path / "data" / "sandbox"
    assert settings.connections == {}


def test_secrets_come_from_the_environment_first(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is for one machine, the environment for servers."""
    settings = config.load(home)
    connection = settings.connections["webshop"]
    assert config.secrets(settings, connection).token == "t"
    monkeypatch.setenv("BOEKWACHT_WEBSHOP_TOKEN", "other")
    assert config.secrets(settings, connection).token == "other"


def test_a_missing_secret_says_which_variable_or_line_to_write(home: Path) -> None:
    """And no other secret appears in the sentence."""
    (home / "secrets.toml").write_text(SECRETS.replace("code1", "#"), "utf-8")
    settings = config.load(home)
    with pytest.raises(ConfigurationError, match="BOEKWACHT_WEBSHOP_CODE1") as caught:
        config.secrets(settings, settings.connections["webshop"])
    assert "secrets.toml" in caught.value.message
    assert "ts" not in caught.value.message.split()


def test_secrets_never_show(home: Path) -> None:
    """Neither in a log nor in a traceback."""
    settings = config.load(home)
    shown = repr(config.secrets(settings, settings.connections["webshop"]))
    assert not any(value in shown for value in ('"ck"', "'ck'", "'cs'", "'c2'"))


def test_the_home_comes_from_option_then_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is the project's folder otherwise."""
    monkeypatch.delenv(config.HOME_VARIABLE, raising=False)
    assert (config.home_folder() / "start.py").exists()
    monkeypatch.setenv(config.HOME_VARIABLE, str(tmp_path / "a"))
    assert config.home_folder() == tmp_path / "a"
    assert config.home_folder(tmp_path / "b") == tmp_path / "b"
