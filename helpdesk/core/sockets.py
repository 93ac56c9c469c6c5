"""The websocket consumer that hears groups through the hub."""

import asyncio
import time
from collections import deque

import structlog
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from helpdesk.core.hub import Event, get_hub

log = structlog.get_logger(__name__)
CLOSE_TOO_LARGE = 1009
CLOSE_TRY_AGAIN = 1013  # the page comes back and catches up
CLOSE_TOO_MANY_FRAMES = 4429
FRAME_LIMIT_BYTES = 16 * 1024
FRAMES_PER_SECOND = 50
WAITING_LIMIT_EVENTS = 500


class HubConsumer(AsyncJsonWebsocketConsumer):
    """A consumer whose groups are the hub's: `await self.join(group)`, `await self.leave(group)`.

    Subclasses override `connect`, `receive_json` and, to look at events before they go out,
    `event_arrived`. What comes from the browser is limited in size and rate; what goes to it waits
    in a bounded queue, and a browser that does not read is closed: it catches up when it returns.
    """

    # Without a channel of its own each connection is two tasks and half its memory cheaper.
    channel_layer_alias = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._waiting: deque[Event] = deque()
        self._sender: asyncio.Task | None = None
        self._closing: asyncio.Task | None = None
        self._frames_second = 0
        self._frames = 0

    async def join(self, group: str) -> None:
        """Hear the group from now on. Whether this person may is the caller's to check first."""
        await get_hub().join(group, self)

    async def leave(self, group: str) -> None:
        """Stop hearing the group."""
        await get_hub().leave(group, self)

    @property
    def joined(self) -> frozenset[str]:
        """The groups this socket hears."""
        return get_hub().groups_of(self)

    async def event_arrived(self, event: Event) -> None:
        """Send the event to the browser; override to filter, or to act on `event.data`."""
        await self.base_send({"type": "websocket.send", "text": event.text})

    def deliver(self, event: Event) -> None:
        """Queue an event (called by the hub); a queue that is full closes the socket."""
        if self._closing is not None:
            return

        self._waiting.append(event)
        if len(self._waiting) > WAITING_LIMIT_EVENTS:
            self._give_up()
        elif self._sender is None:
            # A task only while there is something to send: idle sockets cost nothing.
            self._sender = asyncio.create_task(self._send_waiting())

    async def _send_waiting(self) -> None:
        try:
            while self._waiting:
                await self.event_arrived(self._waiting.popleft())
        except Exception as error:
            # The browser is gone; `disconnect` follows or has been.
            log.debug("socket.send_failed", error=repr(error))
            self._waiting.clear()
        finally:
            self._sender = None

    def _give_up(self) -> None:
        log.info("socket.too_slow")
        self._waiting.clear()
        if self._sender is not None:
            self._sender.cancel()
        self._closing = asyncio.create_task(self.close(CLOSE_TRY_AGAIN))

    async def receive(self, text_data=None, bytes_data=None, **kwargs):
        """Check size and rate of what the browser sends; what is no JSON object is ignored."""
        if bytes_data is not None or len(text_data.encode()) > FRAME_LIMIT_BYTES:
            await self.close(CLOSE_TOO_LARGE)
        elif self._is_too_fast():
            await self.close(CLOSE_TOO_MANY_FRAMES)
        else:
            await self._receive_object(text_data, **kwargs)

    async def _receive_object(self, text_data, **kwargs) -> None:
        try:
            content = await self.decode_json(text_data)
        except ValueError:
            return
        if isinstance(content, dict):
            await self.receive_json(content, **kwargs)

    def _is_too_fast(self) -> bool:
        second = int(time.monotonic())
        if second != self._frames_second:
            self._frames_second, self._frames = second, 0
        self._frames += 1
        return self._frames > FRAMES_PER_SECOND

    async def disconnect(self, code):
        """Leave all groups; subclasses that override this call super()."""
        if self._sender is not None:
            self._sender.cancel()
        await get_hub().leave_all(self)


class ClosedConsumer(AsyncJsonWebsocketConsumer):
    """Answers at addresses where there is no socket: without it Channels raises an error."""

    channel_layer_alias = None

    async def connect(self):
        """Refuse."""
        await self.close()
