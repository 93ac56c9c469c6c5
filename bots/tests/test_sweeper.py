from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from bots.actions.sessions import advance, advance_overdue
from bots.models import BotSession
from bots.tests.engine.flows import MENU
from bots.tests.factories import BotFactory, published_flow, said_by_bot, says
from conversations.models import State
from conversations.tests.factories import ConversationFactory

pytestmark = pytest.mark.django_db

REMINDING = {
    "start": "ask",
    "nodes": {
        "ask": {
            "kind": "question",
            "data": {"text": "Qual o seu CEP?", "timeout_minutes": 10},
            "exits": {"next": "end", "no_answer": "end"},
        },
        "end": {"kind": "close", "data": {"text": "Até logo!"}},
    },
}


def test_a_lost_wake_up_is_made_good(cast):
    BotFactory()
    talk = ConversationFactory(contact=cast.contact)
    says(talk, "oi")
    assert advance_overdue() == 1
    assert len(said_by_bot(talk)) == 1
    assert advance_overdue() == 0


def test_when_nobody_answers_in_time_the_flow_goes_on(cast):
    BotFactory(flow=published_flow(REMINDING))
    talk = ConversationFactory(contact=cast.contact)
    says(talk, "oi")
    advance([talk.pk])
    assert advance_overdue() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert advance_overdue() == 1
        assert advance_overdue() == 0
    talk.refresh_from_db()
    assert said_by_bot(talk) == ["Qual o seu CEP?", "Até logo!"]
    assert talk.state == State.CLOSED


def test_an_answer_in_time_stops_the_clock(cast):
    definition = {**MENU, "start": "asked"}
    definition["nodes"] = {
        **MENU["nodes"],
        "asked": {**REMINDING["nodes"]["ask"], "exits": {"next": "menu"}},
    }
    BotFactory(flow=published_flow(definition))
    talk = ConversationFactory(contact=cast.contact)
    says(talk, "oi")
    says(talk, "11000-000")
    advance([talk.pk])
    assert BotSession.objects.get().waiting_until is None


def test_nothing_is_queued_when_the_service_window_has_closed_meanwhile(cast):
    BotFactory(flow=published_flow(REMINDING))
    talk = ConversationFactory(contact=cast.contact)
    says(talk, "oi")
    advance([talk.pk])
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        advance_overdue()
    talk.refresh_from_db()
    assert said_by_bot(talk) == ["Qual o seu CEP?"] and talk.state == State.CLOSED
