"""`python -m sync map`: the first editor of VAT codes and ledgers, kept versioned in the hub."""

import getpass
import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sync.commands.opening import chosen, opened
from sync.commands.safe import visible
from sync.domain import mapping_edits
from sync.domain.mutations import SALES_CODES
from sync.domain.rules import (
    CURED_BY_MAPPING,
    LINE_KINDS,
    LedgerRule,
    MappingError,
    VatMap,
    code_hint,
    mapping_to_json,
    read_mapping,
    write_mapping,
    wrong_codes,
)
from sync.errors import ConfigurationError
from sync.store import Store


@click.group()
def command() -> None:
    """Show and change which VAT code and ledger each amount is booked on.

    Every change makes a new version with your name; each run records the version it used.
    """


@command.command("show")
@click.argument("connection", required=False)
@click.pass_obj
def show(home: Path, connection: str | None) -> None:
    """Print the mapping of CONNECTION, or of all."""
    with opened(home) as (settings, store):
        for one in chosen(settings, (connection,) if connection else ()):
            version, mapping = store.mapping(one.name)
            vat, ledgers, oss = mapping_edits.entries(mapping)
            console = Console()
            console.print(f"{one.name}, version {version}", markup=False)
            console.print(_vat_table(vat, oss))
            console.print(_ledger_table(ledgers))


@command.group("set")
def set_() -> None:
    """Change one entry."""


@set_.command("vat")
@click.argument("connection")
@click.argument("rate")
@click.argument("code")
@click.pass_obj
def set_vat(home: Path, connection: str, rate: str, code: str) -> None:
    """Book the shop's tax RATE (e.g. NL-21) with VAT CODE (e.g. HOOG_VERK_21)."""
    _change(home, connection, lambda old: mapping_edits.set_vat(old, rate, code))


@set_.command("oss")
@click.argument("connection")
@click.argument("country")
@click.argument("ledger")
@click.pass_obj
def set_oss(home: Path, connection: str, country: str, ledger: str) -> None:
    """Book the One Stop Shop VAT of COUNTRY (e.g. DE) on balance LEDGER."""
    _change(home, connection, lambda old: mapping_edits.set_oss(old, country, ledger))


@set_.command("ledger")
@click.argument("connection")
@click.argument("ledger")
@click.option("--kind", default="", type=click.Choice(["", *LINE_KINDS]), help="Default: any.")
@click.option("--tax", default="", help="Tax rate in the shop. Default: any.")
@click.option("--country", default="", help="Billing country. Default: any.")
@click.option("--cost-centre", default=0, help="Its id in the books. Default: none.")
@click.pass_obj
def set_ledger(home: Path, /, connection: str, **rule: Any) -> None:  # noqa: ANN401 - click's own
    """Book matching lines on LEDGER; the rule that says most wins."""
    _change(home, connection, lambda old: mapping_edits.set_ledger(old, LedgerRule(**rule)))


@command.group("remove")
def remove() -> None:
    """Take one entry out."""


@remove.command("vat")
@click.argument("connection")
@click.argument("rate")
@click.pass_obj
def remove_vat(home: Path, connection: str, rate: str) -> None:
    """Forget the VAT code of the shop's tax RATE."""
    _change(home, connection, lambda old: mapping_edits.remove_vat(old, rate))


@remove.command("oss")
@click.argument("connection")
@click.argument("country")
@click.pass_obj
def remove_oss(home: Path, connection: str, country: str) -> None:
    """Forget the ledger of COUNTRY's One Stop Shop VAT."""
    _change(home, connection, lambda old: mapping_edits.remove_oss(old, country.upper()))


@remove.command("ledger")
@click.argument("connection")
@click.option("--kind", default="", type=click.Choice(["", *LINE_KINDS]), help="Default: any.")
@click.option("--tax", default="", help="Tax rate in the shop. Default: any.")
@click.option("--country", default="", help="Billing country. Default: any.")
@click.pass_obj
def remove_ledger(home: Path, connection: str, kind: str, tax: str, country: str) -> None:
    """Take the ledger rule out that is for exactly this kind, tax and country."""
    place = (kind, tax, country.upper())
    _change(home, connection, lambda old: mapping_edits.remove_ledger(old, place))


