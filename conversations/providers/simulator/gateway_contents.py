"""What stands on the phone (the Cloud API's shape) as the gateway's messages, and back. Pure."""

from collections.abc import Callable
from typing import Any

from conversations.providers.cloud.wire import mapping, text
from conversations.providers.simulator.gateway_wire import MEDIA_TYPES

_ENCRYPTED = "https://mmg.whatsapp.net/o1/v/t24/enc"  # of no use to anybody without the key


def to_wire(content: dict[str, Any]) -> dict[str, Any]:
    """Return a message of the phone as the gateway tells it: {"<name>Message": {...}}."""
    kind = content["type"]
    return _TO_WIRE[kind](content.get(kind))


def can_tell(kind: str) -> bool:
    """Whether the gateway has a message for what is done on the phone."""
    return kind in _TO_WIRE


def context_of(content: dict[str, Any]) -> dict[str, Any]:
    """Return contextInfo: what is quoted, whether it was forwarded, which advert was tapped."""
    context, advert = content.get("context") or {}, content.get("referral") or {}
    said: dict[str, Any] = {}
    if quoted := context.get("id") or context.get("message_id"):
        said = {"stanzaId": quoted, "participant": f"{context.get('from', '')}@s.whatsapp.net"}
        said["quotedMessage"] = {"conversation": ""}
    if context.get("forwarded") or context.get("frequently_forwarded"):
        score = 5 if context.get("frequently_forwarded") else 1
        said |= {"isForwarded": True, "forwardingScore": score}
    if advert:
        said["externalAdReply"] = {
            "title": advert.get("headline"), "body": advert.get("body"),
            "sourceType": advert.get("source_type"), "sourceId": advert.get("source_id"),
            "sourceUrl": advert.get("source_url"), "ctwaClid": advert.get("ctwa_clid"),
        }  # fmt: skip
    return said


def from_request(route: str, body: dict[str, Any], file: dict[str, Any] | None) -> dict[str, Any]:
    """Return a message of ours as the phone keeps it; file: the part that names its file."""
    kind, part = _part(route, body, file)
    content: dict[str, Any] = {"type": kind, kind: part}
    quoted = mapping(mapping(body.get("quoted")).get("key")).get("id")
    if text(quoted):
        content["context"] = {"message_id": quoted}
    return content


def _part(route: str, body: dict[str, Any], file: dict[str, Any] | None) -> tuple[str, Any]:
    if file is not None:
        return _file_part(route, body, file)
    if route == "sendLocation":
        names = ("latitude", "longitude", "name", "address")
        return "location", {name: body[name] for name in names}
    if route == "sendContact":
        return "contacts", [_card(mapping(one)) for one in body["contact"]]
    if route == "sendReaction":
        key = mapping(body["key"])
        return "reaction", {"message_id": text(key.get("id")), "emoji": text(body.get("reaction"))}
    return "text", {"body": body["text"]}


def _file_part(route: str, body: dict, file: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if route == "sendWhatsAppAudio":
        return "audio", {**file, "voice": True}
    if route == "sendSticker":
        return "sticker", file
    named = {"caption": text(body.get("caption")), "filename": text(body.get("fileName"))}
    return body["mediatype"], file | {key: value for key, value in named.items() if value}


def _card(wire: dict[str, Any]) -> dict[str, Any]:
    number = text(wire.get("phoneNumber"))
    phone = {"phone": number, "wa_id": text(wire.get("wuid"))}
    return {"name": {"formatted_name": text(wire.get("fullName")) or number}, "phones": [phone]}


def _file(kind: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def write(part: dict[str, Any]) -> dict[str, Any]:
        wire = {"mimetype": part.get("mime_type", ""), "url": _ENCRYPTED}
        wire |= {"caption": part["caption"]} if part.get("caption") else {}
        wire |= {"fileName": part["filename"]} if part.get("filename") else {}
        wire |= {"ptt": part.get("voice") is True} if kind == "audio" else {}
        wire |= {"isAnimated": part.get("animated") is True} if kind == "sticker" else {}
        return {f"{kind}Message": wire}

    return write


def _location(part: dict[str, Any]) -> dict[str, Any]:
    named = {name: part[name] for name in ("name", "address") if part.get(name)}
    place = {"degreesLatitude": part["latitude"], "degreesLongitude": part["longitude"]}
    return {"locationMessage": place | named}


def _contacts(cards: list[dict[str, Any]]) -> dict[str, Any]:
    wires = [_vcard(card) for card in cards]
    if len(wires) == 1:
        return {"contactMessage": wires[0]}
    return {"contactsArrayMessage": {"contacts": wires}}


def _vcard(card: dict[str, Any]) -> dict[str, str]:
    name = card["name"]["formatted_name"]
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{name}"]
    for phone in card.get("phones", []):
        waid = f";waid={phone['wa_id']}" if phone.get("wa_id") else ""
        lines.append(f"TEL;type=CELL{waid}:{phone['phone']}")
    return {"displayName": name, "vcard": "\n".join([*lines, "END:VCARD"])}


def _poll(part: Any) -> dict[str, Any]:
    options = [{"optionName": name} for name in ("09:00", "14:00")]
    return {"pollCreationMessage": {"name": "?", "options": options}}


_TO_WIRE: dict[str, Callable[[Any], dict[str, Any]]] = {
    "text": lambda part: {"conversation": part["body"]},
    **{kind: _file(kind) for kind in (*MEDIA_TYPES, "sticker")},
    "location": _location,
    "contacts": _contacts,
    "unsupported": _poll,
}
