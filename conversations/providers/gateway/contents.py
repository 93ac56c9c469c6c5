"""What the gateway's messages say, by the key that names their type. Pure, no Django.

Each reader takes anything and returns Content, or None when it cannot be what its name says.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from conversations.providers.cloud.wire import mapping, text

MAX_MIME_TYPE = 120
MAX_FILENAME = 255
MOST_CARDS = 50
_PHONE_LINE = re.compile(r"TEL(?P<parameters>[^:\n]*):(?P<number>[^\r\n]+)", re.IGNORECASE)
_NAME_LINE = re.compile(r"^FN[^:\n]*:(?P<name>[^\r\n]+)", re.IGNORECASE | re.MULTILINE)
_WAID = re.compile(r"waid=(?P<digits>[0-9]{5,15})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says. file: the fields of Media but its id, when there is a file."""

    kind: str
    body: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    file: dict[str, Any] | None = None


def unsupported(type_name: str) -> Content:
    """Return the entry of a message that the gateway or we do not pass on."""
    return Content("unsupported", payload={"unsupported_type": type_name or "unknown"})


def _conversation(wire: Any) -> Content | None:
    return Content("text", wire) if isinstance(wire, str) else None


def _extended_text(wire: Any) -> Content | None:
    body = mapping(wire).get("text")
    return Content("text", body) if isinstance(body, str) else None


def _file(kind: str) -> Callable[[Any], Content | None]:
    def read(wire: Any) -> Content | None:
        if not isinstance(wire, dict):
            return None
        file = {
            # Not its sha256: the gateway may convert a file before it hands it over.
            "mime_type": text(wire.get("mimetype"), MAX_MIME_TYPE),
            "filename": text(wire.get("fileName") or wire.get("title"), MAX_FILENAME)
            if kind == "document"
            else "",
            "voice": kind == "audio" and wire.get("ptt") is True,
            "animated": wire.get("isAnimated") is True,
        }
        return Content(kind, text(wire.get("caption")), file=file)

    return read


def _location(wire: Any) -> Content | None:
    wire = mapping(wire)
    place = [wire.get("degreesLatitude"), wire.get("degreesLongitude")]
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in place):
        return None
    if not all(abs(one) <= 360 for one in place):
        return None
    named = {"name": text(wire.get("name")), "address": text(wire.get("address"))}
    location = {"latitude": place[0], "longitude": place[1], "url": text(wire.get("url")), **named}
    body = ", ".join(filter(None, named.values())) or f"{place[0]}, {place[1]}"
    said = {key: value for key, value in location.items() if value != ""}
    return Content("location", body or text(wire.get("caption")), {"location": said})


def _contact(wire: Any) -> Content | None:
    return _cards([wire]) if mapping(wire) else None


def _contacts(wire: Any) -> Content | None:
    cards = mapping(wire).get("contacts")
    return _cards(cards) if isinstance(cards, list) and any(map(mapping, cards)) else None


def _cards(wires: list) -> Content:
    cards = [_card(mapping(wire)) for wire in wires[:MOST_CARDS]]
    names = [card["name"]["formatted_name"] for card in cards]
    return Content("contacts", ", ".join(filter(None, names)), {"contacts": cards})


def _card(wire: dict) -> dict[str, Any]:
    """A vCard as the Cloud API would have told it: its name and its telephones."""
    vcard = text(wire.get("vcard"))
    spelled = _NAME_LINE.search(vcard)
    name = text(wire.get("displayName")) or (spelled["name"].strip() if spelled else "")
    phones = []
    for line in _PHONE_LINE.finditer(vcard):
        waid = _WAID.search(line["parameters"])
        phone = {"phone": line["number"].strip()}
        phones.append(phone | ({"wa_id": waid["digits"]} if waid else {}))
    return {"name": {"formatted_name": name}, "phones": phones, "vcard": vcard}


def _list_response(wire: Any) -> Content | None:
    wire = mapping(wire)
    row = text(mapping(wire.get("singleSelectReply")).get("selectedRowId"))
    title, description = text(wire.get("title")), text(wire.get("description"))
    if not (row or title):
        return None
    reply = {"id": row, "title": title}
    reply |= {"description": description} if description else {}
    answer = {"type": "list_reply", "list_reply": reply}
    return Content("interactive", title or row, {"interactive": answer})


def _buttons_response(wire: Any) -> Content | None:
    wire = mapping(wire)
    button, title = text(wire.get("selectedButtonId")), text(wire.get("selectedDisplayText"))
    if not (button or title):
        return None
    answer = {"type": "button_reply", "button_reply": {"id": button, "title": title}}
    return Content("interactive", title or button, {"interactive": answer})


def _template_reply(wire: Any) -> Content | None:
    wire = mapping(wire)
    chosen, title = text(wire.get("selectedId")), text(wire.get("selectedDisplayText"))
    if not (chosen or title):
        return None
    return Content("button", title or chosen, {"button": {"payload": chosen, "text": title}})


def _poll(wire: Any) -> Content:
    wire = mapping(wire)
    options = wire.get("options")
    names = (
        [text(mapping(one).get("optionName")) for one in options]
        if isinstance(options, list)
        else []
    )
    asked = [text(wire.get("name")), *(f"- {name}" for name in names if name)]
    body = "\n".join(filter(None, asked))
    return Content("unsupported", body, {"unsupported_type": "poll_creation"})


# Files before their captions' neighbours; `conversation` last, for it may stand beside others.
READERS: dict[str, Callable[[Any], Content | None]] = {
    "imageMessage": _file("image"),
    "videoMessage": _file("video"),
    "ptvMessage": _file("video"),
    "audioMessage": _file("audio"),
    "documentMessage": _file("document"),
    "stickerMessage": _file("sticker"),
    "locationMessage": _location,
    "liveLocationMessage": _location,
    "contactMessage": _contact,
    "contactsArrayMessage": _contacts,
    "listResponseMessage": _list_response,
    "buttonsResponseMessage": _buttons_response,
    "templateButtonReplyMessage": _template_reply,
    "pollCreationMessage": _poll,
    "pollCreationMessageV2": _poll,
    "pollCreationMessageV3": _poll,
    "extendedTextMessage": _extended_text,
    "conversation": _conversation,
}
