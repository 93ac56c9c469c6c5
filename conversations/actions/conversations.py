"""What people do with a conversation: take, transfer, give back, close.

Each action locks the conversation's row (see changes.py), looks again at what is true now, and
refuses with an error whose text a person can read.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.users import Role
from conversations import events
from conversations.actions.bot_messages import cancel_bot_messages
from conversations.actions.changes import ConversationChange, changing, new_outgoing
from conversations.actions.errors import AlreadyTaken, Refused
from conversations.actions.guards import require_change, require_holder, require_open
from conversations.actions.scheduling import withdraw_all
from conversations.actions.snoozing import end_snooze, remembered
from conversations.actions.texts import farewell_text
from conversations.closing import require_fields
from conversations.models import (
    Conversation,
    EventKind,
    Origin,
    Queue,
    SenderKind,
    SendPriority,
    State,
)

REASON_LENGTH = 80
# How long a person can take back what they did; the page shows somewhat less (shared/_toast.html).
UNDO_TIME = timedelta(seconds=13)


def take(conversation: Conversation, *, by) -> Conversation:
    """Give the conversation to `by` and stop the bot.

    Raises AlreadyTaken (says who) and Refused (closed, or the role may not).
    """
    with changing(conversation) as change:
        current = change.conversation
        require_change(by)
        require_open(current)
        if current.assignee_id == by.pk and current.is_active:
            return conversation
        if current.assignee_id and current.is_active:
            raise AlreadyTaken(current.assignee)
        _assign(change, by, EventKind.ASSIGNED, actor=by)
    return conversation


def transfer(
    conversation: Conversation,
    *,
    by,
    queue: Queue | None = None,
    agent=None,
    reason: str,
    note: str = "",
) -> Conversation:
    """Hand the conversation to a queue, where it waits, or to an agent, who holds it at once.

    The reason is mandatory (at most 80 characters); the note is seen by whoever receives it.
    Raises Refused when neither or both targets are given, or `by` does not hold it.
    """
    reason = _require_reason(reason)
    with changing(conversation) as change:
        current = change.conversation
        require_open(current)
        require_holder(current, by)
        if (queue is None) == (agent is None):
            raise Refused(_("Choose a queue or a person to transfer to."), "no_target")
        facts = {"actor": by, "reason": reason, "note": note.strip()}
        if agent is not None:
            _require_receiver(current, agent)
            _assign(change, agent, EventKind.TRANSFERRED, **facts)
        else:
            _enqueue(change, queue, EventKind.TRANSFERRED, **facts)
    return conversation


def return_to_queue(conversation: Conversation, *, by, reason: str = "") -> Conversation:
    """Put an active conversation back into its queue, in the place its waiting has earned.

    `by` None is the house itself (an agent who went offline). Raises Refused.
    """
    with changing(conversation) as change:
        current = change.conversation
        require_open(current)
        require_holder(current, by)
        if not current.is_active:
            raise Refused(_("This conversation is already waiting in the queue."), "not_active")
        _enqueue(
            change,
            current.queue,
            EventKind.RETURNED,
            actor=by,
            reason=reason.strip()[:REASON_LENGTH],
        )
    return conversation


def queue_for_person(
    conversation: Conversation, *, queue: Queue | None = None, reason: str
) -> bool:
    """Hand a conversation over from the bot to the queue; False when it is no longer the bot's."""
    with changing(conversation) as change:
        if change.conversation.state != State.BOT:
            return False
        hand_over(change, queue=queue, reason=reason)
    return True


def hand_over(change: ConversationChange, *, queue: Queue | None = None, reason: str) -> None:
    """The hand-over from the bot inside a transaction that has the conversation locked.

    What the bot has already queued for sending stays: it said it before the hand-over.
    """
    _enqueue(
        change,
        queue or change.conversation.queue,
        EventKind.QUEUED,
        cancels_bot=False,
        reason=reason,
    )


def close_conversation(
    conversation: Conversation,
    *,
    by,
    reason=None,
    note: str = "",
    says_goodbye: bool = True,
    farewell: str | None = None,
) -> Conversation:
    """Close the conversation and, while the window is open, say goodbye to the customer.

    `farewell` is what somebody has made of the goodbye; None is the reason's own text with the
    protocol number. `by` None is the bot or the house. A person's goodbye waits until closing can
    no longer be undone. Raises Refused (already closed, held by somebody else, or something that
    the reason requires is missing).
    """
    with changing(conversation) as change:
        current = change.conversation
        require_open(current)
        require_holder(current, by)
        if by is not None:
            require_fields(current, reason, note)
        close(change, by=by, reason=reason, note=note, says_goodbye=says_goodbye, farewell=farewell)
    return conversation


