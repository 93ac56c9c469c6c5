from datetime import timedelta

import pytest
from django.utils import timezone

from bots.actions.sessions import advance
from bots.models import BotSession, BotStep
from bots.tests.factories import BotFactory, KeywordRuleFactory, published_flow, said_by_bot, says
from conversations.models import EventKind, Message, MessageKind, State, Status
from conversations.tests.factories import (
    ChannelFactory,
    ContactFactory,
    ConversationFactory,
    QueueFactory,
)

pytestmark = pytest.mark.django_db

FAULTY = {"start": "a", "nodes": {"a": {"kind": "jump", "data": {"flow": "gone"}}}}


@pytest.fixture
def bot():
    return BotFactory()


@pytest.fixture
def talk(bot, cast):
    return ConversationFactory(contact=cast.contact)


def tap(button_id, title):
    reply = {"type": "list_reply", "list_reply": {"id": button_id, "title": title}}
    return {"kind": MessageKind.INTERACTIVE, "payload": {"interactive": reply}}


def test_the_bot_answers_the_first_message_with_its_menu(talk):
    says(talk, "oi")
    advance([talk.pk])
    message = talk.messages.get(sender="bot")
    assert message.body.startswith("Como posso ajudar, Zeca?")
    assert message.payload["type"] == "list"
    assert (message.status, message.kind) == (Status.QUEUED, MessageKind.INTERACTIVE)


def test_a_tap_hands_over_with_what_was_chosen(talk, cast):
    says(talk, "oi")
    advance([talk.pk])
    says(talk, "Estou sem sinal", **tap("menu:signal", "Estou sem sinal"))
    advance([talk.pk])
    talk.refresh_from_db()
    assert talk.state == State.QUEUED
    event = talk.events.get(kind=EventKind.QUEUED)
    assert (event.reason, event.note) == ("flow", "Menu: Estou sem sinal")
    assert said_by_bot(talk)[-1] == "Vou chamar."


def test_messages_that_piled_up_are_answered_one_by_one_in_order(talk):
    for text in ("oi", "2", "Rua das Flores"):
        says(talk, text)
    advance([talk.pk])
    answers = said_by_bot(talk)
    assert answers[1:3] == ["Seu endereço?", "Anotei: Rua das Flores."]
    assert len(answers) == 4 and BotStep.objects.count() == 3


def test_running_again_says_nothing_twice(talk):
    says(talk, "oi")
    for _ in range(3):
        advance([talk.pk])
    assert len(said_by_bot(talk)) == 1


def test_nothing_is_said_after_the_hand_over_even_if_more_had_been_written(talk):
    for text in ("oi", "atendente", "alô?", "1"):
        says(talk, text)
    advance([talk.pk])
    talk.refresh_from_db()
    assert talk.state == State.QUEUED
    assert len(said_by_bot(talk)) == 2
    assert talk.events.get(kind=EventKind.QUEUED).reason == "asked_for_person"


def test_after_three_failures_the_conversation_waits_for_a_person(talk):
    for text in ("oi", "banana", "abacaxi", "uva"):
        says(talk, text)
        advance([talk.pk])
    talk.refresh_from_db()
    assert (talk.state, talk.bot_attempts) == (State.QUEUED, 3)
    assert talk.events.get(kind=EventKind.QUEUED).reason == "bot_failed"


def test_a_conversation_that_is_not_with_the_bot_is_left_alone(bot, conversation):
    says(conversation, "oi")
    advance([conversation.pk])
    assert said_by_bot(conversation) == [] and not BotSession.objects.exists()


@pytest.mark.parametrize("kind", [MessageKind.SYSTEM, MessageKind.REACTION])
def test_what_is_not_said_to_the_bot_is_not_answered(talk, kind):
    says(talk, "mudou de número", kind=kind)
    advance([talk.pk])
    assert said_by_bot(talk) == []
    assert BotSession.objects.get().processed_through is not None


def test_old_news_is_not_answered(talk):
    says(talk, "oi", at=timezone.now() - timedelta(hours=25))
    advance([talk.pk])
    assert said_by_bot(talk) == []


def test_a_blocked_customer_is_not_answered(talk, cast):
    cast.zeca.blocked_at = timezone.now()
    cast.zeca.save()
    says(talk, "oi")
    advance([talk.pk])
    assert said_by_bot(talk) == []


def test_without_a_bot_the_conversation_goes_to_the_queue(cast):
    talk = ConversationFactory(contact=cast.contact)
    says(talk, "oi")
    advance([talk.pk])
    talk.refresh_from_db()
    assert talk.state == State.QUEUED
    assert talk.events.get(kind=EventKind.QUEUED).reason == "no_bot"


