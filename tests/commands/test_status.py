"""`status`: what is booked, waiting and failed, what is next, and who is at work."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sync import config
from sync.domain.lookup import month_of
from sync.store import Store
from tests.commands.conftest import Type
from tests.store.builders import booked, entry, failed, receive, try_once


@pytest.fixture
def told(store: Store, home: Path) -> Store:
    """One booked, one failed yesterday, one waiting since the day before; a run and look-ups."""
    now = datetime.now(UTC)
    run = store.start_run("webshop", "schedule", "", 0, now)
    with store.holder() as me:
        try_once(store, me, entry(1), booked(now), at=now)
        yesterday = now - timedelta(days=1)
        try_once(store, me, entry(2), failed(yesterday), at=yesterday)
    receive(store, entry(3), at=now - timedelta(days=2))
    store.finish_run(run, "failed", {"created": 1}, "Could not connect: \x1b[2J", "CONNECT", now)
    settings = config.load(home)
    keys = config.secrets(settings, settings.connections["webshop"])
    for _ in range(3):
        store.note_lookup(keys.administration, month_of(now))
    return store


def test_people_read_it_at_a_glance(told: Store, typed: Type) -> None:
    """Failed or overdue documents make it status 1."""
    result = typed("status")
    assert result.code == 1
    assert "Worker: none is running" in result.out
    assert "1 booked, 1 waiting, 1 failed, 0 skipped" in result.out
    for said in ("1 wait for over 24 hours", "next try", "the oldest since", "3 of 5000"):
        assert said in result.out
    assert "failed" in result.out
    assert "\x1b" not in result.out
    with told.worker() as me:
        assert f"Worker: process {me.pid} on " in typed("status").out


def test_monitors_read_it_as_json(told: Store, typed: Type) -> None:
    """Every figure by name, moments with their zone."""
    with told.worker() as me:
        facts = json.loads(typed("status", "--json").out)
    assert [worker["pid"] for worker in facts["workers"]] == [me.pid]
    one = facts["connections"]["webshop"]
    assert one["documents"] == {"booked": 1, "failed": 1, "waiting": 1}
    assert (one["overdue"], one["lookups"]) == (1, {"used": 3, "of": 5000})
    assert datetime.fromisoformat(one["failed_since"]) < datetime.now(UTC) - timedelta(hours=23)
    assert datetime.fromisoformat(one["next_due"]) < datetime.fromisoformat(one["failed_since"])
    assert (one["last_run"]["state"], one["last_run"]["counts"]) == ("failed", {"created": 1})


def test_a_new_home_has_nothing_to_worry_about(home: Path, typed: Type) -> None:
    """Status 0, also where a secret is missing or a connection is switched off."""
    (home / "secrets.toml").unlink()
    path = home / "boekwacht.toml"
    path.write_text(path.read_text("utf-8").replace("start_date", "enabled = false\nstart_date"))
    result = typed("status")
    assert result.code == 0
    assert "webshop (switched off)" in result.out
    assert "last run   none yet" in result.out
    assert "unknown, a secret is missing of 5000" in result.out
