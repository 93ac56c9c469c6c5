"""Ways back: a conversation to the bot, and a closed one to a person."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import site_setting
from conversations import events
from conversations.actions.bot_messages import cancel_bot_messages
from conversations.actions.changes import changing
from conversations.actions.errors import Refused
from conversations.actions.guards import require_change, require_holder, require_open
from conversations.actions.snoozing import end_snooze, remembered
from conversations.models import Conversation, EventKind, State


def return_to_bot(conversation: Conversation, *, by) -> Conversation:
    """Give an open conversation back to the bot, which goes on with its menu at once.

    What the customer said to people is not answered by it. Raises Refused (closed, already the
    bot's, held by somebody else, or the service window is closed: the bot could say nothing).
    """
    with changing(conversation) as change:
        current = change.conversation
        require_open(current)
        require_holder(current, by)
        if current.state == State.BOT:
            raise Refused(_("The bot has this conversation already."), "with_bot")
        if not current.window_is_open():
            text = _("The bot cannot write now: the customer's last message is too long ago.")
            raise Refused(text, "window_closed")
        before = remembered(current)
        cancel_bot_messages(change)  # and begins a new epoch: the bot starts afresh
        change.record(
            EventKind.RETURNED_TO_BOT,
            from_state=current.state,
            to_state=State.BOT,
            from_user_id=current.assignee_id,
            to_queue_id=current.queue_id,
            actor=by,
            data={"before": before},
        )
        current.state = State.BOT
        current.assignee = current.queued_at = current.awaiting_reply_since = None
        end_snooze(current)
        wake_bot(current)
    return conversation


def reopen(conversation: Conversation, *, by) -> Conversation:
    """Open a conversation closed lately again, for `by` to go on with.

    Raises Refused (open, closed longer ago than the setting allows, or the customer has a newer
    one on this number).
    """
    try:
        with changing(conversation) as change:
            require_change(by)
            _require_reopenable(change.conversation)
            _reopen(change, by)
    except IntegrityError:
        # The customer wrote in this very moment, and got a new one.
        raise _newer_open() from None
    return conversation


def wake_bot(conversation: Conversation) -> None:
    """Let the floor above know, on commit, that the bot has something to do here."""
    ids = [conversation.pk]
    transaction.on_commit(
        lambda: events.bot_should_answer.send_robust(Conversation, conversation_ids=ids)
    )


def _reopen(change, by) -> None:
    current = change.conversation
    change.record(
        EventKind.REOPENED,
        from_state=State.CLOSED,
        to_state=State.ACTIVE,
        from_user_id=current.assignee_id,
        to_user=by,
        to_queue_id=current.queue_id,
        actor=by,
    )
    current.state, current.assignee = State.ACTIVE, by
    current.closed_at = current.closing_reason = current.queued_at = None
    current.reopened_count += 1
    current.bot_epoch += 1


def _require_reopenable(conversation: Conversation) -> None:
    if not conversation.is_closed:
        raise Refused(_("This conversation is open."), "open")
    if timezone.now() > conversation.reopens_until:
        hours = site_setting("reopen_hours")
        text = _("A conversation can be reopened for %(hours)d hours after it was closed.")
        raise Refused(text % {"hours": hours}, "too_late")
    others = Conversation.objects.open().filter(
        customer=conversation.customer_id, channel=conversation.channel_id
    )
    if others.exists():
        raise _newer_open()


def _newer_open() -> Refused:
    return Refused(_("This customer already has an open conversation on this number."), "newer")
