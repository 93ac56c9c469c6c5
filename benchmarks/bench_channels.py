"""Many numbers at once: does each get its turn, and does memory stay where it is?

    python -m benchmarks.bench_channels --channels 1000 --rate 60 --minutes 10

A whole house on PostgreSQL and Redis; a customer of each number in turn writes, the bot answers on
that number. Reported: per number the 95th percentile of its lag, of which the slowest number's is
the figure; and the resident memory of each part at minute 2 (or a fifth of the time) and at the end.
Exits with 1 when a bound is broken.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import memory
from benchmarks.bench_pipeline import QUEUED, UNPROCESSED, house_with_graph, settle
from benchmarks.load import Load
from conversations.providers.simulator import wire
from helpdesk.testing.furnish import channel_number
from helpdesk.testing.graph_server import NUMBER
from helpdesk.testing.house import APP_SECRET, House

LAG_SECONDS = 5
GROWTH_PERCENT = 5
WARM_MINUTES = 2
SAMPLE_SECONDS = 5
CUSTOMERS_PER_CHANNEL = 2

# From a webhook's arrival to its commit, and from there to the request with the answer.
IN_LAG = """
SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM processed_at - received_at))
FROM conversations_workitem WHERE received_at >= %s AND processed_at IS NOT NULL
GROUP BY phone_number_id
"""
OUT_LAG = """
SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM sent_at - created_at))
FROM conversations_message WHERE created_at >= %s AND sender = 'bot' AND sent_at IS NOT NULL
GROUP BY channel_id
"""


@dataclass
class ChannelsLoad(Load):
    """Customers spread over the numbers, each always at the same."""

    channels: int = 1
    new_share: float = 0.0
    numbers: list[wire.Number] = field(init=False)

    def __post_init__(self):
        super().__post_init__()
        self.numbers = [
            wire.Number(NUMBER.waba_id, channel_number(place), NUMBER.display_phone_number)
            for place in range(self.channels)
        ]

    def number_of(self, customer: str) -> wire.Number:
        return self.numbers[int(customer) % self.channels]


def main() -> int:
    options = _options()
    random.seed(1)
    furnish = ("bot", f"channels={options.channels}")
    with house_with_graph(options, furnish) as (house, give_address):
        give_address(house)
        house.open()
        result = asyncio.run(measure(house, options))
    print(json.dumps(result, indent=2))
    options.out.write_text(json.dumps(result, indent=2))
    return 0 if is_within(result) else 1


async def measure(house: House, options) -> dict:
    """Introduce everybody, offer the rate for the time, and look at lags and memory."""
    load = ChannelsLoad(house.webhook_url, APP_SECRET, channels=options.channels)
    await load.introduce(options.channels * CUSTOMERS_PER_CHANNEL)
    settle(house)
    since = house.rows("SELECT now()")[0][0]
    samples: list[tuple[float, dict[str, int]]] = []
    sampling = asyncio.create_task(sample(house, samples))
    sent = await load.run(options.rate, options.minutes * 60)
    backlog = {"items": house.count(UNPROCESSED), "outbox": house.count(QUEUED)}
    sampling.cancel()
    settled_after = settle(house)
    inward, outward = worst(house, IN_LAG, since), worst(house, OUT_LAG, since)
    return {
        "channels": options.channels,
        "rate": options.rate,
        "minutes": options.minutes,
        "messages": len(sent),
        "refused": sum(one.status != 200 for one in sent),
        "backlog_at_end": backlog,
        "settled_after": round(settled_after, 2),
        "channels_heard": inward["channels"],
        "channels_answered": outward["channels"],
        "slowest_p95_in": inward["slowest"],
        "slowest_p95_out": outward["slowest"],
        "median_p95_out": outward["median"],
        "memory_mb": growth(samples, options.minutes),
    }


async def sample(house: House, samples: list) -> None:
    started = time.monotonic()
    while True:
        memories = {name: memory.of_tree(pid) for name, pid in house.pids().items()}
        samples.append((time.monotonic() - started, memories))
        await asyncio.sleep(SAMPLE_SECONDS)


def worst(house: House, sql: str, since) -> dict:
    """Return how many numbers were seen, and the 95th percentile of the slowest and the middle one."""
    lags = [float(row[0]) for row in house.rows(sql, since)]
    middle = statistics.median(lags) if lags else 0.0
    return {
        "channels": len(lags), "slowest": round(max(lags, default=0.0), 2), "median": round(middle, 2),
    }  # fmt: skip


def growth(samples: list, minutes: float) -> dict[str, dict]:
    """Return per part the memory at the beginning and at the end, each a mean of some samples."""
    warm = min(WARM_MINUTES, minutes / 5) * 60
    later = [memories for at, memories in samples if at >= warm]
    first, last = later[:6], later[-6:]
    found = {}
    for name in sorted(later[0]):
        before = sum(memories[name] for memories in first) / len(first) / 2**20
        after = sum(memories[name] for memories in last) / len(last) / 2**20
        percent = 100 * (after - before) / before
        found[name] = {
            "before": round(before, 1), "after": round(after, 1), "percent": round(percent, 1),
        }  # fmt: skip
    return found


def is_within(result: dict) -> bool:
    """Whether the bounds of issue 4 hold: lag under 5 s, and memory growing by less than 5 %."""
    totals = [
        sum(part[when] for part in result["memory_mb"].values()) for when in ("before", "after")
    ]
    lag = result["slowest_p95_in"] + result["slowest_p95_out"]
    return (
        lag < LAG_SECONDS
        and totals[1] < totals[0] * (1 + GROWTH_PERCENT / 100)
        and result["channels_answered"] == result["channels_heard"]
        and result["refused"] == 0
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_channels")
    parser.add_argument("--channels", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=60, help="customers' messages a second")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--latency", type=float, default=0.1, help="of the Graph server, seconds")
    parser.add_argument("--batch-statuses", type=int, default=20)
    parser.add_argument("--out", type=Path, default=Path("channels.json"))
    parser.add_argument("--database-url", default=os.environ.get("DATABASE_URL", ""))
    parser.add_argument("--redis-url", default=os.environ.get("REDIS_URL", ""))
    options = parser.parse_args()
    if not (options.database_url and options.redis_url):
        parser.error("PostgreSQL and Redis are needed: set DATABASE_URL and REDIS_URL")
    return options


if __name__ == "__main__":
    sys.exit(main())
