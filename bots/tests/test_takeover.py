"""The bot never talks over a person."""

import pytest

from bots.actions.sessions import advance, advance_overdue
from bots.models import BotSession
from bots.tests.factories import BotFactory, said_by_bot, says
from conversations.actions.changes import changing
from conversations.actions.conversations import close_conversation, take
from conversations.models import EventKind, State, Status
from conversations.tests.factories import ConversationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(cast):
    BotFactory()
    return ConversationFactory(contact=cast.contact)


def give_back(conversation):
    """What 'Devolver ao robô' writes."""
    with changing(conversation) as change:
        change.record(EventKind.RETURNED_TO_BOT, from_state=State.ACTIVE, to_state=State.BOT)
        change.conversation.state = State.BOT
        change.conversation.assignee = None


def reopen(conversation):
    """What the ingest writes when a customer writes soon after closing."""
    with changing(conversation) as change:
        change.record(EventKind.REOPENED, from_state=State.CLOSED, to_state=State.BOT)
        change.conversation.state = State.BOT
        change.conversation.assignee = None
        change.conversation.closed_at = None
        change.conversation.bot_epoch += 1


def test_what_the_bot_had_queued_is_cancelled_when_a_person_takes_over(talk, ana):
    says(talk, "oi")
    advance([talk.pk])
    assert talk.messages.get(sender="bot").status == Status.QUEUED
    take(talk, by=ana)
    assert talk.messages.get(sender="bot").status == Status.CANCELLED


def test_a_message_that_came_before_the_take_over_is_not_answered_after_it(talk, ana):
    says(talk, "oi")
    take(talk, by=ana)
    advance([talk.pk])
    assert said_by_bot(talk) == []


def test_given_back_the_bot_offers_its_menu_once_and_answers_nothing_of_before(talk, ana):
    says(talk, "oi")
    take(talk, by=ana)
    says(talk, "isso era para a Ana")
    give_back(talk)
    assert advance_overdue() == 1
    assert len(said_by_bot(talk)) == 1
    assert advance_overdue() == 0


def test_given_back_the_next_message_is_answered(talk, ana):
    says(talk, "oi")
    advance([talk.pk])
    take(talk, by=ana)
    give_back(talk)
    says(talk, "1")
    advance([talk.pk])
    assert [text[:11] for text in said_by_bot(talk)] == ["Como posso "]
    assert BotSession.objects.get().epoch == talk.bot_epoch


def test_reopened_the_bot_begins_anew(talk, ana):
    says(talk, "oi")
    says(talk, "2")
    advance([talk.pk])
    take(talk, by=ana)
    close_conversation(talk, by=ana)
    reopen(talk)
    says(talk, "voltei")
    advance([talk.pk])
    assert said_by_bot(talk)[-1].startswith("Como posso ajudar")
    assert advance_overdue() == 0
