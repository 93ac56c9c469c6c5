"""One message as WhatsApp draws it: its text, files, buttons and what stands around them."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conversations.models import SimulatorMedia, SimulatorMessage
from conversations.providers.simulator import templates
from conversations.providers.simulator.choices import choices_of

QUOTE_LENGTH = 90
MEDIA_KINDS = ("image", "video", "audio", "document", "sticker")
# What stands in the middle of the chat, as WhatsApp tells it, and not in a bubble.
NOTICES = {
    "system": "", "request_welcome": gettext_lazy("The chat was opened"),
    "call": gettext_lazy("Call that nobody took"),
}  # fmt: skip

_NAMES = {
    "image": gettext_lazy("Photo"),
    "audio": gettext_lazy("Audio"),
    "video": gettext_lazy("Video"),
    "document": gettext_lazy("Document"),
    "sticker": gettext_lazy("Sticker"),
    "location": gettext_lazy("Location"),
    "contacts": gettext_lazy("Contact card"),
    "order": gettext_lazy("Order"),
    "template": gettext_lazy("Template"),
    "unsupported": gettext_lazy("Message that WhatsApp does not pass on"),
}
_ICONS = {
    "image": "image", "audio": "mic", "video": "play", "document": "file-text", "sticker": "smile",
    "location": "map-pin", "contacts": "id-card", "order": "receipt-text",
    "unsupported": "circle-off",
}  # fmt: skip
_TICKS = {
    "accepted": "clock", "sent": "check", "delivered": "check-check", "read": "check-check",
    "played": "check-check",
}  # fmt: skip


@dataclass(slots=True)
class File:
    """A file in a bubble; stored is None when it came by an address of its own, or was lost."""

    kind: str
    stored: SimulatorMedia | None = None
    link: str = ""
    filename: str = ""
    is_voice: bool = False


@dataclass(slots=True)
class Bubble:
    """One message on the screen. is_mine: written by the phone's owner."""

    message: SimulatorMessage
    text: str
    icon: str = ""
    title: str = ""
    mark: str = ""
    advert: dict[str, str] = field(default_factory=dict)
    header: str = ""
    footer: str = ""
    file: File | None = None
    cards: list[dict[str, str]] = field(default_factory=list)
    map_url: str = ""
    buttons: list[dict[str, str]] = field(default_factory=list)
    links: list[dict[str, str]] = field(default_factory=list)
    list_button: str = ""
    sections: list[dict[str, Any]] = field(default_factory=list)
    quoted: str = ""
    reactions: list[str] = field(default_factory=list)
    my_reaction: str = ""
    day: date | None = None
    starts: bool = False

    @property
    def is_mine(self) -> bool:
        """Whether the phone's owner wrote it."""
        return self.message.direction == SimulatorMessage.Direction.IN

    @property
    def is_notice(self) -> bool:
        """Whether it is told in the middle of the chat."""
        return self.message.kind in NOTICES

    @property
    def tick(self) -> str:
        """Return the icon of the ticks on an own message."""
        return _TICKS[self.message.status] if self.is_mine else ""

    @property
    def can_edit(self) -> bool:
        """Whether its owner may change the text."""
        return self.is_mine and self.message.kind == "text" and not self.message.revoked_at


@dataclass(slots=True)
class Shelf:
    """What bubbles are drawn with: files by id, stored templates, quoted texts by message id."""

    files: dict[str, SimulatorMedia] = field(default_factory=dict)
    templates: dict[tuple, list] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


def summary(message: SimulatorMessage) -> str:
    """Return a message in one line, as it is quoted."""
    if message.revoked_at:
        return _("This message was deleted")
    text = text_of(message) or str(_NAMES.get(message.kind, ""))
    return text if len(text) <= QUOTE_LENGTH else text[: QUOTE_LENGTH - 1] + "…"


def text_of(message: SimulatorMessage) -> str:
    """Return what is written in a message: its text, caption, chosen title."""
    part = message.payload.get(message.kind) or {}
    read = _TEXTS.get(message.kind)
    if read:
        return read(part)
    return part.get("caption", "") if isinstance(part, dict) else ""


