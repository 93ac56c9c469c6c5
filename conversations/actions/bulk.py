"""The same done to many conversations: each by its own action, each in a transaction of its own.

A submission has a token. With each conversation a mark is written in the transaction that changes
it (models/bulk.py): the same submission again, at once or after a process died half way, does only
what has not been done. Locks: the mark's unique row, then what the action locks (changes.py).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations import access, live
from conversations.actions import conversations as actions
from conversations.actions.errors import Refused
from conversations.models import BulkMark, Conversation

MOST_AT_ONCE = 200
FACTS = ("customer", "channel", "contact__channel", "queue", "assignee")
MARKS_KEPT = timedelta(days=2)  # nobody's browser repeats a form after that


@dataclass(frozen=True, slots=True)
class Failure:
    """A conversation that stayed as it was, and why; `conversation` None: not this person's."""

    conversation: Conversation | None
    why: str


@dataclass(slots=True)
class Outcome:
    """How many were done, and those that were not."""

    done: int = 0
    failures: list[Failure] = field(default_factory=list)


def in_bulk(
    conversation_ids: Iterable[UUID],
    *,
    by,
    token: UUID,
    act: Callable[[Conversation], object],
) -> Outcome:
    """Do `act` to each of these conversations that `by` may change. Never stops half way.

    Raises Refused when they are none, or more than MOST_AT_ONCE.
    """
    keys = list(dict.fromkeys(conversation_ids))
    if not keys:
        raise Refused(_("Select conversations first."), "none")
    if len(keys) > MOST_AT_ONCE:
        raise Refused(_("Select at most %d conversations at once.") % MOST_AT_ONCE, "too_many")
    BulkMark.objects.filter(created_at__lt=timezone.now() - MARKS_KEPT).delete()
    outcome = Outcome()
    with live.gathering():
        for key in keys:
            failure = _one(key, by, token, act)
            if failure is None:
                outcome.done += 1
            else:
                outcome.failures.append(failure)
    return outcome


def _one(key: UUID, by, token: UUID, act) -> Failure | None:
    conversation = None
    try:
        # A transfer that has been done may have taken it out of sight: that is done as well.
        if BulkMark.objects.filter(token=token, conversation=key).exists():
            return None
        conversation = (
            access.visible_conversations(by).select_related(*FACTS).filter(pk=key).first()
        )
        if conversation is None:
            return Failure(None, _("It is not among the conversations you see."))
        with transaction.atomic():
            _mark, is_new = BulkMark.objects.get_or_create(token=token, conversation=conversation)
            if is_new:
                act(conversation)
    except Refused as error:
        return Failure(conversation, str(error))
    return None


def assign(conversation: Conversation, *, by, agent, reason: str = "") -> None:
    """Give a conversation to somebody: taken when it is for oneself and free, else transferred."""
    is_held = conversation.is_active and conversation.assignee_id is not None
    if agent.pk == by.pk and (not is_held or conversation.assignee_id == by.pk):
        actions.take(conversation, by=by)
    else:
        actions.transfer(
            conversation, by=by, agent=agent, reason=reason.strip() or _("Redistributed")
        )


def close(conversation: Conversation, *, by, reason, message: str, **said) -> None:
    """Close with a reason of its queue and, when there is one, a message to the customer."""
    if reason is not None and reason.queue_id not in (None, conversation.queue_id):
        text = _("The reason %(reason)s is not one of the queue %(queue)s.")
        raise Refused(text % {"reason": reason, "queue": conversation.queue}, "bad_reason")
    if message and not conversation.window_is_open():
        raise Refused(_("Its 24-hour window is closed: no message can be sent."), "window")
    farewell = {"farewell": message, "says_goodbye": True} if message else {}
    actions.close_conversation(conversation, by=by, reason=reason, **{**said, **farewell})
