"""Who waits too long in whose queue: each colleague hears of it once per waiting."""

from collections import defaultdict
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from accounts.models.settings import site_setting
from accounts.models.users import Availability, Role
from conversations.actions.notifications.writing import write
from conversations.models import (
    Conversation,
    Notification,
    NotificationKind,
    QueueMembership,
)

# What has waited for longer was told of when it began to; a storm does not become another one.
TOLD_FOR_MINUTES = 60
AT_ONCE = 200


def notify_waiting() -> int:
    """Notify those who work in a queue and are not offline of whoever waits there too long.

    The site setting `waiting_notice_minutes` says what is too long; 0 switches it off. Returns how
    many notifications are new.
    """
    minutes = site_setting("waiting_notice_minutes")
    if not minutes:
        return 0
    late = timezone.now() - timedelta(minutes=minutes)
    rows = Conversation.objects.waiting().filter(
        queued_at__lte=late, queued_at__gt=late - timedelta(minutes=TOLD_FOR_MINUTES)
    )
    rows = list(rows.filter(snoozed_at=None).order_by("queued_at")[:AT_ONCE])
    people = _people_of({row.queue_id for row in rows})
    wanted = [_of(row, user_id) for row in rows for user_id in people[row.queue_id]]
    return len(write(_unknown(wanted)))


def _people_of(queue_ids) -> dict:
    working = User.objects.active().exclude(role=Role.VIEWER)
    working = working.exclude(availability=Availability.OFFLINE)
    memberships = QueueMembership.objects.filter(queue__in=queue_ids, user__in=working)
    people = defaultdict(list)
    for queue_id, user_id in memberships.values_list("queue", "user"):
        people[queue_id].append(user_id)
    return people


def _of(conversation: Conversation, user_id) -> Notification:
    since = int(conversation.queued_at.timestamp())
    return Notification(
        user_id=user_id,
        kind=NotificationKind.WAITING,
        cause=f"waiting:{conversation.pk}:{since}",
        conversation=conversation,
    )


def _unknown(wanted: list[Notification]) -> list[Notification]:
    """Leave out what was told in an earlier round: most of it, each minute."""
    known = Notification.objects.filter(
        kind=NotificationKind.WAITING, conversation__in={row.conversation_id for row in wanted}
    )
    told = set(known.values_list("user", "cause"))
    return [row for row in wanted if (row.user_id, row.cause) not in told]
