"""Who hears of what, and in which words.

Two sorts of events. A **fragment** is HTML for whoever looks at one conversation, rendered once. A
**nudge** is a small fact for a queue or a person; the page re-asks its own list with its own
filters. Both may get lost: pages catch up by version (views/conversations.py, `changes`).

| type                   | group                | fields                                              |
| ---------------------- | -------------------- | --------------------------------------------------- |
| `conversation.changed` | conversation         | conversation, previous, version, html, language,    |
|                        |                      | access_changed                                      |
| `conversations.changed`| queue, user          | ids                                                 |
| `team.changed`         | queue                | user                                                |
| `channel.changed`      | queue                | channel                                             |
| `notices.changed`      | user                 | (none; the page asks for its list and its count)    |
| `draft.changed`        | user                 | conversation, revision                              |
| `notifications.changed`| user                 | unread; tell: what is new and how to say it         |
| `viewer.here`, `.gone`,| conversation         | conversation, viewer, user, name, picture, asks;    |
| `.writes` (viewers.py) |                      | note                                                |
| `access.changed`       | user                 | (none; the socket asks again what it may hear)      |

What is told of the rooms of colleagues stands in room_live.py.

Who may join: a conversation's group whoever may read it, a queue's whoever sees the queue, a
user's only they themselves (consumers.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User
from accounts.models.users import Role
from conversations import thread
from conversations.events import ConversationChanged
from conversations.models import Channel, Conversation, QueueMembership
from helpdesk.core.announce import announce_now

log = structlog.get_logger(__name__)

# A page that shows a conversation says so with each heartbeat (25 s); after three missed ones
# nothing is rendered for it any more.
WATCHED_SECONDS = 90

_gathered: ContextVar["Gathered | None"] = ContextVar("gathered", default=None)


@dataclass(frozen=True, slots=True)
class RenderedChanges:
    """What is new in a conversation since a version, as HTML in the language of the moment."""

    html: str
    previous: int
    version: int


def conversation_group(conversation_id: UUID) -> str:
    """Return the group of whoever looks at this conversation."""
    return f"conversation.{conversation_id}"


def queue_group(queue_id: UUID) -> str:
    """Return the group of whoever sees this queue's list."""
    return f"queue.{queue_id}"


def user_group(user_id: UUID) -> str:
    """Return the group of one person's sockets."""
    return f"user.{user_id}"


def note_watched(ids: Iterable[UUID]) -> None:
    """Remember that somebody looks at these conversations or rooms: their changes are rendered."""
    cache.set_many({_watched_key(key): True for key in ids}, WATCHED_SECONDS)


def is_watched(key: UUID) -> bool:
    """Whether somebody looks at this conversation or room."""
    return cache.get(_watched_key(key)) is not None


class Gathered:
    """What has been committed and not been told yet: of each conversation one change."""

    def __init__(self):
        self._by_id: dict[UUID, ConversationChanged] = {}

    def add(self, changes: list[ConversationChanged]) -> None:
        """Keep these changes; one of a conversation that has one already is joined to it."""
        for change in changes:
            earlier = self._by_id.get(change.conversation_id)
            self._by_id[change.conversation_id] = earlier.joined(change) if earlier else change

    def publish(self) -> None:
        """Tell what was kept. Never raises."""
        changes, self._by_id = list(self._by_id.values()), {}
        if changes:
            _publish(changes)


@contextmanager
def gathering() -> Iterator[Gathered]:
    """Keep what this thread publishes until the end of the block, or until it is told to publish.

    For whoever commits several times in a row: a conversation whose message was stored, answered
    and sent in the same moment is rendered once and not three times.
    """
    gathered = Gathered()
    token = _gathered.set(gathered)
    try:
        yield gathered
    finally:
        _gathered.reset(token)
        gathered.publish()


def publish(changes: list[ConversationChanged]) -> None:
    """Tell the pages what has been committed. Never raises: pages catch up on what is lost."""
    gathered = _gathered.get()
    if gathered is not None:
        gathered.add(changes)
    else:
        _publish(changes)


def _publish(changes: list[ConversationChanged]) -> None:
    try:
        _publish_nudges(changes)
        _publish_fragments(changes)
    except Exception:
        log.exception("live.publish_failed", conversations=len(changes))


