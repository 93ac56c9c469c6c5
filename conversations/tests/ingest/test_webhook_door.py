"""POST and GET /api/v1/webhooks/whatsapp."""

import json

import pytest

from conversations.models import WebhookEvent, WorkItem
from conversations.tests.factories import ChannelFactory
from conversations.tests.providers import payloads
from helpdesk.testing.webhooks import WEBHOOK, post

pytestmark = pytest.mark.django_db


def body_for(channel, *messages) -> bytes:
    return payloads.to_bytes(payloads.envelope(*messages, phone_number_id=channel.phone_number_id))


def test_a_signed_body_is_stored_byte_for_byte_before_it_is_acknowledged(client, channel):
    raw = body_for(channel, payloads.text_message("Olá"))
    assert post(client, channel, raw).status_code == 200
    event = WebhookEvent.objects.get()
    assert bytes(event.body) == raw
    assert WorkItem.objects.get().event_id == event.pk


def test_a_body_of_several_senders_becomes_one_item_for_each(client, channel):
    messages = [
        payloads.text_message(sender=number) for number in ("5511911112222", "5511933334444")
    ]
    post(client, channel, body_for(channel, *messages, messages[0]))
    assert WorkItem.objects.count() == 2
    assert {item.partition for item in WorkItem.objects.all()} <= set(range(16))


def test_one_number_with_and_without_the_ninth_digit_is_one_partition(client, channel):
    for number in ("551187654321", "5511987654321"):
        post(client, channel, body_for(channel, payloads.text_message(sender=number)))
    assert len({item.partition for item in WorkItem.objects.all()}) == 1


@pytest.mark.parametrize("secret", ["", "of somebody else"])
def test_a_wrong_signature_is_refused_and_nothing_is_stored(client, channel, secret):
    assert post(client, channel, body_for(channel), secret=secret).status_code == 403
    assert not WebhookEvent.objects.exists()


def test_a_missing_signature_is_refused(client, channel):
    raw = body_for(channel, payloads.text_message())
    assert client.post(WEBHOOK, raw, content_type="application/json").status_code == 403


def test_a_body_changed_after_signing_is_refused(client, channel):
    raw = body_for(channel, payloads.text_message("10 reais"))
    headers = {"X-Hub-Signature-256": payloads.signed(raw, channel.app_secret)}
    changed = raw.replace(b"10 reais", b"99 reais")
    response = client.post(WEBHOOK, changed, content_type="application/json", headers=headers)
    assert response.status_code == 403


def test_signed_nonsense_is_acknowledged_and_parked(client, channel):
    for raw in (b"not json", b"[]", b'{"object": "whatsapp_business_account"}', b"[" * 100_000):
        assert post(client, channel, raw).status_code == 200
    assert WorkItem.objects.parked().count() == 4


def test_another_objects_webhook_is_acknowledged_and_makes_no_work(client, channel):
    assert post(client, channel, {"object": "page", "entry": []}).status_code == 200
    assert not WorkItem.objects.exists()


def test_a_secret_speaks_for_its_own_channels_only(client, channel):
    other = ChannelFactory(app_secret="another app")
    post(client, other, body_for(channel, payloads.text_message()))
    assert "Unauthorized" in WorkItem.objects.parked().get().error


def test_a_channel_without_a_secret_is_closed(client, support):
    closed = ChannelFactory(default_queue=support, app_secret="")
    assert post(client, closed, body_for(closed, payloads.text_message())).status_code == 403


def test_three_megabytes_are_taken_and_more_are_refused(client, channel):
    message = payloads.text_message("a" * 3_000_000)
    assert post(client, channel, body_for(channel, message)).status_code == 200
    message = payloads.text_message("a" * 3_200_000)
    assert post(client, channel, body_for(channel, message)).status_code == 413


def test_a_thousand_updates_in_one_body_are_all_worked_on(client, channel):
    messages = [
        payloads.text_message(sender=f"55119{n:08d}") for n in range(10_000_000, 10_001_000)
    ]
    post(client, channel, body_for(channel, *messages))
    assert WorkItem.objects.count() == 1000


def test_meta_verifies_the_address_with_our_token(client, channel):
    query = {
        "hub.mode": "subscribe", "hub.challenge": "1158201444",
        "hub.verify_token": channel.verify_token,
    }  # fmt: skip
    response = client.get(WEBHOOK, query)
    assert (response.status_code, response.content) == (200, b"1158201444")
    assert response["Content-Type"] == "text/plain"
    assert client.get(WEBHOOK, {**query, "hub.verify_token": "guess"}).status_code == 403
    assert client.get(WEBHOOK, {**query, "hub.mode": "other"}).status_code == 403
    assert client.get(WEBHOOK).status_code == 403


def test_other_methods_are_not_allowed(client, channel):
    assert client.put(WEBHOOK, b"{}").status_code == 405


def test_the_door_needs_no_session_and_sets_no_cookie(client, channel):
    response = post(client, channel, body_for(channel, payloads.text_message()))
    assert not response.cookies


def test_acknowledging_costs_a_constant_number_of_statements(
    client, channel, django_assert_max_num_queries
):
    post(client, channel, body_for(channel, payloads.text_message()))
    messages = [payloads.text_message(sender=f"5511{n}") for n in range(900_000_000, 900_000_100)]
    raw = json.dumps(json.loads(body_for(channel, *messages))).encode()
    with django_assert_max_num_queries(4):
        post(client, channel, raw)
