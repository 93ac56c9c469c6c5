"""The outbox against a Graph-like server over real HTTP."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from conversations.actions import outbox
from conversations.actions.outbox.claims import PAIR_BURST
from conversations.actions.outbox.sweep import NO_ANSWER_AFTER
from conversations.models import Channel, SendAttempt, SenderKind, State, Status
from conversations.tests.factories import ContactFactory, ConversationFactory
from conversations.tests.providers import payloads
from helpdesk.testing.webhooks import receive

pytestmark = pytest.mark.django_db


def bodies(graph) -> list[str]:
    return [one["body"]["text"]["body"] for one in graph.accepted]


def test_a_queued_message_is_sent_once_and_gets_whatsapps_id(graph, channel, queued):
    message = queued("Já estou vendo")
    outbox.send_due(channel.pk)
    outbox.send_due(channel.pk)
    message.refresh_from_db()
    assert bodies(graph) == ["Já estou vendo"]
    assert (message.status, message.provider_id) == (Status.SENT, graph.accepted[0]["wamid"])
    assert message.version == message.conversation.__class__.objects.get().version


def test_the_attempts_id_travels_with_the_message(graph, channel, queued):
    queued()
    outbox.send_due(channel.pk)
    attempt = SendAttempt.objects.get()
    assert graph.accepted[0]["body"]["biz_opaque_callback_data"] == str(attempt.pk)
    assert attempt.finished_at and attempt.provider_id == graph.accepted[0]["wamid"]


def test_a_conversations_messages_leave_in_order(graph, channel, queued):
    for number in range(6):
        queued(str(number), sort_at=timezone.now() + timedelta(milliseconds=number))
    outbox.send_due(channel.pk)
    assert bodies(graph) == ["0", "1", "2", "3", "4", "5"]


def test_a_person_goes_before_the_bot(graph, channel, queued, settings):
    for priority, name in ((2, "bot"), (1, "agent"), (0, "system")):
        contact = ContactFactory(channel=channel)
        queued(name, conversation=ConversationFactory(contact=contact), priority=priority)
    outbox.send_due(channel.pk)
    assert set(bodies(graph)) == {"bot", "agent", "system"}


def test_a_refusal_for_good_is_a_failure_with_its_reason(graph, channel, queued):
    graph.script_faults("error=131051")
    message = queued()
    outbox.send_due(channel.pk)
    message.refresh_from_db()
    assert (message.status, message.error_code) == (Status.FAILED, 131051)
    assert graph.accepted == []


def test_a_throttled_message_waits_and_holds_back_its_conversation(graph, channel, queued):
    graph.script_faults("throttle")
    first, second = queued("um"), queued("dois", sort_at=timezone.now() + timedelta(seconds=1))
    outbox.send_due(channel.pk)
    first.refresh_from_db()
    assert (first.status, first.attempts) == (Status.QUEUED, 1)
    assert first.next_attempt_at > timezone.now()
    assert bodies(graph) == []
    with time_machine.travel(first.next_attempt_at + timedelta(seconds=1), tick=True):
        outbox.send_due(channel.pk)
    assert bodies(graph) == ["um", "dois"]
    second.refresh_from_db()
    assert second.status == Status.SENT


def test_another_conversation_is_not_held_back(graph, channel, queued):
    queued("um", next_attempt_at=timezone.now() + timedelta(minutes=5))
    other = ConversationFactory(contact=ContactFactory(channel=channel))
    queued("dois", conversation=other)
    outbox.send_due(channel.pk)
    assert bodies(graph) == ["dois"]


def test_a_connection_cut_after_accepting_is_unknown_and_never_sent_again(graph, channel, queued):
    graph.script_faults("cut")
    message = queued()
    outbox.send_due(channel.pk)
    outbox.send_due(channel.pk)
    message.refresh_from_db()
    assert (message.status, len(graph.accepted)) == (Status.UNKNOWN, 1)


def test_a_status_with_the_attempts_id_resolves_what_was_unknown(graph, client, channel, queued):
    graph.script_faults("cut")
    message = queued()
    outbox.send_due(channel.pk)
    accepted = graph.accepted[0]
    receive(
        client,
        channel,
        statuses=[
            payloads.status(
                accepted["wamid"],
                "delivered",
                biz_opaque_callback_data=accepted["body"]["biz_opaque_callback_data"],
            )
        ],
    )
    message.refresh_from_db()
    assert (message.status, message.provider_id) == (Status.DELIVERED, accepted["wamid"])


def test_an_unknown_message_holds_back_its_conversation_for_half_a_minute(graph, channel, queued):
    graph.script_faults("cut")
    first = queued("um")
    outbox.send_due(channel.pk)
    queued("dois", sort_at=timezone.now() + timedelta(seconds=1))
    outbox.send_due(channel.pk)
    assert bodies(graph) == ["um"]
    first.refresh_from_db()
    with time_machine.travel(first.next_attempt_at + timedelta(seconds=1), tick=True):
        outbox.send_due(channel.pk)
    assert bodies(graph) == ["um", "dois"]


def test_a_dead_worker_leaves_an_unknown_message_and_not_a_second_one(graph, channel, queued):
    message = queued(status=Status.SENDING)
    started = timezone.now() - NO_ANSWER_AFTER - timedelta(seconds=1)
    SendAttempt.objects.create(message=message, started_at=started)
    assert outbox.sweep() == {}
    outbox.send_due(channel.pk)
    message.refresh_from_db()
    assert (message.status, graph.accepted) == (Status.UNKNOWN, [])


def test_a_bad_token_stops_the_channel_and_keeps_the_queue(graph, channel, queued):
    Channel.objects.filter(pk=channel.pk).update(paused_reason="")
    channel.access_token = "expired"
    channel.save()
    messages = [queued(str(number)) for number in range(3)]
    outbox.send_due(channel.pk)
    channel.refresh_from_db()
    assert channel.paused_reason
    for message in messages:
        message.refresh_from_db()
        assert message.status == Status.QUEUED
    assert outbox.sweep() == {}


def test_a_mended_channel_sends_what_has_waited(graph, channel, queued):
    from conversations.actions.channels import check

    Channel.objects.filter(pk=channel.pk).update(paused_reason="190: expired")
    queued("esperei")
    assert check(Channel.objects.get(pk=channel.pk))
    outbox.send_due(channel.pk)
    assert bodies(graph) == ["esperei"]


def test_a_server_that_is_away_costs_nothing_but_time(settings, channel, queued):
    settings.WHATSAPP_GRAPH_URL = "http://127.0.0.1:9"
    message = queued()
    outbox.send_due(channel.pk)
    message.refresh_from_db()
    assert (message.status, message.attempts) == (Status.QUEUED, 1)


def test_the_bots_rest_goes_with_the_message_that_failed(graph, channel, queued):
    graph.script_faults("error=131051")
    conversation = ConversationFactory(contact=ContactFactory(channel=channel), state=State.BOT)
    first = queued("um", conversation=conversation, sender=SenderKind.BOT)
    later = timezone.now() + timedelta(seconds=1)
    second = queued("dois", conversation=conversation, sender=SenderKind.BOT, sort_at=later)
    outbox.send_due(channel.pk)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (Status.FAILED, Status.CANCELLED)


def test_a_brazilian_number_is_tried_once_in_its_other_form(graph, channel, queued, contact):
    graph.script_faults("error=131026")
    queued()
    outbox.send_due(channel.pk)
    tried = graph.accepted[0]["body"]["to"]
    contact.refresh_from_db()
    assert tried.strip("+") == contact.send_to
    assert len(contact.send_to) == 12


def test_the_pair_rate_puts_a_flood_off(graph, channel, queued, contact):
    contact.paced_until = timezone.now() + timedelta(seconds=6 * PAIR_BURST)
    contact.save()
    message = queued()
    outbox.send_due(channel.pk)
    message.refresh_from_db()
    assert (message.status, graph.accepted) == (Status.QUEUED, [])
    assert message.next_attempt_at > timezone.now()


def test_two_turns_at_once_send_each_message_once(graph, channel, queued):
    from helpdesk.core import leases

    queued()
    leases.acquire(f"outbox.{channel.pk}", "somebody else", 30)
    outbox.send_due(channel.pk)
    assert graph.accepted == []


def test_a_quoted_reply_and_buttons_travel_in_whatsapps_words(graph, channel, queued, with_ana):
    from conversations.tests.factories import InboundMessageFactory

    asked = InboundMessageFactory(conversation=with_ana, body="Quando?")
    queued("Hoje às 15h", reply_to=asked)
    outbox.send_due(channel.pk)
    assert graph.accepted[0]["body"]["context"] == {"message_id": asked.provider_id}
    buttons = {"type": "button", "buttons": [{"id": "1", "title": "Sim"}]}
    queued("Pode ser?", kind="interactive", payload=buttons)
    outbox.send_due(channel.pk)
    action = graph.accepted[1]["body"]["interactive"]["action"]
    assert action["buttons"][0]["reply"] == {"id": "1", "title": "Sim"}
