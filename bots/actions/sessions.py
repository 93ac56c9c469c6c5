"""Stepping the bots: answers, time-outs, and what lost wake-ups have left behind.

Locks: the conversation rows in id order (conversations/actions/changes.py); a session is one-to-one
with its conversation and changes under that lock only. All of a batch is one transaction: messages,
states and the log are there together or not at all, so running again after a crash does the rest.
"""

from collections.abc import Iterable
from datetime import timedelta
from itertools import islice
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from bots.actions.catalogue import current_catalogue
from bots.actions.facts import site_texts
from bots.actions.turns import ERROR_LENGTH, Turn, World
from bots.models import BotSession, BotStep, Flow
from conversations.actions.changes import Changes
from conversations.actions.conversations import queue_for_person
from conversations.models import (
    Conversation,
    ConversationEvent,
    EventKind,
    Message,
    SenderKind,
    State,
)
from helpdesk.core.bulk import update_rows

log = structlog.get_logger(__name__)

BATCH = 100  # conversations per transaction
SWEPT_AT_ONCE = 1_000  # overdue conversations per sweep
OLD_NEWS_AFTER = timedelta(hours=24)
SESSION_FIELDS = [
    "flow_version_id", "state", "epoch", "processed_through", "steps", "failures",
    "waiting_until", "last_error",
]  # fmt: skip


def advance(conversation_ids: Iterable[UUID]) -> None:
    """Let the bot do whatever is due in these conversations; what is not the bot's is left alone.

    May be called at any time, twice, and by several processes at once: the rows say what is still
    to be done. A conversation that breaks its batch is stepped alone; when it breaks again it goes
    to the queue with the reason bot_error.
    """
    ids = iter(sorted(set(conversation_ids)))
    while batch := list(islice(ids, BATCH)):
        try:
            _advance_batch(batch)
        except Exception:
            log.exception("bot.batch_failed", conversations=len(batch))
            for conversation_id in batch:
                _advance_alone(conversation_id)


def advance_overdue() -> int:
    """Advance conversations whose wake-up was lost and those whose time to wait is over.

    Returns how many were found, at most SWEPT_AT_ONCE of each sort.
    """
    overdue = {*_behind(), *_timed_out(), *_given_back()}
    advance(overdue)
    return len(overdue)


@transaction.atomic
def _advance_batch(conversation_ids: list[UUID]) -> None:
    changes = Changes()
    changes.lock(conversation_ids)
    with_bot = [
        change for change in changes.by_id.values() if change.conversation.state == State.BOT
    ]
    if not with_bot:
        return
    turns = _turns(with_bot)
    changes.write()
    _write(turns)


def _turns(with_bot: list) -> list[Turn]:
    ids = [change.conversation.pk for change in with_bot]
    sessions = {row.conversation_id: row for row in BotSession.objects.filter(conversation__in=ids)}
    world = World(timezone.now(), current_catalogue(), site_texts())
    turns = [Turn(change, sessions.get(change.conversation.pk), world) for change in with_bot]
    pending, entries = _pending(ids, world.now), _entries(turns)
    for turn in turns:
        messages = pending.get(turn.conversation.pk, [])
        entry = entries.get(turn.conversation.pk)
        if entry is None:
            turn.take(messages)
        else:
            given_back = entry.kind == EventKind.RETURNED_TO_BOT
            turn.take(messages, since=entry.version, was_given_back=given_back)
    return turns


def _pending(conversation_ids: list[UUID], now) -> dict[UUID, list[Message]]:
    """The customers' messages that the bot has not answered, oldest first."""
    rows = (
        _customer_messages(now)
        .filter(conversation__in=conversation_ids)
        .filter(
            Q(conversation__bot_session=None)
            | Q(conversation__bot_session__processed_through=None)
            | Q(pk__gt=F("conversation__bot_session__processed_through"))
        )
        .order_by("id")
    )
    by_conversation: dict[UUID, list[Message]] = {}
    for message in rows:
        by_conversation.setdefault(message.conversation_id, []).append(message)
    return by_conversation


def _customer_messages(now):
    """What customers said to the bot. Old news (a replay, an import) is never answered."""
    return Message.objects.filter(
        sender=SenderKind.CUSTOMER,
        conversation_state=State.BOT,
        sort_at__gte=now - OLD_NEWS_AFTER,
    )


def _entries(turns: list[Turn]) -> dict[UUID, ConversationEvent]:
    """How conversations came back to the bot after a person: what was said before is not ours."""
    back = [
        turn.conversation.pk for turn in turns if turn.session.epoch != turn.conversation.bot_epoch
    ]
    if not back:
        return {}
    kinds = [EventKind.RETURNED_TO_BOT, EventKind.REOPENED]
    events = ConversationEvent.objects.filter(conversation__in=back, kind__in=kinds)
    return {event.conversation_id: event for event in events.order_by("sequence")}


def _write(turns: list[Turn]) -> None:
    changed = [turn for turn in turns if turn.has_changed]
    BotSession.objects.bulk_create([turn.session for turn in changed if turn.is_new])
    update_rows(BotSession, [turn.session for turn in changed if not turn.is_new], SESSION_FIELDS)
    BotStep.objects.bulk_create([step for turn in changed for step in turn.steps])
    for turn in changed:
        for version_id, error in turn.flow_errors.items():
            Flow.objects.filter(versions=version_id).update(
                last_error=error, last_error_at=turn.world.now
            )


def _advance_alone(conversation_id: UUID) -> None:
    try:
        _advance_batch([conversation_id])
    except (OperationalError, InterfaceError):
        raise  # The database's fault, not the conversation's: the sweeper comes again.
    except Exception as error:
        log.exception("bot.conversation_failed", conversation=str(conversation_id))
        _give_up(conversation_id, repr(error)[:ERROR_LENGTH])


def _give_up(conversation_id: UUID, error: str) -> None:
    conversation = Conversation.objects.filter(pk=conversation_id).first()
    if conversation is not None:
        queue_for_person(conversation, reason="bot_error")
        BotSession.objects.filter(conversation=conversation).update(last_error=error)


def _behind():
    now = timezone.now()
    unanswered = (
        _customer_messages(now)
        .filter(conversation=OuterRef("pk"))
        .filter(
            Q(conversation__bot_session=None)
            | Q(conversation__bot_session__processed_through=None)
            | Q(pk__gt=F("conversation__bot_session__processed_through"))
        )
    )
    return _ids(
        Conversation.objects.with_bot()
        .filter(last_customer_message_at__gte=now - OLD_NEWS_AFTER)
        .filter(Exists(unanswered))
    )


def _timed_out():
    return _ids(
        Conversation.objects.with_bot().filter(bot_session__waiting_until__lte=timezone.now())
    )


def _given_back():
    return _ids(
        Conversation.objects.with_bot().filter(
            bot_epoch__gt=F("bot_session__epoch"), events__kind=EventKind.RETURNED_TO_BOT
        )
    )


def _ids(conversations):
    return conversations.order_by("id").values_list("pk", flat=True)[:SWEPT_AT_ONCE]
