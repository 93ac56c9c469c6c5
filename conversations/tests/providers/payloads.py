"""Builders of what Meta posts: realistic in shape, synthetic in content. For all tests.

body = to_bytes(envelope(text_message("Olá")))
client.post(url, body, content_type="application/json",
            headers={"X-Hub-Signature-256": signed(body, secret)})
"""

import json
import time
from itertools import count
from typing import Any

from conversations.providers.signatures import sign

WABA_ID = "102290129340398"
PHONE_NUMBER_ID = "106540352242922"
BUSINESS_NUMBER = "551140028922"
ZECA = "5511987654321"
ZECA_BSUID = "BR.13491208655302741918"
_numbers = count(1)


def next_id(prefix: str = "wamid.HBgNNTUx") -> str:
    """A message id nobody used before in this process."""
    return f"{prefix}{next(_numbers):012d}=="


def now() -> str:
    """The present as Meta writes it: service windows are open in what is built now."""
    return str(int(time.time()))


def message(kind: str, content: Any = None, *, sender: str = ZECA, **more: Any) -> dict[str, Any]:
    """A message of any type; sender='' leaves `from` out, more= adds keys (None takes one away)."""
    wire = {"from": sender, "id": next_id(), "timestamp": now(), "type": kind}
    if not sender:
        del wire["from"]
    if content is not None:
        wire[kind] = content
    return {key: value for key, value in (wire | more).items() if value is not None}


def text_message(body: str = "Bom dia, minha internet caiu", **more: Any) -> dict[str, Any]:
    return message("text", {"body": body}, **more)


def media_message(kind: str = "image", mime_type: str = "image/jpeg", **content: Any) -> dict:
    more = {
        key: content.pop(key) for key in ("sender", "id", "errors", "context") if key in content
    }
    wire = {"id": "1037543291543636", "mime_type": mime_type, "sha256": "c0ZkQ3Z0aGlzaXNub3RyZWFs"}
    return message(kind, wire | content, **more)


def button_reply(button_id: str = "1", title: str = "Financeiro", **more: Any) -> dict[str, Any]:
    reply = {"type": "button_reply", "button_reply": {"id": button_id, "title": title}}
    return message("interactive", reply, **more)


def list_reply(row_id: str = "1", title: str = "Suporte", **more: Any) -> dict[str, Any]:
    reply = {"type": "list_reply", "list_reply": {"id": row_id, "title": title}}
    return message("interactive", reply, **more)


def flow_reply(response_json: str, **more: Any) -> dict[str, Any]:
    reply = {"name": "flow", "body": "Sent", "response_json": response_json}
    return message("interactive", {"type": "nfm_reply", "nfm_reply": reply}, **more)


def reaction(target: str, emoji: str | None = "👍", **more: Any) -> dict[str, Any]:
    wire = {"message_id": target} | ({} if emoji is None else {"emoji": emoji})
    return message("reaction", wire, **more)


def edit(target: str, body: str, **more: Any) -> dict[str, Any]:
    inner = {"type": "text", "text": {"body": body}}
    return message("edit", {"original_message_id": target, "message": inner}, **more)


def revoke(target: str, **more: Any) -> dict[str, Any]:
    return message("revoke", {"original_message_id": target}, **more)


def status(
    provider_id: str, name: str = "delivered", *, recipient: str = ZECA, **more: Any
) -> dict[str, Any]:
    wire = {"id": provider_id, "status": name, "timestamp": now(), "recipient_id": recipient}
    return {key: value for key, value in (wire | more).items() if value is not None}


def failed(provider_id: str, code: int = 131026, details: str = "", **more: Any) -> dict[str, Any]:
    error = {
        "code": code,
        "title": "Failed",
        "message": "Failed",
        "error_data": {"details": details},
    }
    return status(provider_id, "failed", errors=[error], **more)


def contact(wa_id: str = ZECA, name: str = "Zeca", **more: Any) -> dict[str, Any]:
    wire = {"profile": {"name": name}, "wa_id": wa_id}
    return {key: value for key, value in (wire | more).items() if value not in (None, "")}


def change(field: str, value: Any) -> dict[str, Any]:
    return {"field": field, "value": value}


def value(
    *messages: dict,
    statuses: list | None = None,
    errors: list | None = None,
    contacts: list | None = None,
    phone_number_id: str = PHONE_NUMBER_ID,
) -> dict[str, Any]:
    """The value of a `messages` change; contacts are made from the senders unless given."""
    numbers = dict.fromkeys(item.get("from") for item in messages if item.get("type") != "system")
    made = [contact(number) for number in numbers if number]
    wire: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": BUSINESS_NUMBER,
            "phone_number_id": phone_number_id,
        },
        "contacts": made if contacts is None else contacts,
        "messages": list(messages),
        "statuses": statuses,
        "errors": errors,
    }
    return {key: part for key, part in wire.items() if part or key == "metadata"}


def envelope(*messages: dict, **more: Any) -> dict[str, Any]:
    """The whole body around messages (and statuses=, errors=, contacts=, phone_number_id=)."""
    return account_envelope(change("messages", value(*messages, **more)))


def account_envelope(*changes: dict, waba_id: str = WABA_ID, time: int | None = None) -> dict:
    entry = {"id": waba_id, "changes": list(changes)} | ({"time": time} if time else {})
    return {"object": "whatsapp_business_account", "entry": [entry]}


def call(status: str = "FAILED", phone_number_id: str = PHONE_NUMBER_ID, **more: Any) -> dict:
    """The end of a call of a customer's, taken (COMPLETED) or not."""
    wire = {
        "id": next_id("wacid."), "from": ZECA, "to": BUSINESS_NUMBER, "event": "terminate",
        "direction": "USER_INITIATED", "status": status, "timestamp": now(),
    }  # fmt: skip
    body = {k: v for k, v in value(phone_number_id=phone_number_id).items() if k != "messages"}
    return account_envelope(change("calls", body | {"calls": [wire | more]}))


def echo(
    *messages: dict, contacts: list | None = None, phone_number_id: str = PHONE_NUMBER_ID
) -> dict[str, Any]:
    """What we typed on the phone: turns messages around, from us to their sender."""
    turned = [{**item, "from": BUSINESS_NUMBER, "to": item["from"]} for item in messages]
    body = value(contacts=contacts or [], phone_number_id=phone_number_id)
    wire = {k: v for k, v in body.items() if k != "contacts"}
    return account_envelope(change("smb_message_echoes", wire | {"message_echoes": turned}))


def to_bytes(body: dict) -> bytes:
    """Serialise as Meta does: compact, all but ASCII escaped."""
    return json.dumps(body, separators=(",", ":")).encode()


def signed(body: bytes, secret: str) -> str:
    """The value of X-Hub-Signature-256 for a body."""
    return sign(secret, body)
