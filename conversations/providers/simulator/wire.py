"""The bodies that WhatsApp posts to a webhook (spec/03, 1.3 and 2), built from plain values. Pure."""

import base64
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

WEBHOOK_PATH = "/api/v1/webhooks/whatsapp"
RECEIPTS = ("sent", "delivered", "read")


@dataclass(frozen=True, slots=True)
class Number:
    """A business number, as a webhook names it."""

    waba_id: str
    phone_number_id: str
    display_phone_number: str


@dataclass(frozen=True, slots=True)
class Person:
    """A customer; wa_id is '' for somebody who hides the phone behind a username."""

    name: str = ""
    wa_id: str = ""
    user_id: str = ""
    username: str = ""


def new_wamid() -> str:
    """Return an id as WhatsApp gives to messages: opaque, longer than one would think."""
    return "wamid." + base64.b64encode(b"\x1d\x0d" + secrets.token_bytes(36)).decode()


def text_message(body: str) -> dict[str, Any]:
    """Return the type and part of a customer's text."""
    return {"type": "text", "text": {"body": body}}


def message_entry(
    number: Number, person: Person, message: dict[str, Any], *, wamid: str, at: float | None = None
) -> dict[str, Any]:
    """Return one entry with one message from a person; `message` holds its type, part, context."""
    message = {"id": wamid, "timestamp": _seconds(at), **_from(person), **message}
    return _entry(number, {"contacts": [_contact(person)], "messages": [message]})


def system_entry(
    number: Number, person: Person, message: dict[str, Any], *, wamid: str, at: float | None = None
) -> dict[str, Any]:
    """Return one entry with a notice about a person; such messages name no contact."""
    message = {"id": wamid, "timestamp": _seconds(at), **_from(person), **message}
    return _entry(number, {"messages": [message]})


def echo_entry(
    number: Number, person: Person, message: dict[str, Any], *, wamid: str, at: float | None = None
) -> dict[str, Any]:
    """Return one entry with what we typed to a person in WhatsApp's own app."""
    ids = {"from": digits(number), "to": person.wa_id, "to_user_id": person.user_id}
    echo = {key: value for key, value in ids.items() if value}
    echo |= {"id": wamid, "timestamp": _seconds(at), **message}
    return _entry(number, {"message_echoes": [echo]}, "smb_message_echoes")


def call_entry(
    number: Number, person: Person, call: dict[str, Any], *, call_id: str, at: float | None = None
) -> dict[str, Any]:
    """Return one entry with an event of a call that a person makes; `call` holds event and more."""
    call = {
        "id": call_id, "timestamp": _seconds(at), **_from(person), "to": digits(number),
        "direction": "USER_INITIATED", **call,
    }  # fmt: skip
    return _entry(number, {"contacts": [_contact(person)], "calls": [call]}, "calls")


def preference_entry(
    number: Number, person: Person, value: str, *, at: float | None = None
) -> dict[str, Any]:
    """Return one entry in which a person stops ('stop') or wants again ('resume') our marketing."""
    ids = {"wa_id": person.wa_id, "user_id": person.user_id}
    preference = {key: found for key, found in ids.items() if found} | {
        "category": "marketing_messages", "value": value, "timestamp": int(_seconds(at)),
        "detail": f"User requested to {value} marketing messages",
    }  # fmt: skip
    contacts = [_contact(person)]
    value = {"contacts": contacts, "user_preferences": [preference]}
    return _entry(number, value, "user_preferences")


def status_entry(
    number: Number,
    person: Person,
    status: str,
    *,
    wamid: str,
    callback: str = "",
    error: dict[str, Any] | None = None,
    category: str = "service",
    at: float | None = None,
) -> dict[str, Any]:
    """Return one entry with one status of a message of ours; `error` belongs to a failed one."""
    update: dict[str, Any] = {"id": wamid, "status": status, "timestamp": _seconds(at)}
    if person.wa_id:
        update["recipient_id"] = person.wa_id
    if person.user_id and not (error and person.wa_id):
        update["recipient_user_id"] = person.user_id
    if callback:
        update["biz_opaque_callback_data"] = callback
    if error:
        return _entry(number, {"statuses": [{**update, "errors": [error]}]})
    # Pricing comes with 'sent' and with one of the later ones only.
    if status in ("sent", "delivered"):
        update["pricing"] = {
            "billable": True, "pricing_model": "PMP", "type": "regular", "category": category,
        }  # fmt: skip
    return _entry(number, {"contacts": [_contact(person)], "statuses": [update]})


def envelope(entries: list[dict[str, Any]]) -> bytes:
    """Return a whole body; non-ASCII characters are escaped, as Meta does before it signs."""
    body = {"object": "whatsapp_business_account", "entry": entries}
    return json.dumps(body, separators=(",", ":")).encode()


def accepted(wamid: str, person: Person, sent_to: str) -> dict[str, Any]:
    """Return the answer to a message that was accepted; `sent_to` is what the sender wrote."""
    contact = {"input": sent_to}
    if person.wa_id:
        contact["wa_id"] = person.wa_id
    else:
        contact["user_id"] = person.user_id
    return {
        "messaging_product": "whatsapp",
        "contacts": [contact],
        "messages": [{"id": wamid, "message_status": "accepted"}],
    }


def digits(number: Number) -> str:
    """Return a business number as messages name their author."""
    return "".join(filter(str.isdigit, number.display_phone_number))


def _entry(number: Number, value: dict[str, Any], field: str = "messages") -> dict[str, Any]:
    metadata = {
        "display_phone_number": number.display_phone_number,
        "phone_number_id": number.phone_number_id,
    }
    value = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    return {"id": number.waba_id, "changes": [{"value": value, "field": field}]}


def _contact(person: Person) -> dict[str, Any]:
    profile = {"name": person.name} if person.name else {}
    if person.username:
        profile["username"] = person.username
    contact: dict[str, Any] = {"profile": profile} if profile else {}
    if person.wa_id:
        contact["wa_id"] = person.wa_id
    if person.user_id:
        contact["user_id"] = person.user_id
    return contact


def _from(person: Person) -> dict[str, str]:
    ids = {"from": person.wa_id, "from_user_id": person.user_id}
    return {key: value for key, value in ids.items() if value}


def _seconds(at: float | None) -> str:
    return str(int(time.time() if at is None else at))
