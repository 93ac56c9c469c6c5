"""What stands above the thread of a conversation: this customer's earlier ones, and what was sent
to them between.

Each earlier conversation is a head; whoever may read it opens it there. One of a queue that the
reader may not see is a line without contents: protocol, date, queue (spec/02, visibility).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from conversations.access import visible_channels, visible_conversations
from conversations.models import Conversation, Message
from conversations.thread_items import MESSAGE_PEOPLE, Item, complete

HEADS = 20
TICKS = 1_000_000


@dataclass(slots=True)
class Entry:
    """One line of the past: the head of a conversation, or a message that belongs to none."""

    at: datetime
    key: UUID
    head: Conversation | None = None
    item: Item | None = None

    @property
    def cursor(self) -> str:
        """Its place as text, for the address of what came before it."""
        return f"{_microseconds(self.at)}-{self.key}"


@dataclass(slots=True)
class Past:
    """A stretch of the past, oldest first; `before` is '' when nothing came before it."""

    entries: list[Entry]
    before: str = ""


def before(user, conversation: Conversation, cursor: str = "", limit: int = HEADS) -> Past:
    """Return the last entries before a conversation was opened, or before a cursor.

    A cursor that cannot be gives nothing.
    """
    edge = _edge(cursor) if cursor else (conversation.opened_at, conversation.pk)
    if edge is None:
        return Past([])
    entries = [*_heads(user, conversation, edge, limit), *_loose(user, conversation, edge, limit)]
    entries = sorted(entries, key=lambda entry: (entry.at, entry.key))[-limit - 1 :]
    complete([entry.item for entry in entries if entry.item])
    if len(entries) <= limit:
        return Past(entries)
    return Past(entries[1:], before=entries[1].cursor)


def _heads(user, conversation: Conversation, edge: tuple, limit: int) -> list[Entry]:
    may_see = visible_conversations(user).filter(pk=OuterRef("pk"))
    rows = Conversation.objects.filter(
        _earlier("opened_at", edge), customer=conversation.customer_id
    ).exclude(pk=conversation.pk)
    rows = rows.select_related("queue", "closing_reason").annotate(is_visible=Exists(may_see))
    found = rows.order_by("-opened_at", "-id")[: limit + 1]
    return [Entry(row.opened_at, row.pk, head=row) for row in found]


def _loose(user, conversation: Conversation, edge: tuple, limit: int) -> list[Entry]:
    """What was sent without a conversation, on this number or on others that this person sees."""
    is_seen = Q(contact=conversation.contact_id) | Q(channel__in=visible_channels(user))
    rows = Message.objects.in_thread().filter(
        _earlier("sort_at", edge),
        is_seen,
        conversation=None,
        contact__customer=conversation.customer_id,
    )
    found = rows.select_related(*MESSAGE_PEOPLE).order_by("-sort_at", "-id")[: limit + 1]
    return [Entry(row.sort_at, row.pk, item=Item(row, starts=True)) for row in found]


def _earlier(field: str, edge: tuple) -> Q:
    at, key = edge
    return Q(**{f"{field}__lt": at}) | Q(**{field: at, "id__lt": key})


def _edge(cursor: str) -> tuple | None:
    ticks, _, key = cursor.partition("-")
    try:
        seconds, rest = divmod(int(ticks), TICKS)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest), UUID(key)
    except (ValueError, OverflowError, OSError):
        return None


def _microseconds(at: datetime) -> int:
    return int(at.timestamp()) * TICKS + at.microsecond
