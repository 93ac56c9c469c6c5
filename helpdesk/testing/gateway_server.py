"""A gateway (Evolution API v2) on its own: no Django, no database, one process.

Its words are the simulator's (conversations/providers/simulator/gateway_wire.py). Use it in a test: `with GatewayServer(api_key="k") as gateway: gateway.url`,
or run it beside a house and set GATEWAY_URL to it:

    python -m helpdesk.testing.gateway_server --port 8085 --api-key s3cret

Nobody has a telephone here: scan(), drop(), log_out(), rotate() and exhaust() do what one would do,
customer_says() and the like what a customer would. From another process: POST /_control/<name> with
the arguments as JSON, e.g. POST /_control/scan {"instance": "provedor"}.

Faults are a script, one step per message that is asked for: ok | unavailable (500) | error=STATUS |
cut (accepted, connection closed without an answer) | delay=SECONDS | no_whatsapp (400) | closed (the
session is gone: 400) | webhook_first (send.message and acknowledgements come before the answer).
`*N` repeats a step.
"""

import argparse
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from conversations.providers.simulator import gateway_wire
from conversations.providers.simulator.gateway_wire import element, jid_of, new_id
from helpdesk.testing.gateway_http import GatewayHTTPServer
from helpdesk.testing.gateway_webhooks import Deliver, WebhookQueue

# A picture of one pixel: what matters is that it is one.
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
MOST_CODES = 30
RECEIPTS = ("SERVER_ACK", "DELIVERY_ACK", "READ")


@dataclass
class Instance:
    """One session of the gateway."""

    name: str
    state: str = "close"
    number: str = ""
    token: str = field(default_factory=lambda: secrets.token_hex(8))
    webhook: dict[str, Any] = field(default_factory=dict)
    codes: int = 0


