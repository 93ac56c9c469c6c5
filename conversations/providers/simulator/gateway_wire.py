"""The gateway's words (Evolution API v2, spec/03, 5) as a gateway says them. Pure, no Django.

Shared by the simulator and by the stand-alone gateway of the tests (helpdesk/testing).
"""

import base64
import io
import secrets
import time
from typing import Any

import qrcode

MOST_BYTES = 136 * 1024 * 1024
NAMES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
         429: "Too Many Requests", 500: "Internal Server Error",
         503: "Service Unavailable"}  # fmt: skip
NEEDED = {
    "sendText": ("number", "text"),
    "sendMedia": ("number", "mediatype", "media"),
    "sendWhatsAppAudio": ("number", "audio"),
    "sendSticker": ("number", "sticker"),
    "sendLocation": ("number", "latitude", "longitude", "name", "address"),
    "sendContact": ("number", "contact"),
    "sendReaction": ("key", "reaction"),
}
LONGEST_IN_LOG = 300
HIDDEN = "…"
WEBHOOKS = "/api/v1/webhooks/gateway/"  # whose addresses end with a secret
IN_BASE64 = ("media", "audio", "sticker")
MEDIA_TYPES = ("image", "video", "document", "audio")
_SHAPES: dict[str, type | tuple[type, ...]] = {
    "number": str, "text": str, "mediatype": str, "media": str, "audio": str, "sticker": str,
    "latitude": (int, float), "longitude": (int, float), "name": str, "address": str,
    "contact": list, "key": dict, "reaction": str, "caption": str, "fileName": str,
}  # fmt: skip


class Refusal(Exception):
    """An error object and its status; `message` is the list that response.message holds."""

    def __init__(self, status: int, message: Any):
        super().__init__(message)
        self.status, self.message = status, message

    def body(self) -> dict[str, Any]:
        """Return the body of a refused call."""
        name = NAMES.get(self.status, "Error")
        return {"status": self.status, "error": name, "response": {"message": self.message}}


def check_message(route: str, body: dict[str, Any]) -> None:
    """Raise Refusal for a message that is not as its route wants it."""
    require_fields(route, body)
    require_file(body)
    for name, value in body.items():
        if name in _SHAPES and not isinstance(value, _SHAPES[name]):
            raise Refusal(400, [[f"{name} is not of a type(s) {_names(_SHAPES[name])}"]])
    if body.get("mediatype", "image") not in MEDIA_TYPES:
        raise Refusal(400, [["mediatype is not one of enum values: " + ",".join(MEDIA_TYPES)]])
    key = body.get("key", {"id": "-", "remoteJid": "-"})
    if not all(isinstance(key.get(name), str) for name in ("id", "remoteJid")):
        raise Refusal(400, [['key requires property "id"', 'key requires property "remoteJid"']])
    cards = body.get("contact", [{}])
    if not cards or not all(isinstance(card, dict) for card in cards):
        raise Refusal(400, [["contact does not meet minimum length of 1"]])


def _names(kinds) -> str:
    return ",".join(kind.__name__ for kind in (kinds if isinstance(kinds, tuple) else (kinds,)))


def require_fields(route: str, body: dict[str, Any]) -> None:
    """Raise Refusal unless a message has what its route needs; an empty reaction takes one away."""
    missing = [
        name for name in NEEDED[route] if body.get(name) in (None, "") and name != "reaction"
    ]
    if missing:
        raise Refusal(400, [[f'instance requires property "{name}"' for name in missing]])


def require_file(body: dict[str, Any]) -> None:
    """Raise Refusal for a file that is neither an address nor bare base64."""
    for name in IN_BASE64:
        given = body.get(name, "")
        if isinstance(given, str) and given and not _is_file(given):
            raise Refusal(400, ["Owned media must be a url or base64"])


def _is_file(given: str) -> bool:
    if given.startswith(("http://", "https://")):
        return True
    try:
        base64.b64decode(given, validate=True)
    except ValueError:
        return False
    return True


def without_whatsapp(number: str) -> Refusal:
    """Return what is said of a number that is not on WhatsApp."""
    return Refusal(400, [{"jid": f"{number}@s.whatsapp.net", "exists": False, "number": number}])


