"""Writing notifications: once per person and cause, told after commit.

The cause names the row that brought it about, so that work that is done again finds it:

| kind        | cause                                    | written by                                  |
| ----------- | ---------------------------------------- | ------------------------------------------- |
| `message`   | `message:<message id>`                   | deriving.py, from the committed message     |
| `assigned`  | `event:<event id>`                       | deriving.py, from the committed event       |
| `mentioned` | `mention:<message id>`, `room:<its id>`  | the action that writes the note or message  |
| `waiting`   | `waiting:<conversation id>:<since>`      | waiting.py                                  |
| `room`      | `room:<id of the colleague's message>`   | actions/rooms.py                            |
"""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from conversations.access import visible_conversations
from conversations.actions.notifications.telling import tell
from conversations.models import Notification, NotificationKind

# Of these one unread row says it all: a later one takes the place of those before it.
REPLACING = {NotificationKind.MESSAGE: "conversation_id", NotificationKind.ROOM: "room_id"}


def notify(
    user_ids: Iterable[UUID],
    kind: NotificationKind | str,
    *,
    cause: str,
    conversation=None,
    message=None,
    room=None,
    actor=None,
) -> None:
    """Let these people know of something, each once per cause; whoever did it is left out.

    To be called in the transaction that makes it true: rows are written now, pages and browsers
    hear of it on commit. People who are not active are left out, and so is who is mentioned in a
    conversation that they may not read.
    """
    facts = {"conversation": conversation, "message": message, "room": room, "actor": actor}
    write(
        Notification(user_id=user_id, kind=kind, cause=cause, **facts)
        for user_id in dict.fromkeys(user_ids)
        if actor is None or user_id != actor.pk
    )


def write(wanted: Iterable[Notification]) -> list[Notification]:
    """Insert those that do not exist yet and return them; told on commit."""
    rows = _permitted(list(wanted))
    if not rows:
        return []
    with transaction.atomic():
        # In one order: two who write the same ones at once wait for each other in turn.
        rows.sort(key=lambda row: (str(row.user_id), row.cause))
        Notification.objects.bulk_create(rows, ignore_conflicts=True)
        inserted = set(
            Notification.objects.filter(pk__in=[row.pk for row in rows]).values_list(
                "pk", flat=True
            )
        )
        new = [row for row in rows if row.pk in inserted]
        _replace_earlier(new)
        if new:
            transaction.on_commit(partial(tell, new), robust=True)
    return new


def _permitted(rows: list[Notification]) -> list[Notification]:
    people = User.objects.active().in_bulk({row.user_id for row in rows})
    return [row for row in rows if row.user_id in people and _may_hear(people[row.user_id], row)]


def _may_hear(user, row: Notification) -> bool:
    if row.kind != NotificationKind.MENTIONED or row.conversation_id is None:
        return True
    return visible_conversations(user).filter(pk=row.conversation_id).exists()


def _replace_earlier(new: list[Notification]) -> None:
    earlier = Q()
    for row in new:
        place = REPLACING.get(row.kind)
        if place and getattr(row, place):
            earlier |= Q(
                user_id=row.user_id, kind=row.kind, pk__lt=row.pk, **{place: getattr(row, place)}
            )
    if earlier:
        Notification.objects.unread().filter(earlier).delete()
