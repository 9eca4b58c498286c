"""Settings and secrets, read once into frozen objects.

Settings stand in `boekwacht.toml` in the home folder, secrets in `secrets.toml` beside it or in
environment variables. Without any connection there the sandbox's own home is used instead. What
people change while the program runs (VAT codes, ledgers) lives in the hub, not here.
"""

import os
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from sync.domain.attempts import MAX_CONNECTION
from sync.domain.conflicts import Claimed, conflicts
from sync.domain.countries import EU
from sync.domain.mutations import SALES_CODES
from sync.domain.rules import code_hint
from sync.errors import ConfigurationError
from sync.settings import (
    BookingSettings,
    BooksSettings,
    Connection,
    ConnectionHead,
    General,
    Secrets,
    Settings,
    ShopSettings,
)
from sync.settings_reader import Source, read_section

SETTINGS_FILE = "boekwacht.toml"
SECRETS_FILE = "secrets.toml"
HOME_VARIABLE = "BOEKWACHT_HOME"
_NAME = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{MAX_CONNECTION - 1}}}")


_BOOKS_SECRETS = ("books_username", "code1", "code2")
_SHOP_SECRETS: Mapping[str, tuple[str, ...]] = {
    "oauth": ("consumer_key", "consumer_secret", "token", "token_secret"),
    "bearer": ("token",),
    "admin": ("shop_username", "shop_password"),
}


def home_folder(option: Path | None = None) -> Path:
    """The home: the given folder, else `BOEKWACHT_HOME`, else the project's own folder."""
    if option is not None:
        return option.resolve()
    named = os.environ.get(HOME_VARIABLE)
    return Path(named).resolve() if named else Path(__file__).resolve().parent.parent