@command.command("import")
@click.argument("connection")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_(home: Path, connection: str, file: Path) -> None:
    """Replace the whole mapping by FILE (TOML, as `export` writes it)."""
    try:
        table = tomllib.loads(file.read_text("utf-8"))
        mapping = read_mapping(table.get("mapping", table))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, MappingError) as error:
        raise ConfigurationError(f"{file}: {error}") from error
    _change(home, connection, lambda _old: mapping_to_json(mapping))


@command.command("export")
@click.argument("connection")
@click.pass_obj
def export(home: Path, connection: str) -> None:
    """Print the mapping of CONNECTION as TOML."""
    with opened(home) as (settings, store):
        chosen(settings, (connection,))
        _version, mapping = _mapping(store, connection)
    click.echo(to_toml(mapping), nl=False)


def to_toml(mapping: VatMap) -> str:
    """The mapping as text that `import` reads back into an equal one."""
    table = write_mapping(mapping)
    lines = ["[vat]", *(f"{_quoted(k)} = {_quoted(v)}" for k, v in table["vat"].items())]
    for rule in table["ledger"]:
        lines += ["", "[[ledger]]"]
        lines += [f"{k} = {v if isinstance(v, int) else _quoted(v)}" for k, v in rule.items()]
    lines += ["", "[oss]", *(f"{_quoted(k)} = {_quoted(v)}" for k, v in table["oss"].items())]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = "".join(
        f"\\u{ord(c):04X}" if c < " " or c == "\x7f" else {"\\": "\\\\", '"': '\\"'}.get(c, c)
        for c in text
    )
    return f'"{escaped}"'


def _change(home: Path, connection: str, change: Callable[[str], str]) -> None:
    with opened(home) as (settings, store):
        chosen(settings, (connection,))
        version, old = store.mapping(connection)
        try:
            new = change(old)
        except MappingError as error:
            raise ConfigurationError(f"Not changed: {error}") from error
        changed = mapping_edits.changes(old, new)
        if not changed:
            click.echo("Nothing to change.")
            return
        version = store.set_mapping(
            connection,
            new,
            getpass.getuser(),
            datetime.now(UTC),
            reopens=CURED_BY_MAPPING,
            instead_of=version,
            change="; ".join(changed),
        )
    click.echo(f"Version {version} of {connection}'s mapping is in force from the next run on.")


def _mapping(store: Store, connection: str) -> tuple[int, VatMap]:
    """The mapping in force; entries whose VAT code is none (`check` names them) are left out."""
    version, text = store.mapping(connection)
    table = json.loads(text) if text else {}
    for tax in wrong_codes(text):
        del table["vat"][tax]
    return version, read_mapping(table)


def _vat_table(vat: Mapping[str, str], oss: Mapping[str, str]) -> Table:
    table = Table("Tax in the shop", "VAT code")
    for rate, code in sorted(vat.items()):
        wrong = "" if code in SALES_CODES else f": no VAT code of a sale; {code_hint(code)}"
        table.add_row(escape(visible(rate)), escape(visible(f"{code}{wrong}")))
    for country, ledger in sorted(oss.items()):
        table.add_row(f"OSS {country}", f"GEEN, VAT on ledger {ledger}")
    return table


def _ledger_table(rules: Iterable[LedgerRule]) -> Table:
    table = Table("Kind", "Tax", "Country", "Ledger", "Cost centre")
    for rule in rules:
        centre = str(rule.cost_centre or "")
        table.add_row(
            rule.kind or "any",
            escape(visible(rule.tax)) or "any",
            rule.country or "any",
            rule.ledger,
            centre,
        )
    return table
