"""Taking a message at the simulated gateway: onto the phone at once, judged by what follows."""

import base64
from typing import Any

from django.db import transaction
from django.utils import timezone

from conversations.models import (
    Channel,
    SimulatorDelivery,
    SimulatorInstance,
    SimulatorMessage,
    SimulatorPhone,
    SimulatorSetting,
)
from conversations.phone_numbers import canonical
from conversations.providers.cloud.wire import mapping, text
from conversations.providers.simulator import accept, faults, gateway_wire, media
from conversations.providers.simulator.drawing import media_parts
from conversations.providers.simulator.errors import GraphError
from conversations.providers.simulator.gateway_contents import from_request, to_wire
from conversations.providers.simulator.gateway_sessions import tell
from conversations.providers.simulator.gateway_telling import jid_of
from conversations.providers.simulator.gateway_wire import Refusal
from conversations.providers.simulator.writing import keep

# Where a file stands in a message, and what it is when nobody says so.
_FILES = {
    "sendMedia": ("media", "application/octet-stream"),
    "sendWhatsAppAudio": ("audio", "audio/ogg; codecs=opus"),
    "sendSticker": ("sticker", "image/webp"),
}


def accept_message(
    instance: SimulatorInstance, route: str, body: dict[str, Any], setting: SimulatorSetting
) -> tuple[dict[str, Any], list[SimulatorDelivery]]:
    """Put a message of ours onto a phone; raises Refusal.

    Returns the answer and the deliveries that must go out before it is given.
    """
    gateway_wire.check_message(route, body)
    if instance.state != SimulatorInstance.State.OPEN:
        raise gateway_wire.connection_closed()
    refuse_by_switch(setting)
    number = body.get("number") or body["key"]["remoteJid"]
    phone = find_phone(instance.channel, number)
    if phone is None or not phone.on_whatsapp:
        raise gateway_wire.without_whatsapp(number.partition("@")[0])
    error = faults.late_error(setting)
    with transaction.atomic():
        message = _store(phone, route, body, error)
        answer = _told(message, body)
        tell(instance.channel, "send.message", answer)
        early = accept.schedule_statuses(message, accept.person_of(phone), setting, error)
    return answer, early


def refuse_by_switch(setting: SimulatorSetting) -> None:
    """Raise the Refusal with which a message is turned away, if the switches want one."""
    try:
        faults.refuse_message(setting)
    except GraphError as error:
        raise Refusal(error.status, [error.details]) from error


def find_phone(channel: Channel, number: str) -> SimulatorPhone | None:
    """Return whose phone a number or id is; found with and without the ninth digit."""
    name, _at, server = number.partition("@")
    if server == "lid":
        return channel.simulator_phones.filter(user_id=f"BR.{name}").first()
    address = canonical(name)
    return channel.simulator_phones.filter(address=address).first() if address else None


def mark_read(instance: SimulatorInstance, body: dict[str, Any]) -> None:
    """Show customers' messages as read; what is not known, and privacy ids, are passed over."""
    keys = body.get("readMessages")
    for key in map(mapping, keys if isinstance(keys, list) else []):
        if text(key.get("remoteJid")).endswith("@lid"):
            continue
        try:
            accept.mark_read(instance.channel, text(key.get("id")), typing=False)
        except GraphError:
            continue


def file_of(instance: SimulatorInstance, message_id: str) -> dict[str, Any]:
    """Return the file of a message in base64; raises Refusal when there is none."""
    message = instance.channel.simulator_messages.filter(wamid=message_id).first()
    part = next(iter(media_parts(message).values()), {}) if message else {}
    held = instance.channel.simulator_media.filter(media_id=part.get("id", "")).first()
    fault = SimulatorSetting.MediaFault.MISSING
    if held is None or faults.media_fault(SimulatorSetting.current(), fault):
        raise Refusal(400, ["Message not found"])
    return {
        "mediaType": f"{message.kind}Message",
        "fileName": part.get("filename", ""),
        "size": {"fileLength": held.size},
        "mimetype": media.said_type(held),
        "base64": base64.b64encode(media.content(held)).decode(),
    }


def _store(phone: SimulatorPhone, route: str, body: dict, error) -> SimulatorMessage:
    status = SimulatorMessage.Status
    content = from_request(route, body, _file(phone.channel, route, body))
    return keep(
        phone, content["type"], content,
        target=body["key"]["id"] if route == "sendReaction" else "",
        direction=SimulatorMessage.Direction.OUT,
        status=status.FAILED if error else status.ACCEPTED,
        error_code=error.code if error else None,
    )  # fmt: skip


def _file(channel: Channel, route: str, body: dict[str, Any]) -> dict[str, Any] | None:
    if route not in _FILES:
        return None
    field, usual = _FILES[route]
    given, mime_type = body[field], text(body.get("mimetype"), 120) or usual
    if given.startswith(("http://", "https://")):
        return {"link": given, "mime_type": mime_type}
    try:
        held = media.upload(channel, base64.b64decode(given), mime_type)
    except GraphError as error:
        raise Refusal(400, [error.details]) from error
    return {"id": held.media_id, "mime_type": held.mime_type}


def _told(message: SimulatorMessage, body: dict[str, Any]) -> dict[str, Any]:
    """What the gateway answers, and tells of what was sent through it."""
    key = {"remoteJid": jid_of(message.phone), "fromMe": True, "id": message.wamid}
    if message.kind == "reaction":
        wire = {"reactionMessage": {"key": body["key"], "text": body["reaction"]}}
    else:
        wire = to_wire(message.payload)
    at = int(timezone.now().timestamp())
    return gateway_wire.element(
        key, wire, pushName=message.channel.name, status="PENDING", messageTimestamp=at
    )