class GatewayServer:
    """The gateway in a thread; a context manager. `port` 0 takes any free one.

    deliver: who carries webhooks, a function (url, headers, body) -> status; then they wait for
    flush(), which calls it in the caller's thread. Without it they are posted over HTTP at once.
    receipts: which acknowledgements follow a message.
    """

    def __init__(
        self,
        *,
        api_key: str = "gateway-key",
        port: int = 0,
        deliver: Deliver | None = None,
        faults: str = "",
        receipts: tuple[str, ...] = RECEIPTS,
    ):
        self.api_key = api_key
        self.receipts = receipts
        self.instances: dict[str, Instance] = {}
        self.sent: list[dict[str, Any]] = []  # {"route", "instance", "body", "id"}
        self.calls: list[str] = []  # "METHOD /path" of every request that was let in
        self.read: list[dict[str, Any]] = []
        self.files: dict[str, tuple[bytes, str]] = {}  # what customers sent, by message id
        self.webhooks = WebhookQueue(deliver)
        self._faults = _steps(faults)
        self._lock = threading.Lock()
        self._http = GatewayHTTPServer(port, self)

    @property
    def url(self) -> str:
        """The origin to put into GATEWAY_URL."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> "GatewayServer":
        self._http.start()
        self.webhooks.start()
        return self

    def __exit__(self, *error) -> None:
        self._http.stop()
        self.webhooks.stop()

    def flush(self) -> None:
        """Deliver what waits, in this thread."""
        self.webhooks.flush()

    def script_faults(self, script: str) -> None:
        """Let these faults happen to the next messages."""
        with self._lock:
            self._faults = _steps(script)

    # --- What a telephone does

    def scan(self, instance: str, number: str = "551130000000") -> None:
        """Read the QR code, or come back after an interruption."""
        session = self.instances[instance]
        session.state, session.number = "open", number
        more = {"wuid": f"{number}@s.whatsapp.net", "profileName": "Provedor"}
        self._connection(session, "open", 200, **more)

    def drop(self, instance: str, reason: int = 428) -> None:
        """Lose the connection; 401 is a log-out at the telephone."""
        self.instances[instance].state = "close"
        self._connection(self.instances[instance], "close", reason)

    def log_out(self, instance: str) -> None:
        """Take the device away from the telephone's list."""
        session = self.instances[instance]
        session.state = "close"
        data = {"instance": instance, "status": "closed", "disconnectionReasonCode": 401}
        self.tell(instance, "status.instance", data)
        self.tell(instance, "logout.instance", None)

    def rotate(self, instance: str) -> dict[str, Any]:
        """Show the next QR code."""
        session = self.instances[instance]
        code = self.new_code(session)
        self.tell(instance, "qrcode.updated", {"qrcode": {"instance": instance, **code}})
        return code

    def exhaust(self, instance: str) -> None:
        """Use up the codes: nobody has read one."""
        session = self.instances[instance]
        session.state = "close"
        limit = {"message": "QR code limit reached, please login again", "statusCode": 500}
        self.tell(instance, "qrcode.updated", limit)
        self._connection(session, "refused", 500)

    # --- What a customer does

    def customer_says(self, instance: str, phone: str, text: str = "", **more: Any) -> str:
        """Send a customer's message: `message` is its wire form, `jid` another id than the number's."""
        message = more.pop("message", None) or {"conversation": text}
        jid = more.pop("jid", f"{phone}@s.whatsapp.net")
        key = {"remoteJid": jid, "fromMe": False, "id": new_id(), **more.pop("key", {})}
        self.tell(instance, "messages.upsert", element(key, message, **more))
        return key["id"]

    def customer_sends(
        self,
        instance: str,
        phone: str,
        content: bytes,
        mime_type: str,
        name: str = "imageMessage",
        **wire,
    ) -> str:
        """Send a customer's file; it is handed over when somebody asks for it."""
        message = {name: {"mimetype": mime_type, "url": "https://mmg.whatsapp.net/enc", **wire}}
        message_id = self.customer_says(instance, phone, message=message)
        self.files[message_id] = (content, mime_type)
        return message_id

    def typed_on_the_phone(self, instance: str, phone: str, text: str) -> str:
        """Write to a customer on our own telephone."""
        key = {"remoteJid": f"{phone}@s.whatsapp.net", "fromMe": True, "id": new_id()}
        self.tell(instance, "messages.upsert", element(key, {"conversation": text}))
        return key["id"]

    def acknowledge(self, instance: str, message_id: str, phone: str, *words: str) -> None:
        """Tell what became of a message of ours."""
        for word in words:
            data = gateway_wire.receipt(message_id, jid_of(phone), word)
            self.tell(instance, "messages.update", data)

    def tell(self, instance: str, event: str, data: Any) -> None:
        """Put a webhook on its way, if one is set and it wants this event."""
        session = self.instances[instance]
        if not gateway_wire.wants(session.webhook, event):
            return
        body = gateway_wire.webhook_body(
            event, instance, data, url=session.webhook["url"], number=session.number,
            server_url=self.url, token=session.token,
            told_at=f"{time.strftime('%Y-%m-%dT%H:%M:%S')}.{secrets.randbelow(10**6):06}Z",
        )  # fmt: skip
        self.webhooks.put(session.webhook["url"], session.webhook.get("headers") or {}, body)

    # --- What the request handler asks

    def new_code(self, session: Instance, number: str = "") -> dict[str, Any]:
        """Return the next QR code, with a pairing code when a number is given."""
        session.state, session.number = "connecting", number or session.number
        session.codes += 1
        return gateway_wire.new_code(session.codes, with_pairing=bool(session.number))

    def next_fault(self) -> tuple[str, float]:
        """Return the kind and the value of what happens to this message."""
        with self._lock:
            return self._faults.pop(0) if self._faults else ("ok", 0.0)

    def accept(self, route: str, instance: str, body: dict[str, Any]) -> Callable[[], dict]:
        """Take a message; returns a function that tells the webhooks and gives the answer."""
        message_id = new_id()
        with self._lock:
            self.sent.append({"route": route, "instance": instance, "body": body, "id": message_id})
        jid = jid_of(body.get("number") or body["key"]["remoteJid"])
        key = {"remoteJid": jid, "fromMe": True, "id": message_id}
        made = element(key, wire_of(route, body), status="PENDING")

        def tell() -> dict[str, Any]:
            self.tell(instance, "send.message", made)
            self.acknowledge(instance, message_id, jid.split("@")[0], *self.receipts)
            return made

        return tell

    def _connection(self, session: Instance, state: str, reason: int, **more: Any) -> None:
        data = {"instance": session.name, "state": state, "statusReason": reason, **more}
        self.tell(session.name, "connection.update", data)


def wire_of(route: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return what a message of ours looks like when the gateway tells of it."""
    if route == "sendMedia":
        wire = {"mimetype": body.get("mimetype", ""), "caption": body.get("caption", "")}
        return {f"{body['mediatype']}Message": wire}
    if route == "sendReaction":
        return {"reactionMessage": {"key": body["key"], "text": body["reaction"]}}
    names = {"sendWhatsAppAudio": "audioMessage", "sendSticker": "stickerMessage",
             "sendLocation": "locationMessage", "sendContact": "contactMessage"}  # fmt: skip
    if route in names:
        return {names[route]: {"ptt": True} if route == "sendWhatsAppAudio" else {}}
    return {"conversation": body["text"]}


def _steps(script: str) -> list[tuple[str, float]]:
    steps = []
    for step in filter(None, map(str.strip, script.split(","))):
        step, _, times = step.partition("*")
        kind, _, value = step.partition("=")
        steps += [(kind, float(value or 0))] * int(times or 1)
    return steps


def main() -> None:
    """Run until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m helpdesk.testing.gateway_server")
    parser.add_argument("--port", type=int, default=8085)
    parser.add_argument("--api-key", default="gateway-key")
    options = parser.parse_args()
    with GatewayServer(port=options.port, api_key=options.api_key) as server:
        print(f"Gateway on {server.url}", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
