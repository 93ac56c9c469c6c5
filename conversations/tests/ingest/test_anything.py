"""Property: whatever a body holds, each update of it is stored, kept for later, a notice or parked."""

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conversations.models import Message, PendingStatus, WebhookEvent, WorkItem
from conversations.providers.base import (
    AccountNotice,
    InvalidPayload,
    MessageReceived,
    StatusReceived,
    WorkPart,
)
from conversations.providers.cloud.parse import parse_body
from conversations.tests.providers import payloads
from conversations.tests.providers.cloud.test_parse_anything import anything, damaged_bodies
from helpdesk.testing.webhooks import drain, post

pytestmark = pytest.mark.django_db
KNOWN_NUMBER = "1"  # the strategies speak of "1" and "2", and only the first is a channel of ours
USUAL = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def numbered(channel):
    channel.phone_number_id = KNOWN_NUMBER
    channel.save()
    return channel


@USUAL
@given(raw=damaged_bodies())
def test_every_update_of_a_damaged_body_ends_somewhere(client, numbered, raw):
    take_in(client, numbered, raw)


@USUAL
@given(
    kind=st.sampled_from(["text", "image", "contacts", "interactive", "order", "location", "x"]),
    junk=anything,
)
def test_a_message_of_the_wrong_shape_is_in_the_thread(client, numbered, kind, junk):
    message = payloads.message(kind, junk)
    body = payloads.envelope(message, phone_number_id=KNOWN_NUMBER)
    take_in(client, numbered, payloads.to_bytes(body))
    assert Message.objects.filter(provider_id=message["id"]).exists()


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"null", b"[]", b'"x"', b"{", b"\xff\xfe", b"[" * 200_000, b'{"entry":' * 5_000,
        payloads.to_bytes(payloads.envelope(
            payloads.text_message("x" * 1_000_000), phone_number_id=KNOWN_NUMBER)),
        payloads.to_bytes(payloads.envelope(
            payloads.text_message("a\0b"), phone_number_id=KNOWN_NUMBER)),
    ],
    ids=["empty", "null", "list", "text", "cut", "binary", "deep-list", "deep-object", "huge", "nul"],
)  # fmt: skip
def test_an_extreme_body_is_answered_and_ends_somewhere(client, numbered, raw):
    take_in(client, numbered, raw)


def take_in(client, channel, raw: bytes) -> None:
    """Send a body through the door and the drain, and account for each of its updates."""
    known = set(WebhookEvent.objects.values_list("pk", flat=True))
    assert post(client, channel, raw).status_code == 200
    drain()
    webhook = WebhookEvent.objects.exclude(pk__in=known).get()
    assert bytes(webhook.body) == raw
    items = list(WorkItem.objects.filter(event_id=webhook.pk))
    assert all(item.processed_at or item.error for item in items)
    try:
        parsed = parse_body(raw, webhook.received_at)
    except (InvalidPayload, RecursionError):
        assert [bool(item.error) for item in items] == [True]
        return
    counted = 0
    for item in items:
        events = parsed[WorkPart(item.phone_number_id, item.sender, item.waba_id)]
        counted += len(events)
        if not item.error:
            assert all(is_kept(channel, event) for _, event in events)
    assert counted == sum(len(events) for events in parsed.values())


def is_kept(channel, event) -> bool:
    if isinstance(event, AccountNotice):
        return True  # acted on by whoever registered, and kept in the raw body
    if isinstance(event, MessageReceived):
        return Message.objects.filter(channel=channel, provider_id=event.provider_id).exists()
    target = event.provider_id if isinstance(event, StatusReceived) else event.target_provider_id
    found = Q(channel=channel, provider_id=target)
    return PendingStatus.objects.filter(found).exists() or Message.objects.filter(found).exists()
