"""What a long run says in a log file: how far, how many failed, how long still."""

from collections import Counter

import pytest

from sync import engine
from sync.commands import telling
from sync.commands.telling import Lines, summary
from sync.store import Document
from tests.store.builders import NOW, booked, entry

TRIED = engine.Tried(
    document=Document(entry=entry(1), state="waiting", since=NOW), finish=booked(NOW)
)


def test_a_log_file_gets_a_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Counts are of what is due now, done or not."""
    monkeypatch.setattr(telling, "EVERY", 0.0)
    lines = Lines(lambda _connection: 90)
    report = engine.RunReport(connection="webshop", run=7, outcomes=Counter(created=8, failed=2))
    lines.document(report, TRIED)
    said = capsys.readouterr().out
    assert said.startswith("webshop: 10 of 100, 2 failed, about ")
    assert said.endswith(" s left\n")
    monkeypatch.setattr(telling, "EVERY", 60.0)
    lines.document(report, TRIED)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (89, "89 s"), (600, "10 min"), (5400, "1.5 h")]
)
def test_times_are_told_roughly(seconds: float, words: str) -> None:
    """Nobody needs the seconds of an hour."""
    assert telling._span(seconds) == words


def test_a_run_is_one_line() -> None:
    """Without outcomes there was nothing due."""
    report = engine.RunReport(connection="webshop", run=7)
    assert summary(report) == "webshop: run 7 done; 0 new or changed, nothing due"
    report.outcomes.update(created=2, failed=1)
    assert summary(report) == "webshop: run 7 partly; 0 new or changed, 2 created, 1 failed"
