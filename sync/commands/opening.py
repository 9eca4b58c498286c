"""What most commands begin with: the settings, the store, the connections asked for, who asks."""

import getpass
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from sync import config
from sync.clock import SystemClock
from sync.errors import ConfigurationError
from sync.settings import Connection, Settings
from sync.store import Store, open_store


@contextmanager
def opened(home: Path) -> Iterator[tuple[Settings, Store]]:
    """The settings of `home` (or its sandbox) and their store.

    Raises:
        ConfigurationError: A setting is wrong, or there is no connection at all yet.
        StoreError: The store cannot be used.
    """
    settings = configured(home)
    with open_store(settings.data_home, SystemClock()) as store:
        yield settings, store


def configured(home: Path) -> Settings:
    """The settings of `home`, or of its sandbox.

    Raises:
        ConfigurationError: A setting is wrong, or there is no connection at all yet.
    """
    settings = config.load(home)
    if not settings.connections:
        raise ConfigurationError(
            f"No connection is set up in {home / config.SETTINGS_FILE}, and the sandbox was never "
            "started; write one (see README), or run 'python3 start.py'"
        )
    return settings


def chosen(settings: Settings, names: Sequence[str]) -> list[Connection]:
    """The connections named, or all enabled ones.

    Raises:
        ConfigurationError: A name is not set up; tells those that are.
    """
    for name in names:
        if name not in settings.connections:
            known = ", ".join(settings.connections)
            raise ConfigurationError(f"There is no connection {name!r}; there is {known}")
    if names:
        return [settings.connections[name] for name in dict.fromkeys(names)]
    return [x for x in settings.connections.values() if x.enabled]


def who() -> str:
    """The login of whoever typed the command; empty where the system has no name for them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


connection_option = click.option(
    "--connection", "names", multiple=True, metavar="NAME", help="Only this connection."
)
"""Behind every command that can be about some connections only."""
