"""Webhooks through the front door: posted, signed, stored, and drained as in production."""

from conversations.actions.ingest import ingest
from conversations.models import WorkItem
from conversations.tests.providers import payloads

WEBHOOK = "/api/v1/webhooks/whatsapp"


def post(client, channel, body: bytes | dict, *, secret: str | None = None):
    """Post a body signed with the channel's secret; return the response."""
    raw = body if isinstance(body, bytes) else payloads.to_bytes(body)
    signature = payloads.signed(raw, channel.app_secret if secret is None else secret)
    return client.post(
        WEBHOOK,
        raw,
        content_type="application/json",
        headers={"X-Hub-Signature-256": signature},
    )


def drain(batch_size: int = 200) -> None:
    """Work on everything stored, in order, as the drainer does."""
    while items := list(WorkItem.objects.unprocessed().order_by("id")[:batch_size]):
        ingest(items, {})


def receive(client, channel, *messages, **value) -> None:
    """Post messages (and statuses=...) for a channel in one body, and drain."""
    body = payloads.envelope(*messages, phone_number_id=channel.phone_number_id, **value)
    assert post(client, channel, body).status_code == 200
    drain()
