"""What the simulated gateway tells of the phones, and how it is posted to us."""

import json
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from conversations.models import (
    Channel,
    ProviderName,
    SimulatorDelivery,
    SimulatorInstance,
    SimulatorMessage,
    SimulatorPhone,
)
from conversations.providers.simulator import gateway_contents, gateway_wire

PREFIX = "/simulator/gateway"
CHANGES = ("reaction", "edit", "revoke")
_WORDS = {
    "sent": "SERVER_ACK", "delivered": "DELIVERY_ACK", "read": "READ", "played": "PLAYED",
    "failed": "ERROR",
}  # fmt: skip


def is_here() -> bool:
    """Whether this house's gateway is the simulated one."""
    return own_url() == settings.GATEWAY_URL


def own_url() -> str:
    """Return the simulated gateway's address."""
    return settings.BASE_URL + PREFIX


def is_gateway(channel: Channel) -> bool:
    """Whether a number speaks through the gateway, and not through the Graph API."""
    return channel.provider == ProviderName.GATEWAY


def is_open(channel: Channel) -> bool:
    """Whether a number's phone is connected to the gateway."""
    opened = SimulatorInstance.objects.filter(state=SimulatorInstance.State.OPEN)
    return opened.filter(channel=channel).exists()


def can_tell(kind: str) -> bool:
    """Whether the gateway tells of this."""
    return kind in CHANGES or gateway_contents.can_tell(kind)


def entry_of(message: SimulatorMessage) -> dict[str, Any]:
    """Return the event of what was written on a phone, or on the business's own phone."""
    phone, content = message.phone, message.payload
    key = {"remoteJid": jid_of(phone), "fromMe": _is_ours(message), "id": message.wamid}
    if message.kind == "edit":
        return _edit(key, message)
    if message.kind == "revoke":
        return {"event": "messages.delete", "data": {**key, "id": message.target_wamid}}
    wire = _reaction(message) if message.kind == "reaction" else gateway_contents.to_wire(content)
    context = gateway_contents.context_of(content)
    more = {"contextInfo": context} if context else {}
    name = message.channel.name if _is_ours(message) else phone.name
    at = int(message.accepted_at.timestamp())
    data = gateway_wire.element(key, wire, pushName=name, messageTimestamp=at, **more)
    return {"event": "messages.upsert", "data": data}


def status_entry(message: SimulatorMessage, status: str) -> dict[str, Any]:
    """Return the event of what became of a message of ours."""
    data = gateway_wire.receipt(message.wamid, jid_of(message.phone), _WORDS[status])
    return {"event": "messages.update", "data": data}


def jid_of(phone: SimulatorPhone) -> str:
    """Return a phone's id at WhatsApp: its number, or a privacy id where that is hidden."""
    if phone.wa_id:
        return gateway_wire.jid_of(phone.wa_id)
    return f"{phone.user_id.removeprefix('BR.')}@lid"


def webhook_of(instance: SimulatorInstance) -> dict[str, Any]:
    """Return where an instance's news go; {} when nothing was set."""
    return json.loads(instance.webhook or "{}")


def request_of(
    delivery: SimulatorDelivery, base_url: str | None
) -> tuple[str, dict[str, str], bytes]:
    """Return address, headers and body of a delivery; '' as address when nobody wants it."""
    instance = SimulatorInstance.objects.filter(channel_id=delivery.channel_id).first()
    webhook = webhook_of(instance) if instance else {}
    event, url = delivery.entry["event"], webhook.get("url", "")
    if not url or not gateway_wire.wants(webhook, event):
        return "", {}, b""
    name, told_at = delivery.channel.gateway_instance, timezone.localtime(delivery.created_at)
    body = gateway_wire.webhook_body(
        event, name, delivery.entry["data"], url=url, number=instance.number,
        server_url=own_url(), token=instance.token, told_at=f"{told_at:%Y-%m-%dT%H:%M:%S.%f}Z",
    )  # fmt: skip
    headers = {"Content-Type": "application/json", **webhook.get("headers", {})}
    return (base_url + urlsplit(url).path if base_url else url), headers, json.dumps(body).encode()


def _is_ours(message: SimulatorMessage) -> bool:
    return message.direction == SimulatorMessage.Direction.OUT


def _edit(key: dict[str, Any], message: SimulatorMessage) -> dict[str, Any]:
    text = message.payload["edit"]["message"]["text"]["body"]
    data = {
        "key": {**key, "id": message.target_wamid},
        "type": "MESSAGE_EDIT",
        "editedMessage": {"conversation": text},
        "timestampMs": str(round(message.accepted_at.timestamp() * 1000)),
    }
    return {"event": "messages.edited", "data": data}


def _reaction(message: SimulatorMessage) -> dict[str, Any]:
    part = message.payload["reaction"]
    target = SimulatorMessage.objects.get(wamid=message.target_wamid)
    key = {
        "remoteJid": jid_of(message.phone), "fromMe": _is_ours(target), "id": target.wamid,
    }  # fmt: skip
    return {"reactionMessage": {"key": key, "text": part.get("emoji", "")}}
