"""Who hears of what colleagues write to each other. The manner is that of live.py.

| type            | group       | fields                                   |
| --------------- | ----------- | ---------------------------------------- |
| `room.changed`  | room        | room, previous, version, html, language  |
| `rooms.changed` | queue, user | (none; the page asks for its own list)   |

Who may join a room's group: whoever may read the room (consumers.py).
"""

from uuid import UUID

import structlog
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from conversations import live, rooms
from conversations.events import RoomChanged
from conversations.models import Room
from helpdesk.core.announce import announce_now

log = structlog.get_logger(__name__)


def room_group(room_id: UUID) -> str:
    """Return the group of whoever has this room open."""
    return f"room.{room_id}"


def render_changes(room: Room, since: int) -> live.RenderedChanges:
    """Render what changed after version `since`: the one fragment of push, answer and catch-up.

    The room has to be loaded before this looks for messages, as with conversations.
    """
    changes = rooms.changes(room, since)
    html = render_to_string("conversations/rooms/changes.live.html", {"changes": changes})
    return live.RenderedChanges(html, since, room.version)


def publish(change: RoomChanged) -> None:
    """Tell the pages of a room what has been committed. Never raises: they catch up."""
    try:
        room = Room.objects.get(pk=change.room_id)
        _nudge(room)
        if live.is_watched(room.pk):
            _push(room, change)
    except Exception:
        log.exception("live.room_failed", room=str(change.room_id))


def own_rooms_changed(user_ids) -> None:
    """Tell people's pages that their rooms, or their counters, are others."""
    for user_id in user_ids:
        announce_now(live.user_group(user_id), {"type": "rooms.changed"})


def _nudge(room: Room) -> None:
    if room.is_of_queue:
        announce_now(live.queue_group(room.queue_id), {"type": "rooms.changed"})
    else:
        own_rooms_changed(room.memberships.values_list("user", flat=True))


def _push(room: Room, change: RoomChanged) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        rendered = render_changes(room, change.previous_version)
    event = {
        "type": "room.changed",
        "room": room.pk,
        "previous": rendered.previous,
        "version": rendered.version,
        "html": rendered.html,
        "language": settings.LANGUAGE_CODE,
    }
    announce_now(room_group(room.pk), event)
