"""What colleagues write to each other, and the rooms they do it in. Nothing else writes them.

Lock: the room's row, before anything in it. So numbers have no gaps, versions follow each other,
and of two requests with the same token the second finds what the first has made.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from conversations import access, events, rooms
from conversations.actions.errors import InvalidMessage, Refused
from conversations.actions.notifications import notify, read_of
from conversations.mentions import mentioned
from conversations.models import (
    Conversation,
    NotificationKind,
    Queue,
    Room,
    RoomKind,
    RoomMembership,
    RoomMessage,
    RoomWord,
)
from conversations.room_search import words_of

BODY_LENGTH = 4_000
NAME_LENGTH = 80


def open_queue_room(queue: Queue) -> Room:
    """Give a queue its room, once."""
    return Room.objects.get_or_create(queue=queue, defaults={"kind": RoomKind.QUEUE})[0]


def create_room(*, by, name: str) -> Room:
    """Open a room that colleagues may join; who opens it is in it. Raises Refused."""
    _require_not_viewer(by)
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH:
        raise Refused(
            _("Give the room a name of up to %(limit)d letters.") % {"limit": NAME_LENGTH}
        )
    if Room.objects.open().filter(name__iexact=name).exists():
        raise Refused(_("There is a room of this name already. Join it, or choose another name."))
    with transaction.atomic():
        room = Room.objects.create(kind=RoomKind.OPEN, name=name, created_by=by)
        _let_in(room, by.pk)
    return room


def open_direct(*, by, other: User) -> Room:
    """Return the room of two people; whoever of them comes first makes it. Raises Refused."""
    _require_not_viewer(by)
    if other.pk == by.pk or not other.is_active or not access.may_change(other):
        raise Refused(_("Choose a colleague who works here."))
    key = ":".join(sorted([str(by.pk), str(other.pk)]))
    with transaction.atomic():
        room, _is_new = Room.objects.get_or_create(
            direct_key=key, defaults={"kind": RoomKind.DIRECT, "created_by": by}
        )
        for user_id in (by.pk, other.pk):
            _let_in(room, user_id)
    return room


def join(room: Room, *, by) -> None:
    """Let somebody into an open room; what was written before counts as read. Raises Refused."""
    _require_not_viewer(by)
    if not room.is_open:
        raise Refused(_("Only open rooms can be joined."))
    _let_in(room, by.pk, read_version=room.version)


def leave(room: Room, *, by) -> None:
    """Go out of an open room. Their pages hear nothing more of it. Raises Refused."""
    if not room.is_open:
        raise Refused(_("Only open rooms can be left. You can mute this one."))
    with transaction.atomic():
        RoomMembership.objects.filter(room=room, user=by).delete()
        transaction.on_commit(lambda: events.room_left.send_robust(Room, user_id=by.pk))


def set_muted(room: Room, *, by, muted: bool) -> None:
    """Count a room's messages for this person, or count only those that call them."""
    _of(room, by.pk)
    RoomMembership.objects.filter(room=room, user=by).update(is_muted=muted)
    _tell([by.pk])


def mark_read(room: Room, *, by, version: int) -> None:
    """Note how far somebody has read; it never goes back. Their other pages are told."""
    if _read_through(room, by.pk, min(version, room.version)):
        read_of(by.pk, room_id=room.pk)
        _tell([by.pk])


def write(
    room: Room, *, by, body: str, client_token: UUID, conversation: Conversation | None = None
) -> RoomMessage:
    """Write a line into a room. The same client_token returns the line it has already made.

    `conversation`, or the first one whose address stands in the text and which the author may
    read, is shown as a card. Raises Refused and InvalidMessage.
    """
    body = body.strip()
    if conversation is None:
        body, conversation = rooms.linked_conversation(by, body)
    _check(body, conversation)
    with transaction.atomic():
        _lock(room)
        repeated = _repeated(room, client_token, by)
        if repeated is not None:
            return repeated
        _require_writable(room, by)
        message = _add(room, by, body, client_token, conversation)
        called = _call(room, message, by)
        _read_through(room, by.pk, room.version)
        _notify(room, message, called, by)
    return message


