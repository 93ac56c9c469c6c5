"""The thread of a conversation: messages and event lines in one order, page by page or what changed.

A flat list. Each item knows what it needs to be drawn alone (does it open a day, does it start a
group, whose hand held the conversation), computed from the item before it. So one item can arrive
or change without its neighbours, but for the one that follows it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Prefetch, Q, Value, prefetch_related_objects
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

PAGE = 50
FEW = 8
# Above this many changes a page is told to start afresh: cheaper for both sides.
MANY_CHANGES = 50
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
    EventKind.SLA,
    EventKind.MERGED,
]
EVENT_PEOPLE = ["actor", "from_user", "to_user", "from_queue", "to_queue"]


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


@dataclass(slots=True)
class Timeline:
    """A stretch of the thread. `before` is where the earlier part begins, '' when there is none."""

    items: list[Item]
    before: str = ""


@dataclass(slots=True)
class Changes:
    """What is new or changed after version `previous`; `is_whole`: too much, start afresh."""

    conversation: Conversation
    previous: int
    items: list[Item]
    is_whole: bool = False
    before: str = ""


def timeline(conversation: Conversation, before: str = "", limit: int = PAGE) -> Timeline:
    """Return the last items of the thread, or those before the item with this id, in order.

    An id that is not of this conversation gives an empty stretch.
    """
    edge = None
    if before:
        edge = _position_of(conversation, before)
        if edge is None:
            return Timeline([])
    stretch = _stretch(conversation, edge, limit, with_people=True)
    _complete(stretch.items)
    return stretch


def changes(conversation: Conversation, since: int) -> Changes:
    """Return the items with a version above `since`, and those drawn differently because of them."""
    return changes_of([(conversation, since)])[0]


def changes_of(wanted: Iterable[tuple[Conversation, int]]) -> list[Changes]:
    """Return the changes of several conversations, each since its version, with few queries more."""
    found = [_changes(conversation, since) for conversation, since in wanted]
    _complete([item for changes in found for item in changes.items])
    return found


def _changes(conversation: Conversation, since: int) -> Changes:
    """Mostly the last few items have all that has changed.

    A page for each push would cost twice as much, but more than a page is never needed: what stands
    before it is drawn piece by piece.
    """
    recent = _stretch(conversation, None, FEW)
    changed = {item.row.pk for item in recent.items if item.row.version > since}
    if recent.before:
        known = {item.row.pk for item in recent.items}
        older, is_enough = _changed_before(conversation, since, recent.items, changed)
        changed |= older
        if len(changed) > MANY_CHANGES:
            return _whole(conversation, since)
        if older or not is_enough or not _answered(recent.items, changed) <= known:
            recent = _stretch(conversation, None, PAGE)
    touched = _touched(recent.items, changed)
    older = changed - {item.row.pk for item in recent.items}
    if older and recent.before:
        touched = _older_items(conversation, older) + touched
    return Changes(conversation, since, touched)


def _whole(conversation: Conversation, since: int) -> Changes:
    recent = _stretch(conversation, None, PAGE)
    return Changes(conversation, since, recent.items, is_whole=True, before=recent.before)


def _changed_before(
    conversation: Conversation, since: int, items: list[Item], changed: set[UUID]
) -> tuple[set[UUID], bool]:
    """Return what else has changed than these items, and whether none but these quote `changed`."""
    known = [item.row.pk for item in items]
    messages = _messages(conversation, full=False).exclude(pk__in=known).order_by()
    events = _events(conversation).exclude(pk__in=known).order_by()
    rows = _flagged(messages.filter(version__gt=since), True).union(
        _flagged(events.filter(version__gt=since), True),
        _flagged(messages.filter(reply_to__in=changed), False),
    )
    found = list(rows.order_by("-is_change")[: MANY_CHANGES + 1])
    return {pk for pk, is_change in found if is_change}, all(is_change for _, is_change in found)


def _flagged(rows, is_change: bool):
    return rows.annotate(is_change=Value(is_change)).values_list("pk", "is_change")


def _answered(items: list[Item], changed: set[UUID]) -> set[UUID]:
    """What those of the items that have changed answer or quote."""
    rows = [item.row for item in items if item.is_message and item.row.pk in changed]
    return {row.reply_to_id for row in rows} - {None}


def _touched(items: list[Item], changed: set[UUID]) -> list[Item]:
    """Choose the changed items, their successors, and what quotes them or is answered by them."""
    answered = {item.row.reply_to_id for item in items if item.row.pk in changed and item.is_choice}
    touched, follows = [], False
    for item in items:
        is_changed = item.row.pk in changed
        quotes = item.is_message and item.row.reply_to_id in changed
        if is_changed or follows or quotes or item.row.pk in answered:
            touched.append(item)
        follows = is_changed
    return touched


def _older_items(conversation: Conversation, ids: set[UUID]) -> list[Item]:
    """Draw items that stand before the recent ones, each with its neighbours."""
    rows = [
        *_messages(conversation).filter(pk__in=ids),
        *_events(conversation).filter(pk__in=ids),
    ]
    found: dict[str, Item] = {}
    for row in rows:
        item = Item(row)
        around = _items_before(conversation, item.position, 1) + [item]
        around += _items_after(conversation, item.position, 1)
        for drawn in _with_flags(around):
            if drawn.position >= item.position:
                found[drawn.id] = drawn
    return sorted(found.values(), key=lambda item: item.position)


def _position_of(conversation: Conversation, item_id: str) -> tuple | None:
    kind, _, key = item_id.partition("-")
    rows = {"m": _messages(conversation, full=False), "e": _events(conversation)}.get(kind)
    try:
        row = rows.filter(pk=UUID(key)).first() if rows is not None else None
    except ValueError:
        return None
    return Item(row).position if row else None


def _stretch(
    conversation: Conversation, edge: tuple | None, limit: int, with_people: bool = False
) -> Timeline:
    """The last items, or those before a position, without what only drawing them needs.

    with_people: join those of the events. A page has some; among the last few there is rarely any,
    and planning the joins costs more than all the rest.
    """
    items = _with_flags(_items_before(conversation, edge, limit + 1, with_people))
    if len(items) <= limit:
        return Timeline(items)
    return Timeline(items[1:], before=items[1].id)


def _items_before(
    conversation: Conversation, edge: tuple | None, limit: int, with_people: bool = False
) -> list[Item]:
    messages = _messages(conversation).order_by("-sort_at", "-id")
    events = _events(conversation).order_by("-occurred_at", "-sequence")
    if with_people:
        events = events.select_related(*EVENT_PEOPLE)
    if edge:
        at, rank, last = edge
        same_time = {"id__lt": last} if rank else {"pk__in": []}
        messages = messages.filter(Q(sort_at__lt=at) | Q(sort_at=at, **same_time))
        same_time = {} if rank else {"sequence__lt": int(last)}
        events = events.filter(Q(occurred_at__lt=at) | Q(occurred_at=at, **same_time))
    return _merged(messages[:limit], events[:limit])[-limit:]


def _items_after(conversation: Conversation, edge: tuple, limit: int) -> list[Item]:
    at, rank, last = edge
    same_time = {"id__gt": last} if rank else {}
    messages = _messages(conversation).filter(Q(sort_at__gt=at) | Q(sort_at=at, **same_time))
    same_time = {"pk__in": []} if rank else {"sequence__gt": int(last)}
    events = _events(conversation).filter(Q(occurred_at__gt=at) | Q(occurred_at=at, **same_time))
    return _merged(
        messages.order_by("sort_at", "id")[:limit],
        events.order_by("occurred_at", "sequence")[:limit],
    )[:limit]


def _merged(messages, events) -> list[Item]:
    rows = [Item(row) for row in (*messages, *events)]
    return sorted(rows, key=lambda item: item.position)


def _with_flags(items: list[Item]) -> list[Item]:
    """Tell each item what it needs to know of the one before it."""
    previous = None
    for item in items:
        if item.is_quiet:
            continue
        item.opens_day = previous is None or _day(previous) != _day(item)
        item.starts = item.opens_day or _starts(previous, item)
        previous = item
    return items


def _complete(items: list[Item]) -> None:
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


def _messages(conversation: Conversation, full: bool = True):
    rows = Message.objects.in_thread().filter(conversation=conversation)
    if not full:
        return rows
    return rows.select_related("author", "reply_to", "reply_to__author")


def _events(conversation: Conversation):
    return ConversationEvent.objects.filter(conversation=conversation, kind__in=EVENT_LINES)
