"""Our messages to request bodies of POST /{phone_number_id}/messages (spec/03, 3.1). Pure.

What OutboundMessage.body and .payload are, by kind:
  text         body
  image, video, document    body = caption; payload {"media_id" or "link", "filename"?}
  audio        payload {"media_id" or "link", "voice"?: bool}
  sticker      payload {"media_id" or "link"}
  location     payload {"latitude", "longitude", "name"?, "address"?}
  contacts     payload {"contacts": [as on the wire]}
  reaction     payload {"message_id", "emoji"}; an empty emoji takes it away
  template     payload {"name", "language", "components"?: [as on the wire]}
  interactive  body = the text; payload {"type", "header"?, "footer"?} and by its type:
    button            "buttons": [{"id", "title"}]
    list              "button": label, "sections": [{"title", "rows": [{"id", "title", "description"?}]}]
    cta_url           "display_text", "url"
    location_request, contact_request
"""

import re
from collections.abc import Callable
from typing import Any

from conversations.providers.base import InvalidPayload, OutboundMessage
from conversations.providers.cloud.limits import Problem, check

__all__ = ["MessageRefused", "Problem", "check", "mark_read_body", "request_body"]

_LINK = re.compile(r"https?://\S", re.IGNORECASE)


class MessageRefused(InvalidPayload):
    """A message that WhatsApp would not take; problems says why, for people."""

    def __init__(self, problems: list[Problem]):
        super().__init__(" ".join(map(str, problems)))
        self.problems = problems


def request_body(message: OutboundMessage) -> dict[str, Any]:
    """Return the JSON to post; raises MessageRefused for what breaks a limit of the contract."""
    problems = check(message)
    if problems:
        raise MessageRefused(problems)
    body = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **_recipient(message),
        "type": message.kind,
        message.kind: _WRITERS[message.kind](message),
    }
    # A reaction names its message itself; with a context it is refused.
    if message.reply_to_provider_id and message.kind != "reaction":
        body["context"] = {"message_id": message.reply_to_provider_id}
    if message.attempt_id:
        body["biz_opaque_callback_data"] = message.attempt_id
    return body


def mark_read_body(provider_id: str, typing: bool = False) -> dict[str, Any]:
    """Return the JSON that marks an incoming message, and those before it, as read."""
    body: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": provider_id,
    }
    return body | ({"typing_indicator": {"type": "text"}} if typing else {})


def _recipient(message: OutboundMessage) -> dict[str, str]:
    if message.to_is_bsuid:
        return {"recipient": message.to}
    # The digits exactly as received, but never without the plus: Meta would put our own country
    # code before them and write to somebody else (spec/03, 2.6).
    return {"to": f"+{message.to.removeprefix('+')}"}


def _text(message: OutboundMessage) -> dict[str, Any]:
    body = {"body": message.body}
    return body | ({"preview_url": True} if _LINK.search(message.body) else {})


def _media(message: OutboundMessage) -> dict[str, Any]:
    payload = message.payload
    source = {"id": payload["media_id"]} if payload.get("media_id") else {"link": payload["link"]}
    return source | _given(
        caption=message.body,
        filename=payload.get("filename"),
        voice=payload.get("voice"),
    )


def _location(message: OutboundMessage) -> dict[str, Any]:
    payload = message.payload
    place = {"latitude": payload["latitude"], "longitude": payload["longitude"]}
    return place | _given(name=payload.get("name"), address=payload.get("address"))


def _contacts(message: OutboundMessage) -> list[dict[str, Any]]:
    return message.payload["contacts"]


def _reaction(message: OutboundMessage) -> dict[str, Any]:
    return {"message_id": message.payload["message_id"], "emoji": message.payload.get("emoji", "")}


def _template(message: OutboundMessage) -> dict[str, Any]:
    payload = message.payload
    named = {"name": payload["name"], "language": {"code": payload["language"]}}
    return named | _given(components=payload.get("components"))


def _interactive(message: OutboundMessage) -> dict[str, Any]:
    payload = message.payload
    type_name = payload["type"]
    header, footer = payload.get("header"), payload.get("footer")
    return {
        "type": _INTERACTIVE_NAMES.get(type_name, type_name),
        **_given(header={"type": "text", "text": header} if header else None),
        "body": {"text": message.body},
        **_given(footer={"text": footer} if footer else None),
        "action": _ACTIONS[type_name](payload),
    }


def _buttons(payload: dict) -> dict[str, Any]:
    replies = [{"id": button["id"], "title": button["title"]} for button in payload["buttons"]]
    return {"buttons": [{"type": "reply", "reply": reply} for reply in replies]}


def _list(payload: dict) -> dict[str, Any]:
    return {"button": payload["button"], "sections": list(map(_section, payload["sections"]))}


def _section(section: dict) -> dict[str, Any]:
    rows = [
        {"id": row["id"], "title": row["title"], **_given(description=row.get("description"))}
        for row in section["rows"]
    ]
    return {**_given(title=section.get("title")), "rows": rows}


def _cta_url(payload: dict) -> dict[str, Any]:
    parameters = {"display_text": payload["display_text"], "url": payload["url"]}
    return {"name": "cta_url", "parameters": parameters}


_INTERACTIVE_NAMES = {"location_request": "location_request_message"}

_ACTIONS: dict[str, Callable[[dict], dict[str, Any]]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _cta_url,
    "location_request": lambda payload: {"name": "send_location"},
    "contact_request": lambda payload: {"name": "request_contact_info"},
}

_WRITERS: dict[str, Callable[[OutboundMessage], Any]] = {
    "text": _text,
    "image": _media,
    "video": _media,
    "audio": _media,
    "document": _media,
    "sticker": _media,
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    "template": _template,
    "interactive": _interactive,
}


def _given(**values: Any) -> dict[str, Any]:
    """Only what has a value."""
    return {key: value for key, value in values.items() if value}
