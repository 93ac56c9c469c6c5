"""Doing what the engine wants done, inside the transaction that has the conversation locked."""

from uuid import UUID

from bots.actions.facts import Queues
from bots.engine import actions
from conversations.actions.bot_replies import add_bot_message
from conversations.actions.changes import ConversationChange
from conversations.actions.conversations import close, hand_over
from conversations.models import ClosingReason, EventKind

MAX_BODY = 4096  # what WhatsApp takes in one text (spec/03, 3.1)


class UnknownAction(TypeError):
    """The engine asked for something that nobody here can do."""


def do(change: ConversationChange, queues: Queues, cause: UUID, index: int, action) -> None:
    """Do the action number `index` of the step that `cause` brought about.

    cause is the customer's message, or a name of the step where there is none: together with the
    index it keys the reply. Raises UnknownAction.
    """
    match action:
        case actions.SendMessage():
            _send(change, cause, index, action)
        case actions.Transfer():
            transfer(change, queues, action)
        case actions.Close():
            close(change, by=None, reason=_closing_reason(change, action.reason))
        case actions.WaitUntil():
            pass  # The session's waiting_until says it; the sweeper reads it there.
        case _:
            raise UnknownAction(type(action).__name__)


def transfer(change: ConversationChange, queues: Queues, action: actions.Transfer) -> None:
    """Hand over to the queue; what the customer has told the bot goes with it as a note."""
    queue = queues.row(action.queue) if action.queue else None
    hand_over(change, queue=queue, reason=action.reason[:80])
    for event in change.events:
        if event.kind == EventKind.QUEUED:
            event.note = action.summary


def _send(change: ConversationChange, cause: UUID, index: int, action: actions.SendMessage) -> None:
    # A wait may have outlived the service window: free text would only be refused (spec/03, 4.1).
    if not change.conversation.window_is_open():
        return
    add_bot_message(
        change,
        input_message_id=cause,
        index=index,
        kind=action.kind,
        body=action.body[:MAX_BODY],
        payload=action.payload,
    )


def _closing_reason(change: ConversationChange, name: str) -> ClosingReason | None:
    if not name:
        return None
    reasons = ClosingReason.objects.filter(name=name, is_active=True)
    own = reasons.filter(queue_id=change.conversation.queue_id).first()
    return own or reasons.filter(queue=None).first()
