"""What the classifier takes: `python -m tests.bench.patterns`.

How many messages a second one core classifies; every message differs from the last one (numbers
are put in), so no cache of whole messages can flatter the figure. Then the hostile messages that
take longest.
"""

import itertools
import time

from sync.domain.patterns import classify
from tests.domain.patterns.corpus import every_message
from tests.domain.patterns.hostile import HOSTILE

SECONDS = 3.0
GOAL = 5_000
HOSTILE_LENGTH = 10_000
HOSTILE_GOAL = 50


def main() -> None:
    """Classify honest messages for some seconds, then each hostile one five times; print both."""
    print("\n".join((_honest(), *_hostile())))  # noqa: T201 - its purpose


def _honest() -> str:
    return f"{_rate():,.0f} messages a second on one core (goal {GOAL:,})"


def _hostile() -> list[str]:
    taken = sorted(((_milliseconds(name), name) for name in HOSTILE), reverse=True)
    head = f"{HOSTILE_LENGTH:,} hostile characters, the slowest of {len(taken)} kinds"
    slowest = [f"  {milliseconds:5.1f} ms  {name}" for milliseconds, name in taken[:5]]
    return [f"{head} (goal {HOSTILE_GOAL} ms):", *slowest]


def _rate() -> float:
    texts = [row.message for row in every_message()]
    began = time.process_time()
    for count, text in enumerate(itertools.cycle(texts), 1):
        classify(f"Invoice {count:09}: {text}", known={"document_no": f"{count:09}"})
        if count % 500 == 0 and time.process_time() - began > SECONDS:
            break
    return count / (time.process_time() - began)


def _milliseconds(name: str) -> float:
    message = HOSTILE[name](HOSTILE_LENGTH)
    best = float("inf")
    for _ in range(5):
        before = time.process_time()
        classify(message)
        best = min(best, time.process_time() - before)
    return best * 1_000


if __name__ == "__main__":
    main()
