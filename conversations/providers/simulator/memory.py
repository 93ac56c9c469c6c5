"""Conversations of the past, put onto the phones as if they had gone through the simulator.

For seeded demonstrations: the phone shows them, and their ids are known when they are read,
answered or reacted to.
"""

from collections.abc import Iterable
from typing import Any

from conversations.models import Channel, Message, ProviderName, SimulatorMessage, SimulatorPhone
from conversations.phone_numbers import canonical
from conversations.providers.simulator import wire

_KNOWN = {"sent", "delivered", "read", "played", "failed"}


def remember(channel: Channel, send_to: str, messages: Iterable[Message]) -> None:
    """Write stored messages onto the phone at this address; elsewhere and without one, nothing."""
    if channel.provider != ProviderName.SIMULATOR:
        return
    phone = channel.simulator_phones.filter(address=canonical(send_to)).first()
    if phone is None:
        return
    rows = [_row(phone, message) for message in messages if message.provider_id]
    SimulatorMessage.objects.bulk_create(rows, ignore_conflicts=True)


def _row(phone: SimulatorPhone, message: Message) -> SimulatorMessage:
    content = _ours(message) if message.is_outbound else _theirs(message)
    if message.is_outbound:
        status = message.status if message.status in _KNOWN else SimulatorMessage.Status.ACCEPTED
    else:
        status = SimulatorMessage.Status.DELIVERED
    directions = SimulatorMessage.Direction
    direction = directions.OUT if message.is_outbound else directions.IN
    return SimulatorMessage(
        channel=phone.channel, phone=phone, wamid=message.provider_id, kind=content["type"],
        payload=content, direction=direction, status=status, accepted_at=message.sort_at,
    )  # fmt: skip


def _ours(message: Message) -> dict[str, Any]:
    menu = message.payload
    if menu.get("type") != "list":
        return wire.text_message(message.body)
    action = {"button": menu["button"], "sections": menu["sections"]}
    part = {"type": "list", "body": {"text": message.body}, "action": action}
    return {"type": "interactive", "interactive": part}


def _theirs(message: Message) -> dict[str, Any]:
    if message.payload.get("type") == message.kind and message.kind in message.payload:
        return message.payload  # as it came over the wire
    if message.payload.get("type") != "list_reply":
        return wire.text_message(message.body)
    reply = {"id": message.payload["id"], "title": message.payload["title"]}
    part = {"type": "list_reply", "list_reply": reply}
    context = {"id": message.reply_to_provider_id}
    return {"type": "interactive", "interactive": part, "context": context}
