"""How many messages a second one core classifies: `python -m tests.bench.patterns`.

Goal: at least 5,000 a second. Every message differs from the last one (numbers are put in), so no
cache of whole messages can flatter the figure.
"""

import itertools
import time

from sync.domain.patterns import classify
from tests.domain.patterns.corpus import every_message

SECONDS = 3.0
GOAL = 5_000


def main() -> None:
    """Classify for some seconds of processor time and print the rate."""
    texts = [row.message for row in every_message()]
    began = time.process_time()
    for count, text in enumerate(itertools.cycle(texts), 1):
        classify(f"Invoice {count:09}: {text}", known={"document_no": f"{count:09}"})
        if count % 500 == 0 and time.process_time() - began > SECONDS:
            break
    rate = count / (time.process_time() - began)
    print(f"{rate:,.0f} messages a second on one core (goal {GOAL:,})")  # noqa: T201 - its purpose


if __name__ == "__main__":
    main()
