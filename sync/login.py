"""How people log in to the dashboard: `[login]` of the settings and `[auth]` of the secrets.

Both or neither: half a login would leave the door open or shut for all. Read anew whenever one of
the files has changed, so that taking somebody's right away works at once.
"""

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sync import config
from sync.errors import ConfigurationError
from sync.settings import LoginSettings
from sync.settings_reader import Source, read_section

CALLBACK: Final = "/oauth2callback"
SECRETS: Final = (
    "redirect_uri",
    "cookie_secret",
    "client_id",
    "client_secret",
    "server_metadata_url",
)
"""What [auth] of the secrets' file has to hold."""
_SHORTEST: Final = 32
"""Letters of a cookie secret that nobody guesses."""
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_Stamp = tuple[int, int, int] | None


def read(home: Path) -> LoginSettings | None:
    """The login of a home; None when none is set up.

    Raises:
        ConfigurationError: It is set up by half, or cannot be used; names setting and file.
    """
    return _read(home, _stamp(home / config.SETTINGS_FILE), _stamp(home / config.SECRETS_FILE))


def _stamp(path: Path) -> _Stamp:
    """What changes whenever a file does; None for no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


@lru_cache(maxsize=8)
def _read(home: Path, _settings: _Stamp, _secrets: _Stamp) -> LoginSettings | None:
    settings, secrets = home / config.SETTINGS_FILE, home / config.SECRETS_FILE
    written, keys = config.parse(settings).get("login"), config.parse(secrets).get("auth")
    if written is None and keys is None:
        return None
    if written is None or keys is None:
        there, missing = (secrets, settings) if written is None else (settings, secrets)
        section = "[login]" if written is None else "[auth]"
        raise ConfigurationError(
            f"{there} sets up a login, but {missing} has no section {section}: write it, "
            "as the README shows under 'Let people log in'"
        )
    _check_secrets(config.as_table(keys, "auth", secrets), secrets)
    table = config.as_table(written, "login", settings)
    found = read_section(LoginSettings, table, Source(settings, "login"))
    _check_settings(found, settings)
    return found


def _check_secrets(keys: Mapping[str, object], path: Path) -> None:
    """What Streamlit would only complain of when somebody logs in. Values are never told."""
    for name in SECRETS:
        value = keys.get(name)
        if not isinstance(value, str) or not value.strip():
            raise ConfigurationError(f"Secret auth.{name} is missing: write it in {path}")
    if len(str(keys["cookie_secret"])) < _SHORTEST:
        raise ConfigurationError(
            f"Secret auth.cookie_secret in {path} is short: take {_SHORTEST} random letters "
            "or more, e.g. what 'openssl rand -hex 32' prints"
        )
    for name in ("redirect_uri", "server_metadata_url"):
        _check_address(str(keys[name]), f"Secret auth.{name} in {path}")
    if urlsplit(str(keys["redirect_uri"])).path != CALLBACK:
        raise ConfigurationError(
            f"Secret auth.redirect_uri in {path} must be the dashboard's own address with "
            f'{CALLBACK} behind it, e.g. "https://boekwacht.shop.example{CALLBACK}"'
        )


def _check_settings(found: LoginSettings, path: Path) -> None:
    _check_address(found.issuer, f"Setting login.issuer in {path}")
    if not _is_address(found.listen):
        raise ConfigurationError(
            f"Setting login.listen in {path} is {found.listen!r}, which is no address of a "
            'machine, e.g. listen = "0.0.0.0" for all that this one has'
        )
    people = (*found.viewers, *found.operators, *found.admins)
    if not people and not found.claim:
        raise ConfigurationError(
            f"Nobody may log in: write in {path} under [login] who may, "
            'e.g. admins = ["els@shop.example"], or the claim that says so'
        )
    for each in people:
        if "@" not in each:
            raise ConfigurationError(
                f"Setting login in {path} names {each!r}, which is no e-mail address; "
                'e.g. viewers = ["jan@shop.example"]'
            )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _check_address(address: str, what: str) -> None:
    parts = urlsplit(address)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not safe or not parts.hostname:
        raise ConfigurationError(f"{what} must begin with https:// (http:// on this machine only)")
