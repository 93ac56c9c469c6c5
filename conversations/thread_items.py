"""What stands in a thread: messages and event lines, each as an item that can be drawn alone.

The queries are keyset: they begin at a position and never count. `thread.py` puts stretches and
changes together from them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, prefetch_related_objects
from django.utils import timezone

from conversations.models import (
    Conversation,
    ConversationEvent,
    EventKind,
    Message,
    MessageEdit,
    MessageKind,
    Reaction,
    Status,
)

GROUP_GAP = timedelta(minutes=15)
TROUBLE = {Status.FAILED, Status.UNKNOWN}
CHOICES = [MessageKind.INTERACTIVE, MessageKind.BUTTON]
# What customers choose from.
OFFERS = {MessageKind.INTERACTIVE, MessageKind.TEMPLATE}

EVENT_LINES = [
    EventKind.OPENED,
    EventKind.QUEUED,
    EventKind.ASSIGNED,
    EventKind.TRANSFERRED,
    EventKind.CLOSED,
    EventKind.REOPENED,
    EventKind.RETURNED,
    EventKind.RETURNED_TO_BOT,
    EventKind.SNOOZED,
    EventKind.UNSNOOZED,
    EventKind.TAGGED,
    EventKind.PRIORITY,
    EventKind.UNDONE,
    EventKind.SLA,
    EventKind.MERGED,
]
EVENT_PEOPLE = ["actor", "from_user", "to_user", "from_queue", "to_queue"]
MESSAGE_PEOPLE = ["author", "reply_to", "reply_to__author"]


@dataclass(slots=True)
class Item:
    """One message or event line, ready to be drawn."""

    row: Message | ConversationEvent
    opens_day: bool = False
    starts: bool = False
    chosen: str = ""

    @property
    def is_message(self) -> bool:
        return isinstance(self.row, Message)

    @property
    def is_entry(self) -> bool:
        """Whether it tells what a customer's WhatsApp did (a call, a new number), not what they said."""
        return self.is_message and self.row.kind == MessageKind.SYSTEM and self.row.is_inbound

    @property
    def is_quiet(self) -> bool:
        """Whether it is a reaction of ours, which shows on its target and here only in trouble."""
        is_reaction = self.is_message and self.row.kind == MessageKind.REACTION
        return is_reaction and self.row.status not in TROUBLE

    @property
    def is_choice(self) -> bool:
        """Whether a customer chose one of the options that were offered to them."""
        return self.is_message and self.row.kind in CHOICES and self.row.reply_to_id is not None

    @property
    def at(self) -> datetime:
        return self.row.sort_at if self.is_message else self.row.occurred_at

    @property
    def position(self) -> tuple:
        """The order of the thread. At the same moment an event stands before a message."""
        if self.is_message:
            return (self.at, 1, str(self.row.pk))
        return (self.at, 0, f"{self.row.sequence:010d}")

    @property
    def key(self) -> str:
        """The position as text that sorts alike, for the browser."""
        at, rank, last = self.position
        return f"{int(at.timestamp() * 1_000_000):017d}-{rank}-{last}"

    @property
    def id(self) -> str:
        return f"{'m' if self.is_message else 'e'}-{self.row.pk}"

    @property
    def state(self) -> str:
        return self.row.conversation_state if self.is_message else self.row.to_state

    @property
    def voice(self) -> tuple | None:
        """Who speaks; None for an event, which nobody speaks."""
        if not self.is_message:
            return None
        return (self.row.sender, self.row.author_id, self.row.is_note)


def item_of(conversation: Conversation, item_id: str) -> Item | None:
    """Return the item with this id ('m-' or 'e-' and a key; a bare key is a message's), or None."""
    kind, _, key = item_id.partition("-") if item_id[:2] in ("m-", "e-") else ("m", "-", item_id)
    try:
        key = UUID(key)
    except ValueError:
        return None
    for rows in [events_of(conversation)] if kind == "e" else _message_rows(conversation):
        if row := rows.filter(pk=key).first():
            return Item(row)
    return None


def items_before(
    conversation: Conversation, edge: tuple | None, limit: int, with_people: bool = False
) -> list[Item]:
    """Return the last items before a position (None: of all), in order."""
    events = events_of(conversation).order_by("-occurred_at", "-sequence")
    if with_people:
        events = events.select_related(*EVENT_PEOPLE)
    earlier = Q()
    if edge:
        at, rank, last = edge
        same_time = {"id__lt": last} if rank else {"pk__in": []}
        earlier = Q(sort_at__lt=at) | Q(sort_at=at, **same_time)
        same_time = {} if rank else {"sequence__lt": int(last)}
        events = events.filter(Q(occurred_at__lt=at) | Q(occurred_at=at, **same_time))
    found = [
        rows.filter(earlier).order_by("-sort_at", "-id")[:limit]
        for rows in _message_rows(conversation)
    ]
    return _merged(*found, events[:limit])[-limit:]


