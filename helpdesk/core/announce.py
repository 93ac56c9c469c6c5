"""Telling the browsers: an event goes to a group when, and only when, its change is committed.

Whoever announces never waits for the channel layer and never fails with it: events are handed to
the background loop, which publishes them in order. What gets lost is caught up by the pages (see
'Live updates' in the architecture); after an outage every socket is told to do so.
"""

import asyncio
import atexit
import json
import os
import time
from collections import deque
from functools import partial

import structlog
from channels.layers import get_channel_layer
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from helpdesk.core import background_loop

log = structlog.get_logger(__name__)
EVERY_SOCKET = "hub.everyone"
CATCH_UP = {"type": "live.gap"}
WAITING_LIMIT = 20_000  # events that may wait while the channel layer is slow
PUBLISH_SECONDS = 5
# A subscriber is back a second after its server is (channels_redis sleeps that long).
NOTICE_AFTER_SECONDS = 3
EXIT_SECONDS = 2


def announce(group: str, event: dict) -> None:
    """Publish `event` to the sockets in `group` once the running transaction is committed.

    Outside a transaction at once. The event must have a 'type' and fit into JSON (UUIDs, dates and
    lazy texts do); it is written down now, so changing it afterwards has no effect.
    """
    transaction.on_commit(partial(_publish, group, _written(event)), robust=True)


def announce_now(group: str, event: dict) -> None:
    """Publish `event` without waiting for a commit: for what is not in the database (typing)."""
    _publish(group, _written(event))


def flush_announcements(timeout_seconds: float = EXIT_SECONDS) -> bool:
    """Wait until everything announced so far has been published; False when it took too long."""
    until = time.monotonic() + timeout_seconds
    while _publisher.is_busy and time.monotonic() < until:
        time.sleep(0.002)
    return not _publisher.is_busy


def _written(event: dict) -> str:
    if not event.get("type"):
        raise ValueError("An event needs a 'type'.")
    return json.dumps(event, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))


def _publish(group: str, text: str) -> None:
    _publisher.put(group, text)


class _Publisher:
    """A queue in front of the channel layer, emptied in order by one task of the background loop."""

    def __init__(self):
        self._waiting = deque(maxlen=WAITING_LIMIT)
        self._task: asyncio.Task | None = None
        self._failed_at: float | None = None

    @property
    def is_busy(self) -> bool:
        return bool(self._waiting) or (self._task is not None and not self._task.done())

    def put(self, group: str, text: str) -> None:
        if len(self._waiting) == WAITING_LIMIT:
            self._note_failure("too many waiting: the oldest was dropped")
        self._waiting.append((group, text))
        background_loop.get_loop().call_soon_threadsafe(self._start)

    def _start(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._empty())

    async def _empty(self) -> None:
        while self._waiting:
            await self._send(*self._waiting.popleft())

    async def _send(self, group: str, text: str) -> None:
        message = {"type": "hub.event", "group": group, "text": text}
        try:
            layer = get_channel_layer()
            await asyncio.wait_for(layer.group_send(group, message), PUBLISH_SECONDS)
        except Exception as error:
            self._note_failure(repr(error))
        else:
            self._tell_sockets_after_a_failure()

    def _note_failure(self, reason: str) -> None:
        if self._failed_at is None:
            log.warning("announce.lost", reason=reason)
        self._failed_at = time.monotonic()

    def _tell_sockets_after_a_failure(self) -> None:
        if self._failed_at is None:
            return
        self._failed_at = None
        log.info("announce.works_again")
        asyncio.get_running_loop().call_later(
            NOTICE_AFTER_SECONDS, announce_now, EVERY_SOCKET, CATCH_UP
        )


_publisher = _Publisher()
# A forked worker starts with an empty queue; what its parent has in hand, its parent publishes.
os.register_at_fork(after_in_child=_publisher.__init__)
atexit.register(flush_announcements)
