"""The orders of the conversation list, each with its way of going on behind a row (keyset).

A page begins behind where its predecessor's last row *stood*, and not behind how many rows there
were: rows that move up meanwhile are neither shown twice nor skipped. Which index serves which
order: docs/architecture.md, 'The conversation list'.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from conversations.models import Conversation

# In the queue, or, once somebody has it, for an answer.
WAITING_SINCE = Coalesce("queued_at", "awaiting_reply_since")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: its moment in this order (None: it has none), its key and its priority."""

    at: datetime | None
    key: UUID
    priority: int = 0

    def __str__(self) -> str:
        return f"{self.at.isoformat() if self.at else ''}~{self.key}~{self.priority}"

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """Read what __str__ wrote; None for anything else."""
        try:
            at, key, priority = text.split("~")
            place = cls(datetime.fromisoformat(at) if at else None, UUID(key), int(priority))
        except ValueError:
            return None
        is_exact = place.at is None or place.at.tzinfo is not None
        return place if is_exact and 0 <= place.priority < 100 else None


class Newest:
    """Whoever wrote last, or was written to, stands on top."""

    def order(self, rows):
        return rows.newest_first()

    def behind(self, rows, place: Place):
        if place.at is None:
            return rows.none()
        earlier = Q(last_message_at__lt=place.at)
        return rows.filter(earlier | Q(last_message_at=place.at, id__lt=place.key))

    def place(self, row: Conversation) -> Place:
        return Place(row.last_message_at, row.pk)


class NextInQueue:
    """As customers are to be taken: by priority, then whoever waits longest."""

    def order(self, rows):
        return rows.longest_waiting_first()

    def behind(self, rows, place: Place):
        if place.at is None:
            return rows.none()
        later = Q(queued_at__gt=place.at) | Q(queued_at=place.at, id__gt=place.key)
        return rows.filter(Q(priority__lt=place.priority) | Q(later, priority=place.priority))

    def place(self, row: Conversation) -> Place:
        return Place(row.queued_at, row.pk, row.priority)


class LongestWaiting:
    """Whoever waits longest, for a person or for an answer; behind them those who do not wait."""

    def order(self, rows):
        rows = rows.annotate(waiting_since=WAITING_SINCE)
        return rows.order_by(F("waiting_since").asc(nulls_last=True), "id")

    def behind(self, rows, place: Place):
        rows = rows.annotate(waiting_since=WAITING_SINCE)
        if place.at is None:
            return rows.filter(waiting_since=None, id__gt=place.key)
        later = Q(waiting_since__gt=place.at) | Q(waiting_since=place.at, id__gt=place.key)
        return rows.filter(later | Q(waiting_since=None))

    def place(self, row: Conversation) -> Place:
        return Place(row.queued_at or row.awaiting_reply_since, row.pk)


def sort_of(tab: str, sort: str) -> Newest | NextInQueue | LongestWaiting:
    """Return the order of a list."""
    if sort == "newest":
        return Newest()
    return NextInQueue() if tab == "waiting" else LongestWaiting()
