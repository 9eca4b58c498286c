"""A login is set up whole or not at all; what is wrong is one sentence that tells no secret."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from sync import config, launch, login
from sync.errors import ConfigurationError

SETTINGS = """
[login]
issuer = "https://login.example"
admins = ["els@shop.example"]
"""
SECRETS = f"""
[auth]
redirect_uri = "https://boekwacht.shop.example/oauth2callback"
cookie_secret = "{"0123456789abcdef" * 4}"
client_id = "boekwacht"
client_secret = "verysecret"
server_metadata_url = "https://login.example/.well-known/openid-configuration"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write(tmp_path, SETTINGS, SECRETS)
    return tmp_path


def write(home: Path, settings: str, secrets: str) -> None:
    (home / "boekwacht.toml").write_text(settings, "utf-8")
    (home / "secrets.toml").write_text(secrets, "utf-8")


def test_the_defaults_are_the_careful_ones(home: Path) -> None:
    found = login.read(home)
    assert found is not None
    assert (found.admins, found.operators, found.viewers) == (("els@shop.example",), (), ())
    assert (found.claim, found.hours, found.listen) == ("", 12, "127.0.0.1")


def test_without_a_login_there_is_none(tmp_path: Path) -> None:
    assert login.read(tmp_path) is None


def test_the_other_settings_are_read_as_if_there_were_no_login(home: Path) -> None:
    assert config.load(home).sandbox


def test_a_change_counts_at_once(home: Path) -> None:
    login.read(home)
    write(home, SETTINGS.replace("els@", "jan@"), SECRETS)
    found = login.read(home)
    assert found is not None
    assert found.admins == ("jan@shop.example",)
    (home / "secrets.toml").unlink()
    with pytest.raises(ConfigurationError):
        login.read(home)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[login]", "[connection]", r"boekwacht\.toml has no section \[login\]"),
        ("[auth]", "[connection]", r"secrets\.toml has no section \[auth\]"),
        ("issuer", "isuer", r"login\.isuer .* did you mean issuer"),
        ('issuer = "https://login.example"', "", r"login\.issuer is missing"),
        ('issuer = "https:', 'issuer = "http:', r"login\.issuer .*must begin with https"),
        ('"els@shop.example"', "", r"Nobody may log in"),
        ("els@", "els", r"'elsshop.example'.* no e-mail address"),
        ("admins", "hours = 0\nadmins", r"login\.hours .* from 1 to 720"),
        ("admins", 'listen = "everywhere"\nadmins', r"login\.listen .*no address"),
        ("client_secret", "#", r"auth\.client_secret is missing"),
        ('"boekwacht"', "5", r"auth\.client_id is missing"),
        ("0123456789abcdef", "x", r"auth\.cookie_secret .*openssl rand"),
        ("https://boekwacht", "http://boekwacht", r"auth\.redirect_uri .*must begin with https"),
        ("/oauth2callback", "/back", r"auth\.redirect_uri .*/oauth2callback behind it"),
        ("https://login.example/.w", "ftp://x/.w", r"auth\.server_metadata_url .*https"),
        ("[auth]", "[auth", r"not valid TOML"),
    ],
)
def test_a_mistake_names_setting_and_file_and_no_secret(
    home: Path, old: str, new: str, says: str
) -> None:
    write(home, SETTINGS.replace(old, new), SECRETS.replace(old, new))
    with pytest.raises(ConfigurationError, match=says) as caught:
        login.read(home)
    assert "verysecret" not in caught.value.message
    assert "0123" not in caught.value.message


def test_on_this_machine_plain_http_will_do(home: Path) -> None:
    write(
        home,
        SETTINGS.replace("https://login.example", "http://127.0.0.1:9000"),
        SECRETS.replace("https://boekwacht.shop.example", "http://localhost:8501"),
    )
    assert login.read(home) is not None


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[auth]", "[other]", "has no section [auth]"),
        ("admins", 'listen = "203.0.113.9"\nadmins', "no address 203.0.113.9"),
    ],
)
def test_what_is_wrong_is_said_before_anything_starts(
    home: Path, old: str, new: str, says: str
) -> None:
    write(home, SETTINGS.replace(old, new), SECRETS.replace(old, new))
    result = CliRunner().invoke(launch.main, ["--home", str(home), "--no-browser"])
    assert result.exit_code == 2
    assert says in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
