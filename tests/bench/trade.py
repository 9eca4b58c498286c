"""How long a year of trade takes: `python -m tests.bench.trade [ORDERS_PER_DAY] [DAYS]`.

A year of a shop with 100 orders a day is to take less than 20 s. The verdict goes by processor
time, so that other work on the machine has no say in it.
"""

import sys
import time
from collections import Counter
from datetime import date

from sync.sandbox.trade import Plan, trade

LIMIT_S = 20.0


def main() -> int:
    """Invent the trade once, print what came out, and tell by the exit status if it was in time."""
    per_day = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    days = int(sys.argv[2]) if len(sys.argv) > 2 else 365
    plan = Plan(seed=1, first_day=date(2025, 1, 1), days=days, orders_per_day=(per_day, per_day))
    start, start_cpu = time.perf_counter(), time.process_time()
    counts = Counter(happening.table for happening in trade(plan))
    seconds, cpu = time.perf_counter() - start, time.process_time() - start_cpu
    made = ", ".join(f"{count:,} {table}" for table, count in sorted(counts.items()))
    sys.stdout.write(
        f"{days} days of {per_day} orders in {seconds:.1f} s ({cpu:.1f} s of work): {made}\n"
    )
    return int(cpu > LIMIT_S)


if __name__ == "__main__":
    sys.exit(main())
