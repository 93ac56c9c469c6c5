"""Numbers and ids that change, people who turn out to be one, and what they prefer."""

import pytest

from conversations.models import (
    Consent,
    Contact,
    Conversation,
    Customer,
    CustomerIdentity,
    CustomerMerge,
    State,
    WorkItem,
)
from conversations.tests.providers import payloads
from conversations.tests.providers.payloads import ZECA, ZECA_BSUID
from helpdesk.testing.webhooks import drain, post, receive

pytestmark = pytest.mark.django_db
NEW = "5521977776666"


def from_id(body="oi", user_id=ZECA_BSUID):
    return payloads.text_message(body, sender="", from_user_id=user_id)


def changed_number(wa_id=NEW, **more):
    system = {"type": "user_changed_number", "body": "A changed", "wa_id": wa_id}
    return payloads.message("system", system, **more)


def post_account(client, channel, field, *rows):
    value = {
        "metadata": {"phone_number_id": channel.phone_number_id},
        field: list(rows),
    }
    body = payloads.account_envelope(payloads.change(field, value))
    assert post(client, channel, body).status_code == 200
    drain()


def test_a_message_with_both_ids_makes_one_customer_of_two(client, channel):
    receive(client, channel, payloads.text_message("por número"))
    receive(client, channel, from_id("por id"), contacts=[{"user_id": ZECA_BSUID}])
    assert Customer.objects.filter(conversations__isnull=False).distinct().count() == 2
    receive(client, channel, payloads.text_message("os dois", from_user_id=ZECA_BSUID))
    customer = CustomerIdentity.objects.get(value=ZECA_BSUID).customer
    assert customer.identities.filter(value=ZECA).exists()
    assert CustomerMerge.objects.get().kept == customer
    assert Conversation.objects.open().get().customer == customer
    assert Contact.objects.filter(channel=channel, customer=customer).count() == 1
    assert not WorkItem.objects.parked().exists()


def test_strangers_who_are_one_within_a_batch_are_one_customer(client, channel):
    contacts = [{"user_id": ZECA_BSUID}, payloads.contact("5511911112222")]
    receive(
        client, channel,
        from_id("id"),
        payloads.text_message("número", sender="5511911112222"),
        payloads.text_message("os dois", sender="5511911112222", from_user_id=ZECA_BSUID),
        contacts=contacts,
    )  # fmt: skip
    assert Conversation.objects.get().messages.filter(sender="customer").count() == 3
    assert not CustomerMerge.objects.exists()


def test_a_changed_number_is_known_and_used_from_then_on(client, channel):
    receive(client, channel, payloads.text_message("antes"))
    receive(client, channel, changed_number())
    receive(client, channel, payloads.text_message("depois", sender=NEW))
    conversation = Conversation.objects.get()
    bodies = list(
        conversation.messages.filter(sender="customer").in_order().values_list("kind", "body")
    )
    assert bodies == [("text", "antes"), ("system", "A changed"), ("text", "depois")]
    assert conversation.customer.phone == "+5521977776666"
    assert conversation.contact.send_to == NEW


def test_a_changed_number_that_has_written_already_joins_the_two(client, channel):
    receive(client, channel, payloads.text_message("antes"))
    receive(client, channel, payloads.text_message("novo aparelho", sender=NEW))
    notice = changed_number()
    receive(client, channel, notice)
    receive(client, channel, notice)
    assert CustomerMerge.objects.count() == 1
    customer = CustomerIdentity.objects.get(kind="phone", value=NEW).customer
    assert CustomerIdentity.objects.get(kind="phone", value=ZECA).customer == customer
    assert customer.conversations.filter(state=State.CLOSED).count() == 1
    assert customer.conversations.open().count() == 1


def test_a_changed_user_id_is_known_from_then_on(client, channel):
    receive(client, channel, from_id("antes"), contacts=[{"user_id": ZECA_BSUID}])
    system = {"type": "user_changed_user_id", "user_id": "BR.2"}
    receive(client, channel, payloads.message("system", system, sender="", from_user_id=ZECA_BSUID))
    receive(client, channel, from_id("depois", "BR.2"), contacts=[{"user_id": "BR.2"}])
    assert Conversation.objects.get().contact.send_to == "BR.2"


def test_a_user_id_update_joins_old_and_new_id(client, channel):
    receive(client, channel, from_id("antes"), contacts=[{"user_id": ZECA_BSUID}])
    row = {"user_id": {"previous": ZECA_BSUID, "current": "BR.2"}, "timestamp": payloads.now()}
    post_account(client, channel, "user_id_update", row)
    receive(client, channel, from_id("depois", "BR.2"), contacts=[{"user_id": "BR.2"}])
    assert Conversation.objects.count() == 1


@pytest.mark.parametrize("value, given", [("stop", False), ("resume", True)])
def test_a_preference_becomes_a_consent_once(client, channel, value, given):
    row = {
        "wa_id": ZECA, "user_id": ZECA_BSUID, "category": "marketing_messages", "value": value,
        "detail": "User requested to stop", "timestamp": 1700000000,
    }  # fmt: skip
    post_account(client, channel, "user_preferences", row)
    post_account(client, channel, "user_preferences", row)
    consent = Consent.objects.get()
    assert (consent.given, consent.purpose, consent.customer.phone) == (
        given,
        "marketing",
        f"+{ZECA}",
    )
    assert consent.occurred_at.year == 2023


def test_a_preference_that_is_none_is_left_alone(client, channel):
    post_account(client, channel, "user_preferences", {"wa_id": ZECA, "value": "maybe"})
    assert not Consent.objects.exists()
    assert not WorkItem.objects.filter(processed_at=None).exists()


def test_a_handler_that_fails_parks_its_item_and_the_messages_stay(client, channel, monkeypatch):
    from conversations.actions.ingest.notices import HANDLERS

    def fail(notice, channel):
        raise ValueError("broken")

    monkeypatch.setitem(HANDLERS, "user_preferences", fail)
    value = {
        "metadata": {"phone_number_id": channel.phone_number_id},
        "user_preferences": [{"wa_id": ZECA, "value": "stop", "category": "marketing_messages"}],
    }
    body = payloads.envelope(payloads.text_message("oi"), phone_number_id=channel.phone_number_id)
    body["entry"][0]["changes"].append(payloads.change("user_preferences", value))
    post(client, channel, body)
    drain()
    assert "broken" in WorkItem.objects.parked().get().error
    assert Conversation.objects.get().messages.filter(body="oi").count() == 1
    monkeypatch.undo()
    WorkItem.objects.parked().update(error="")
    drain()
    assert Consent.objects.count() == 1
    assert Conversation.objects.get().messages.filter(body="oi").count() == 1