def close(
    change: ConversationChange, *, by, reason=None, note="", says_goodbye=True, farewell=None
) -> None:
    """Close inside a transaction that has the conversation locked."""
    current = change.conversation
    before = remembered(current)
    if by is not None:
        cancel_bot_messages(change)
    withdraw_all(change)
    goodbye = None
    if says_goodbye and current.window_is_open() and not current.customer.is_blocked:
        text = farewell_text(current, reason) if farewell is None else farewell.strip()
        goodbye = _say_goodbye(change, text, is_undoable=by is not None)
    now = timezone.now()
    data = {"closing_reason": str(reason.pk)} if reason else {}
    if by is not None:
        data |= {"before": before, "farewell": str(goodbye.pk) if goodbye else ""}
    change.record(
        EventKind.CLOSED,
        from_state=current.state,
        to_state=State.CLOSED,
        from_user_id=current.assignee_id,
        actor=by,
        reason=reason.name if reason else "",
        note=note.strip(),
        data=data,
        occurred_at=now,
    )
    current.state = State.CLOSED
    current.closed_at = now
    current.closing_reason = reason
    current.awaiting_reply_since = None
    end_snooze(current)
    current.unread_count = 0


def mark_read(conversation: Conversation, *, by) -> bool:
    """Say that `by` has read the conversation; True when something was unread.

    Only the holder's reading counts: peeking at a waiting conversation changes nothing.
    """
    if conversation.assignee_id != by.pk or not conversation.unread_count:
        return False
    with changing(conversation) as change:
        if change.conversation.assignee_id == by.pk and change.conversation.unread_count:
            change.conversation.unread_count = 0
            change.touch()
            transaction.on_commit(
                lambda: events.conversation_read.send_robust(
                    Conversation, conversation_id=conversation.pk
                )
            )
    return True


def add_system_message(change: ConversationChange, body: str, **fields):
    """Queue a text of the house: it is not the bot's and survives a take-over."""
    return change.add(
        new_outgoing(
            change,
            body=body,
            sender=SenderKind.SYSTEM,
            origin=Origin.BOT,
            priority=SendPriority.SYSTEM,
            **fields,
        )
    )


def _say_goodbye(change: ConversationChange, text: str, *, is_undoable: bool):
    if not text:
        return None
    if not is_undoable:
        return add_system_message(change, text)
    return add_system_message(change, text, next_attempt_at=timezone.now() + UNDO_TIME)


def _assign(change: ConversationChange, user, kind: str, **facts) -> None:
    current = change.conversation
    before = remembered(current)
    cancel_bot_messages(change)
    change.record(
        kind,
        data={"before": before},
        from_state=current.state,
        to_state=State.ACTIVE,
        from_user_id=current.assignee_id,
        to_user=user,
        to_queue_id=current.queue_id,
        **facts,
    )
    current.state = State.ACTIVE
    current.assignee = user
    current.queued_at = None
    end_snooze(current)


def _enqueue(
    change: ConversationChange, queue: Queue, kind: str, *, cancels_bot=True, **facts
) -> None:
    current = change.conversation
    before = remembered(current)
    if cancels_bot:
        cancel_bot_messages(change)
    now = timezone.now()
    change.record(
        kind,
        data={"before": before} if facts.get("actor") else {},
        from_state=current.state,
        to_state=State.QUEUED,
        from_queue_id=current.queue_id,
        to_queue=queue,
        from_user_id=current.assignee_id,
        occurred_at=now,
        **facts,
    )
    current.state = State.QUEUED
    current.queue = queue
    current.assignee = None
    current.queued_at = current.awaiting_reply_since or now
    end_snooze(current)
    if current.awaiting_reply_since is None and kind == EventKind.QUEUED:
        current.awaiting_reply_since = now
        change.record(EventKind.CUSTOMER_WAITING, occurred_at=now, to_state=State.QUEUED)


def _require_receiver(conversation: Conversation, agent) -> None:
    if not agent.is_active or agent.role == Role.VIEWER:
        raise Refused(_("%(name)s cannot receive conversations.") % {"name": agent}, "bad_target")
    if conversation.is_active and conversation.assignee_id == agent.pk:
        raise Refused(
            _("%(name)s already holds this conversation.") % {"name": agent}, "bad_target"
        )


def _require_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why you transfer the conversation."), "no_reason")
    return reason[:REASON_LENGTH]
