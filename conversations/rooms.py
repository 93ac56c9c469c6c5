"""The rooms of somebody: their list with its counters, what was said in one, who is in it.

Numbers of messages in a room follow each other without gaps, so a message knows the one before it
by its number. Everything is asked through the person (access.py).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import BooleanField, Count, Exists, F, OuterRef, Q, Subquery
from django.db.models import PositiveBigIntegerField as Version
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from accounts.models.users import Role
from conversations.access import visible_conversations, visible_rooms
from conversations.models import Conversation, Room, RoomKind, RoomMembership, RoomMessage

PAGE = 50
# A found message is shown with what follows it up to the end, unless that would be more than this.
MOST_TO_THE_END = 150
AROUND = 25
# Above this many changes a page is told to start afresh.
MANY_CHANGES = 50
GROUP_GAP = timedelta(minutes=10)
# More than these are not counted: the page says 99+.
MOST_UNREAD = 100
PEOPLE_SHOWN = 200
LINK = re.compile(
    r"(?:https?://[^\s/]+)?/conversations/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/\S*"
)


@dataclass(slots=True)
class RoomRow:
    """One line of the list of rooms."""

    room: Room
    last: RoomMessage | None = None
    other: User | None = None  # with whom, in direct messages

    @property
    def name(self) -> str:
        return str(self.other or self.room)

    @property
    def key(self) -> str:
        return str(self.room.pk)


@dataclass(slots=True)
class RoomList:
    """The list of rooms in its two parts."""

    shared: list[RoomRow]
    direct: list[RoomRow]


@dataclass(slots=True)
class Line:
    """One message, ready to be drawn."""

    row: RoomMessage
    opens_day: bool = False
    starts: bool = False


@dataclass(slots=True)
class Stretch:
    """Lines in order. `before`: the number before which there is more; `is_end`: nothing follows."""

    lines: list[Line]
    before: int = 0
    is_end: bool = True


@dataclass(slots=True)
class RoomChanges:
    """What is new or changed after version `previous`; `is_whole`: too much, start afresh."""

    room: Room
    previous: int
    stretch: Stretch
    is_whole: bool = False


def with_counters(user):
    """Return somebody's rooms with what is unread in them: `unread`, `is_called`, `is_muted`."""
    mine = RoomMembership.objects.filter(room=OuterRef("pk"), user=user)
    fresh = RoomMessage.objects.filter(
        room=OuterRef("pk"), version__gt=OuterRef("read_version"), deleted_at=None
    ).exclude(author=user)
    recent = fresh.filter(number__gt=OuterRef("last_number") - MOST_UNREAD)
    counted = recent.order_by().values("room").annotate(n=Count("pk")).values("n")
    return (
        visible_rooms(user)
        .select_related("queue")
        .annotate(
            read_version=Coalesce(Subquery(mine.values("read_version")), 0, output_field=Version()),
            is_muted=Coalesce(
                Subquery(mine.values("is_muted")), False, output_field=BooleanField()
            ),
        )
        .annotate(
            unread=Coalesce(Subquery(counted), 0), is_called=Exists(fresh.filter(mentions=user))
        )
    )


def unread_for(user) -> int:
    """Return how many messages of colleagues somebody has not read; muted rooms do not count."""
    return sum(with_counters(user).exclude(is_muted=True).values_list("unread", flat=True))


def list_for(user) -> RoomList:
    """Return the list of rooms: those of queues in their order, open ones by name, people by time."""
    found = list(with_counters(user).order_by("queue__position", "queue__name", "name", "pk"))
    last, others = _last_messages(found), _others(user, found)
    rows = [RoomRow(room, last.get(room.pk), others.get(room.pk)) for room in found]
    shared = [row for row in rows if not row.room.is_direct]
    shared.sort(key=lambda row: row.room.is_open)
    direct = [row for row in rows if row.room.is_direct and _is_begun(row, user)]
    direct.sort(key=lambda row: row.room.last_message_at or row.room.created_at, reverse=True)
    return RoomList(shared, direct)


def other_of(user, room: Room) -> User | None:
    """Return with whom somebody writes in direct messages; None for the other rooms."""
    return _others(user, [room]).get(room.pk)


def membership_of(user, room: Room) -> RoomMembership:
    """Return how far somebody has read a room; an unsaved row for one they have never opened."""
    mine = RoomMembership.objects.filter(room=room, user=user).first()
    return mine or RoomMembership(room=room, user=user)


