"""What an incoming message does to customers, contacts and conversations."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.actions.conversations import take
from conversations.actions.snoozing import snooze
from conversations.models import (
    Attachment,
    Conversation,
    Customer,
    EventKind,
    Message,
    SenderKind,
    State,
    Status,
    WorkItem,
)
from conversations.tests.providers import payloads
from helpdesk.testing.webhooks import drain, post, receive

pytestmark = pytest.mark.django_db


def from_customer():
    return Message.objects.filter(sender=SenderKind.CUSTOMER).in_order()


def seconds_ago(seconds: int) -> str:
    return str(int(time.time()) - seconds)


def test_a_first_message_opens_a_conversation_with_a_protocol(client, channel):
    receive(client, channel, payloads.text_message("Estou sem sinal", sender="5521988887777"))
    conversation = Conversation.objects.get()
    assert conversation.protocol[:8] == timezone.localtime().strftime("%Y%m%d")
    assert conversation.queue == channel.default_queue
    assert (conversation.unread_count, conversation.customer.phone) == (1, "+5521988887777")
    assert conversation.events.first().kind == EventKind.OPENED


def test_the_protocol_is_told_by_the_house_and_not_by_the_bot(client, channel):
    receive(client, channel, payloads.text_message(sender="5521988887777"))
    conversation = Conversation.objects.get()
    told = conversation.messages.get(sender=SenderKind.SYSTEM)
    assert conversation.protocol in told.body
    assert told.status == Status.QUEUED


def test_the_same_message_twice_is_one_message(client, channel):
    message = payloads.text_message(sender="5521988887777")
    receive(client, channel, message)
    receive(client, channel, message)
    receive(client, channel, message, message)
    assert from_customer().count() == 1
    assert Conversation.objects.get().unread_count == 1
    assert not WorkItem.objects.parked().exists()


def test_a_repeated_message_does_not_open_what_was_closed(client, channel, davi):
    from conversations.actions.conversations import close_conversation

    message = payloads.text_message(sender="5521988887777")
    receive(client, channel, message)
    close_conversation(Conversation.objects.get(), by=davi)
    receive(client, channel, message)
    assert Conversation.objects.get().state == State.CLOSED


def test_a_second_message_joins_the_open_conversation(client, channel):
    receive(client, channel, payloads.text_message("um", sender="5521988887777"))
    receive(client, channel, payloads.text_message("dois", sender="5521988887777"))
    assert Conversation.objects.get().unread_count == 2


def test_a_message_soon_after_closing_reopens_and_keeps_the_protocol(client, channel, ana):
    from conversations.actions.conversations import close_conversation, take

    receive(client, channel, payloads.text_message(sender="5521988887777"))
    conversation = Conversation.objects.get()
    take(conversation, by=ana)
    close_conversation(conversation, by=ana)
    receive(client, channel, payloads.text_message("Voltou a cair", sender="5521988887777"))
    reopened = Conversation.objects.get()
    assert (reopened.state, reopened.reopened_count) == (State.QUEUED, 1)
    assert reopened.protocol == conversation.protocol


def test_a_message_long_after_closing_opens_another_conversation(client, channel, davi):
    from conversations.actions.conversations import close_conversation

    receive(client, channel, payloads.text_message(sender="5521988887777"))
    first = Conversation.objects.get()
    close_conversation(first, by=davi)
    Conversation.objects.update(closed_at=timezone.now() - timedelta(hours=25))
    receive(client, channel, payloads.text_message(sender="5521988887777"))
    assert Conversation.objects.count() == 2
    assert Conversation.objects.open().get().protocol != first.protocol


def test_messages_stand_in_the_providers_order_whatever_order_they_come_in(client, channel):
    texts = {"três": 10, "um": 30, "dois": 20}
    for body, age in texts.items():
        message = payloads.text_message(body, sender="5521988887777", timestamp=seconds_ago(age))
        receive(client, channel, message)
    assert [message.body for message in from_customer()] == ["um", "dois", "três"]
    assert Conversation.objects.get().unread_count == 3


def test_within_a_second_the_position_in_the_body_decides(client, channel):
    same = {"sender": "5521988887777", "timestamp": seconds_ago(5)}
    messages = [payloads.text_message(str(n), **same) for n in range(20)]
    receive(client, channel, *messages)
    assert [message.body for message in from_customer()] == [str(n) for n in range(20)]


def test_the_last_message_of_the_list_is_the_latest_and_not_the_last_to_arrive(client, channel):
    receive(client, channel, payloads.text_message("novo", sender="5521988887777"))
    Conversation.objects.update(last_message_preview="novo")
    late = payloads.text_message("velho", sender="5521988887777", timestamp=seconds_ago(600))
    receive(client, channel, late)
    assert Conversation.objects.get().last_message_preview != "velho"


@pytest.mark.parametrize("known, written", [
    ("5521988887777", "552188887777"),
    ("552188887777", "5521988887777"),
])  # fmt: skip
def test_a_customer_is_found_with_and_without_the_ninth_digit(client, channel, known, written):
    receive(client, channel, payloads.text_message(sender=known))
    receive(client, channel, payloads.text_message(sender=written))
    assert Customer.objects.filter(conversations__isnull=False).distinct().count() == 1
    assert Conversation.objects.get().contact.send_to == written


def test_a_landline_never_gets_a_ninth_digit(client, channel):
    receive(client, channel, payloads.text_message(sender="551133334444"))
    assert Conversation.objects.get().customer.phone == "+551133334444"


def test_a_person_without_a_phone_is_a_customer_too(client, channel):
    message = payloads.text_message(sender="", from_user_id="BR.13491208655302741918")
    contacts = [{"profile": {"name": "Nina"}, "user_id": "BR.13491208655302741918"}]
    receive(client, channel, message, contacts=contacts)
    conversation = Conversation.objects.get()
    assert (conversation.customer.phone, conversation.customer.name) == (None, "Nina")
    assert (conversation.contact.send_to, conversation.contact.send_to_is_bsuid) == (
        "BR.13491208655302741918",
        True,
    )


def test_somebody_known_by_the_business_scoped_id_brings_a_phone(client, channel):
    bsuid = "BR.13491208655302741918"
    receive(client, channel, payloads.text_message(sender="", from_user_id=bsuid))
    message = payloads.text_message(sender="5521988887777", from_user_id=bsuid)
    contacts = [payloads.contact("5521988887777", user_id=bsuid)]
    receive(client, channel, message, contacts=contacts)
    assert Conversation.objects.get().customer.phone == "+5521988887777"


def test_a_message_opens_the_service_window_by_the_providers_clock(client, channel):
    message = payloads.text_message(sender="5521988887777", timestamp=seconds_ago(3600))
    receive(client, channel, message)
    contact = Conversation.objects.get().contact
    assert contact.window_expires_at == contact.last_inbound_at + timedelta(hours=24)
    assert contact.last_inbound_at < timezone.now() - timedelta(minutes=59)


def test_media_become_a_message_with_an_attachment_that_waits(client, channel):
    receive(
        client, channel, payloads.media_message("image", caption="A luz", sender="5521988887777")
    )
    attachment = Attachment.objects.get()
    assert (attachment.state, attachment.provider_media_id) == ("pending", "1037543291543636")
    assert attachment.message.body == "A luz"


def test_a_missed_call_is_an_entry_and_does_not_reopen(client, channel, davi):
    from conversations.actions.conversations import close_conversation

    receive(client, channel, payloads.text_message(sender="5521988887777"))
    close_conversation(Conversation.objects.get(), by=davi)
    call = {
        "id": "wacid.1", "from": "5521988887777", "to": "551140028922", "event": "terminate",
        "timestamp": payloads.now(), "direction": "USER_INITIATED", "status": "FAILED",
    }  # fmt: skip
    value = payloads.value(phone_number_id=channel.phone_number_id)
    body = payloads.account_envelope(payloads.change("calls", value | {"calls": [call]}))
    assert post(client, channel, body).status_code == 200
    drain()
    assert Conversation.objects.get().state == State.CLOSED
    assert from_customer().filter(kind="system").count() == 1


def test_what_was_typed_on_the_phone_is_ours_and_silences_the_bot(client, channel):
    receive(client, channel, payloads.text_message(sender="5521988887777"))
    body = payloads.echo(payloads.text_message("Já vi, aguarde", sender="5521988887777"))
    body["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = channel.phone_number_id
    post(client, channel, body)
    drain()
    conversation = Conversation.objects.get()
    echo = conversation.messages.get(body="Já vi, aguarde")
    assert (echo.sender, echo.status, conversation.state) == ("agent", "sent", State.ACTIVE)


def test_a_reaction_changes_its_message_and_nothing_else(client, channel):
    message = payloads.text_message(sender="5521988887777")
    receive(client, channel, message)
    receive(client, channel, payloads.reaction(message["id"], "👍", sender="5521988887777"))
    receive(client, channel, payloads.reaction(message["id"], "❤️", sender="5521988887777"))
    assert [reaction.emoji for reaction in from_customer().get().reactions.all()] == ["❤️"]
    assert Conversation.objects.get().unread_count == 1
    receive(client, channel, payloads.reaction(message["id"], None, sender="5521988887777"))
    assert from_customer().get().reactions.get().emoji == ""


def test_a_reaction_before_its_message_waits_for_it(client, channel):
    message = payloads.text_message(sender="5521988887777")
    receive(client, channel, payloads.reaction(message["id"], "👍", sender="5521988887777"))
    receive(client, channel, message)
    assert from_customer().get().reactions.get().emoji == "👍"


def test_several_changes_before_their_message_wait_side_by_side(client, channel):
    message = payloads.text_message("um", sender="5521988887777")
    last = int(message["timestamp"]) + 20
    for at, emoji, body in ((last, "❤️", "três"), (last - 10, "👍", "dois")):
        common = {"sender": "5521988887777", "timestamp": at}
        receive(client, channel, payloads.reaction(message["id"], emoji, **common))
        receive(client, channel, payloads.edit(message["id"], body, **common))
    receive(client, channel, message)
    stored = from_customer().get()
    assert stored.reactions.get().emoji == "❤️"
    assert stored.body == "três"
    assert [edit.body for edit in stored.edits.order_by("edited_at")] == ["um", "dois"]


def test_an_unknown_type_becomes_a_visible_entry(client, channel):
    receive(client, channel, payloads.message("hologram", {"a": 1}, sender="5521988887777"))
    assert from_customer().get().kind == "unsupported"


def test_an_unknown_number_is_parked_and_can_be_replayed(client, channel):
    from conversations.actions.ingest import replay

    body = payloads.envelope(
        payloads.text_message(sender="5521988887777"), phone_number_id="999999"
    )
    from django.test import override_settings

    with override_settings(WHATSAPP_APP_SECRET="the app's"):
        post(client, channel, body, secret="the app's")
        drain()
    parked = WorkItem.objects.parked().get()
    assert "999999" in parked.error
    channel.phone_number_id = "999999"
    channel.save()
    assert replay([parked.pk]) == 1
    drain()
    assert from_customer().count() == 1


def test_what_another_apps_secret_signed_is_never_replayed(client, channel):
    from conversations.actions.ingest import replay
    from conversations.tests.factories import ChannelFactory

    body = payloads.envelope(
        payloads.text_message(sender="5521988887777"), phone_number_id=channel.phone_number_id
    )
    post(client, channel, body, secret=ChannelFactory(app_secret="another app").app_secret)
    assert replay([WorkItem.objects.parked().get().pk]) == 0
    drain()
    assert not from_customer().exists()


def test_one_poisoned_item_does_not_hold_up_the_others(client, channel):
    good = [payloads.text_message(sender=f"552198888777{n}") for n in range(5)]
    for message in good[:3]:
        post(client, channel, payloads.envelope(message, phone_number_id=channel.phone_number_id))
    WorkItem.objects.create(
        event_id=WorkItem.objects.first().event_id, phone_number_id="", sender="5521988887770",
        partition=0, received_at=timezone.now(), waba_id="x" * 64,
    )  # fmt: skip
    poisoned = payloads.envelope(good[3], phone_number_id=channel.phone_number_id)
    poisoned["entry"][0]["changes"][0]["value"]["messages"][0]["id"] = "wamid." + "y" * 10
    post(client, channel, poisoned)
    Message.objects.all()
    drain()
    assert from_customer().count() == 4


def test_a_batch_costs_the_same_number_of_statements_for_2_and_for_20_customers(
    client, channel, django_assert_max_num_queries
):
    def items(count, start):
        messages = [payloads.text_message(sender=f"55219{start + n}") for n in range(count)]
        post(client, channel, payloads.envelope(*messages, phone_number_id=channel.phone_number_id))

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for count, start in ((2, 80_000_000), (20, 81_000_000)):
        items(count, start)
        with CaptureQueriesContext(connection) as captured:
            drain()
        statements = [q["sql"] for q in captured if "UPDATE" not in q["sql"][:6]]
        counts.append(len(statements))
    assert counts[1] <= counts[0] + 4


def test_old_news_is_for_people_and_not_for_the_bot(client, channel):
    message = payloads.text_message(sender="5521988887777", timestamp=seconds_ago(3 * 86_400))
    receive(client, channel, message)
    conversation = Conversation.objects.get()
    assert conversation.state == State.QUEUED
    assert not conversation.messages.exclude(sender=SenderKind.CUSTOMER).exists()


def test_a_message_of_the_customer_ends_every_snooze(client, channel, conversation, ana):
    snooze(take(conversation, by=ana), by=ana, until=timezone.now() + timedelta(days=3))
    receive(client, channel, payloads.text_message("Voltou!", sender="5511987654321"))
    fresh = Conversation.objects.get()
    assert (fresh.snoozed_at, fresh.snoozed_until) == (None, None)
    assert fresh.events.get(kind=EventKind.UNSNOOZED).data["ended_by"] == "customer"