def test_a_channel_may_have_a_bot_of_its_own(bot, cast):
    nodes = {"a": {"kind": "question", "data": {"text": "Sou o outro."}, "exits": {"next": "a"}}}
    own = BotFactory(flow=published_flow({"start": "a", "nodes": nodes}), is_default=False)
    own.channels.add(cast.channel)
    talk = ConversationFactory(contact=cast.contact)
    elsewhere = ConversationFactory(contact=ContactFactory(channel=ChannelFactory()))
    for conversation in (talk, elsewhere):
        says(conversation, "oi")
    advance([talk.pk, elsewhere.pk])
    assert said_by_bot(talk) == ["Sou o outro."]
    assert said_by_bot(elsewhere)[0].startswith("Como posso ajudar")


def test_a_keyword_rule_answers_and_the_menu_follows(talk, bot):
    KeywordRuleFactory(bot=bot)
    says(talk, "qual o HORARIO de vocês?")
    advance([talk.pk])
    answers = said_by_bot(talk)
    assert answers[0] == "Das 8h às 20h." and answers[1].startswith("Como posso ajudar")


def test_a_keyword_rule_hands_over_to_its_queue(talk, bot, cast):
    KeywordRuleFactory(bot=bot, words="boleto", reply="", hands_over=True, queue=cast.finance)
    says(talk, "boleto")
    advance([talk.pk])
    talk.refresh_from_db()
    assert (talk.state, talk.queue) == (State.QUEUED, cast.finance)


def test_a_keyword_rule_starts_another_flow(talk, bot):
    nodes = {"a": {"kind": "question", "data": {"text": "Que dia?"}, "exits": {"next": "a"}}}
    visit = published_flow({"start": "a", "nodes": nodes}, key="visita")
    KeywordRuleFactory(bot=bot, words="visita", reply="", flow=visit)
    says(talk, "quero uma visita")
    advance([talk.pk])
    assert said_by_bot(talk) == ["Que dia?"]
    assert BotSession.objects.get().flow_version == visit.published


def test_outside_business_hours_the_customer_is_told_and_still_queued(talk, cast):
    cast.support.out_of_hours_text = "Voltamos às 8h, {{customer.first_name}}."
    cast.support.save()
    tomorrow = (timezone.localtime() + timedelta(days=1)).weekday()
    cast.support.business_hours.create(weekday=tomorrow, opens_at="08:00", closes_at="18:00")
    says(talk, "atendente")
    advance([talk.pk])
    talk.refresh_from_db()
    assert talk.state == State.QUEUED
    assert said_by_bot(talk)[-1] == "Voltamos às 8h, Zeca."


def test_a_fault_in_the_flow_hands_over_and_is_shown_on_the_flow(cast):
    flow = published_flow(FAULTY)
    BotFactory(flow=flow)
    talk = ConversationFactory(contact=cast.contact)
    says(talk, "oi")
    advance([talk.pk])
    talk.refresh_from_db()
    flow.refresh_from_db()
    assert talk.events.get(kind=EventKind.QUEUED).reason == "bot_error"
    assert flow.last_error == "missing_flow:a" == BotSession.objects.get().last_error


def test_one_broken_conversation_does_not_stop_the_others(talk):
    broken = ConversationFactory()
    for conversation in (talk, broken):
        says(conversation, "oi")
    BotSession.objects.create(conversation=broken, state={"type": "NoSuchThing"})
    advance([talk.pk, broken.pk])
    broken.refresh_from_db()
    assert len(said_by_bot(talk)) == 1
    assert broken.events.get(kind=EventKind.QUEUED).reason == "bot_error"
    assert "NoSuchThing" in BotSession.objects.get(conversation=broken).last_error


def test_a_new_version_does_not_disturb_running_conversations(talk, bot):
    from bots.actions.flows import publish, save_draft

    says(talk, "oi")
    advance([talk.pk])
    save_draft(bot.flow, FAULTY)
    publish(bot.flow)
    says(talk, "2")
    advance([talk.pk])
    assert said_by_bot(talk)[-1] == "Seu endereço?"


def test_the_statements_do_not_grow_with_the_batch(bot, cast, django_assert_max_num_queries):
    talks = [ConversationFactory(contact=ContactFactory(channel=cast.channel)) for _ in range(20)]
    for talk in talks:
        says(talk, "oi")
    with django_assert_max_num_queries(15):
        advance([talk.pk for talk in talks])
    for talk in talks:
        says(talk, "2")
    with django_assert_max_num_queries(15):
        advance([talk.pk for talk in talks])
    assert Message.objects.filter(sender="bot").count() == 40


def test_queues_are_named_by_flows(cast):
    night = QueueFactory(name="Noite")
    nodes = {"a": {"kind": "transfer", "data": {"queue": "Noite"}}}
    BotFactory(flow=published_flow({"start": "a", "nodes": nodes}))
    talk = ConversationFactory(contact=cast.contact)
    says(talk, "oi")
    advance([talk.pk])
    talk.refresh_from_db()
    assert talk.queue == night
