"""Snooze, priority, tags, back to the bot, reopen: who may, what changes, what is recorded."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from bots.tests.factories import BotFactory
from conversations.actions.conversations import close_conversation, return_to_queue, take, transfer
from conversations.actions.errors import AlreadyTaken, Refused
from conversations.actions.marks import set_priority, set_tags
from conversations.actions.returning import reopen, return_to_bot
from conversations.actions.snoozing import snooze, unsnooze, wake_due
from conversations.models import Conversation, EventKind, Priority, SenderKind, State, Tag
from conversations.tests.factories import ConversationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(conversation, ana):
    return take(conversation, by=ana)


def in_hours(hours):
    return timezone.now() + timedelta(hours=hours)


def last_event(conversation):
    return conversation.events.order_by("sequence").last()


def test_a_snooze_has_an_end_or_waits_for_the_customer(held, ana):
    until = in_hours(1)
    snooze(held, by=ana, until=until)
    assert Conversation.objects.get().snoozed_until == until
    snooze(held, by=ana)
    fresh = Conversation.objects.get()
    assert (fresh.snoozed_until, fresh.snoozed_at is not None) == (None, True)
    assert last_event(fresh).kind == EventKind.SNOOZED


@pytest.mark.parametrize("hours", [-1, 0, 24 * 366])
def test_nobody_snoozes_into_the_past_or_for_ever(held, ana, hours):
    with pytest.raises(Refused):
        snooze(held, by=ana, until=in_hours(hours))


def test_only_open_conversations_of_people_are_snoozed(held, ana, cast):
    with pytest.raises(Refused):
        snooze(ConversationFactory(state=State.BOT), by=ana)
    close_conversation(held, by=ana)
    with pytest.raises(Refused):
        snooze(held, by=ana)


def test_a_snooze_is_ended_by_hand_once(held, ana):
    snooze(held, by=ana)
    unsnooze(held, by=ana)
    unsnooze(held, by=ana)
    fresh = Conversation.objects.get()
    assert fresh.snoozed_at is None
    ended = fresh.events.get(kind=EventKind.UNSNOOZED)
    assert (ended.actor, ended.data["ended_by"]) == (ana, "person")


@pytest.mark.parametrize("move", ["transfer", "return", "close", "bot"])
def test_whatever_moves_a_conversation_ends_its_snooze(held, ana, bruno, move):
    snooze(held, by=ana, until=in_hours(5))
    {
        "transfer": lambda: transfer(held, by=ana, agent=bruno, reason="Boleto"),
        "return": lambda: return_to_queue(held, by=ana),
        "close": lambda: close_conversation(held, by=ana),
        "bot": lambda: return_to_bot(held, by=ana),
    }[move]()
    fresh = Conversation.objects.get()
    assert (fresh.snoozed_at, fresh.snoozed_until) == (None, None)


def test_a_snooze_whose_time_has_come_ends_by_itself(held, ana, conversation):
    snooze(held, by=ana, until=in_hours(1))
    assert wake_due() == 0
    Conversation.objects.update(snoozed_until=in_hours(-1))
    assert wake_due() == 1
    fresh = Conversation.objects.get()
    assert (fresh.snoozed_at, fresh.snoozed_until) == (None, None)
    assert fresh.events.get(kind=EventKind.UNSNOOZED).data["ended_by"] == "time"
    assert wake_due() == 0


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_end_a_snooze_once(held, ana):
    snooze(held, by=ana, until=in_hours(1))
    Conversation.objects.update(snoozed_until=in_hours(-1))
    together(wake_due, wake_due)
    assert held.events.filter(kind=EventKind.UNSNOOZED).count() == 1


def test_priority_and_its_repetition(held, ana):
    set_priority(held, by=ana, priority=Priority.URGENT)
    set_priority(held, by=ana, priority=Priority.URGENT)
    assert Conversation.objects.get().priority == Priority.URGENT
    event = held.events.get(kind=EventKind.PRIORITY)
    assert (event.data["from"], event.data["to"]) == (Priority.NORMAL, Priority.URGENT)
    with pytest.raises(Refused):
        set_priority(held, by=ana, priority=9)


def test_tags_come_and_go_with_one_event_each(held, ana):
    vip, churn = (Tag.objects.create(name=name) for name in ("VIP", "Cancelamento"))
    set_tags(held, by=ana, add=[vip, churn])
    set_tags(held, by=ana, add=[vip])
    set_tags(held, by=ana, remove=[churn])
    assert list(held.tags.all()) == [vip]
    events = held.events.filter(kind=EventKind.TAGGED).order_by("sequence")
    assert [(e.data["added"], e.data["removed"]) for e in events] == [
        (["Cancelamento", "VIP"], []),
        ([], ["Cancelamento"]),
    ]


def test_back_to_the_bot_it_waits_for_nobody(held, ana):
    return_to_bot(held, by=ana)
    fresh = Conversation.objects.get()
    assert (fresh.assignee, fresh.queued_at, fresh.awaiting_reply_since) == (None, None, None)
    assert (last_event(fresh).kind, fresh.state) == (EventKind.RETURNED_TO_BOT, State.BOT)


def test_back_at_the_bot_it_speaks_at_once(held, ana, django_capture_on_commit_callbacks):
    BotFactory()
    with django_capture_on_commit_callbacks(execute=True):
        return_to_bot(held, by=ana)
    assert held.messages.filter(sender=SenderKind.BOT).count() == 1


def test_nothing_goes_back_to_a_bot_that_could_not_write(held, ana, contact):
    contact.window_expires_at = in_hours(-1)
    contact.save()
    with pytest.raises(Refused):
        return_to_bot(held, by=ana)
    assert Conversation.objects.get().assignee == ana


def test_reopened_it_is_the_agents_who_did_it(held, ana, celia):
    close_conversation(held, by=ana)
    reopen(held, by=celia)
    fresh = Conversation.objects.get()
    assert (fresh.state, fresh.assignee, fresh.closed_at) == (State.ACTIVE, celia, None)
    assert (fresh.reopened_count, last_event(fresh).kind) == (1, EventKind.REOPENED)
    with pytest.raises(Refused):
        reopen(held, by=celia)


def test_reopening_ends_with_the_sites_time(held, ana):
    close_conversation(held, by=ana)
    Conversation.objects.update(closed_at=in_hours(-25))
    with pytest.raises(Refused):
        reopen(held, by=ana)


def test_a_customer_never_has_two_open_conversations_on_a_number(held, ana, contact):
    close_conversation(held, by=ana)
    ConversationFactory(contact=contact)
    with pytest.raises(Refused):
        reopen(held, by=ana)


@pytest.mark.parametrize(
    "act",
    [
        lambda it, by: snooze(it, by=by),
        lambda it, by: set_priority(it, by=by, priority=Priority.HIGH),
        lambda it, by: set_tags(it, by=by, add=[Tag.objects.create(name="VIP")]),
        lambda it, by: return_to_bot(it, by=by),
    ],
)
def test_neither_a_viewer_nor_another_agent_touches_what_ana_holds(held, vera, bruno, act):
    version = Conversation.objects.get().version
    with pytest.raises(Refused):
        act(held, vera)
    Tag.objects.all().delete()
    with pytest.raises(AlreadyTaken):
        act(held, bruno)
    assert Conversation.objects.get().version == version


def together(*acts):
    """Run these at the same moment, each in a thread with a connection of its own."""
    start = Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            act()
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
