import asyncio
import threading
import time

import pytest
from channels.layers import get_channel_layer
from django.db import transaction

from helpdesk.core import announce as announcing
from helpdesk.core.announce import announce, announce_now, flush_announcements
from helpdesk.core.hub import get_hub

pytestmark = pytest.mark.django_db(transaction=True)


class Ear:
    def __init__(self):
        self.events = []
        self.heard_at = []

    def deliver(self, event):
        self.heard_at.append(time.perf_counter())
        self.events.append(event)

    @property
    def numbers(self):
        return [event.data["n"] for event in self.events]


def listen(act, until, groups=("queue.1",)):
    """Run `act` on a thread while an ear hears the groups; return it when `until(ear)` holds."""

    async def scene():
        ear = Ear()
        for group in groups:
            await get_hub().join(group, ear)
        thread = threading.Thread(target=act)
        thread.start()
        deadline = time.monotonic() + 5
        while not until(ear) and time.monotonic() < deadline:
            await asyncio.sleep(0.005)
        await asyncio.to_thread(thread.join)
        await get_hub().close()
        return ear

    return asyncio.run(scene())


def has(count):
    return lambda ear: len(ear.events) >= count


def test_an_event_is_heard_after_commit_and_not_before():
    heard_before = []

    def act():
        with transaction.atomic():
            announce("queue.1", {"type": "t", "n": 1})
            flush_announcements()
            time.sleep(0.05)
            heard_before.extend(ears[0].events if ears else [])

    ears = []
    ear = listen(act, has(1))
    assert heard_before == []
    assert ear.numbers == [1]


def test_what_is_rolled_back_is_never_heard():
    def act():
        try:
            with transaction.atomic():
                announce("queue.1", {"type": "t", "n": 1})
                raise RuntimeError
        except RuntimeError:
            announce("queue.1", {"type": "t", "n": 2})

    assert listen(act, has(1)).numbers == [2]


def test_events_arrive_in_order_and_soon():
    sent_at = []

    def act():
        # The first one opens connections.
        announce_now("queue.9", {"type": "t", "n": 0})
        flush_announcements()
        time.sleep(0.2)
        for number in range(200):
            sent_at.append(time.perf_counter())
            announce_now("queue.1", {"type": "t", "n": number})
            time.sleep(0.001)

    ear = listen(act, has(200))
    delays = sorted(heard - sent for heard, sent in zip(ear.heard_at, sent_at, strict=True))
    assert ear.numbers == list(range(200))
    # Without the bridge between threads the median was 0.66 s.
    assert delays[100] < 0.1


def test_another_group_is_not_heard():
    def act():
        announce_now("queue.2", {"type": "t", "n": 2})
        announce_now("queue.1", {"type": "t", "n": 1})

    assert listen(act, has(1)).numbers == [1]


def test_an_event_is_written_down_when_it_is_announced():
    event = {"type": "t", "n": 1}

    def act():
        with transaction.atomic():
            announce("queue.1", event)
            event["n"] = 2

    assert listen(act, has(1)).numbers == [1]


def test_an_event_without_type_is_refused():
    with pytest.raises(ValueError):
        announce("queue.1", {"n": 1})


def test_a_failing_layer_does_not_break_the_change_and_sockets_are_told_to_catch_up(
    settings, monkeypatch
):
    monkeypatch.setattr(announcing, "NOTICE_AFTER_SECONDS", 0.05)

    def act():
        layer = get_channel_layer()
        works, layer.group_send = layer.group_send, fails
        try:
            with transaction.atomic():
                announce("queue.1", {"type": "t", "n": 1})
            flush_announcements()
        finally:
            layer.group_send = works
        announce_now("queue.1", {"type": "t", "n": 2})

    ear = listen(act, has(2))
    assert [event.type for event in ear.events] == ["t", "live.gap"]


async def fails(*args):
    raise ConnectionError("the server has gone away")
