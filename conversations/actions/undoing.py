"""Taking back what one has done a moment ago. Undoing is an action of its own, with its event.

Only the last move, only by who made it, only for some seconds, and only while nothing that matters
has happened since. What the customer has been sent stays sent.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from conversations.actions.bot_messages import cancel_bot_messages
from conversations.actions.changes import ConversationChange, changing
from conversations.actions.conversations import UNDO_TIME
from conversations.actions.errors import Refused
from conversations.actions.guards import require_change
from conversations.actions.returning import wake_bot
from conversations.models import (
    Conversation,
    ConversationEvent,
    EventKind,
    Message,
    SenderKind,
    State,
    Status,
    Tag,
)

MOVES = {
    EventKind.ASSIGNED, EventKind.TRANSFERRED, EventKind.RETURNED, EventKind.RETURNED_TO_BOT,
    EventKind.CLOSED,
}  # fmt: skip
SNOOZES = {EventKind.SNOOZED, EventKind.UNSNOOZED}
MARKS = {EventKind.PRIORITY, EventKind.TAGGED}
UNDOABLE = MOVES | SNOOZES | MARKS
# What may have happened since without making the undoing a surprise to anybody.
HARMLESS = {EventKind.CUSTOMER_WAITING, EventKind.NOTED}


def undoable_event(conversation: Conversation, *, by, since: int) -> ConversationEvent | None:
    """Return what `by` did to the conversation after version `since`, if it can be taken back."""
    last = conversation.events.order_by("sequence").last()
    is_theirs = last is not None and last.version > since and last.actor_id == by.pk
    return last if is_theirs and _can_be_undone(last) else None


def undo(event: ConversationEvent, *, by) -> bool:
    """Take back what `by` did; returns whether the customer has already read something of it.

    Raises Refused: too late, not theirs, or the conversation has changed since.
    """
    with changing(event.conversation) as change:
        require_change(by)
        _require_undoable(change, event, by)
        was_told = False
        if event.kind in MARKS:
            _restore_marks(change.conversation, event)
        elif event.kind in SNOOZES:
            _restore_snooze(change.conversation, event.data["before"])
        else:
            was_told = _take_back_words(change, event)
            _restore_place(change.conversation, event)
        _record(change, event, by)
    return was_told


def _can_be_undone(event: ConversationEvent) -> bool:
    is_known = event.kind in MARKS or "before" in event.data
    return event.kind in UNDOABLE and is_known and "undoes" not in event.data


def _require_undoable(change: ConversationChange, event: ConversationEvent, by) -> None:
    if event.actor_id != by.pk or not _can_be_undone(event):
        raise Refused(_("This cannot be undone."), "not_undoable")
    if timezone.now() - event.occurred_at > UNDO_TIME:
        raise Refused(_("It is too late to undo this."), "too_late")
    events = change.conversation.events.filter(sequence__gt=event.sequence)
    own_marks = MARKS - {event.kind}
    since = events.exclude(kind__in=HARMLESS).exclude(actor=by, kind__in=own_marks)
    written = change.conversation.messages.filter(
        version__gt=event.version, sender=SenderKind.AGENT, is_note=False
    )
    if since.exists() or written.exists():
        raise Refused(_("The conversation has changed since. It cannot be undone."), "changed")


def _restore_marks(conversation: Conversation, event: ConversationEvent) -> None:
    if event.kind == EventKind.PRIORITY:
        conversation.priority = event.data["from"]
        return
    conversation.tags.remove(*event.data["added_ids"])
    # One that was deleted meanwhile stays away.
    conversation.tags.add(*Tag.objects.filter(pk__in=event.data["removed_ids"]))


def _restore_snooze(conversation: Conversation, before: dict) -> None:
    conversation.snoozed_at = _moment(before["snoozed_at"])
    conversation.snoozed_until = _moment(before["snoozed_until"])


def _take_back_words(change: ConversationChange, event: ConversationEvent) -> bool:
    """Cancel what has not left yet: the goodbye, and whatever the bot has begun to say."""
    said_by_bot = change.conversation.messages.filter(
        version__gt=event.version, sender=SenderKind.BOT
    )
    before_state = event.data["before"]["state"]
    if State.BOT in (event.to_state, before_state):
        cancel_bot_messages(change)
    goodbye = Message.objects.select_for_update().filter(pk=event.data.get("farewell") or None)
    for message in goodbye:
        if message.status == Status.QUEUED:
            message.status = Status.CANCELLED
            change.changes.change_message(message, "status")
        else:
            return True
    return said_by_bot.exclude(status__in=[Status.QUEUED, Status.CANCELLED]).exists()


def _restore_place(conversation: Conversation, event: ConversationEvent) -> None:
    before = event.data["before"]
    holder = before["assignee"] and User.objects.active().filter(pk=before["assignee"]).first()
    if before["assignee"] and not holder:
        raise Refused(_("Who held it before is not there any more."), "holder_gone")
    conversation.state = before["state"]
    conversation.queue_id = before["queue"]
    conversation.assignee = holder or None
    conversation.queued_at = _moment(before["queued_at"])
    if conversation.awaiting_reply_since is None:
        conversation.awaiting_reply_since = _moment(before["awaiting_reply_since"])
    _restore_snooze(conversation, before)
    if event.kind == EventKind.CLOSED:
        conversation.closed_at = conversation.closing_reason = None
        conversation.unread_count += before["unread_count"]


def _record(change: ConversationChange, event: ConversationEvent, by) -> None:
    """Back at the bot it is told as such: that is what the bot listens for."""
    current = change.conversation
    is_bots = event.kind in MOVES and current.state == State.BOT
    if is_bots:
        wake_bot(current)
    change.record(
        EventKind.RETURNED_TO_BOT if is_bots else EventKind.UNDONE,
        actor=by,
        from_state=event.to_state,
        to_state=current.state,
        from_queue_id=event.to_queue_id,
        to_queue_id=current.queue_id,
        from_user_id=event.to_user_id,
        to_user_id=current.assignee_id,
        data={"undoes": event.kind, "event": str(event.pk)},
    )


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
