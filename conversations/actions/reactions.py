"""Our emoji on a customer's message: a message of its own in the outbox, and a mark on its target.

The mark stands at once. When WhatsApp refuses the reaction, it goes back to what it was, and the
message that failed says so in the thread. Locks: the conversation's row, then message rows.
"""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.actions.changes import Changes, changing, new_outgoing
from conversations.actions.errors import InvalidMessage, Refused
from conversations.actions.messages import check_content, require_answerable
from conversations.models import (
    Message,
    MessageKind,
    Origin,
    Reaction,
    SenderKind,
    SendPriority,
)

REACTOR = "us"
EMOJI_LENGTH = 64
# spec/03, 3.1: older ones, deleted ones and other reactions are refused with 131009.
OLDEST_TARGET = timedelta(days=30)


def react(message: Message, *, by, emoji: str) -> Message | None:
    """Put an emoji on a customer's message, or take ours away with an empty one.

    Returns the queued reaction, None when it stood so already. Raises Refused (not the holder, no
    message to react to), WindowClosed, InvalidMessage.
    """
    emoji = _emoji(emoji)
    with changing(message.conversation) as change:
        require_answerable(change.conversation, by)
        target = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        _require_target(target)
        before = _emoji_on(target)
        if before == emoji:
            return None
        reaction = new_outgoing(
            change,
            sender=SenderKind.AGENT,
            author=by,
            origin=Origin.PAGE,
            priority=SendPriority.AGENT,
            kind=MessageKind.REACTION,
            body=emoji,
            payload={"message_id": target.provider_id, "emoji": emoji, "before": before},
            reply_to=target,
        )
        check_content(reaction)
        change.add(reaction)
        _show(target, emoji, by)
        change.changes.change_message(target)
    return reaction


def take_back(changes: Changes, reaction: Message) -> None:
    """Show what stood before a reaction that was not sent, unless it was changed again since."""
    shown = Reaction.objects.filter(
        message=reaction.reply_to_id, reactor=REACTOR, emoji=reaction.payload.get("emoji", "")
    )
    if not shown.update(emoji=reaction.payload.get("before", "")):
        return
    target = changes.changed_messages.get(reaction.reply_to_id)
    if target is None:
        rows = Message.objects.select_for_update(of=("self",))
        target = rows.get(pk=reaction.reply_to_id)
    changes.change_message(target)


def _emoji(emoji: str) -> str:
    emoji = emoji.strip()
    # Letters and digits are no emoji; "#️⃣" and flags are made of several signs.
    if len(emoji) > EMOJI_LENGTH or any(sign.isalpha() or sign.isspace() for sign in emoji):
        raise InvalidMessage(_("Choose one emoji."))
    if emoji.isascii() and emoji:
        raise InvalidMessage(_("Choose one emoji."))
    return emoji


def _require_target(target: Message) -> None:
    if not target.can_have_reaction:
        raise Refused(_("This message cannot have a reaction."), "no_target")
    if timezone.now() - (target.provider_at or target.sort_at) > OLDEST_TARGET:
        raise Refused(
            _("WhatsApp takes reactions on messages of the last 30 days only."), "too_old"
        )


def _emoji_on(target: Message) -> str:
    own = Reaction.objects.filter(message=target, reactor=REACTOR)
    return own.values_list("emoji", flat=True).first() or ""


def _show(target: Message, emoji: str, by) -> None:
    Reaction.objects.update_or_create(
        message=target,
        reactor=REACTOR,
        defaults={"emoji": emoji, "user": by, "reacted_at": timezone.now()},
    )