def media_parts(message: SimulatorMessage) -> dict[str, dict[str, Any]]:
    """Return what names a file in a message, by kind: its own, or that of its header."""
    payload = message.payload
    if message.kind in MEDIA_KINDS:
        return {message.kind: payload[message.kind]} if message.kind in payload else {}
    header = (payload.get("interactive") or {}).get("header") or {}
    if header.get("type") in MEDIA_KINDS:
        return {header["type"]: header[header["type"]]}
    if message.kind == "template":
        return templates.filled(payload["template"], {})["header_media"]
    return {}


def draw(message: SimulatorMessage, shelf: Shelf) -> Bubble:
    """Return a message's bubble."""
    if message.revoked_at:
        return Bubble(message, text="")
    bubble = Bubble(message, text=text_of(message) or str(NOTICES.get(message.kind, "")))
    context = message.payload.get("context") or {}
    if quoted := context.get("message_id") or context.get("id"):
        bubble.quoted = shelf.texts.get(quoted, _("Message"))
    if context.get("forwarded") or context.get("frequently_forwarded"):
        bubble.mark = _("Forwarded") if context.get("forwarded") else _("Forwarded many times")
    bubble.advert = message.payload.get("referral") or {}
    _add_file(bubble, shelf)
    _add_label(bubble)
    if message.kind == "template":
        _add_template(bubble, shelf)
    elif not bubble.is_mine:
        _add_interactive(bubble)
    return bubble


def _add_file(bubble: Bubble, shelf: Shelf) -> None:
    for kind, part in media_parts(bubble.message).items():
        bubble.file = File(
            kind,
            shelf.files.get(part.get("id", "")),
            part.get("link", ""),
            part.get("filename", ""),
            part.get("voice") is True,
        )


def _add_label(bubble: Bubble) -> None:
    kind = bubble.message.kind
    part = bubble.message.payload.get(kind)
    if kind == "contacts":
        bubble.cards = [_card(card) for card in part]
    elif kind == "location":
        where = f"{part['latitude']},{part['longitude']}"
        bubble.map_url = f"https://www.google.com/maps/search/?api=1&query={where}"
    if kind in _ICONS and bubble.file is None:
        bubble.icon, bubble.title = _ICONS[kind], str(_NAMES[kind])


def _card(card: dict[str, Any]) -> dict[str, str]:
    phones = ", ".join(phone.get("phone", "") for phone in card.get("phones", []))
    return {"name": card["name"]["formatted_name"], "phones": phones}


def _add_interactive(bubble: Bubble) -> None:
    payload = bubble.message.payload
    part = payload.get("interactive") or {}
    action = part.get("action") or {}
    bubble.header = (part.get("header") or {}).get("text", "")
    bubble.footer = (part.get("footer") or {}).get("text", "")
    bubble.list_button = action.get("button", "")
    bubble.sections = action.get("sections", [])
    if link := action.get("parameters"):
        bubble.links = [{"title": link["display_text"], "url": link["url"]}]
    if not bubble.sections:
        bubble.buttons = [choice for _kind, choice in choices_of(payload)]


def _add_template(bubble: Bubble, shelf: Shelf) -> None:
    shown = templates.filled(bubble.message.payload["template"], shelf.templates)
    bubble.text, bubble.header, bubble.footer = shown["body"], shown["header"], shown["footer"]
    bubble.buttons = [one for one in shown["buttons"] if one["kind"] == "quick_reply"]
    bubble.links = [one for one in shown["buttons"] if one["kind"] != "quick_reply"]


def _interactive_text(part: dict[str, Any]) -> str:
    reply = part.get(part.get("type", "")) or {}
    return (part.get("body") or {}).get("text", "") or reply.get("title", "") or _form(reply)


def _form(reply: dict[str, Any]) -> str:
    return _("Form filled in") if "response_json" in reply else ""


def _order_text(part: dict[str, Any]) -> str:
    lines = [
        f"{item['quantity']} × {item['product_retailer_id']}"
        for item in part.get("product_items", [])
    ]
    return "\n".join(filter(None, [part.get("text", ""), *lines]))


_TEXTS = {
    "text": lambda part: part.get("body", ""),
    "interactive": _interactive_text,
    "button": lambda part: part.get("text", ""),
    "contacts": lambda part: ", ".join(card["name"]["formatted_name"] for card in part),
    "location": lambda part: " · ".join(filter(None, [part.get("name"), part.get("address")])),
    "template": lambda part: templates.filled(part, {})["body"],
    "order": _order_text,
    "system": lambda part: part.get("body", ""),
}
