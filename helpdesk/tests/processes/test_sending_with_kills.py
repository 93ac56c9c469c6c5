"""Killing whoever sends, at random points, while WhatsApp is slow, busy and sometimes silent.

500 customers (CI: fewer, through the same code) write and are answered by the bot. WhatsApp's own
log says what it was asked: each message at most once. None is lost; what had no answer is reconciled by its statuses or
stands as `unknown`, and those that WhatsApp never saw are at most the ones in flight at a kill.
"""

import random
import time
from collections import Counter

import pytest
from django.conf import settings

from helpdesk.testing.graph_faults import Fault
from helpdesk.testing.processes import wait_until_ready
from helpdesk.tests.processes.test_kills import REST_SECONDS, SENDING, is_at_rest

pytestmark = pytest.mark.processes
SEED = 20261121
OUTGOING = "conversations_message WHERE sender IN ('bot', 'system', 'agent')"
ATTEMPTS = "SELECT id, message_id FROM conversations_sendattempt"


def unreliable(body: dict, asked: int) -> Fault:
    """Every eighth takes the message and falls silent, every eleventh is busy, all take a while."""
    if asked % 8 == 5:
        return Fault("cut")
    if asked % 11 == 7:
        return Fault("throttle")
    return Fault("delay", seconds=0.1)


def test_killing_the_sender_sends_nothing_twice_and_loses_nothing(build_house, is_full):
    customers, kills = (500, 20) if is_full else (30 if settings.EMBEDDED else 60, 3)
    chance = random.Random(SEED)
    with build_house(graph={"faults": unreliable}, furnish=("fast_channel",)) as house:
        house.open()
        for number in range(customers):
            house.graph.customer_says(f"55119{number:08d}", "oi")
        in_flight = sum(kill_while_sending(house, chance) for _ in range(kills))
        everybody = f"{CONVERSED} >= 1"
        house.wait_for("all are answered", lambda: house.count(everybody) == customers, 120)
        house.wait_for("everything is settled", lambda: is_at_rest(house), REST_SECONDS)

        attempts = {plain(attempt): plain(message) for attempt, message in house.rows(ATTEMPTS)}
        seen = Counter(
            attempts[plain(record["body"]["biz_opaque_callback_data"])]
            for record in house.graph.accepted
        )
        ours = {plain(row[0]): row[1] for row in house.rows(f"SELECT id, status FROM {OUTGOING}")}
        unknown = [message for message, status in ours.items() if status == "unknown"]
        print(
            f"{len(ours)} messages, {kills} kills, {in_flight} in flight at kills,"
            f" {len(unknown)} unknown, of these {len([m for m in unknown if m in seen])} delivered"
        )
        assert [message for message, times in seen.items() if times > 1] == []
        assert [m for m, status in ours.items() if m not in seen and status != "unknown"] == []
        assert [message for message in unknown if message in seen] == [], "statuses reconcile them"
        assert len(unknown) <= in_flight
        assert house.errors() == []


CONVERSED = (
    "(SELECT conversation_id, count(*) AS answers FROM conversations_message"
    " WHERE sender IN ('bot', 'system', 'agent') GROUP BY conversation_id) AS answered WHERE answers"
)


def kill_while_sending(house, chance: random.Random) -> int:
    """Kill the sender a moment after it has something in flight; return how many were."""
    name = "start" if settings.EMBEDDED else "worker"
    until = time.monotonic() + 20
    while not house.count(SENDING) and time.monotonic() < until:
        time.sleep(0.005)
    time.sleep(chance.uniform(0, 0.3))  # the random point: not a wait for anything
    house.kill(name)
    in_flight = house.count(SENDING)
    house.start(name)
    if name == "start":
        wait_until_ready(house.environment)
    return in_flight


def plain(identifier) -> str:
    return str(identifier).replace("-", "")
