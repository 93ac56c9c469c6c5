"""Our messages to requests of the gateway (spec/03, 5.2). Pure.

OutboundMessage.body and .payload are those of cloud/send.py. Buttons and lists become a text with
numbers: personal numbers do not deliver them reliably, and the bots understand a number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from conversations.providers.base import InvalidPayload, OutboundMessage
from conversations.providers.cloud.wire import mapping, text
from conversations.providers.gateway.jids import lid_of, phone_of
from conversations.providers.gateway.limits import check

__all__ = ["Request", "check", "read_body", "recipient", "request"]

FILE_KINDS = {"image", "video", "document", "audio", "sticker"}


@dataclass(frozen=True, slots=True)
class Request:
    """One request: its route before the instance, its JSON, and which of its values is the file."""

    route: str
    body: dict[str, Any]
    file_field: str = ""


def request(message: OutboundMessage) -> Request:
    """Return what to post; raises InvalidPayload with the problems of a message that cannot go."""
    problems = check(message)
    if problems:
        raise InvalidPayload(" ".join(map(str, problems)))
    made = _WRITERS[message.kind](message)
    # A reaction names its message itself.
    if message.reply_to_provider_id and message.kind != "reaction":
        made.body["quoted"] = _quoted(message)
    return made


def recipient(to: str) -> str:
    """Return the number or id as the gateway wants it: digits, or a jid as it was received."""
    return phone_of(to) or lid_of(to) or to.removeprefix("+")


def jid(to: str) -> str:
    """Return the whole id of a recipient, for keys of messages."""
    return lid_of(to) or f"{recipient(to)}@s.whatsapp.net"


def read_body(to: str, provider_id: str) -> dict[str, Any]:
    """Return the JSON that marks one incoming message as read."""
    key = {"id": provider_id, "fromMe": False, "remoteJid": jid(to)}
    return {"readMessages": [key]}


def _quoted(message: OutboundMessage) -> dict[str, Any]:
    key = {"id": message.reply_to_provider_id, "remoteJid": jid(message.to)}
    return {"key": key, "message": {"conversation": ""}}


def _text(message: OutboundMessage) -> Request:
    return _to(message, "message/sendText", text=message.body)


def _interactive(message: OutboundMessage) -> Request:
    return _to(message, "message/sendText", text=spelled_out(message.body, message.payload))


def spelled_out(body: str, payload: dict[str, Any]) -> str:
    """Return an interactive message as a text: header, text, numbered choices, footer."""
    rows = [row for section in _objects(payload, "sections") for row in _objects(section, "rows")]
    choices = _objects(payload, "buttons") or rows
    lines = [f"{number}. {_choice(one)}" for number, one in enumerate(choices, 1)]
    if payload.get("type") == "cta_url":
        lines = [f"{text(payload.get('display_text'))}: {text(payload.get('url'))}"]
    paragraphs = [text(payload.get("header")), body, "\n".join(lines), text(payload.get("footer"))]
    return "\n\n".join(filter(None, paragraphs))


def _choice(one: dict) -> str:
    description = text(one.get("description"))
    return text(one.get("title")) + (f" ({description})" if description else "")


def _objects(holder: dict, name: str) -> list[dict]:
    values = holder.get(name)
    return [mapping(value) for value in values] if isinstance(values, list) else []


def _media(message: OutboundMessage) -> Request:
    file = message.file
    more = {"mediatype": message.kind, "caption": message.body}
    name = text(message.payload.get("filename")) or (file.filename if file else "")
    more |= {"fileName": name, "mimetype": file.mime_type if file else ""}
    return _with_file(message, "message/sendMedia", "media", **_given(more))


def _audio(message: OutboundMessage) -> Request:
    if message.payload.get("voice"):
        return _with_file(message, "message/sendWhatsAppAudio", "audio")
    return _media(message)


def _sticker(message: OutboundMessage) -> Request:
    return _with_file(message, "message/sendSticker", "sticker")


def _with_file(message: OutboundMessage, route: str, field: str, **more: Any) -> Request:
    if message.file is not None:
        made = _to(message, route, **more)
        return Request(made.route, made.body, file_field=field)
    return _to(message, route, **{field: message.payload["link"]}, **more)


def _location(message: OutboundMessage) -> Request:
    payload = message.payload
    # All four are required; a place without a name is named by its coordinates.
    spelled = f"{payload['latitude']}, {payload['longitude']}"
    return _to(
        message,
        "message/sendLocation",
        latitude=payload["latitude"],
        longitude=payload["longitude"],
        name=text(payload.get("name")) or spelled,
        address=text(payload.get("address")) or spelled,
    )


def _contacts(message: OutboundMessage) -> Request:
    return _to(
        message, "message/sendContact", contact=list(map(_card, message.payload["contacts"]))
    )


def _card(card: dict) -> dict[str, Any]:
    """A contact of the Cloud API's shape as the gateway's: one telephone, one mail, one address."""
    phone = _first(card, "phones")
    number = text(phone.get("phone"))
    return _given(
        {
            "fullName": text(mapping(card.get("name")).get("formatted_name")) or number,
            "wuid": text(phone.get("wa_id")) or "".join(filter(str.isdecimal, number)),
            "phoneNumber": number,
            "organization": text(mapping(card.get("org")).get("company")),
            "email": text(_first(card, "emails").get("email")),
            "url": text(_first(card, "urls").get("url")),
        }
    )


def _first(card: dict, name: str) -> dict:
    return next(iter(_objects(card, name)), {})


def _reaction(message: OutboundMessage) -> Request:
    payload = message.payload
    key = {
        "id": payload["message_id"],
        "remoteJid": jid(message.to),
        "fromMe": payload.get("target_is_ours") is True,
    }
    return Request("message/sendReaction", {"key": key, "reaction": text(payload.get("emoji"))})


def _to(message: OutboundMessage, route: str, **body: Any) -> Request:
    return Request(route, {"number": recipient(message.to), **body})


def _given(values: dict[str, Any]) -> dict[str, Any]:
    """Only what has a value."""
    return {key: value for key, value in values.items() if value}


_WRITERS: dict[str, Callable[[OutboundMessage], Request]] = {
    "text": _text,
    "interactive": _interactive,
    "image": _media,
    "video": _media,
    "document": _media,
    "audio": _audio,
    "sticker": _sticker,
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
}