def joinable_rooms(user):
    """Return open rooms somebody is not in yet, with how many people are."""
    rows = Room.objects.open().exclude(memberships__user=user)
    active = Count("memberships", filter=Q(memberships__user__is_active=True))
    return rows.annotate(people=active).order_by("name", "pk")


def colleagues_to_write_to(user):
    """Return whom one can write to directly: those who work here and do not only read."""
    rows = User.objects.active().exclude(role=Role.VIEWER).exclude(pk=user.pk)
    return rows.by_name()[:PEOPLE_SHOWN]


def people_of(room: Room):
    """Return the active people who read a room."""
    people = User.objects.active().by_name()
    if room.is_of_queue:
        of_queue = User.objects.filter(queue_memberships__queue=room.queue_id)
        return people.filter(Q(pk__in=of_queue.values("pk")) | Q(role=Role.ADMIN))
    return people.filter(pk__in=room.memberships.values("user"))


def shared_conversations(user, room: Room) -> list[RoomMessage]:
    """Return today's lines of a room that show a conversation this person may read, newest first."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = room.messages.filter(
        created_at__gte=midnight, conversation__in=visible_conversations(user)
    )
    return list(rows.select_related("conversation__customer").order_by("-number")[:10])


def stretch(room: Room, before: int = 0) -> Stretch:
    """Return the last lines of a room, or those before a number."""
    rows = _messages(room).order_by("-number")
    if before:
        rows = rows.filter(number__lt=before)
    return _stretch(room, list(rows[:PAGE])[::-1])


def stretch_at(room: Room, number: int) -> Stretch:
    """Return the lines around a message; up to the end where that is not far."""
    rows = _messages(room).order_by("number").filter(number__gt=number - AROUND)
    if room.last_number - number > MOST_TO_THE_END:
        rows = rows.filter(number__lte=number + AROUND)
    return _stretch(room, list(rows))


def changes(room: Room, since: int) -> RoomChanges:
    """Return the lines with a version above `since`."""
    rows = list(_messages(room).filter(version__gt=since).order_by("number")[: MANY_CHANGES + 1])
    if len(rows) > MANY_CHANGES:
        return RoomChanges(room, since, stretch(room), is_whole=True)
    before = room.messages.filter(number__in=[row.number - 1 for row in rows])
    known = {row.number: row for row in [*before, *rows]}
    return RoomChanges(
        room, since, Stretch([_line(row, known.get(row.number - 1)) for row in rows])
    )


def linked_conversation(user, body: str) -> tuple[str, Conversation | None]:
    """Return the text, and the first conversation it links to which this person may read.

    A text that is nothing but the link is empty then: the card says it all.
    """
    for link in LINK.finditer(body):
        conversation = visible_conversations(user).filter(pk=link[1]).first()
        if conversation is not None:
            return ("" if link[0] == body else body), conversation
    return body, None


def _stretch(room: Room, rows: list[RoomMessage]) -> Stretch:
    first = rows[0].number if rows else 0
    previous = room.messages.filter(number=first - 1).first() if first > 1 else None
    lines = []
    for row in rows:
        lines.append(_line(row, previous))
        previous = row
    is_end = not rows or rows[-1].number == room.last_number
    return Stretch(lines, before=first if first > 1 else 0, is_end=is_end)


def _line(row: RoomMessage, previous: RoomMessage | None) -> Line:
    opens_day = previous is None or _day(previous) != _day(row)
    is_pause = previous is None or row.created_at - previous.created_at > GROUP_GAP
    starts = opens_day or is_pause or previous.author_id != row.author_id
    return Line(row, opens_day, starts)


def _day(row: RoomMessage):
    return timezone.localtime(row.created_at).date()


def _messages(room: Room):
    return room.messages.select_related("author").prefetch_related("mentions")


def _last_messages(rooms: Iterable[Room]) -> dict:
    rows = RoomMessage.objects.filter(room__in=rooms, number=F("room__last_number"))
    return {row.room_id: row for row in rows.select_related("author")}


def _others(user, rooms: Iterable[Room]) -> dict:
    direct = [room.pk for room in rooms if room.kind == RoomKind.DIRECT]
    rows = RoomMembership.objects.filter(room__in=direct).exclude(user=user)
    return {row.room_id: row.user for row in rows.select_related("user")}


def _is_begun(row: RoomRow, user) -> bool:
    """Whether somebody has written; before that only whoever opened it sees it."""
    return bool(row.last) or row.room.created_by_id == user.pk
