"""A small retry storm; the whole one is `python -m tests.engine.retry_storm`."""

from pathlib import Path

from tests.engine.retry_storm import storm


def test_a_retry_storm_books_each_document_once(tmp_path: Path) -> None:
    """Three presses by two people, lost answers, a killed worker: one request, nothing twice."""
    seen = storm(tmp_path, documents=40, seed=3)
    assert seen["created"] + seen["linked"] >= seen["documents"] > 30