def delete_message(message: RoomMessage, *, by) -> None:
    """Take one's own words back; a mark stays in their place. Raises Refused for another's."""
    if message.author_id != by.pk:
        raise Refused(_("Only whoever wrote it can delete it."), "not_author")
    if message.is_deleted:
        return
    with transaction.atomic():
        room = message.room
        _lock(room)
        _advance(room)
        message.mentions.clear()
        message.words.all().delete()
        message.body, message.conversation, message.deleted_at = "", None, timezone.now()
        message.version = room.version
        message.save(update_fields=["body", "conversation", "deleted_at", "version"])


def _check(body: str, conversation: Conversation | None) -> None:
    if not body and conversation is None:
        raise InvalidMessage(_("Write something first."))
    if len(body) > BODY_LENGTH:
        raise InvalidMessage(
            _("A message to colleagues holds at most %(limit)d characters.")
            % {"limit": BODY_LENGTH}
        )


def _lock(room: Room) -> None:
    """Lock the room's row; the given object shows its values."""
    room.refresh_from_db(from_queryset=Room.objects.select_for_update())


def _repeated(room: Room, client_token: UUID, by) -> RoomMessage | None:
    message = RoomMessage.objects.filter(client_token=client_token).first()
    if message is not None and (message.room_id, message.author_id) != (room.pk, by.pk):
        raise Refused(_("This form belongs to another room. Reload the page."), "token")
    return message


def _require_not_viewer(by) -> None:
    if not access.may_change(by):
        raise Refused(_("Your role reads and changes nothing."), "viewer")


def _require_writable(room: Room, by) -> None:
    _require_not_viewer(by)
    if room.is_direct and not rooms.people_of(room).exclude(pk=by.pk).exists():
        raise Refused(_("This colleague does not work here any more."), "gone")


def _advance(room: Room, wrote_at: datetime | None = None) -> None:
    """Raise the version of a locked room, and with a new message its number; tell after commit."""
    previous, room.version = room.version, room.version + 1
    if wrote_at:
        room.last_number += 1
        room.last_message_at = wrote_at
    room.save(update_fields=["version", "last_number", "last_message_at"])
    change = events.RoomChanged(room.pk, previous, room.version)
    transaction.on_commit(lambda: events.room_changed.send_robust(Room, change=change))


def _add(room: Room, by, body: str, client_token: UUID, conversation) -> RoomMessage:
    _advance(room, wrote_at=timezone.now())
    message = RoomMessage.objects.create(
        room=room,
        number=room.last_number,
        version=room.version,
        author=by,
        body=body,
        conversation=conversation,
        client_token=client_token,
    )
    RoomWord.objects.bulk_create(
        [RoomWord(message=message, word=word) for word in words_of(message.body)]
    )
    return message


def _call(room: Room, message: RoomMessage, by) -> set[UUID]:
    """Note who is named in a line; oneself is not called."""
    called = mentioned(message.body, list(rooms.people_of(room).exclude(pk=by.pk)))
    message.mentions.set(called)
    return {person.pk for person in called}


def _notify(room: Room, message: RoomMessage, called: set[UUID], by) -> None:
    cause = f"room:{message.pk}"
    if called:
        notify(called, NotificationKind.MENTIONED, cause=cause, room=room, actor=by)
    if room.is_direct:
        others = room.memberships.filter(is_muted=False).exclude(user__in=[by.pk, *called])
        told = set(others.values_list("user", flat=True))
        notify(told, NotificationKind.ROOM, cause=cause, room=room, actor=by)


def _of(room: Room, user_id: UUID, **defaults) -> RoomMembership:
    return RoomMembership.objects.get_or_create(room=room, user_id=user_id, defaults=defaults)[0]


def _let_in(room: Room, user_id: UUID, **defaults) -> None:
    _of(room, user_id, **defaults)
    _tell([user_id])


def _read_through(room: Room, user_id: UUID, version: int) -> bool:
    _of(room, user_id)
    behind = RoomMembership.objects.filter(room=room, user=user_id, read_version__lt=version)
    return behind.update(read_version=version) > 0


def _tell(user_ids: list[UUID]) -> None:
    transaction.on_commit(lambda: events.own_rooms_changed.send_robust(Room, user_ids=user_ids))
