"""What somebody has read, and what needs no reading any more."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from conversations.actions.notifications.telling import tell_count
from conversations.models import Notification, NotificationKind, State

KEPT_DAYS = 90


def read_one(notification: Notification) -> None:
    """Mark one notification read; its person's pages count anew."""
    _read(Notification.objects.filter(pk=notification.pk))


def read_of(user_id: UUID, *, conversation_id=None, room_id=None) -> int:
    """Mark read what somebody has of a conversation or a room, because they look at it."""
    rows = Notification.objects.filter(user=user_id)
    if room_id is not None:
        return _read(rows.filter(room=room_id))
    return _read(rows.filter(conversation=conversation_id))


def read_all(user_id: UUID, *, through: UUID) -> int:
    """Mark read all that somebody has, up to the newest one that they have seen."""
    return _read(Notification.objects.filter(user=user_id, pk__lte=through))


def read_by_holder(conversation_id: UUID) -> int:
    """Mark read what the holder of a conversation has of its messages: they have read them."""
    rows = Notification.objects.filter(conversation=conversation_id)
    return _read(rows.filter(kind=NotificationKind.MESSAGE, user=F("conversation__assignee")))


def forget_moot(conversation_ids: Iterable[UUID]) -> int:
    """Mark read what no longer concerns its person: taken, handed on, or waiting no more."""
    rows = Notification.objects.filter(conversation__in=list(conversation_ids))
    handed_on = Q(kind__in=[NotificationKind.MESSAGE, NotificationKind.ASSIGNED])
    handed_on &= ~Q(user=F("conversation__assignee")) | Q(conversation__assignee=None)
    answered = Q(kind=NotificationKind.WAITING) & ~Q(conversation__state=State.QUEUED)
    return _read(rows.filter(handed_on | answered))


def prune() -> int:
    """Delete what is older than 90 days, read or not."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    return Notification.objects.filter(created_at__lt=before).delete()[0]


def _read(rows) -> int:
    found = dict(rows.unread().values_list("pk", "user"))
    if not found:
        return 0
    count = Notification.objects.unread().filter(pk__in=found).update(read_at=timezone.now())
    tell_count(found.values())
    return count
