"""Taking back: what is restored, who may, how long, and what stands in the way."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from bots.tests.factories import BotFactory
from conversations.actions.conversations import close_conversation, return_to_queue, take, transfer
from conversations.actions.errors import Refused
from conversations.actions.marks import set_priority, set_tags
from conversations.actions.messages import send_message
from conversations.actions.returning import return_to_bot
from conversations.actions.snoozing import snooze
from conversations.actions.undoing import undo, undoable_event
from conversations.models import (
    Conversation,
    ConversationEvent,
    EventKind,
    Priority,
    State,
    Status,
    Tag,
)

pytestmark = pytest.mark.django_db

FACTS = ("state", "queue_id", "assignee_id", "queued_at", "awaiting_reply_since", "priority",
         "snoozed_at", "snoozed_until", "closed_at", "closing_reason_id", "unread_count")  # fmt: skip


@pytest.fixture
def held(conversation, ana):
    return take(conversation, by=ana)


def facts(conversation):
    fresh = Conversation.objects.get(pk=conversation.pk)
    return {name: getattr(fresh, name) for name in FACTS} | {"tags": set(fresh.tags.all())}


def last_event(conversation):
    return conversation.events.order_by("sequence").last()


ACTS = {
    "transfer to a queue": lambda it, cast: transfer(
        it, by=cast.ana, queue=cast.finance, reason="Boleto"
    ),
    "transfer to somebody": lambda it, cast: transfer(
        it, by=cast.ana, agent=cast.bruno, reason="Boleto"
    ),
    "return": lambda it, cast: return_to_queue(it, by=cast.ana),
    "bot": lambda it, cast: return_to_bot(it, by=cast.ana),
    "close": lambda it, cast: close_conversation(it, by=cast.ana),
    "snooze": lambda it, cast: snooze(it, by=cast.ana),
    "priority": lambda it, cast: set_priority(it, by=cast.ana, priority=Priority.HIGH),
    "tags": lambda it, cast: set_tags(it, by=cast.ana, add=[Tag.objects.create(name="VIP")]),
}


@pytest.mark.parametrize("name", ACTS)
def test_undone_it_is_as_before_and_says_so(held, cast, name):
    before, version = facts(held), held.version
    ACTS[name](held, cast)
    assert facts(held) != before
    event = undoable_event(held, by=cast.ana, since=version)
    undo(event, by=cast.ana)
    assert facts(held) == before
    assert last_event(held).data == {"undoes": event.kind, "event": str(event.pk)}
    with pytest.raises(Refused):
        undo(event, by=cast.ana)


def test_a_take_from_the_queue_is_undone(conversation, ana):
    before = facts(conversation)
    take(conversation, by=ana)
    undo(last_event(conversation), by=ana)
    assert facts(conversation) == before


def test_a_take_from_the_bot_gives_it_back_to_the_bot(conversation, ana):
    BotFactory()
    Conversation.objects.update(state=State.BOT, queued_at=None)
    take(conversation, by=ana)
    undo(last_event(conversation), by=ana)
    assert Conversation.objects.get().state == State.BOT
    assert last_event(conversation).kind == EventKind.RETURNED_TO_BOT


def test_the_goodbye_leaves_only_when_closing_can_no_longer_be_undone(held, ana):
    close_conversation(held, by=ana)
    goodbye = held.messages.get(sender="system")
    assert goodbye.next_attempt_at > timezone.now() + timedelta(seconds=10)
    assert undo(last_event(held), by=ana) is False
    goodbye.refresh_from_db()
    assert goodbye.status == Status.CANCELLED


def test_what_the_customer_was_sent_stays_sent_and_one_is_told(held, ana):
    close_conversation(held, by=ana)
    held.messages.filter(sender="system").update(status=Status.SENT)
    assert undo(last_event(held), by=ana) is True
    assert held.messages.get(sender="system").status == Status.SENT


def test_after_some_seconds_it_is_too_late(held, ana):
    close_conversation(held, by=ana)
    ConversationEvent.objects.update(occurred_at=timezone.now() - timedelta(seconds=20))
    with pytest.raises(Refused):
        undo(last_event(held), by=ana)
    assert Conversation.objects.get().is_closed


def test_nobody_undoes_what_another_did(held, ana, celia):
    close_conversation(held, by=ana)
    with pytest.raises(Refused):
        undo(last_event(held), by=celia)


def test_what_a_colleague_has_changed_since_stays(held, cast):
    return_to_queue(held, by=cast.ana)
    event = last_event(held)
    take(held, by=cast.celia)
    with pytest.raises(Refused):
        undo(event, by=cast.ana)
    assert Conversation.objects.get().assignee == cast.celia


def test_after_an_answer_the_transfer_stays(held, cast):
    transfer(held, by=cast.ana, agent=cast.bruno, reason="Boleto")
    event = last_event(held)
    send_message(held, by=cast.bruno, body="Oi!", client_token=uuid4())
    with pytest.raises(Refused):
        undo(event, by=cast.ana)


def test_a_waiting_customer_is_not_forgotten_by_undoing(held, ana):
    snooze(held, by=ana)
    event = last_event(held)
    at = timezone.now()
    Conversation.objects.update(awaiting_reply_since=at)
    undo(event, by=ana)
    assert Conversation.objects.get().awaiting_reply_since == at
