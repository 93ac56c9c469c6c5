"""The way of a message under load: webhook -> stored -> bot answers -> sent -> pushed.

    python -m benchmarks.bench_pipeline --rates 167 300 500 --seconds 20 --repeats 3

A whole house on PostgreSQL and Redis (gunicorn, daphne, drainer, worker, beat), a Graph server that
takes `--latency` to answer and sends statuses, one process that offers the load and holds the
websockets; everything on this machine. Writes pipeline.json and prints a table.
"""

import argparse
import asyncio
import json
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from benchmarks import cpu
from benchmarks.bare_sql import messages_per_second
from benchmarks.load import Load, Sent
from benchmarks.watchers import Watcher
from helpdesk.testing.house import ACCESS_TOKEN, APP_SECRET, House
from helpdesk.testing.processes import ROOT, free_port

PARTS = ("web", "sockets", "drain", "drain2", "worker", "beat")
KNOWN_CUSTOMERS = 500
# Of the known customers' messages, for conversations that somebody looks at: a hundred agents at
# 167/s have some 5 %.
WATCHED_SHARE = 0.05
SETTLE_SECONDS = 120
QUEUED = "conversations_message WHERE status IN ('queued', 'sending')"
UNPROCESSED = "conversations_workitem WHERE processed_at IS NULL"


def main() -> None:
    options = _options()
    furnish = ("bot", "people", "fast_channel", "sessions")
    with house_with_graph(options, furnish) as (house, give_address):
        graph = give_address(house)
        house.open()
        results = asyncio.run(measure_all(house, graph, options))
        ceiling = messages_per_second(house)
    report(results, ceiling, options)


@contextmanager
def house_with_graph(options, furnish: tuple[str, ...]):
    """A whole house that is not open yet, and what starts the Graph server it sends to."""
    with tempfile.TemporaryDirectory(prefix="ramal-bench-") as folder:
        with graph_server(options, port := free_port()) as give_address:
            with House(
                Path(folder),
                url=options.database_url,
                redis_url=options.redis_url,
                graph_url=f"http://127.0.0.1:{port}",
                furnish=furnish,
                parts=PARTS,
            ) as house:
                yield house, give_address


@contextmanager
def graph_server(options, port: int):
    """A Graph server in a process of its own, started once the house's address is known."""
    started: list[subprocess.Popen] = []

    def start(house: House) -> subprocess.Popen:
        command = [
            sys.executable, "-m", "helpdesk.testing.graph_server", "--port", str(port),
            "--webhook-url", house.webhook_url, "--app-secret", APP_SECRET,
            "--access-token", ACCESS_TOKEN, "--fault", f"delay={options.latency}*200000",
            "--batch-statuses", str(options.batch_statuses),
        ]  # fmt: skip
        started.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL))
        return started[0]

    try:
        yield start
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
            process.wait(10)


async def measure_all(house: House, graph, options) -> list[dict]:
    """Measure each rate `repeats` times, in turn, in one house."""
    load = Load(house.webhook_url, APP_SECRET)
    await load.introduce(KNOWN_CUSTOMERS)
    settle(house)
    watchers = await open_watchers(house, load, options.sockets)
    results = []
    for repeat in range(options.repeats):
        for rate in options.rates:
            results.append(await measure(house, graph, load, watchers, rate, options.seconds))
            print(f"{rate}/s, {repeat + 1}: {json.dumps(results[-1])}", file=sys.stderr, flush=True)
    for watcher in watchers:
        await watcher.close()
    return results


async def open_watchers(house: House, load: Load, count: int) -> list[Watcher]:
    """Let agents look at the queue, and each at one customer's conversation."""
    said = dict.fromkeys(line for line in house.furnished.splitlines() if " " in line)
    sessions = [line.split()[1] for line in said if line.startswith("session")]
    queue = next(line.split()[1] for line in said if line.startswith("queue"))
    rows = house.rows("SELECT id FROM conversations_conversation ORDER BY id LIMIT %s", count)
    url = f"http://127.0.0.1:{house.sockets_port}"
    watchers = [
        Watcher(url, sessions[number % len(sessions)], [f"queue:{queue}", f"conversation:{row[0]}"])
        for number, row in enumerate(rows)
    ]
    for watcher in watchers:
        await watcher.open()
    watched = load.customers[:count]
    missing = (WATCHED_SHARE * len(load.customers) - count) / (1 - WATCHED_SHARE)
    load.customers.extend(random.choices(watched, k=max(0, round(missing))))
    return watchers


async def measure(house: House, graph, load: Load, watchers, rate: float, seconds: float) -> dict:
    """Offer one rate for a while and look at everything."""
    before, replies_before, at = (
        used(house, graph),
        replies(house),
        house.rows("SELECT now()")[0][0],
    )
    started = time.monotonic()
    sent = await load.run(rate, seconds)
    duration = time.monotonic() - started
    backlog = {"items": house.count(UNPROCESSED), "outbox": house.count(QUEUED)}
    sustained = (replies(house) - replies_before) / duration
    settled_after = settle(house)
    after = used(house, graph)
    await asyncio.sleep(0.2)
    return {
        "rate": rate,
        "messages": len(sent),
        "answered_per_second": round(sustained, 1),
        "backlog_at_end": backlog,
        "settled_after": round(settled_after, 2),
        "refused": sum(one.status != 200 for one in sent),
        "ack_ms": quantiles([one.acknowledged_at - one.due_at for one in sent]),
        "commit_ms": quantiles(commit_delays(house, at)),
        "live_ms": quantiles(live_delays(sent, watchers)),
        "mean_batch": round(mean_batch(house, at), 1),
        "cpu_ms": {
            name: round((after[name] - before[name]) * 1000 / len(sent), 2) for name in after
        },
    }


