"""Finding what colleagues have written, in one's own rooms only."""

from dataclasses import dataclass

from conversations.access import visible_rooms
from conversations.models import RoomMessage

LONGEST = 100
SHOWN = 40


@dataclass(slots=True)
class Found:
    """A message that holds the words."""

    row: RoomMessage
    excerpt: str


def search(user, words: str) -> list[RoomMessage]:
    """Return the newest messages in somebody's rooms that hold all the words."""
    rows = RoomMessage.objects.filter(room__in=visible_rooms(user), deleted_at=None)
    for word in words.split():
        rows = rows.filter(body__icontains=word)
    found = list(rows.select_related("room__queue", "author").order_by("-pk")[:SHOWN])
    for message in found:
        message.excerpt = message.body
    return found
