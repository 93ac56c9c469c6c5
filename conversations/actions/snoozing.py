"""Snoozing: out of the way until a time, or until the customer writes.

A conversation is snoozed while `snoozed_at` is set; without `snoozed_until` only the customer's
next message, or a person, ends it. Whatever moves a conversation ends its snooze as well.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.actions.changes import Changes, ConversationChange, changing
from conversations.actions.errors import Refused
from conversations.actions.guards import require_holder, require_open
from conversations.models import Conversation, EventKind, State

LONGEST_SNOOZE = timedelta(days=365)
WOKEN_AT_ONCE = 200


def snooze(conversation: Conversation, *, by, until: datetime | None = None) -> Conversation:
    """Put a conversation out of the way until a moment, or with None until the customer writes.

    A message of the customer ends either. Raises Refused (closed, with the bot, held by somebody
    else, a moment that is past or more than a year away).
    """
    now = timezone.now()
    if until is not None and until <= now:
        raise Refused(_("Choose a time that is still to come."), "past")
    if until is not None and until > now + LONGEST_SNOOZE:
        raise Refused(_("Choose a time within a year."), "too_far")
    with changing(conversation) as change:
        current = change.conversation
        require_open(current)
        require_holder(current, by)
        if current.state == State.BOT:
            raise Refused(_("The bot is at work here. Take the conversation first."), "with_bot")
        before = remembered(current)
        current.snoozed_at, current.snoozed_until = now, until
        data = {"until": until.isoformat() if until else "", "before": before}
        change.record(EventKind.SNOOZED, actor=by, to_state=current.state, data=data)
    return conversation


def unsnooze(conversation: Conversation, *, by) -> Conversation:
    """Bring a snoozed conversation back at once; one that is not snoozed stays as it is."""
    with changing(conversation) as change:
        require_holder(change.conversation, by)
        if change.conversation.snoozed_at is not None:
            wake(change, ended_by="person", actor=by)
    return conversation


def wake(change: ConversationChange, *, ended_by: str, **facts) -> None:
    """End the snooze of a locked conversation; `ended_by` is person, customer or time."""
    before = remembered(change.conversation)
    end_snooze(change.conversation)
    change.record(
        EventKind.UNSNOOZED,
        to_state=change.conversation.state,
        data={"ended_by": ended_by, "before": before},
        **facts,
    )


def end_snooze(conversation: Conversation) -> None:
    """Forget the snooze of a locked conversation that is moving on anyway."""
    conversation.snoozed_at = conversation.snoozed_until = None


def wake_due() -> int:
    """End the snoozes whose time has come; returns how many.

    Two at the same time are no harm: each row is looked at again under its lock.
    """
    now = timezone.now()
    due = Conversation.objects.filter(snoozed_until__lte=now).order_by("snoozed_until")
    with transaction.atomic():
        changes = Changes()
        changes.lock(due.values_list("pk", flat=True)[:WOKEN_AT_ONCE])
        for change in changes.by_id.values():
            until = change.conversation.snoozed_until
            if until is not None and until <= now:
                wake(change, ended_by="time")
        changes.write()
    return sum(change.is_touched for change in changes.by_id.values())


def remembered(conversation: Conversation) -> dict:
    """Return what undoing needs to know of a conversation before it changes, as JSON."""
    moments = ("queued_at", "awaiting_reply_since", "snoozed_at", "snoozed_until")
    return {
        "state": conversation.state,
        "queue": str(conversation.queue_id),
        "assignee": str(conversation.assignee_id or ""),
        "priority": conversation.priority,
        "unread_count": conversation.unread_count,
        **{name: _iso(getattr(conversation, name)) for name in moments},
    }


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
