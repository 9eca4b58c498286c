"""The sandbox's own home: its settings, keys and mapping, made once and kept.

To the rest of the program this is a home like any other: a settings file, a secrets file, a store.
"""

import json
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sync import config
from sync.domain.rules import LedgerRule, VatMap, mapping_to_json
from sync.store import Store

CONNECTION = "sandbox"
ACTOR = "sandbox"
_STATE = "sandbox.json"

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """What must stay the same when the sandbox starts again.

    Attributes:
        seed: Of the trade.
        first_day: The first day of the trade.
        shop_port, books_port: Where the services were last; 0 before the first time.
        consumer_key, consumer_secret, token, token_secret: The integration's keys.
        username, code1, code2: The books' login.
    """

    seed: int
    first_day: date
    shop_port: int = 0
    books_port: int = 0
    consumer_key: str = ""
    consumer_secret: str = ""
    token: str = ""
    token_secret: str = ""
    username: str = "sandbox"
    code1: str = ""
    code2: str = ""


def load_or_make(folder: Path, seed: int, first_day: date) -> Sandbox:
    """The sandbox kept in `folder`; a new one, with fresh keys, where there is none.

    Raises:
        OSError: The folder cannot be read or written.
    """
    path = folder / _STATE
    if path.exists():
        table = json.loads(path.read_text("utf-8"))
        return Sandbox(**{**table, "first_day": date.fromisoformat(table["first_day"])})
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
    table = asdict(sandbox) | {"first_day": sandbox.first_day.isoformat()}
    _write(folder / _STATE, json.dumps(table, indent=1))
    _write(folder / config.SETTINGS_FILE, settings_text(sandbox))
    _write(folder / config.SECRETS_FILE, secrets_text(sandbox))


def with_ports(sandbox: Sandbox, shop_port: int, books_port: int) -> Sandbox:
    """The same sandbox, its services listening elsewhere."""
    return replace(sandbox, shop_port=shop_port, books_port=books_port)


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


def map_once(store: Store, now: datetime) -> None:
    """Give the sandbox's connection its mapping, unless it has one."""
    version, _text = store.mapping(CONNECTION)
    if not version:
        store.set_mapping(CONNECTION, mapping_to_json(MAPPING), ACTOR, now)


def _write(path: Path, text: str) -> None:
    temporary = path.with_suffix(path.suffix + ".tmp")
    temporary.touch(mode=0o600)
    temporary.write_text(text, "utf-8")
    temporary.replace(path)
