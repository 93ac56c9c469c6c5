"""What single people are to hear of: one row per person and cause, told to their pages and browsers."""

from conversations.actions.notifications.deriving import derive, sweep
from conversations.actions.notifications.reading import (
    prune,
    read_all,
    read_by_holder,
    read_of,
    read_one,
)
from conversations.actions.notifications.waiting import notify_waiting
from conversations.actions.notifications.writing import notify

__all__ = [
    "derive",
    "notify",
    "notify_waiting",
    "prune",
    "read_all",
    "read_by_holder",
    "read_of",
    "read_one",
    "sweep",
]
