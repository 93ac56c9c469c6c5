import json

import pytest
from django.urls import reverse
from django.utils import timezone

from conversations.admin.masking import mask, masked_body
from conversations.admin.way import way_of
from conversations.models import WebhookEvent, WorkItem
from conversations.tests.factories import InboundMessageFactory, OutboundMessageFactory

SENDER = "5511987654321"


def body_of(channel, *provider_ids) -> bytes:
    value = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": "551140001234",
            "phone_number_id": channel.phone_number_id,
        },
        "contacts": [{"profile": {"name": "Zeca"}, "wa_id": SENDER}],
        "messages": [
            {
                "from": SENDER,
                "id": key,
                "timestamp": "1760000000",
                "type": "text",
                "text": {"body": "Oi"},
            }
            for key in provider_ids
        ],
    }
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


@pytest.fixture
def webhook(channel):
    return WebhookEvent.objects.create(body=body_of(channel, "wamid.A"), received_at=timezone.now())


@pytest.fixture
def item(webhook, channel):
    return WorkItem.objects.create(
        event_id=webhook.pk, phone_number_id=channel.phone_number_id, sender=SENDER, waba_id="1",
        partition=3, received_at=webhook.received_at,
    )  # fmt: skip


def test_the_way_leads_from_the_webhook_to_the_message_and_our_replies(webhook, item, conversation):
    question = InboundMessageFactory(conversation=conversation, provider_id="wamid.A")
    reply = OutboundMessageFactory(conversation=conversation)
    [step] = way_of(webhook).steps
    [result] = step.results
    assert result.message == question
    assert result.replies == [reply]
    assert step.sender.endswith("4321") and SENDER not in step.sender


def test_replies_end_where_the_customer_writes_again(webhook, item, conversation):
    InboundMessageFactory(conversation=conversation, provider_id="wamid.A")
    InboundMessageFactory(conversation=conversation)
    OutboundMessageFactory(conversation=conversation)
    [step] = way_of(webhook).steps
    assert step.results[0].replies == []


def test_a_webhook_whose_work_is_not_done_has_no_message_yet(webhook, item):
    [step] = way_of(webhook).steps
    assert step.results[0].message is None


@pytest.mark.parametrize("body", [b"no json", b"[]", b"{}", b"\xff\x00"])
def test_a_body_that_cannot_be_read_says_so_and_is_shown(davi, client_of, body):
    broken = WebhookEvent.objects.create(body=body, received_at=timezone.now())
    WorkItem.objects.create(event_id=broken.pk, partition=0, received_at=timezone.now(), error="X")
    address = reverse("admin:conversations_webhookevent_change", args=[broken.pk])
    assert client_of(davi).get(address).status_code == 200


def test_the_page_shows_the_way_without_anybodys_number(
    davi, client_of, webhook, item, conversation
):
    InboundMessageFactory(conversation=conversation, provider_id="wamid.A")
    address = reverse("admin:conversations_webhookevent_change", args=[webhook.pk])
    content = client_of(davi).get(address).content.decode()
    assert SENDER not in content
    assert conversation.protocol in content


def test_the_number_of_queries_does_not_grow_with_the_body(
    webhook, item, channel, conversation, django_assert_num_queries
):
    ids = [f"wamid.{number}" for number in range(20)]
    for key in ids:
        InboundMessageFactory(conversation=conversation, provider_id=key)
    webhook.body = body_of(channel, *ids)
    with django_assert_num_queries(3):
        assert len(way_of(webhook).steps[0].results) == 20


def test_parked_items_are_tried_again_by_hand(davi, client_of, item):
    WorkItem.objects.filter(pk=item.pk).update(error="UnknownChannel: ...")
    form = {"action": "replay_parked", "_selected_action": [str(item.pk)]}
    client_of(davi).post(reverse("admin:conversations_workitem_changelist"), form)
    assert WorkItem.objects.unprocessed().get() == item


def test_masking_leaves_technical_ids_and_the_last_digits():
    shown = masked_body(
        json.dumps(
            {"from": SENDER, "id": "wamid.5511987654321", "text": {"body": f"ligue {SENDER}"}}
        ).encode()
    )
    assert shown.count(SENDER) == 1
    assert mask(SENDER) == "•" * 9 + "4321"
    assert mask("12") == "••"
