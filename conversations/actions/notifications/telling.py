"""After commit: the person's open pages hear of what is new, and their browsers are woken.

How is decided here, once for both (accounts/hearing.py). A page that misses it asks for its bell.
"""

from collections.abc import Iterable
from uuid import UUID

import structlog
from django.db.models import Count, prefetch_related_objects
from django.templatetags.static import static
from django.utils import timezone, translation

from accounts.hearing import Telling, telling
from accounts.middleware import language_of
from accounts.models import User
from conversations import live, notification_words
from conversations.models import Notification, PushSubscription

log = structlog.get_logger(__name__)


def tell(rows: list[Notification]) -> None:
    """Tell the people of these rows, each of the newest of theirs. Never raises.

    It runs where messages come in: what it asks the database does not grow with the rows.
    """
    newest = {row.user_id: row for row in sorted(rows, key=lambda row: row.pk)}
    prefetch_related_objects(
        list(newest.values()), "conversation__customer", "room__queue", "actor"
    )
    unread = unread_counts(newest)
    browsers = PushSubscription.objects.filter(user__in=newest)
    reachable = set(browsers.values_list("user_id", flat=True))
    for user in User.objects.in_bulk(newest).values():
        try:
            how = _tell_pages(user, newest[user.pk], unread.get(user.pk, 0))
            if how.pushes and user.pk in reachable:
                _wake_browsers(newest[user.pk])
        except Exception:
            log.exception("notifications.not_told", user=str(user.pk))


def tell_count(user_ids: Iterable[UUID]) -> None:
    """Let these people's pages know that fewer notifications are unread."""
    user_ids = set(user_ids)
    unread = unread_counts(user_ids)
    for user_id in user_ids:
        live.notifications_changed(user_id, unread=unread.get(user_id, 0))


def unread_counts(user_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return how many notifications each of these people has not read; who has read all is missing."""
    rows = Notification.objects.unread().filter(user_id__in=list(user_ids))
    return dict(rows.order_by().values_list("user_id").annotate(Count("pk")))


def telling_of(user, kind: str) -> Telling:
    """Return how this person is told of something of this kind now."""
    return telling(user.preferences, kind, at=timezone.localtime(), availability=user.availability)


def _tell_pages(user, row: Notification, unread: int) -> Telling:
    how = telling_of(user, row.kind)
    with translation.override(language_of(user)):
        event = {
            "notification": row.pk,
            "kind": row.kind,
            "conversation": row.conversation_id,
            "room": row.room_id,
            "text": notification_words.sentence(row),
            "address": notification_words.address(row),
            "shows": how.shows,
            "sound": static(f"sounds/{how.sound}.wav") if how.sound else "",
            "volume": how.volume,
        }
    live.notifications_changed(user.pk, unread=unread, tell=event)
    return how


def _wake_browsers(row: Notification) -> None:
    from conversations.tasks import push_notification

    push_notification.delay(str(row.pk))