def items_after(conversation: Conversation, edge: tuple | None, limit: int) -> list[Item]:
    """Return the first items after a position (None: of all), in order."""
    events, later = events_of(conversation), Q()
    if edge:
        at, rank, last = edge
        same_time = {"id__gt": last} if rank else {}
        later = Q(sort_at__gt=at) | Q(sort_at=at, **same_time)
        same_time = {"pk__in": []} if rank else {"sequence__gt": int(last)}
        events = events.filter(Q(occurred_at__gt=at) | Q(occurred_at=at, **same_time))
    found = [
        rows.filter(later).order_by("sort_at", "id")[:limit] for rows in _message_rows(conversation)
    ]
    return _merged(*found, events.order_by("occurred_at", "sequence")[:limit])[:limit]


def _merged(*found) -> list[Item]:
    rows = [Item(row) for rows in found for row in rows]
    return sorted(rows, key=lambda item: item.position)


def with_flags(conversation: Conversation, items: list[Item], is_beginning: bool) -> list[Item]:
    """Tell each item what it needs to know of the one before it.

    Of the first one nothing is known unless it begins the thread: it is only there for the second.
    A quiet item tells nothing about its neighbour, so what stands before it is asked for.
    """
    previous = None
    if items and items[0].is_quiet and not is_beginning:
        previous = _spoken_before(conversation, items[0].position)
    for item in items:
        if item.is_quiet:
            continue
        item.opens_day = previous is None or _day(previous) != _day(item)
        item.starts = item.opens_day or _starts(previous, item)
        previous = item
    return items


def _spoken_before(conversation: Conversation, edge: tuple) -> Item | None:
    """Return the nearest item before a position that is not quiet."""
    while items := items_before(conversation, edge, 5):
        for item in reversed(items):
            if not item.is_quiet:
                return item
        edge = items[0].position
    return None


def complete(items: list[Item]) -> None:
    """Load what drawing the items needs, with as many queries for one as for many."""
    answers = Message.objects.filter(kind__in=CHOICES).order_by("sort_at", "id")
    reactions = Reaction.objects.select_related("user").order_by("reacted_at", "id")
    prefetch_related_objects(
        [item.row for item in items if item.is_message],
        "attachments", Prefetch("reactions", reactions), Prefetch("replies", answers),
    )  # fmt: skip
    edited = [item.row for item in items if item.is_message and item.row.edited_at]
    edits = MessageEdit.objects.order_by("edited_at", "id")
    prefetch_related_objects(edited, Prefetch("edits", edits))
    notes = [item.row for item in items if item.is_message and item.row.is_note]
    prefetch_related_objects(notes, "mentions__user")
    events = [item.row for item in items if not item.is_message]
    prefetch_related_objects(events, *EVENT_PEOPLE)
    for item in items:
        if item.is_message and item.row.kind in OFFERS:
            item.chosen = _chosen(item.row)


def _day(item: Item):
    return timezone.localtime(item.at).date()


def _starts(previous: Item, item: Item) -> bool:
    return (
        previous.voice != item.voice
        or previous.state != item.state
        or item.at - previous.at > GROUP_GAP
    )


def _chosen(message: Message) -> str:
    """Return the title of the option the customer chose, '' while there is no answer."""
    answers = list(message.replies.all())
    return answers[0].body if answers else ""


def messages_of(conversation: Conversation, full: bool = True):
    """Return the messages of a conversation, with what drawing them needs when `full`."""
    rows = Message.objects.in_thread().filter(conversation=conversation)
    return rows.select_related(*MESSAGE_PEOPLE) if full else rows


def events_of(conversation: Conversation):
    """Return the events of a conversation that are drawn as lines."""
    return ConversationEvent.objects.filter(conversation=conversation, kind__in=EVENT_LINES)


def _message_rows(conversation: Conversation) -> list:
    """Where messages come from: while a conversation has never been closed, from itself alone."""
    if conversation.is_closed or conversation.reopened_count:
        return [messages_of(conversation), loose_since(conversation)]
    return [messages_of(conversation)]


def loose_since(conversation: Conversation):
    """Return what was sent to the customer without a conversation (a campaign, a template) since
    this one was opened and until the next one."""
    next_one = Conversation.objects.filter(
        contact=conversation.contact_id,
        opened_at__gt=conversation.opened_at,
        opened_at__lte=OuterRef("sort_at"),
    )
    rows = Message.objects.in_thread().filter(
        conversation=None, contact=conversation.contact_id, sort_at__gte=conversation.opened_at
    )
    return rows.filter(~Exists(next_one)).select_related(*MESSAGE_PEOPLE)
