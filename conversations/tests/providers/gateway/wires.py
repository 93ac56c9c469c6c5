"""Webhook bodies as the gateway writes them (spec/03, 5.3 and 5.4)."""

import json
import time
from typing import Any

INSTANCE = "provedor"
ZECA_JID = "5511987654321@s.whatsapp.net"
ZECA_LID = "203040506070@lid"


def envelope(event: str, data: Any, instance: str = INSTANCE) -> dict[str, Any]:
    return {
        "event": event, "instance": instance, "data": data,
        "destination": "https://ramal.test/hook", "date_time": "2026-11-20T09:00:00.000Z",
        "sender": "551130000000@s.whatsapp.net", "server_url": "https://gateway.test",
        "apikey": "instance-token",
    }  # fmt: skip


def to_bytes(body: Any) -> bytes:
    return json.dumps(body).encode()


def upsert(*elements: dict, event: str = "messages.upsert") -> dict[str, Any]:
    return envelope(event, elements[0] if len(elements) == 1 else list(elements))


def element(
    message: dict | None, message_id: str = "3EB0A1", *, jid: str = ZECA_JID, ours: bool = False,
    **more: Any,
) -> dict[str, Any]:  # fmt: skip
    key = {
        "remoteJid": jid,
        "fromMe": ours,
        "id": message_id,
        "participant": "",
        **more.pop("key", {}),
    }
    return {
        "key": key, "pushName": "Zeca", "status": "DELIVERY_ACK", "message": message,
        "messageType": next(iter(message or {}), "unknown"), "messageTimestamp": int(time.time()),
        "instanceId": "f3a1", "source": "android", **more,
    }  # fmt: skip


def said(text: str = "Oi", message_id: str = "3EB0A1", **more: Any) -> dict[str, Any]:
    return element({"conversation": text}, message_id, **more)


def status(key_id: str, word: Any, *, jid: str = ZECA_JID, ours: bool = True) -> dict[str, Any]:
    return envelope(
        "messages.update",
        {"keyId": key_id, "remoteJid": jid, "fromMe": ours, "status": word, "instanceId": "f3a1"},
    )
