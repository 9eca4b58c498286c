"""One pass over one connection: fetch into the inbox, then book what is due.

`run` is all that callers need; `sync.worker` and the command line call nothing else here.
"""

from sync.engine.attempt import Tried
from sync.engine.desk import Wanted
from sync.engine.dry import Preview, dry_run
from sync.engine.report import RunReport, exit_status
from sync.engine.run import Progress, run

__all__ = ["Preview", "Progress", "RunReport", "Tried", "Wanted", "dry_run", "exit_status", "run"]
