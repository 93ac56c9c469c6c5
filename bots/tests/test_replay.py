import pytest

from bots.actions.replay import replay
from bots.actions.sessions import advance
from bots.engine import codec
from bots.models import BotSession
from bots.tests.factories import BotFactory, KeywordRuleFactory, published_flow, says
from conversations.actions.changes import changing
from conversations.models import EventKind, State
from conversations.tests.factories import ConversationFactory

pytestmark = pytest.mark.django_db


def test_the_stored_steps_give_the_same_states_again(cast):
    bot = BotFactory()
    talk = ConversationFactory(contact=cast.contact)
    for text in ("oi", "banana", "2", "Rua das Flores"):
        says(talk, text)
        advance([talk.pk])
    session = BotSession.objects.get()
    # What has changed since does not matter: what decided stands in the steps.
    KeywordRuleFactory(bot=bot, words="banana")
    cast.zeca.name = "Outro Nome"
    cast.zeca.save()
    results = replay(session)
    assert [result.state.node for result in results] == ["menu", "menu", "asked", "menu"]
    assert codec.to_json(results[-1].state) == session.state


def test_a_session_begun_anew_and_one_that_changed_flows_are_replayed_too(cast):
    bot = BotFactory()
    nodes = {"a": {"kind": "question", "data": {"text": "Que dia?"}, "exits": {"next": "a"}}}
    visit = published_flow({"start": "a", "nodes": nodes}, key="visita")
    KeywordRuleFactory(bot=bot, words="visita", reply="", flow=visit)
    talk = ConversationFactory(contact=cast.contact)
    says(talk, "atendente")
    advance([talk.pk])
    with changing(talk) as change:
        change.record(EventKind.RETURNED_TO_BOT, to_state=State.BOT)
        change.conversation.state = State.BOT
        change.conversation.bot_epoch += 1
    for text in ("oi", "visita"):
        says(talk, text)
        advance([talk.pk])
    session = BotSession.objects.get()
    assert codec.to_json(replay(session)[-1].state) == session.state
    assert session.flow_version == visit.published
