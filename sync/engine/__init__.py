"""One pass over one connection: fetch into the inbox, then book what is due.

`run` is all that callers need, `dry_run` and `look` show beforehand what would happen;
`sync.worker`, the jobs and the command line call nothing else here.
"""

from sync.engine.attempt import Tried
from sync.engine.decided import Sight, look
from sync.engine.desk import Wanted
from sync.engine.dry import Preview, dry_run
from sync.engine.known import Known
from sync.engine.report import RunReport, exit_status
from sync.engine.run import Progress, run

__all__ = [
    "Known",
    "Preview",
    "Progress",
    "RunReport",
    "Sight",
    "Tried",
    "Wanted",
    "dry_run",
    "exit_status",
    "look",
    "run",
]
