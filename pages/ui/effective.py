"""The settings in force, read-only, group by group; of secrets only whether they are set."""

from collections.abc import Mapping
from itertools import groupby
from typing import Final

import pandas as pd
import streamlit as st

from pages.ui import guard, ours, tabular
from pages.ui.escape import visible
from pages.ui.speech import say
from sync import config, effective
from sync.effective import Line
from sync.errors import ConfigurationError
from sync.login import SECRETS as LOGIN_SECRETS
from sync.settings import Settings
from sync.settings_reader import as_toml

_PEOPLE: Final = frozenset({"viewers", "operators", "admins"})


def show(found: Settings) -> None:
    """Draw the groups, each in a fold of its own, and the file of all."""
    st.header(say("health.effective"), anchor=False)
    path = found.data_home / config.SETTINGS_FILE
    st.text(visible(say("health.effective.where", path=path)))
    lines = effective.lines(found)
    rows = [_row(line) for line in lines]
    for section, group in groupby(zip(lines, rows, strict=True), key=lambda each: each[0].section):
        own = [row for _, row in group]
        written = sum(line.is_own for line in lines if line.section == section)
        label = say("health.effective.group", section=_title(section), n=written)
        with st.expander(label):
            _grid([{k: v for k, v in row.items() if k != "section"} for row in own], section)
    headings = {name: say(f"health.effective.{name}") for name in rows[0]}
    tabular.download("settings", headings, rows)
    _secrets(found)


def _title(section: str) -> str:
    return f"[{section}]" if section else say("health.effective.top")


def _row(line: Line) -> dict[str, str]:
    return {
        "section": line.section,
        "name": line.name,
        "value": visible(_value(line)),
        "origin": say("health.effective.own" if line.is_own else "health.effective.default"),
        "meaning": say(f"setting.{line.kind}.{line.name}"),
    }


def _value(line: Line) -> str:
    """As it is written in the file; who may log in is told to admins alone."""
    if line.name in _PEOPLE and line.kind == "login" and not guard.may("admin"):
        people = line.value if isinstance(line.value, tuple) else ()
        return say("health.effective.people", n=len(people))
    return as_toml(line.value)


def _grid(rows: list[dict[str, str]], section: str) -> None:
    text = st.column_config.TextColumn
    st.dataframe(
        pd.DataFrame(rows),
        key=f"settings_{section or 'top'}",
        hide_index=True,
        height=len(rows) * 35 + 40,
        column_config={
            "name": text(say("health.effective.name"), width=150),
            "value": text(say("health.effective.value"), width=260),
            "origin": text(say("health.effective.origin"), width=110),
            "meaning": text(say("health.effective.meaning"), width=420),
        },
        placeholder="",
        alt=say("health.effective.alt", section=_title(section)),
    )


def _secrets(found: Settings) -> None:
    """Which secrets are set and where; never what they are."""
    st.subheader(say("health.secrets"), anchor=False)
    for name, connection in found.connections.items():
        try:
            places = config.secret_places(found, connection)
        except ConfigurationError as error:
            st.error(say("error.settings"), icon=":material/error:")
            st.text(ours.told(error.message))
            return
        for place in places:
            _secret(f"{name} · {place.name}", place.source)
    keys = config.parse(found.home / config.SECRETS_FILE).get("auth")
    if isinstance(keys, Mapping):
        for name in LOGIN_SECRETS:
            _secret(f"[auth] · {name}", "file" if keys.get(name) else "")


def _secret(what: str, source: str) -> None:
    mark, words = "✓" if source else "✗", say(f"health.secret.{source or 'missing'}")
    st.text(visible(f"{mark} {what}: {words}"))
