"""What an export of a cleanup holds, written beside its files for whoever finds it later."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from sync.store import archive, cleanups, parquet
from sync.store.cleanups import Cleanup, Part
from sync.store.database import Database

NAME: Final = "manifest.json"


def write(job: Cleanup, parts: Sequence[Part]) -> None:
    """List the files of an export; `sha256sum` proves them. Nothing is written for none."""
    if not parts:
        return
    facts = {
        "before": job.before.isoformat(),
        "asked_at": job.asked_at.isoformat(),
        "rows": sum(part.rows for part in parts),
        "files": [
            {"path": part.path, "rows": part.rows, "bytes": part.bytes, "sha256": part.digest}
            for part in parts
        ],
    }
    target = job.folder / NAME
    unfinished = target.with_name(target.name + ".tmp")
    unfinished.unlink(missing_ok=True)
    parquet.create(unfinished)
    unfinished.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    parquet.flush(unfinished)
    archive.finish(target)


def correct(store: Database, files: Collection[Path]) -> None:
    """Bring manifests and the hub up to date with files of exports that were written anew."""
    for job in cleanups.every(store):
        parts = cleanups.parts(store, job.id)
        changed = [part for part in parts if job.folder / part.path in files]
        for part in changed:
            file = job.folder / part.path
            now = replace(part, bytes=file.stat().st_size, digest=archive.digest(file))
            cleanups.correct_part(store, job.id, now)
        if changed:
            write(job, cleanups.parts(store, job.id))
