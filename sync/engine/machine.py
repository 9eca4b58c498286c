"""Looks at the machine: record, disk, login, and who may read the secrets."""

import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from sync import config, login
from sync.domain.findings import Finding
from sync.errors import ConfigurationError, StoreError
from sync.settings import Settings
from sync.store import Store
from sync.store.health import ailments

MEGABYTE: Final = 2**20
LITTLE, TOO_LITTLE = 1024 * MEGABYTE, 100 * MEGABYTE
"""Bytes of free disk below which it is pointed out, and below which it is wrong: ten million
attempts take about a gigabyte."""


def look(settings: Settings, store: Store) -> Iterator[Finding]:
    """What every connection depends on; problems are findings, nothing is raised."""
    with suppress(StoreError):  # a hub that cannot be used is told by what comes next
        store.notice(thorough=True)
    problems = ailments(settings.data_home)
    for problem in problems:
        yield Finding(of="record", wrong="error", facts={"message": problem})
    if not problems:
        yield Finding(of="record")
    yield from _disk(settings)
    try:
        login.read(settings.home)
    except ConfigurationError as error:
        yield Finding(of="login", wrong="error", facts={"message": error.message})
    path = settings.data_home / config.SECRETS_FILE
    if path.exists():
        is_wide = stat.S_IMODE(path.stat().st_mode) & 0o077
        yield Finding(
            of="secrets-file",
            wrong="wide" if is_wide else "",
            facts={"path": str(path)},
            warning=True,
        )


def _disk(settings: Settings) -> Iterator[Finding]:
    free = shutil.disk_usage(settings.data_home).free
    yield Finding(
        of="disk",
        wrong="little" if free < LITTLE else "",
        facts={"free": str(free // MEGABYTE), "folder": str(settings.data_home)},
        warning=free >= TOO_LITTLE,
    )
