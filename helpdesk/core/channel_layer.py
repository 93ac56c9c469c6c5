"""The channel layer of the embedded default: in memory, and safe to call from any thread.

Channels' in-memory layer puts messages into another loop's queue without waking that loop, so
what a worker thread announces arrives up to a second late. Here everything happens on one loop.
"""

import structlog
from channels.exceptions import ChannelFull
from channels.layers import InMemoryChannelLayer

from helpdesk.core import background_loop

log = structlog.get_logger(__name__)
CAPACITY_MESSAGES = 100_000
NEVER_SECONDS = 100 * 365 * 86400


class BridgedInMemoryChannelLayer(InMemoryChannelLayer):
    """Channels' in-memory layer, all of whose work is done on the process's background loop."""

    def __init__(self, **options):
        # Nothing expires: a membership ends when the hub discards it, and the parent class would
        # take a channel out of its groups when one message has waited too long.
        options = {"expiry": NEVER_SECONDS, "group_expiry": NEVER_SECONDS} | options
        super().__init__(**{"capacity": CAPACITY_MESSAGES} | options)

    async def send(self, channel, message):
        """Send to one channel; a full channel loses the message, the writer never notices."""
        await background_loop.run(self._send(channel, message))

    async def _send(self, channel, message):
        try:
            await super().send(channel, message)
        except ChannelFull:
            log.warning("channel_layer.full", channel=channel)

    async def receive(self, channel):
        """Return the next message of the channel."""
        return await background_loop.run(super().receive(channel))

    async def group_add(self, group, channel):
        """Add the channel to the group."""
        await background_loop.run(super().group_add(group, channel))

    async def group_discard(self, group, channel):
        """Take the channel out of the group."""
        await background_loop.run(super().group_discard(group, channel))

    async def group_send(self, group, message):
        """Send to all channels of the group."""
        await background_loop.run(super().group_send(group, message))

    async def flush(self):
        """Forget all channels, groups and messages."""
        await background_loop.run(super().flush())
