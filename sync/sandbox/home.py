"""The sandbox's own home: its settings, keys and mapping, made once and kept.

To the rest of the program this is a home like any other: a settings file, a secrets file, a store.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sync import config
from sync.domain.rules import LedgerRule, VatMap, mapping_to_json
from sync.errors import ConfigurationError

if TYPE_CHECKING:  # the command line's faults need no store
    from sync.store import Store

CONNECTION = "sandbox"
ACTOR = "sandbox"
_STATE = "sandbox.json"
_EDITION = 1
"""Raised when the same seed no longer gives the same trade: a shop cannot go on with another."""

MAPPING = VatMap(
    vat={"NL-21": "HOOG_VERK_21", "NL-9": "LAAG_VERK_9"},
    ledgers=(
        LedgerRule(ledger="8000"),
        LedgerRule(kind="product", tax="NL-9", ledger="8010"),
        LedgerRule(kind="shipping", ledger="8100"),
        LedgerRule(kind="adjustment", ledger="8200"),
        LedgerRule(kind="rounding", ledger="8990"),
    ),
    oss={"BE": "1640", "DE": "1641", "FR": "1642"},
)
"""Ledgers of the simulated books' chart. The rate NL-13-oud is left out, as somebody would."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """How fast orders come in from a moment on.

    Attributes:
        since: Aware; from here until the next one.
        per_hour: Orders in an hour, day and night; None for a shop's ordinary days.
    """

    since: datetime
    per_hour: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """What must stay the same when the sandbox starts again.

    Attributes:
        seed: Of the trade.
        first_day: The first day of the trade.
        tempos: Where the trade's tempo changed, oldest first; ordinary days before the first.
        shop_port, books_port: Where the services were last; 0 before the first time.
        consumer_key, consumer_secret, token, token_secret: The integration's keys.
        username, code1, code2: The books' login.
        edition: Of the trade's making.
    """

    seed: int
    first_day: date
    tempos: tuple[Tempo, ...] = ()
    shop_port: int = 0
    books_port: int = 0
    consumer_key: str = ""
    consumer_secret: str = ""
    token: str = ""
    token_secret: str = ""
    username: str = "sandbox"
    code1: str = ""
    code2: str = ""
    edition: int = _EDITION


def load_or_make(folder: Path, seed: int, first_day: date) -> Sandbox:
    """The sandbox kept in `folder`; a new one, with fresh keys, where there is none.

    Raises:
        OSError: The folder cannot be read.
        ConfigurationError: What is kept there was made by another edition, or is damaged.
    """
    path = folder / _STATE
    if path.exists():
        return _read(path)
    guid = secrets.token_hex(16).upper()
    parts = (guid[:8], guid[8:12], guid[12:16], guid[16:20], guid[20:])
    return Sandbox(
        seed=seed,
        first_day=first_day,
        consumer_key=secrets.token_hex(16),
        consumer_secret=secrets.token_hex(16),
        token=secrets.token_hex(16),
        token_secret=secrets.token_hex(16),
        code1=secrets.token_hex(16),
        code2="{" + "-".join(parts) + "}",
    )


def keep(folder: Path, sandbox: Sandbox) -> None:
    """Write the sandbox's state, settings and secrets; the secrets are the owner's alone."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / _STATE, json.dumps(asdict(sandbox), indent=1, default=_in_json))
    _write(folder / config.SETTINGS_FILE, settings_text(sandbox))
    _write(folder / config.SECRETS_FILE, secrets_text(sandbox))


def with_ports(sandbox: Sandbox, shop_port: int, books_port: int) -> Sandbox:
    """The same sandbox, its services listening elsewhere."""
    return replace(sandbox, shop_port=shop_port, books_port=books_port)


def going_live(
    sandbox: Sandbox, latest: datetime | None, now: datetime, per_hour: int | None
) -> Sandbox:
    """The same sandbox, its trade going on with a tempo from now on.

    What happened stays as it was: up to the newest happening each tempo stands. While nobody
    watched, the shop had ordinary days.

    Args:
        sandbox: As it was kept.
        latest: The moment of the newest happening in the shop; None before the first.
        now: The present.
        per_hour: Orders in an hour from now on; None for ordinary days.
    """
    tempos = [x for x in sandbox.tempos if latest is not None and x.since <= latest]
    if latest is not None and tempos and tempos[-1].per_hour is not None:
        tempos.append(Tempo(latest + timedelta(seconds=1), None))
    if tempos:
        now = max(now, tempos[-1].since)
    return replace(sandbox, tempos=(*tempos, Tempo(now, per_hour)))


def settings_text(sandbox: Sandbox) -> str:
    """The settings that connect to the sandbox, as a settings file."""
    shop = f"http://127.0.0.1:{sandbox.shop_port}"
    return f"""# Written by the sandbox: what connects to its shop and books.
interval = 1

[connection.{CONNECTION}]
start_date = {sandbox.first_day.isoformat()}

[connection.{CONNECTION}.shop]
url = "{shop}"
admin_url = "{shop}/admin"

[connection.{CONNECTION}.books]
url = "http://127.0.0.1:{sandbox.books_port}/soap.asmx"
settle = 2
sessions = 4
deadline = 10
"""


def secrets_text(sandbox: Sandbox) -> str:
    """The keys that open both services, as a secrets file."""
    return f"""[connection.{CONNECTION}]
consumer_key = "{sandbox.consumer_key}"
consumer_secret = "{sandbox.consumer_secret}"
token = "{sandbox.token}"
token_secret = "{sandbox.token_secret}"
books_username = "{sandbox.username}"
code1 = "{sandbox.code1}"
code2 = "{sandbox.code2}"
"""


def map_once(store: "Store", now: datetime) -> None:
    """Give the sandbox's connection its mapping, unless it has one."""
    version, _text = store.mapping(CONNECTION)
    if not version:
        store.set_mapping(CONNECTION, mapping_to_json(MAPPING), ACTOR, now)


def _read(path: Path) -> Sandbox:
    again = f"delete the folder {path.parent} and start again to have a new one"
    try:
        table: Mapping[str, object] = json.loads(path.read_text("utf-8"))
        if table.get("edition") != _EDITION:
            raise ConfigurationError(f"The sandbox was made by another version: {again}")
        return Sandbox(**{name: _from_json(name, value) for name, value in table.items()})  # type: ignore[arg-type] # what doesn't fit raises
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise ConfigurationError(f"{path} is damaged: {again}") from error


def _in_json(value: object) -> str:
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in {_STATE}")


def _from_json(name: str, value: object) -> object:
    match name, value:
        case "first_day", str(day):
            return date.fromisoformat(day)
        case "tempos", list(tempos):
            return tuple(Tempo(datetime.fromisoformat(x["since"]), x["per_hour"]) for x in tempos)
    return value


def _write(path: Path, text: str) -> None:
    temporary = path.with_suffix(path.suffix + ".tmp")
    temporary.touch(mode=0o600)
    temporary.write_text(text, "utf-8")
    temporary.replace(path)
