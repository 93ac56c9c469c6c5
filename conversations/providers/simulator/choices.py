"""What can be tapped in a message of ours, and what the phone answers then."""

from typing import Any

from django.utils.translation import gettext as _

from conversations.models import SimulatorMessage, SimulatorPhone
from conversations.providers.simulator import templates, wire
from conversations.providers.simulator.accept import number_of
from conversations.providers.simulator.contents import own_card, place
from conversations.providers.simulator.writing import PhoneError, find, write

ASKED = {
    "location_request_message": ("send-location", "location"),
    "contact_request": ("share-contact", "contacts"),
}


def tap(phone: SimulatorPhone, wamid: str, choice_id: str) -> SimulatorMessage:
    """Tap a reply button, a list's row, or what a message asks for; raises PhoneError."""
    message = find(phone, wamid)
    context = {"from": wire.digits(number_of(phone.channel)), "id": wamid}
    known = templates.stored(phone.channel, [message])
    for kind, choice in choices_of(message.payload, known):
        if choice["id"] == choice_id:
            return _answer(phone, kind, choice, context)
    raise PhoneError(_("This message has no such button."))


def choices_of(payload: dict[str, Any], known: dict | None = None) -> list[tuple[str, dict]]:
    """Return what can be tapped: (button_reply | list_reply | quick_reply | asked, {id, title}).

    known: stored templates, as templates.stored returns them.
    """
    part = payload.get("interactive") or {}
    action = part.get("action") or {}
    found = [("button_reply", button["reply"]) for button in action.get("buttons", [])]
    for section in action.get("sections", []):
        found += [("list_reply", row) for row in section["rows"]]
    if part.get("type") in ASKED:
        choice_id, _kind = ASKED[part["type"]]
        found.append(("asked", {"id": choice_id, "title": _title_of(choice_id)}))
    if "template" in payload:
        buttons = templates.filled(payload["template"], known or {})["buttons"]
        found += [("quick_reply", one) for one in buttons if one["kind"] == "quick_reply"]
    return found


def _answer(phone: SimulatorPhone, kind: str, choice: dict, context: dict) -> SimulatorMessage:
    if kind == "quick_reply":
        part = {"payload": choice["id"], "text": choice["title"]}
        return write(phone, "button", part, context=context)
    if kind == "asked" and choice["id"] == "send-location":
        return write(phone, "location", place(), context=context)
    if kind == "asked":
        card = {**own_card(phone), "origin": "contact_request"}
        return write(phone, "contacts", [card], context=context)
    return write(phone, "interactive", {"type": kind, kind: choice}, context=context)


def _title_of(choice_id: str) -> str:
    return _("Send location") if choice_id == "send-location" else _("Share contact")
