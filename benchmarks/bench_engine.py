"""Steps per second of the bot's engine on one core: python benchmarks/bench_engine.py [seconds].

One conversation of five messages (menu, misunderstanding, choice, answer, sentence) again and again,
beside an empty function called as often, so that machines can be compared.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bots.engine.events import MessageIn
from bots.engine.runner import step
from bots.engine.state import SessionState
from bots.tests.engine.flows import CONTEXT, NOW, flow_of

MESSAGES = [
    MessageIn(text) for text in ("oi", "banana", "2", "Rua das Flores", "sem internet aqui")
]


def converse(flow) -> int:
    """Step through the conversation once; returns how many steps it took."""
    state = SessionState()
    for message in MESSAGES:
        state = step(flow, state, message, NOW, CONTEXT).state
    return len(MESSAGES)


def per_second(work, seconds: float) -> float:
    """Return how many steps `work` does in a second, repeating it for so many seconds."""
    done, started = 0, time.perf_counter()
    while (passed := time.perf_counter() - started) < seconds:
        done += work()
    return done / passed


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3
    flow = flow_of()
    steps = sorted(per_second(lambda: converse(flow), seconds) for _ in range(3))[1]
    empty = per_second(lambda: 1, 1)
    print(
        f"{steps:,.0f} steps/s (median of 3); an empty call: {empty:,.0f}/s; ratio {empty / steps:,.0f}"
    )


if __name__ == "__main__":
    main()