def load(home: Path) -> Settings:
    """Read the settings of `home`, or of its sandbox when no connection is set up there.

    Raises:
        ConfigurationError: Names the setting, the file it is read from, and an example.
    """
    settings = _read(home)
    if settings.connections:
        return settings
    sandbox = home / "data" / "sandbox"
    return replace(_read(sandbox), home=home, data_home=sandbox, sandbox=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretPlace:
    """Where a secret stands; never what it is.

    Attributes:
        name: E.g. "code1".
        variable: The environment variable that sets it.
        path: The file in which it may stand instead.
        source: Where it was found; empty when it is missing.
    """

    name: str
    variable: str
    path: Path
    source: Literal["environment", "file", ""]


def secret_places(settings: Settings, connection: Connection) -> list[SecretPlace]:
    """Each secret that a connection needs, and whether it is set.

    Raises:
        ConfigurationError: The secrets' file cannot be read.
    """
    return [place for place, _value in _found_secrets(settings, connection)]


def secrets(settings: Settings, connection: Connection) -> Secrets:
    """The connection's keys: environment variables first, then `secrets.toml`.

    Raises:
        ConfigurationError: One is missing; says which variable or line to write.
    """
    found: dict[str, str] = {}
    for place, value in _found_secrets(settings, connection):
        if not place.source:
            raise ConfigurationError(
                f"Secret {place.name} of connection {connection.name} is missing: set the "
                f"environment variable {place.variable}, or write it in {place.path} under "
                f'[connection.{connection.name}], e.g. {place.name} = "0123abcd"'
            )
        found[place.name] = value
    return Secrets(**found)


def _found_secrets(settings: Settings, connection: Connection) -> Iterator[tuple[SecretPlace, str]]:
    path = settings.data_home / SECRETS_FILE
    table = as_table(parse(path).get("connection", {}), "connection", path)
    own = as_table(table.get(connection.name, {}), f"connection.{connection.name}", path)
    for name in (*_SHOP_SECRETS[connection.shop.auth], *_BOOKS_SECRETS):
        variable = f"BOEKWACHT_{connection.name}_{name}".upper().replace("-", "_")
        typed = os.environ.get(variable)
        value = typed or own.get(name)
        text = value.strip() if isinstance(value, str) else ""
        source: Literal["environment", "file", ""] = "environment" if typed else "file"
        yield (
            SecretPlace(name=name, variable=variable, path=path, source=source if text else ""),
            text,
        )


def refusals(settings: Settings, names: Collection[str]) -> dict[str, str]:
    """Why some of these connections may not run: they would get in another's way, by name.

    Args:
        settings: As they were read.
        names: The connections that are about to run. They are held against each other and against
            every enabled one.
    """
    beside = [x for x in settings.connections.values() if x.enabled or x.name in names]
    found = conflicts([_claimed(settings, connection) for connection in beside])
    why = {name: [x.message for x in found if name in x.connections] for name in names}
    return {name: "; ".join(messages) for name, messages in why.items() if messages}


def refuse_conflict(settings: Settings, name: str) -> None:
    """Let a connection run only where it gets in no other's way.

    Raises:
        ConfigurationError: Names the connections that meet, and what to change.
    """
    if why := refusals(settings, [name]).get(name):
        raise ConfigurationError(why)


def _claimed(settings: Settings, connection: Connection) -> Claimed:
    try:
        administration = secrets(settings, connection).code2
    except ConfigurationError:  # its own run says which one is missing
        administration = ""
    return Claimed(
        connection=connection.name,
        shop=connection.shop.url,
        store_views=connection.shop.store_views,
        books=connection.books.url,
        administration=administration,
        invoice_prefix=connection.booking.invoice_prefix,
        creditmemo_prefix=connection.booking.creditmemo_prefix,
    )


def _read(home: Path) -> Settings:
    path = home / SETTINGS_FILE
    document = dict(parse(path))
    tables = as_table(document.pop("connection", {}), "connection", path)
    document.pop("login", None)  # sync.login's
    general = read_section(General, document, Source(path, ""), ("connection", "login"))
    _known_zone(general.timezone, "timezone", path)
    return Settings(
        home=home,
        data_home=home,
        sandbox=False,
        timezone=general.timezone,
        interval=general.interval,
        connections={
            name: _connection(name, as_table(table, f"connection.{name}", path), path)
            for name, table in tables.items()
        },
    )


def _connection(name: str, table: Mapping[str, object], path: Path) -> Connection:
    where = f"connection.{name}"
    if not _NAME.fullmatch(name):
        raise ConfigurationError(
            f"The connection name {name!r} in {path} is not usable: take 1 to {MAX_CONNECTION} "
            "small letters, digits or hyphens, e.g. [connection.webshop]"
        )
    rest = dict(table)
    shop = read_section(
        ShopSettings,
        as_table(rest.pop("shop", {}), f"{where}.shop", path),
        Source(path, f"{where}.shop"),
    )
    books = read_section(
        BooksSettings,
        as_table(rest.pop("books", {}), f"{where}.books", path),
        Source(path, f"{where}.books"),
    )
    booking = read_section(
        BookingSettings,
        as_table(rest.pop("booking", {}), f"{where}.booking", path),
        Source(path, f"{where}.booking"),
    )
    head = read_section(ConnectionHead, rest, Source(path, where), ("shop", "books", "booking"))
    if booking.timezone:
        _known_zone(booking.timezone, f"{where}.booking.timezone", path)
    if booking.home_country not in EU:
        raise ConfigurationError(
            f"Setting {where}.booking.home_country in {path} is no country of the EU: "
            f'{booking.home_country!r}; write its two letters, e.g. home_country = "NL"'
        )
    _known_code(booking.fee_vat_code, f"{where}.booking.fee_vat_code", path)
    for pair in booking.domestic_zero_codes:
        _known_pair(pair, f"{where}.booking.domestic_zero_codes", path)
    return Connection(
        name=name,
        platform="e-Boekhouden.nl",
        enabled=head.enabled,
        start_date=head.start_date,
        auto_add_invoices_and_creditmemos=head.auto_add_invoices_and_creditmemos,
        auto_add_customers=head.auto_add_customers,
        shop=shop,
        books=books,
        booking=booking,
    )


def parse(path: Path) -> Mapping[str, object]:
    """A file of ours as it is written; empty when there is none.

    Raises:
        ConfigurationError: It cannot be read, or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} is not valid TOML: {error}") from error
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error


def as_table(value: object, where: str, path: Path) -> Mapping[str, object]:
    """A value of such a file as the table it has to be.

    Raises:
        ConfigurationError: It is none; names the setting `where`.
    """
    if isinstance(value, dict):
        return value
    raise ConfigurationError(
        f"Setting {where} in {path} must be a table, e.g. [{where}] on a line of its own"
    )


def _known_zone(name: str, where: str, path: Path) -> None:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        raise ConfigurationError(
            f'Setting {where} in {path} is no time zone: {name!r}, e.g. "Europe/Amsterdam"'
        ) from error


def _known_pair(pair: str, where: str, path: Path) -> None:
    group, _colon, code = pair.partition(":")
    if not group.strip().isdigit():
        raise ConfigurationError(
            f"Setting {where} in {path} has {pair!r}; write customer group and VAT code, "
            'e.g. domestic_zero_codes = ["4:VERL_VERK"]'
        )
    _known_code(code.strip(), where, path)


def _known_code(code: str, where: str, path: Path) -> None:
    if code not in SALES_CODES:
        raise ConfigurationError(
            f"Setting {where} in {path} is no sales VAT code: {code!r}; {code_hint(code)}"
        )
