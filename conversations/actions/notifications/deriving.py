"""Who is to hear of what, read from the rows that were committed; read again, nothing doubles.

`derive` follows each commit; `sweep` reads the same rows once more, for what a process did not get
to do before it was killed.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from conversations.actions.notifications.reading import forget_moot
from conversations.actions.notifications.writing import write
from conversations.events import ConversationChanged
from conversations.models import (
    Conversation,
    ConversationEvent,
    Message,
    MessageKind,
    Notification,
    NotificationKind,
    SenderKind,
    State,
)

SWEPT_MINUTES = 10
SWEPT_AT_ONCE = 500


def derive(changes: Iterable[ConversationChanged]) -> None:
    """Notify of what these changes brought; conversations that nobody holds or held cost nothing."""
    held = [change for change in changes if change.user_ids]
    if not held:
        return
    conversations = Conversation.objects.in_bulk({change.conversation_id for change in held})
    since = {change.conversation_id: change.previous_version for change in held}
    write([*_messages(conversations, since), *_assignments(conversations, since)])
    moved = [change.conversation_id for change in held if change.access_changed]
    if moved:
        forget_moot(moved)


def sweep() -> None:
    """Derive again what the last minutes brought to those who hold conversations."""
    since = timezone.now() - timedelta(minutes=SWEPT_MINUTES)
    held = Conversation.objects.active().filter(assignee__isnull=False, last_message_at__gte=since)
    unread = held.filter(unread_count__gt=0, last_customer_message_at__gte=since)
    rows = {row.pk: row for row in unread.order_by("-last_message_at")[:SWEPT_AT_ONCE]}
    write(_messages(rows, dict.fromkeys(rows, -1)))
    events = ConversationEvent.objects.filter(occurred_at__gte=since, to_user__isnull=False)
    write(_assigned(events.select_related("conversation")[:SWEPT_AT_ONCE]))


def _messages(conversations: dict[UUID, Conversation], since: dict[UUID, int]):
    """The newest message of the customer in each conversation that somebody holds."""
    held = [row for row in conversations.values() if row.assignee_id and row.state == State.ACTIVE]
    new = Q()
    for row in held:
        new |= Q(conversation=row, version__gt=since[row.pk])
    if not new:
        return []
    rows = Message.objects.filter(new, sender=SenderKind.CUSTOMER, is_note=False)
    rows = rows.exclude(kind=MessageKind.REACTION)
    newest: dict[UUID, Message] = {}
    for message in rows.order_by("sort_at", "pk").only("pk", "conversation_id"):
        newest[message.conversation_id] = message
    return [_of_message(conversations[key], message) for key, message in newest.items()]


def _of_message(conversation: Conversation, message: Message) -> Notification:
    return Notification(
        user_id=conversation.assignee_id,
        kind=NotificationKind.MESSAGE,
        cause=f"message:{message.pk}",
        conversation=conversation,
        message_id=message.pk,
    )


def _assignments(conversations: dict[UUID, Conversation], since: dict[UUID, int]):
    new = Q()
    for key in conversations:
        new |= Q(conversation=key, version__gt=since[key])
    events = ConversationEvent.objects.filter(new, to_user__isnull=False)
    return _assigned(events.select_related("conversation"))


def _assigned(events) -> list[Notification]:
    """What somebody else gave to people who still hold it."""
    return [
        Notification(
            user_id=event.to_user_id,
            kind=NotificationKind.ASSIGNED,
            cause=f"event:{event.pk}",
            conversation=event.conversation,
            actor_id=event.actor_id,
        )
        for event in events
        if event.actor_id != event.to_user_id
        and event.conversation.is_active
        and event.conversation.assignee_id == event.to_user_id
    ]
