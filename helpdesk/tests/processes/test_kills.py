"""SIGKILL in the middle of a storm changes nothing of its outcome.

The same thousand webhooks (CI: a fifth of them, a tenth embedded), shuffled and each delivered twice, go to a house
that is left in peace and to one whose parts are killed in turn and started again, each while it has
work in hand: web, drainer, worker and beat, or embedded the one process of all. storm.py says why
the order in which they come decides nothing.

In the end both hold the same messages in the same order, the same counters, events and states, and
have asked WhatsApp for the same. One thing only may differ, and must be told honestly: a request
whose attempt was committed just before the kill and that never left is not made again blindly. Its
message is `unknown`, and WhatsApp has not seen it.
"""

import itertools
import json
import time
from collections import Counter
from dataclasses import asdict

import pytest
from django.conf import settings

from helpdesk.testing.graph_faults import Fault
from helpdesk.testing.processes import wait_until_ready
from helpdesk.tests.processes.courier import Couriers
from helpdesk.tests.processes.outcome import outcome
from helpdesk.tests.processes.storm import storm

pytestmark = pytest.mark.processes

BUSY_SECONDS = 8
REST_SECONDS = 300  # 60 until an attempt without an answer is given up, 30 more for what waits
SENDING = "conversations_message WHERE status = 'sending'"
UNPROCESSED = "conversations_workitem WHERE processed_at IS NULL AND error = ''"
UNSETTLED = (
    "conversations_message WHERE status IN ('scheduled', 'queued', 'sending', 'sent', 'delivered')"
)
UNANSWERED = """
conversations_message m JOIN conversations_conversation c ON c.id = m.conversation_id
LEFT JOIN bots_botsession s ON s.conversation_id = c.id
WHERE c.state = 'bot' AND m.sender = 'customer'
  AND (s.processed_through IS NULL OR m.id > s.processed_through)
"""


@pytest.fixture(scope="module")
def the_storm(is_full):
    # SQLite syncs to the disk for every body: the same takes embedded four times as long.
    return storm(bodies=1000 if is_full else 100 if settings.EMBEDDED else 200)


@pytest.fixture(scope="module")
def kills(is_full):
    if settings.EMBEDDED:
        return 12 if is_full else 6
    return 40 if is_full else 20


@pytest.fixture
def weather(build_house, the_storm):
    """Let the storm pass over a house and return its outcome, its errors and what was killed."""

    def blow(kills: int):
        with build_house(graph=GRAPH) as house:
            house.open()
            started = time.monotonic()
            killed, surprises = pass_over(house, the_storm, kills)
            house.wait_for("everything is settled", lambda: is_at_rest(house), REST_SECONDS)
            print(f"{kills} kills, {time.monotonic() - started:.0f} s: {json.dumps(killed)}")
            return outcome(house), [*surprises, *house.errors()], killed

    return blow


# Requests take a while, so that kills find some under way; statuses come twice and backwards.
GRAPH = {
    "faults": lambda body, asked: Fault("delay", seconds=0.1),
    "receipt_delays": (0.3, 0.2, 0.1),
    "spread_seconds": 0.2,
    "copies": 2,
    "batch_statuses": 4,
}


def test_a_storm_with_kills_ends_like_one_without(weather, the_storm, kills):
    calm, errors, _ = weather(0)
    assert errors == []
    assert calm.broken_rules == []
    assert calm.unknown == []
    for customer, ids in the_storm.expected.items():
        assert calm.provider_ids[customer] == ids

    stormy, errors, killed = weather(kills)
    assert sum(killed.values()) == kills
    assert errors == []
    assert stormy.broken_rules == []
    for part in ("conversations", "messages", "provider_ids", "events", "outgoing", "parked"):
        assert asdict(stormy)[part] == asdict(calm)[part], part
    assert missing(calm.requests, stormy.requests) == len(stormy.unknown)
    assert missing(stormy.requests, calm.requests) == 0
    print(f"honestly unknown: {len(stormy.unknown)}")


def pass_over(house, the_storm, kills: int) -> tuple[Counter, list[str]]:
    """Deliver everything, a share between every two kills; return what was killed while busy."""
    killed = Counter()
    with Couriers(house.webhook_url) as couriers:
        couriers.give(the_storm.openings)
        waiting = "conversations_conversation WHERE state = 'queued'"
        everybody = len(the_storm.openings)
        house.wait_for("they wait in the queue", lambda: house.count(waiting) == everybody, 60)
        targets = itertools.cycle(house.parts)
        for share in shares(the_storm.deliveries, kills + 1):
            couriers.give(share)
            if sum(killed.values()) < kills:
                kill_at_work(house, next(targets), couriers, killed)
        house.wait_for("all is delivered", lambda: not couriers.is_busy, REST_SECONDS)
    return killed, couriers.surprises


def shares(deliveries: list, count: int) -> list[list]:
    return [deliveries[number::count] for number in range(count)]


def kill_at_work(house, name: str, couriers: Couriers, killed: Counter) -> None:
    """Kill a part while it has work in hand, or after a while all the same; start it again."""
    until = time.monotonic() + BUSY_SECONDS
    while not (busy := is_busy(house, name, couriers)) and time.monotonic() < until:
        time.sleep(0.005)
    house.kill(name)
    house.start(name)
    killed[f"{name} {'at work' if busy else 'idle'}"] += 1
    if name == "start":
        wait_until_ready(house.environment)


def is_busy(house, name: str, couriers: Couriers) -> bool:
    if name == "web":
        return couriers.is_busy
    if name == "drain":
        return house.count(UNPROCESSED) > 0
    if name in ("worker", "start"):
        return house.count(SENDING) > 0
    return True


def is_at_rest(house) -> bool:
    return not (
        house.graph.sender.pending
        or house.count(UNPROCESSED)
        or house.count(UNSETTLED)
        or house.count(UNANSWERED)
    )


def missing(wanted: dict[str, Counter], found: dict[str, Counter]) -> int:
    return sum((wanted[key] - found.get(key, Counter())).total() for key in wanted)
