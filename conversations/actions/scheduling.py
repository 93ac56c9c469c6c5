"""Messages that leave later: scheduled, put off, sent early, withdrawn, queued when their hour comes.

Whoever holds the conversation's lock and finds the message still scheduled is the one who moves it
on, so it leaves once however many workers look. It keeps its author when the conversation changes
hands; closing withdraws it. Locks: the conversation's row, then the message's.
"""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models.users import Role
from conversations import access
from conversations.actions.changes import ConversationChange, changing, new_outgoing
from conversations.actions.compositions import NOTHING, Composition
from conversations.actions.errors import Refused, WindowClosed
from conversations.actions.messages import (
    check_content,
    quotable,
    record_reply,
    repeated_message,
    require_holder,
)
from conversations.models import (
    Conversation,
    Message,
    MessageKind,
    Origin,
    SenderKind,
    SendPriority,
    Status,
)

log = structlog.get_logger(__name__)

LONGEST_AHEAD = timedelta(days=365)
MOST_WAITING = 20
AT_ONCE = 200
WINDOW_HAD_CLOSED = gettext_noop(
    "The service window had closed when it was due. Try again when the customer has written, or "
    "send a template."
)
UNLESS_ANSWERED = "unless_answered"


def schedule_message(
    conversation: Conversation,
    *,
    by,
    body: str,
    at: datetime,
    client_token: UUID,
    reply_to: Message | None = None,
    unless_answered: bool = False,
    composition: Composition = NOTHING,
) -> Message:
    """Keep a text of `by` until `at` (aware), when it leaves by itself.

    unless_answered: it is withdrawn when the customer writes before. The same client_token returns
    the message it has already made. Raises Refused (not the holder, too many, a time that has passed
    or at which the service window will be closed) and InvalidMessage.
    """
    with changing(conversation) as change:
        repeated = repeated_message(change, client_token)
        if repeated is not None:
            return repeated
        current = change.conversation
        require_holder(current, by)
        _require_time(current, at)
        if current.messages.scheduled().count() >= MOST_WAITING:
            raise Refused(_("At most %(limit)d messages wait at once.") % {"limit": MOST_WAITING})
        message = new_outgoing(
            change, sender=SenderKind.AGENT, author=by, origin=Origin.PAGE,
            priority=SendPriority.AGENT, kind=MessageKind.TEXT, body=body.strip(),
            payload={UNLESS_ANSWERED: True} if unless_answered else {},
            status=Status.SCHEDULED, scheduled_for=at, next_attempt_at=at,
            client_token=client_token, reply_to=quotable(current, reply_to),
        )  # fmt: skip
        check_content(message)
        change.add(message)
        composition.end(current, by)
    return message


def put_off(message: Message, *, by, at: datetime) -> Message:
    """Give a scheduled message another time. Raises Refused as schedule_message does."""
    with changing(message.conversation) as change:
        current = _still_scheduled(change, message, by)
        _require_time(change.conversation, at)
        current.scheduled_for = current.next_attempt_at = at
        change.touch()
        change.changes.change_message(current, "scheduled_for", "next_attempt_at")
    return current


def send_now(message: Message, *, by) -> Message:
    """Send a scheduled message before its time. Raises Refused and WindowClosed."""
    with changing(message.conversation) as change:
        current = _still_scheduled(change, message, by)
        if change.conversation.is_closed:
            raise Refused(_("This conversation is closed."), "closed")
        if not change.conversation.window_is_open():
            raise WindowClosed()
        _queue(change, current)
    return current


def withdraw(message: Message, *, by) -> Message:
    """Take a scheduled message back before it leaves. Raises Refused when it has left."""
    with changing(message.conversation) as change:
        current = _still_scheduled(change, message, by)
        _cancel(change, current)
    return current


