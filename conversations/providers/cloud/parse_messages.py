"""One element of messages[] or message_echoes[] to a typed event (spec/03, 2.1 and 2.2). Pure.

Message.payload keeps the wire message but for what the event has fields of its own for, plus:
`contact` (what contacts[] said beside name and ids), `unsupported_type` (what the customer sent
that WhatsApp or we do not pass on), `answers` (of a flow), `opens_window` (an entry without
content that opens the service window all the same), `timestamp_replaced` (a time that cannot be).
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conversations.providers.base import (
    EditReceived,
    Event,
    InvalidPayload,
    Media,
    MessageReceived,
    ReactionReceived,
    RevokeReceived,
    Sender,
)
from conversations.providers.cloud.wire import (
    clean,
    decode,
    digest,
    identifier,
    mapping,
    moment,
    text,
)

logger = logging.getLogger(__name__)

MAX_EMOJI = 64
MAX_MIME_TYPE = 120
MAX_SHA256 = 64
MAX_FILENAME = 255
MAX_ANSWERS_TEXT = 500  # characters of a flow's answers shown as text
OWN_FIELDS = {"id", "timestamp", "from", "from_user_id", "to", "to_user_id"}
CONTACT_OWN_FIELDS = {"wa_id", "user_id"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a message comes from: what its envelope said about it."""

    phone_number_id: str
    sender: Sender
    recipient: Sender | None = None  # the customer, of an echo
    contact: dict[str, Any] = field(default_factory=dict)
    errors: Any = None  # value.errors

    @property
    def is_echo(self) -> bool:
        """Whether we wrote it, on the phone."""
        return self.recipient is not None


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says."""

    kind: str
    body: str = ""
    media: Media | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    has_content: bool = True


def message_event(message: dict, origin: Origin, received_at: datetime) -> Event:
    """Return the event of one wire message (already clean); never raises."""
    read = _CHANGES_OF_A_MESSAGE.get(text(message.get("type")))
    occurred_at, _ = moment(message.get("timestamp"), received_at)
    common = {
        "phone_number_id": origin.phone_number_id,
        "sender": origin.sender,
        "occurred_at": occurred_at,
        "provider_id": identifier(message.get("id")) or digest(message),
        "echo": origin.is_echo,
    }
    change = read(message, common) if read else None
    return change or _message_received(message, origin, common, received_at)


def _reaction(message: dict, common: dict) -> ReactionReceived | None:
    reaction = mapping(message.get("reaction"))
    target = identifier(reaction.get("message_id"))
    # Taking a reaction away: the key is absent (Meta's page) or empty (seen).
    emoji = text(reaction.get("emoji"), MAX_EMOJI)
    return ReactionReceived(target_provider_id=target, emoji=emoji, **common) if target else None


def _edit(message: dict, common: dict) -> EditReceived | None:
    edit = mapping(message.get("edit"))
    target = identifier(edit.get("original_message_id"))
    inner = mapping(edit.get("message"))
    if not target or not inner:
        return None
    content = read_content(inner)
    payload = {**inner, **content.extra}
    return EditReceived(target_provider_id=target, body=content.body, payload=payload, **common)


def _revoke(message: dict, common: dict) -> RevokeReceived | None:
    target = identifier(mapping(message.get("revoke")).get("original_message_id"))
    return RevokeReceived(target_provider_id=target, **common) if target else None


_CHANGES_OF_A_MESSAGE = {"reaction": _reaction, "edit": _edit, "revoke": _revoke}


def _message_received(
    message: dict, origin: Origin, common: dict, received_at: datetime
) -> MessageReceived:
    content = read_content(message)
    payload = _payload(message, content.kind) | _said_of_contact(origin.contact) | content.extra
    if content.kind == "unsupported" and origin.errors and "errors" not in payload:
        payload["errors"] = origin.errors
    if not moment(message.get("timestamp"), received_at)[1]:
        payload["timestamp_replaced"] = message.get("timestamp")
    return MessageReceived(
        kind=content.kind,
        body=content.body,
        payload=payload,
        media=content.media,
        reply_to_provider_id=identifier(mapping(message.get("context")).get("id")),
        has_content=content.has_content,
        recipient=origin.recipient,
        **common,
    )


def _payload(message: dict, kind: str) -> dict[str, Any]:
    payload = {key: value for key, value in message.items() if key not in OWN_FIELDS}
    if message.get("id") != identifier(message.get("id")):
        payload["id"] = message.get("id")
    if kind == "text" and message["text"].keys() == {"body"}:
        del payload["text"]  # most messages: the event's body is the same, once is enough
    return payload


def _said_of_contact(contact: dict) -> dict[str, Any]:
    said = {key: value for key, value in contact.items() if key not in CONTACT_OWN_FIELDS}
    if mapping(said.get("profile")).keys() <= {"name"}:
        said.pop("profile", None)
    return {"contact": said} if said else {}


def read_content(message: dict) -> Content:
    """Return what a message of any type says; what cannot be understood is 'unsupported'."""
    type_name = text(message.get("type"))
    read = _READERS.get(type_name)
    try:
        content = read(message.get(type_name), message) if read else None
    except Exception as error:  # the last net: one odd message must not hold back its body
        logger.error("A message of type %s could not be read: %r", type_name, type(error))
        content = None
    return content or _unsupported(type_name, message)


def _unsupported(type_name: str, message: dict) -> Content:
    inner = mapping(message.get("unsupported")).get("type")
    return Content("unsupported", extra={"unsupported_type": text(inner) or type_name})


Reader = Callable[[Any, dict], Content | None]


def _text(wire: Any, message: dict) -> Content | None:
    body = mapping(wire).get("body")
    return Content("text", body) if isinstance(body, str) else None


def _media(kind: str) -> Reader:
    def read(wire: Any, message: dict) -> Content | None:
        wire = mapping(wire)
        media = Media(
            media_id=identifier(wire.get("id")),
            mime_type=text(wire.get("mime_type"), MAX_MIME_TYPE),
            sha256=text(wire.get("sha256"), MAX_SHA256),
            filename=text(wire.get("filename"), MAX_FILENAME),
            url=text(wire.get("url")),
            voice=wire.get("voice") is True or message.get("type") == "voice",
            animated=wire.get("animated") is True,
        )
        # Without the file (131052 instead of it) there is nothing to fetch, only to tell.
        found = media.media_id or media.url
        return Content(kind, text(wire.get("caption")), media) if found else None

    return read


def _location(wire: Any, message: dict) -> Content | None:
    wire = mapping(wire)
    place = [str(wire.get(name)) for name in ("latitude", "longitude")]
    if not all(_is_coordinate(wire.get(name)) for name in ("latitude", "longitude")):
        return None
    named = [text(wire.get("name")), text(wire.get("address"))]
    return Content("location", ", ".join(filter(None, named)) or ", ".join(place))


def _is_coordinate(value: Any) -> bool:
    try:
        return not isinstance(value, bool) and abs(float(value)) <= 360
    except (TypeError, ValueError):
        return False


def _contacts(wire: Any, message: dict) -> Content | None:
    cards = [card for card in wire if isinstance(card, dict)] if isinstance(wire, list) else []
    names = ", ".join(filter(None, map(_name_on_card, cards)))
    return Content("contacts", names) if cards else None


def _name_on_card(card: dict) -> str:
    name = mapping(card.get("name"))
    parts = [text(name.get(part)) for part in ("first_name", "middle_name", "last_name")]
    phones = card.get("phones")
    phone = mapping(phones[0]) if isinstance(phones, list) and phones else {}
    spelled = " ".join(filter(None, parts))
    return text(name.get("formatted_name")) or spelled or text(phone.get("phone"))


def _interactive(wire: Any, message: dict) -> Content | None:
    wire = mapping(wire)
    type_name = text(wire.get("type"))
    read = _INTERACTIVE.get(type_name)
    answer = wire.get(type_name)
    return read(answer) if read and isinstance(answer, dict) and answer else None


def _choice(answer: dict) -> Content:
    return Content("interactive", text(answer.get("title")) or text(answer.get("id")))


def _call_permission(answer: dict) -> Content:
    return Content("interactive", text(answer.get("response")))


def _flow_answer(answer: dict) -> Content:
    answers = _flow_answers(answer.get("response_json"))
    said = ", ".join(
        f"{key}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for key, value in answers.items()
        if key != "flow_token"
    )
    body = said[:MAX_ANSWERS_TEXT] or text(answer.get("body")) or text(answer.get("name"))
    return Content("interactive", body, extra={"answers": answers} if answers else {})


def _flow_answers(response_json: Any) -> dict[str, Any]:
    """response_json is JSON in a string, but invalid JSON and non-objects have been seen in it."""
    try:
        return clean(mapping(decode(text(response_json).encode())))
    except InvalidPayload:
        return {}


_INTERACTIVE: dict[str, Callable[[dict], Content]] = {
    "button_reply": _choice,
    "list_reply": _choice,
    "nfm_reply": _flow_answer,
    "call_permission_reply": _call_permission,
}


def _button(wire: Any, message: dict) -> Content | None:
    wire = mapping(wire)
    body = text(wire.get("text")) or text(wire.get("payload"))
    return Content("button", body) if body else None


def _order(wire: Any, message: dict) -> Content | None:
    wire = mapping(wire)
    products = wire.get("product_items")
    products = [mapping(item) for item in products] if isinstance(products, list) else []
    lines = [
        f"{text(item.get('quantity')) or 1} × {text(item.get('product_retailer_id'))}"
        for item in products
    ]
    body = text(wire.get("text")) or ", ".join(lines)
    return Content("order", body) if products or body else None


def _system(wire: Any, message: dict) -> Content:
    return Content("system", text(mapping(wire).get("body")), has_content=False)


def _request_welcome(wire: Any, message: dict) -> Content:
    # Nothing was said, but the first opening of the chat opens the service window; the entry
    # tells so in its payload, for has_content decides over conversations as well.
    return Content("system", extra={"opens_window": True}, has_content=False)


_READERS: dict[str, Reader] = {
    "text": _text,
    "image": _media("image"),
    "video": _media("video"),
    "audio": _media("audio"),
    "voice": _media("audio"),  # older name of a voice note
    "document": _media("document"),
    "sticker": _media("sticker"),
    "location": _location,
    "contacts": _contacts,
    "interactive": _interactive,
    "button": _button,
    "order": _order,
    "system": _system,
    "request_welcome": _request_welcome,
}
