"""POST /api/v1/webhooks/gateway/<instance>/<secret>."""

import pytest
from django.urls import reverse

from conversations import gateway_secrets
from conversations.models import WebhookEvent, WorkItem
from conversations.tests.providers.gateway import wires as w

pytestmark = pytest.mark.django_db


@pytest.fixture
def hook(channel, client):
    """Post a body to the channel's door: hook(body, instance=..., secret=..., header=...)."""
    channel.webhook_secret = "s3cret of the header"
    channel.save()

    def post(body, instance="provedor", secret=None, header="s3cret of the header"):
        path = gateway_secrets.path_secret(channel) if secret is None else secret
        address = reverse("gateway_webhook", kwargs={"instance": instance, "secret": path})
        raw = body if isinstance(body, bytes) else w.to_bytes(body)
        headers = {gateway_secrets.HEADER: header} if header else {}
        return client.generic(
            "POST", address, raw, content_type="application/json", headers=headers
        )

    return post


def test_a_body_is_stored_byte_for_byte_with_its_channel(hook, channel):
    raw = w.to_bytes(w.upsert(w.said()))
    assert hook(raw).status_code == 200
    event = WebhookEvent.objects.get()
    assert (bytes(event.body), event.channel_id) == (raw, channel.pk)
    item = WorkItem.objects.get()
    assert (item.event_id, item.sender, item.phone_number_id) == (
        event.pk,
        "5511987654321",
        "provedor",
    )


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"secret": "0" * 40}, 404),
        ({"instance": "outra"}, 404),
        ({"header": ""}, 403),
        ({"header": "x"}, 403),
    ],
)
def test_a_wrong_address_or_secret_is_refused_and_nothing_is_stored(hook, wrong, status):
    assert hook(w.upsert(w.said()), **wrong).status_code == status
    assert not WebhookEvent.objects.exists()


def test_a_channel_without_a_secret_takes_nothing(hook, channel):
    channel.webhook_secret = ""
    channel.save()
    assert hook(w.upsert(w.said()), secret="0" * 40, header="").status_code == 404


def test_an_inactive_channel_takes_nothing(hook, channel):
    channel.is_active = False
    channel.save()
    assert hook(w.upsert(w.said())).status_code == 404


def test_the_path_does_not_tell_the_header(channel):
    channel.webhook_secret = "s3cret of the header"
    assert channel.webhook_secret not in gateway_secrets.path_secret(channel)


def test_a_body_about_another_instance_is_parked_for_good(hook):
    assert hook(w.envelope("messages.upsert", w.said(), instance="outra")).status_code == 200
    assert WorkItem.objects.parked().get().error.startswith("Unauthorized")


@pytest.mark.parametrize("raw", [b"", b"no json", b"[]", b"[" * 50_000])
def test_what_cannot_be_read_is_parked(hook, raw):
    assert hook(raw).status_code == 200
    assert "InvalidPayload" in WorkItem.objects.parked().get().error


def test_a_body_that_is_too_large_is_refused(hook, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert hook(w.upsert(w.said("x" * 2000))).status_code == 413
    assert not WebhookEvent.objects.exists()


def test_only_posts_are_taken(client, channel):
    address = reverse("gateway_webhook", kwargs={"instance": "provedor", "secret": "x"})
    assert client.get(address).status_code == 405
