"""Wake-ups of a channel's outbox: one under way at a time, however many messages ask for it.

Every commit that queues a message asks, and the sweeper asks again. Without this a worker that is
behind would find the same channels in its queue over and over, and stay behind because of them.
"""

from django.core.cache import cache

# A wake-up that got lost with its worker holds back the next one no longer than this; the sweeper
# does not wait for it where something is overdue.
WAKING_SECONDS = 10


def may_wake(channel_id) -> bool:
    """Whether nobody has woken this channel yet; whoever hears yes has to do it."""
    return cache.add(_key(channel_id), True, WAKING_SECONDS)


def answer(channel_id) -> None:
    """Say that the channel is awake, before looking at its messages.

    What is committed later wakes it again; what was committed before is seen by this look.
    """
    cache.delete(_key(channel_id))


def _key(channel_id) -> str:
    return f"outbox.waking.{channel_id}"