def team_changed(user_id: UUID) -> None:
    """Tell the queues of somebody that they came, went or paused."""
    queues = QueueMembership.objects.filter(user=user_id).values_list("queue", flat=True)
    for queue_id in queues:
        announce_now(queue_group(queue_id), {"type": "team.changed", "user": user_id})


def channel_changed(channel: Channel) -> None:
    """Tell whoever sees a channel's queue that its connection is another one."""
    event = {"type": "channel.changed", "channel": channel.pk}
    announce_now(queue_group(channel.default_queue_id), event)


def notices_changed(channel_id: UUID | None, waba_id: UUID | None) -> None:
    """Tell those who see it that a notice has come or gone; their page asks for its own list."""
    people = User.objects.active().filter(role__in=[Role.ADMIN, Role.SUPERVISOR])
    concerned = Channel.objects.filter(Q(pk=channel_id) | Q(waba__isnull=False, waba=waba_id))
    queues = concerned.values("default_queue")
    seeing = people.filter(Q(role=Role.ADMIN) | Q(queues__in=queues)).distinct()
    for user_id in seeing.values_list("pk", flat=True):
        announce_now(user_group(user_id), {"type": "notices.changed"})


def draft_changed(user_id: UUID, conversation_id: UUID, revision: int) -> None:
    """Tell somebody's other pages that a draft of theirs is another one."""
    event = {"type": "draft.changed", "conversation": conversation_id, "revision": revision}
    announce_now(user_group(user_id), event)


def notifications_changed(user_id: UUID, **facts) -> None:
    """Tell somebody's pages that they have other notifications than before."""
    announce_now(user_group(user_id), {"type": "notifications.changed", **facts})


def access_changed(user_id: UUID) -> None:
    """Make somebody's sockets ask again what they may hear."""
    announce_now(user_group(user_id), {"type": "access.changed"})


def render_changes(conversation: Conversation, since: int) -> RenderedChanges:
    """Render what changed after version `since`: the one fragment of push, answer and catch-up.

    The conversation has to be loaded before this looks for messages: a version that is too old
    makes a page ask once more, one that is too new would make it miss something.
    """
    return _rendered(thread.changes(conversation, since))


def _rendered(changes: thread.Changes) -> RenderedChanges:
    html = render_to_string("conversations/conversations/changes.live.html", {"changes": changes})
    return RenderedChanges(html, changes.previous, changes.conversation.version)


def _publish_nudges(changes: list[ConversationChanged]) -> None:
    ids_by_group: defaultdict[str, set[UUID]] = defaultdict(set)
    for change in changes:
        for queue_id in change.queue_ids:
            ids_by_group[queue_group(queue_id)].add(change.conversation_id)
        for user_id in change.user_ids:
            ids_by_group[user_group(user_id)].add(change.conversation_id)
    for group, ids in ids_by_group.items():
        announce_now(group, {"type": "conversations.changed", "ids": sorted(ids)})


def _publish_fragments(changes: list[ConversationChanged]) -> None:
    by_id = {change.conversation_id: change for change in changes}
    watched = cache.get_many([_watched_key(key) for key in by_id])
    looked_at = [key for key in by_id if _watched_key(key) in watched]
    if not looked_at:
        return
    rows = Conversation.objects.select_related(
        "customer", "channel", "contact__channel", "queue", "assignee", "closing_reason"
    ).filter(pk__in=looked_at)
    with translation.override(settings.LANGUAGE_CODE):
        for found in thread.changes_of((row, by_id[row.pk].previous_version) for row in rows):
            _publish_fragment(found, by_id[found.conversation.pk])


def _publish_fragment(found: thread.Changes, change: ConversationChanged) -> None:
    rendered, conversation = _rendered(found), found.conversation
    event = {
        "type": "conversation.changed",
        "conversation": conversation.pk,
        "previous": rendered.previous,
        "version": rendered.version,
        "html": rendered.html,
        "language": settings.LANGUAGE_CODE,
        "access_changed": change.access_changed,
    }
    announce_now(conversation_group(conversation.pk), event)


def _watched_key(conversation_id: UUID) -> str:
    return f"watched:{conversation_id}"
