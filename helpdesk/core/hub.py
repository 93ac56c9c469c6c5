"""One subscription to the channel layer per process, fanning out to the sockets of this process.

With a channel per socket, Channels needs 350 ms and twice the memory to bring one event to 2,000
sockets; through a local table it takes a tenth (10-measurements.md, section 4).
"""

import asyncio
import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import structlog
from channels.layers import get_channel_layer

from helpdesk.core.announce import CATCH_UP, EVERY_SOCKET

log = structlog.get_logger(__name__)
BEAT_SECONDS = 5
RETRY_SECONDS = 1


@dataclass
class Event:
    """What was announced: as the text that goes to the browser and, when asked for, as its data."""

    group: str
    text: str

    @cached_property
    def data(self) -> dict:
        """The announced dictionary."""
        return json.loads(self.text)

    @property
    def type(self) -> str:
        """Its type, such as 'message.created'."""
        return self.data["type"]


class Socket(Protocol):
    """Whoever wants to hear."""

    def deliver(self, event: Event) -> None:
        """Take the event; must neither wait nor raise."""


class Hub:
    """The table of who listens to what, for the sockets of one event loop.

    A group is added to the channel layer with its first local member and discarded with its last.
    Every few seconds the hub writes to itself: when a beat does not come back, pushes may have been
    lost, and as soon as one does again every socket is told to catch up.
    """

    def __init__(self):
        self._members: defaultdict[str, set[Socket]] = defaultdict(set)
        self._joined: dict[Socket, set[str]] = {}
        self._on_layer: set[str] = set()
        self._lock = asyncio.Lock()
        self._channel = ""
        self._tasks: list[asyncio.Task] = []
        self._beats_missing = 0

    async def join(self, group: str, socket: Socket) -> None:
        """Let the socket hear the group from now on; raises when the channel layer is away."""
        self._members[group].add(socket)
        self._joined.setdefault(socket, set()).add(group)
        try:
            await self._settle(group)
        except Exception:
            self._forget(group, socket)
            raise

    async def leave(self, group: str, socket: Socket) -> None:
        """Stop the socket hearing the group."""
        self._forget(group, socket)
        await self._settle_quietly(group)

    async def leave_all(self, socket: Socket) -> None:
        """Stop the socket hearing anything."""
        for group in list(self._joined.get(socket, ())):
            self._forget(group, socket)
            await self._settle_quietly(group)

    def groups_of(self, socket: Socket) -> frozenset[str]:
        """Return the groups that the socket hears."""
        return frozenset(self._joined.get(socket, ()))

    def sockets(self) -> int:
        """Return how many sockets hear anything."""
        return len(self._joined)

    async def close(self) -> None:
        """Stop listening (tests)."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.__init__()

    def _forget(self, group: str, socket: Socket) -> None:
        self._members[group].discard(socket)
        if not self._members[group]:
            del self._members[group]
        groups = self._joined.get(socket, set())
        groups.discard(group)
        if not groups:
            self._joined.pop(socket, None)

    async def _settle_quietly(self, group: str) -> None:
        try:
            await self._settle(group)
        except Exception as error:
            # The layer keeps sending what nobody here hears: harmless, and nothing to wait for.
            log.warning("hub.discard_failed", group=group, error=repr(error))

    async def _settle(self, group: str) -> None:
        """Make the channel layer agree with the table, whatever has happened in between."""
        async with self._lock:
            await self._listen()
            wanted, there = group in self._members, group in self._on_layer
            if wanted and not there:
                await get_channel_layer().group_add(group, self._channel)
                self._on_layer.add(group)
            elif there and not wanted:
                self._on_layer.discard(group)
                await get_channel_layer().group_discard(group, self._channel)

    async def _listen(self) -> None:
        if self._tasks:
            return
        layer = get_channel_layer()
        self._channel = await layer.new_channel("hub.")
        await layer.group_add(EVERY_SOCKET, self._channel)
        self._tasks = [asyncio.create_task(self._receive()), asyncio.create_task(self._beat())]

    async def _receive(self) -> None:
        layer = get_channel_layer()
        while True:
            try:
                message = await layer.receive(self._channel)
                self._dispatch(message)
            except Exception:
                log.exception("hub.receive_failed")
                await asyncio.sleep(RETRY_SECONDS)

    def _dispatch(self, message: dict) -> None:
        if message["type"] == "hub.beat":
            self._hear_beat()
        else:
            event = Event(message["group"], message["text"])
            is_for_all = event.group == EVERY_SOCKET
            for socket in list(self._joined if is_for_all else self._members.get(event.group, ())):
                socket.deliver(event)

    async def _beat(self) -> None:
        layer = get_channel_layer()
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            self._beats_missing += 1
            try:
                await layer.send(self._channel, {"type": "hub.beat"})
            except Exception as error:
                log.warning("hub.beat_failed", error=repr(error))

    def _hear_beat(self) -> None:
        if self._beats_missing > 1:
            self._dispatch(
                {"type": "hub.event", "group": EVERY_SOCKET, "text": json.dumps(CATCH_UP)}
            )
        self._beats_missing = 0


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def get_hub() -> Hub:
    """Return the hub of the running event loop: a process that serves has one."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        for closed in [other for other in _hubs if other.is_closed()]:
            del _hubs[closed]
        _hubs[loop] = Hub()
    return _hubs[loop]
