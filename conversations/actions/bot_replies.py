"""What the bot does to a conversation, inside a transaction that has it locked."""

from uuid import UUID, uuid5

from conversations.actions.changes import ConversationChange, new_outgoing
from conversations.models import Message, Origin, SenderKind, SendPriority

# Replies are keyed by (input message, index): replayed work finds the message it has made.
REPLY_NAMESPACE = UUID("6f4a3f0e-6a0b-4f53-9a52-2f0c2b8b7d10")


def reply_token(input_message_id: UUID, index: int) -> UUID:
    """Return the client token of the bot's reply number `index` to one input message."""
    return uuid5(REPLY_NAMESPACE, f"{input_message_id}:{index}")


def add_bot_message(
    change: ConversationChange,
    *,
    input_message_id: UUID,
    index: int,
    kind: str,
    body: str,
    payload: dict | None = None,
) -> Message:
    """Queue one reply of the bot's. The caller has checked state and epoch under the lock."""
    return change.add(
        new_outgoing(
            change,
            sender=SenderKind.BOT,
            origin=Origin.BOT,
            priority=SendPriority.BOT,
            kind=kind,
            body=body,
            payload=payload or {},
            client_token=reply_token(input_message_id, index),
        )
    )
