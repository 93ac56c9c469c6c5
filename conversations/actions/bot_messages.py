"""What the bot has prepared, and how it is taken back: the bot never talks over a person."""

from django.db.models import Q

from conversations.actions.changes import ConversationChange
from conversations.models import Message, SenderKind, Status


def cancel_bot_messages(change: ConversationChange) -> None:
    """Cancel whatever of the bot's has not left yet, and outdate what it is still preparing.

    Messages that a worker has already handed to WhatsApp stay: they may have arrived. Protocol,
    greeting and position texts have the sender `system` and survive.
    """
    change.conversation.bot_epoch += 1
    change.touch()
    waiting = (
        Message.objects.select_for_update()
        .filter(conversation=change.conversation, sender=SenderKind.BOT)
        .filter(Q(status=Status.QUEUED) | Q(status=Status.SCHEDULED))
        .order_by("id")
    )
    for message in waiting:
        message.status = Status.CANCELLED
        change.changes.change_message(message, "status")