def connection_closed() -> Refusal:
    """Return what is said of a message through a session that is not open."""
    return Refusal(400, ["Error: Connection Closed"])


def unknown_instance(name: str) -> Refusal:
    """Return what is said of an instance that does not exist."""
    return Refusal(404, [f'The "{name}" instance does not exist'])


def require_webhook(body: dict[str, Any]) -> dict[str, Any]:
    """Return the nested object of webhook/set; raises Refusal."""
    wanted = body.get("webhook")
    if not isinstance(wanted, dict) or not wanted.get("url"):
        raise Refusal(400, [['instance requires property "webhook"']])
    return wanted


def done(message: str) -> dict[str, Any]:
    """Return the answer to something that was done."""
    return {"status": "SUCCESS", "error": False, "response": {"message": message}}


def state(name: str, value: str) -> dict[str, Any]:
    """Return the answer to connectionState, and to connect while the session is open."""
    return {"instance": {"instanceName": name, "state": value}}


def created(name: str, token: str) -> dict[str, Any]:
    """Return the answer to create, without its code."""
    instance = {"instanceName": name, "instanceId": "i1", "status": "connecting"}
    return {"instance": instance, "hash": token, "webhook": {}, "settings": {}}


def new_code(count: int, *, with_pairing: bool) -> dict[str, Any]:
    """Return the next QR code, with a pairing code when a number is known."""
    code = f"2@{secrets.token_hex(12)}"
    return {
        "pairingCode": secrets.token_hex(4).upper() if with_pairing else None,
        "code": code,
        "base64": f"data:image/png;base64,{base64.b64encode(picture_of(code)).decode()}",
        "count": count,
    }


def picture_of(code: str) -> bytes:
    """Return a QR code as PNG."""
    picture = io.BytesIO()
    qrcode.make(code, border=1, box_size=6).save(picture)
    return picture.getvalue()


def new_id() -> str:
    """Return the id of a new message."""
    return f"3EB0{secrets.token_hex(8).upper()}"


def jid_of(number: str) -> str:
    """Return the whole id of a number; a whole id stays as it is."""
    return number if "@" in number else f"{number}@s.whatsapp.net"


def element(key: dict, message: dict, **more: Any) -> dict[str, Any]:
    """Return one element of messages.upsert."""
    return {
        "key": key, "pushName": "Zeca", "status": "DELIVERY_ACK", "message": message,
        "messageType": next(iter(message)), "messageTimestamp": int(time.time()),
        "instanceId": "i1", "source": "android", **more,
    }  # fmt: skip


def receipt(message_id: str, jid: str, word: str) -> dict[str, Any]:
    """Return the data of messages.update: what became of a message of ours."""
    return {
        "keyId": message_id, "remoteJid": jid, "fromMe": True, "status": word, "instanceId": "i1",
    }  # fmt: skip


def wants(webhook: dict[str, Any], event: str) -> bool:
    """Whether a webhook is to be told of an event; an empty list means all."""
    wanted = webhook.get("events") or []
    return bool(webhook.get("enabled")) and (
        not wanted or event.upper().replace(".", "_") in wanted
    )


def webhook_body(
    event: str, instance: str, data: Any, *, url: str, number: str, server_url: str, token: str,
    told_at: str,
) -> dict[str, Any]:  # fmt: skip
    """Return the body of one delivery; told_at is local time printed as UTC."""
    return {
        "event": event, "instance": instance, "data": data, "destination": url,
        "date_time": told_at, "sender": f"{number}@s.whatsapp.net", "server_url": server_url,
        "apikey": token,
    }  # fmt: skip


def for_log(value: Any) -> Any:
    """Return JSON without secrets and files, to be shown on the simulator's page."""
    if isinstance(value, list):
        return [for_log(one) for one in value]
    if isinstance(value, dict):
        return {key: _for_log(key, one) for key, one in value.items()}
    if isinstance(value, str) and len(value) > LONGEST_IN_LOG and " " not in value:
        return f"{value[:20]}{HIDDEN} ({len(value)})"
    return value


def _for_log(key: str, value: Any) -> Any:
    if key == "headers" and isinstance(value, dict):
        return dict.fromkeys(value, HIDDEN)
    is_secret = key == "hash" or (key == "url" and WEBHOOKS in str(value))
    return HIDDEN if is_secret else for_log(value)
