import pytest

from bots.actions.sessions import advance
from bots.engine.validation import validate
from bots.models import Bot, Flow
from bots.seeds import READY_MADE, create_welcome_bot, ready_made
from bots.tests.factories import said_by_bot, says
from conversations.models import EventKind, State
from conversations.tests.factories import ConversationFactory


@pytest.mark.parametrize("name", [path.stem for path in READY_MADE.glob("*.json")])
def test_a_ready_made_flow_has_no_problems(name):
    assert validate(ready_made(name)) == []


@pytest.mark.django_db
def test_the_welcome_bot_is_made_once():
    first = create_welcome_bot()
    assert create_welcome_bot() == first
    assert (Bot.objects.count(), Flow.objects.count()) == (1, 1)


@pytest.fixture
def talk(cast):
    create_welcome_bot()
    return ConversationFactory(contact=cast.contact)


def answers(talk, *texts):
    for text in texts:
        says(talk, text)
        advance([talk.pk])
    talk.refresh_from_db()
    return said_by_bot(talk)


def test_a_customer_without_signal_is_helped_and_handed_over(talk):
    said = answers(talk, "oi", "minha internet caiu", "não", "nao voltou")
    assert said[0].startswith("Como posso ajudar, Zeca?")
    assert "vermelha" in said[1] and "tomada" in said[2]
    assert talk.state == State.QUEUED
    assert talk.events.get(kind=EventKind.QUEUED).note.startswith("Menu inicial: Estou sem sinal; ")


def test_a_customer_who_wants_the_bill_goes_to_its_queue(talk, cast):
    answers(talk, "bom dia", "2")
    assert (talk.state, talk.queue) == (State.QUEUED, cast.finance)


def test_where_the_queue_does_not_exist_the_channels_own_takes_over(talk, cast):
    answers(talk, "bom dia", "quero aumentar a velocidade")
    assert (talk.state, talk.queue) == (State.QUEUED, cast.support)


def test_a_customer_who_is_back_online_is_let_go(talk):
    answers(talk, "oi", "1", "não", "voltou sim, obrigado")
    assert talk.state == State.CLOSED


@pytest.mark.parametrize("text", ["4", "Falar com atendente", "quero falar com uma pessoa"])
def test_a_customer_who_wants_a_person_gets_one(talk, text):
    answers(talk, "oi", text)
    assert talk.events.get(kind=EventKind.QUEUED).reason == "asked_for_person"