def withdraw_all(change: ConversationChange) -> int:
    """Take back what still waits, inside a transaction that has the conversation locked."""
    waiting = list(change.conversation.messages.scheduled().select_for_update())
    for message in waiting:
        _cancel(change, message)
    return len(waiting)


def queue_due() -> int:
    """Let go of every scheduled message whose time has come; returns how many moved on."""
    due = Message.objects.scheduled().filter(next_attempt_at__lte=timezone.now())
    rows = due.select_related("conversation")[:AT_ONCE]
    return sum(_tried(message) for message in rows)


def may_steer(message: Message, user) -> bool:
    """Whether this person decides about a scheduled message: author, holder, or a supervisor."""
    if not access.may_change(user):
        return False
    steers = user.role in (Role.ADMIN, Role.SUPERVISOR)
    return steers or user.pk in (message.author_id, message.conversation.assignee_id)


def _tried(message: Message) -> bool:
    """One that fails must not hold back the others; it is looked at again with the next round."""
    try:
        return _leave(message)
    except Exception:
        log.exception("scheduled.failed", message=str(message.pk))
        return False


def _leave(message: Message) -> bool:
    with changing(message.conversation) as change:
        current = _locked(change, message)
        if current is None or current.scheduled_for > timezone.now():
            return False
        conversation, wrote_at = change.conversation, change.conversation.last_customer_message_at
        was_answered = bool(wrote_at and wrote_at > current.created_at)
        if conversation.is_closed or (current.payload.get(UNLESS_ANSWERED) and was_answered):
            _cancel(change, current)
        elif not conversation.window_is_open():
            _fail(change, current)
        else:
            _queue(change, current)
    return True


def _queue(change: ConversationChange, message: Message) -> None:
    message.status, message.next_attempt_at = Status.QUEUED, timezone.now()
    change.bring_in(message, "status", "next_attempt_at")
    record_reply(change, message.author)


def _fail(change: ConversationChange, message: Message) -> None:
    """It never becomes a template by itself: whoever wrote it decides what to do."""
    message.status, message.failed_at = Status.FAILED, timezone.now()
    message.next_attempt_at, message.error_text = None, WINDOW_HAD_CLOSED
    change.bring_in(message, "status", "failed_at", "next_attempt_at", "error_text")


def _cancel(change: ConversationChange, message: Message) -> None:
    message.status, message.next_attempt_at = Status.CANCELLED, None
    change.touch()
    change.changes.change_message(message, "status", "next_attempt_at")


def _still_scheduled(change: ConversationChange, message: Message, by) -> Message:
    current = _locked(change, message)
    if current is None:
        raise Refused(_("This message is not scheduled any more."), "not_scheduled")
    if not may_steer(current, by):
        raise Refused(
            _("Only its author, the holder of the conversation or a supervisor may do this."),
            "not_yours",
        )
    return current


def _locked(change: ConversationChange, message: Message) -> Message | None:
    """Return the message as it is now, under its conversation's lock; None when it has moved on."""
    current = Message.objects.scheduled().select_for_update(of=("self",)).filter(pk=message.pk)
    found = current.select_related("author").first()
    if found is not None:
        found.conversation = change.conversation
    return found


def _require_time(conversation: Conversation, at: datetime) -> None:
    now = timezone.now()
    if at <= now:
        raise Refused(_("This time has passed. Choose one that is still to come."), "past")
    if at > now + LONGEST_AHEAD:
        raise Refused(_("Choose a time within a year."), "too_far")
    if not conversation.window_is_open(at):
        raise Refused(_window_words(conversation), "window_closed")


def _window_words(conversation: Conversation) -> str:
    closes_at = conversation.window_closes_at
    if closes_at is None or closes_at <= timezone.now():
        return str(WindowClosed())
    return _(
        "The service window closes on %(at)s, unless the customer writes before. Choose an earlier "
        "time; after it only a template may be sent."
    ) % {"at": f"{timezone.localtime(closes_at):%d/%m %H:%M}"}