def settle(house: House) -> float:
    """Wait until nothing waits any more; return how long that took."""
    started = time.monotonic()
    house.wait_for(
        "everything is worked off",
        lambda: not house.count(UNPROCESSED) and not house.count(QUEUED),
        SETTLE_SECONDS,
    )
    return time.monotonic() - started


def replies(house: House) -> int:
    """How many customers' messages have an answer that WhatsApp has accepted."""
    return house.count(
        "conversations_message WHERE sender = 'bot' AND kind = 'text' AND sent_at IS NOT NULL"
    )


def commit_delays(house: House, since) -> list[float]:
    """Seconds from the webhook's arrival to the transaction that processed it."""
    sql = (
        "SELECT extract(epoch FROM processed_at - received_at)::float FROM conversations_workitem"
        " WHERE received_at >= %s AND processed_at IS NOT NULL"
    )
    return [delay for (delay,) in house.rows(sql, since)]


def mean_batch(house: House, since) -> float:
    sql = (
        "SELECT count(*)::float / greatest(1, count(DISTINCT processed_at))"
        " FROM conversations_workitem WHERE received_at >= %s"
    )
    return house.rows(sql, since)[0][0]


def live_delays(sent: list[Sent], watchers: list[Watcher]) -> list[float]:
    """Seconds from posting a message to its fragment on the socket of whoever looks at it."""
    posted = {one.marker: one.posted_at for one in sent}
    return [
        at - posted[marker]
        for watcher in watchers
        for marker, at in watcher.seen.items()
        if marker in posted
    ]


def used(house: House, graph) -> dict[str, float]:
    """CPU seconds so far, by component. Redis may be shared with others."""
    found = {name: cpu.seconds_of_tree(pid) for name, pid in house.pids().items()}
    found["postgres"] = cpu.seconds_of_command(house.database_name)
    found["redis"] = cpu.seconds_of_command("redis-server")
    found["(graph server)"] = cpu.seconds_of_tree(graph.pid)
    found["(load)"] = time.process_time()
    return found


def quantiles(seconds: list[float]) -> dict[str, float]:
    """Milliseconds: p50, p95, p99 and how many were measured."""
    if len(seconds) < 2:
        return {"count": len(seconds)}
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    named = {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98]}
    return {name: round(cut * 1000, 1) for name, cut in named.items()} | {"count": len(seconds)}


def report(results: list[dict], ceiling: float, options) -> None:
    """Print the medians as a table, and write everything that was measured."""
    options.out.write_text(json.dumps({"bare_sql_per_second": ceiling, "runs": results}, indent=1))
    print(f"\nBare SQL loop of the same statements: {ceiling:.0f} messages/s (one connection)\n")
    print("| offered/s | answered/s | ratio to SQL | backlog | ack p50/p95/p99 ms | commit p50/p95"
          " | live p50/p95 | batch | CPU ms/message (of it ...) |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|")
    for rate in options.rates:
        runs = [run for run in results if run["rate"] == rate]
        print(_row(rate, runs, ceiling))


def _row(rate: float, runs: list[dict], ceiling: float) -> str:
    answered = statistics.median(run["answered_per_second"] for run in runs)
    backlog = statistics.median(sum(run["backlog_at_end"].values()) for run in runs)
    parts = {
        name: statistics.median(run["cpu_ms"][name] for run in runs) for name in runs[0]["cpu_ms"]
    }
    ours = sum(value for name, value in parts.items() if not name.startswith("("))
    shares = ", ".join(f"{name} {value:.1f}" for name, value in parts.items())
    batch = statistics.median(run["mean_batch"] for run in runs)
    return (
        f"| {rate:g} | {answered:.0f} | {answered / ceiling:.2f} | {backlog:.0f}"
        f" | {_cuts(runs, 'ack_ms', 'p50', 'p95', 'p99')} | {_cuts(runs, 'commit_ms', 'p50', 'p95')}"
        f" | {_cuts(runs, 'live_ms', 'p50', 'p95')} | {batch:.1f} | {ours:.1f} ({shares}) |"
    )


def _cuts(runs: list[dict], name: str, *cuts: str) -> str:
    return "/".join(
        f"{statistics.median(run[name].get(cut, float('nan')) for run in runs):.1f}" for cut in cuts
    )


def _options() -> argparse.Namespace:
    from os import environ

    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_pipeline")
    parser.add_argument("--rates", type=float, nargs="+", default=[167], help="offered messages/s")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--latency", type=float, default=0.1, help="of the Graph server, seconds")
    parser.add_argument("--batch-statuses", type=int, default=20)
    parser.add_argument("--sockets", type=int, default=20)
    parser.add_argument("--out", type=Path, default=Path("pipeline.json"))
    parser.add_argument("--database-url", default=environ.get("DATABASE_URL", ""))
    parser.add_argument("--redis-url", default=environ.get("REDIS_URL", ""))
    options = parser.parse_args()
    if not options.database_url or not options.redis_url:
        parser.error("PostgreSQL and Redis are needed: set DATABASE_URL and REDIS_URL")
    return options


if __name__ == "__main__":
    main()
