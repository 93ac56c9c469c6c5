"""A Graph-like server that knows nothing of ours: no Django, no database, one process.

Run it beside the house and point WHATSAPP_GRAPH_URL at it:

    python -m helpdesk.testing.graph_server --port 9100 --app-secret s3cret --log requests.jsonl \\
        --webhook-url http://localhost:8000/api/v1/webhooks/whatsapp --fault "throttle*3,cut,ok*10"

or use it in a test: `with GraphServer(webhook_url=..., app_secret=...) as graph: graph.url ...`.

Faults are a script, one step per message that is asked for; when it is used up all goes well:
ok | throttle (429, 130429) | unavailable (503) | error=CODE (refused) | failed=CODE (accepted, then
a failed status) | cut (accepted, connection closed without an answer) | delay=SECONDS (accepted,
answered late) | status_first (sent and delivered come before the answer). `*N` repeats a step.

From another process: POST /_control/faults (a script), POST /_control/customer ({"from", "text",
"name"?, "user_id"?}), GET /_control/state (counters), GET /_control/log (accepted requests).
"""

import argparse
import base64
import hashlib
import json
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from conversations.providers.simulator import validate, wire
from conversations.providers.simulator.errors import GraphError
from helpdesk.testing.graph_faults import Fault, FaultScript
from helpdesk.testing.graph_http import GraphRequestHandler
from helpdesk.testing.graph_webhooks import WebhookSender

NUMBER = wire.Number("100000000000001", "100000000000002", "551130000000")


class GraphServer:
    """A Graph API in a thread; a context manager. `port` 0 takes any free one.

    webhook_url: where statuses and customers' messages go; none are sent when it is ''.
    access_token: the only one that is let in; any is when ''.
    number: the business number in webhooks when the path does not say another phone_number_id.
    faults: a script (see above) or a function (body, how many asked before) -> Fault.
    receipts: which statuses follow, after `receipt_delays` seconds each.
    batch_statuses: how many updates one webhook body gathers. senders: connections for webhooks.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        webhook_url: str = "",
        app_secret: str = "",
        access_token: str = "",
        number: wire.Number = NUMBER,
        log: str | Path | None = None,
        faults: str | Callable[[dict, int], Fault] = "",
        receipts: tuple[str, ...] = wire.RECEIPTS,
        receipt_delays: tuple[float, ...] = (0.05, 0.1, 0.2),
        batch_statuses: int = 1,
        senders: int = 4,
    ):
        self.number = number
        self.access_token = access_token
        self.accepted: list[dict[str, Any]] = []
        self.refused = 0
        self.read_receipts: list[str] = []
        self.subscribed: list[str] = []  # accounts whose webhooks our app has asked for
        self.files: dict[str, tuple[bytes, str]] = {}  # what customers have sent: content, type
        self.uploads: dict[str, bytes] = {}  # what we were handed: the form's body, by media id
        self.receipts = dict(zip(receipts, receipt_delays, strict=False))
        self._faults = FaultScript(faults) if isinstance(faults, str) else faults
        self._asked = 0
        self._lock = threading.Lock()
        self._log = Path(log).open("a", encoding="utf-8") if log else None  # noqa: SIM115
        self.sender = WebhookSender(
            webhook_url, app_secret, connections=senders, batch=batch_statuses
        )
        self._server = _Server(("127.0.0.1", port), GraphRequestHandler)
        self._server.graph = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    @property
    def url(self) -> str:
        """The origin to put into WHATSAPP_GRAPH_URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> "GraphServer":
        self.sender.start()
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop; webhooks that were not delivered yet are dropped. See drain()."""
        self._server.shutdown()
        self._server.server_close()
        self._server.close_connections()
        self.sender.stop()
        if self._log:
            self._log.close()

    def __enter__(self) -> "GraphServer":
        return self.start()

    def __exit__(self, *error) -> None:
        self.stop()

    def drain(self, timeout: float = 30.0) -> bool:
        """Wait until every webhook was answered with 200; False when that took too long."""
        return self.sender.drain(timeout)

    def customer_says(
        self, phone: str, text: str = "", *, name: str = "", user_id: str = "", message=None
    ) -> str:
        """Send a customer's message to the webhook; `message` is any type and part. Returns its id."""
        wamid = wire.new_wamid()
        person = wire.Person(name, phone, user_id)
        content = message or wire.text_message(text)
        self.sender.schedule(wire.message_entry(self.number, person, content, wamid=wamid))
        return wamid

    def customer_sends(
        self, phone: str, kind: str, content: bytes, mime_type: str, *, name: str = "", **part
    ) -> str:
        """Send a customer's file to the webhook; `part` is what else the message says of it."""
        identifier = str(secrets.randbits(53))
        self.files[identifier] = (content, mime_type)
        described = {"id": identifier, "mime_type": mime_type, "sha256": _base64_digest(content)}
        message = {"type": kind, kind: described | part}
        return self.customer_says(phone, name=name, message=message)

    def post_webhook(self, body: bytes, signature: str | None = None) -> int:
        """Deliver a body at once, signed unless a signature is given; returns the HTTP status."""
        return self.sender.post(body, signature)

    def script_faults(self, script: str) -> None:
        """Let these faults happen to the next messages."""
        with self._lock:
            self._faults = FaultScript(script)

    def state(self) -> dict[str, int]:
        """Return counters: accepted, refused, read_receipts, webhooks_delivered, webhooks_pending."""
        return {
            "accepted": len(self.accepted),
            "refused": self.refused,
            "read_receipts": len(self.read_receipts),
            "webhooks_delivered": self.sender.delivered,
            "webhooks_pending": self.sender.pending,
        }

    # --- What the request handler asks

    def next_fault(self, body: dict[str, Any]) -> Fault:
        with self._lock:
            asked, self._asked = self._asked, self._asked + 1
            fault = self._faults(body, asked) or Fault()
            if fault.refusal:
                self.refused += 1
        return fault

    def refuse(self) -> None:
        with self._lock:
            self.refused += 1

    def accept(self, phone_number_id: str, body: dict[str, Any], fault: Fault) -> dict[str, Any]:
        """Log a message, schedule its statuses, and return the answer."""
        wamid = wire.new_wamid()
        sent_to = body.get("to") or body["recipient"]
        person = _person(body)
        number = wire.Number(self.number.waba_id, phone_number_id, self.number.display_phone_number)
        self._write_log(
            {"at": time.time(), "wamid": wamid, "phone_number_id": phone_number_id, "body": body}
        )
        entries = list(self._statuses(number, person, wamid, body, fault))
        if fault.kind == "status_first":
            # Not the scheduler: the house must have answered before we answer the house.
            first, entries = entries[:2], entries[2:]
            for entry, _delay in first:
                self.sender.deliver([entry])
        for entry, delay in entries:
            self.sender.schedule(entry, delay)
        return wire.accepted(wamid, person, sent_to)

    def keep_upload(self, content_type: str, form: bytes) -> str:
        """Keep a file that we are handed, as the form it came in; returns its id."""
        identifier = str(secrets.randbits(53))
        self.uploads[identifier] = content_type.encode() + b"\r\n\r\n" + form
        return identifier

    def describe_file(self, identifier: str) -> dict[str, Any]:
        """Return the answer to GET /{media_id}."""
        content, mime_type = self.files[identifier]
        return {
            "messaging_product": "whatsapp",
            "id": identifier,
            "url": f"{self.url}/files/{identifier}",
            "mime_type": mime_type,
            "sha256": hashlib.sha256(content).hexdigest(),
            "file_size": len(content),
        }

    def read(self, body: dict[str, Any]) -> None:
        self.read_receipts.append(validate.check_read_receipt(body))

    def _statuses(self, number, person, wamid, body, fault):
        callback = body.get("biz_opaque_callback_data", "")
        if fault.kind == "failed":
            error = GraphError(fault.code).in_status()
            yield (
                wire.status_entry(
                    number, person, "failed", wamid=wamid, callback=callback, error=error
                ),
                0.05,
            )
            return
        for status, delay in self.receipts.items():
            yield wire.status_entry(number, person, status, wamid=wamid, callback=callback), delay
            if body.get("type") == "reaction":
                return  # reactions only get `sent` (spec/03, 2.3)

    def _write_log(self, record: dict[str, Any]) -> None:
        with self._lock:
            self.accepted.append(record)
            if self._log:
                self._log.write(json.dumps(record, ensure_ascii=False) + "\n")
                self._log.flush()


def _base64_digest(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def _person(body: dict[str, Any]) -> wire.Person:
    if body.get("to"):
        return wire.Person(wa_id="".join(filter(str.isdigit, body["to"])))
    return wire.Person(user_id=body["recipient"])


class _Server(ThreadingHTTPServer):
    """Threads, a long queue of waiting connections, and connections that can be closed at the end."""

    daemon_threads = True
    request_queue_size = 512
    graph: GraphServer

    def __init__(self, *arguments):
        self._connections: set[socket.socket] = set()
        super().__init__(*arguments)

    def server_bind(self) -> None:
        # HTTPServer's own would look up the host's name, which can take seconds.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def process_request(self, request, client_address) -> None:
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        for connection in list(self._connections):
            self.shutdown_request(connection)


def main() -> None:
    """Run until Ctrl-C or SIGTERM."""
    options = _options()
    number = wire.Number(options.waba_id, options.phone_number_id, options.display_phone_number)
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    server = GraphServer(
        port=options.port,
        webhook_url=options.webhook_url,
        app_secret=options.app_secret,
        access_token=options.access_token,
        number=number,
        log=options.log,
        faults=options.fault,
        receipt_delays=tuple(float(delay) for delay in options.receipt_delays.split(",")),
        batch_statuses=options.batch_statuses,
        senders=options.senders,
    )
    with server:
        print(f"Graph server on {server.url}", flush=True)
        stop.wait()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m helpdesk.testing.graph_server")
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--webhook-url", default="")
    parser.add_argument("--app-secret", default="")
    parser.add_argument("--access-token", default="")
    parser.add_argument("--waba-id", default=NUMBER.waba_id)
    parser.add_argument("--phone-number-id", default=NUMBER.phone_number_id)
    parser.add_argument("--display-phone-number", default=NUMBER.display_phone_number)
    parser.add_argument("--log", default=None, help="JSON lines, one per accepted request")
    parser.add_argument("--fault", default="", help='a script, e.g. "throttle*3,cut,status_first"')
    parser.add_argument(
        "--receipt-delays", default="0.05,0.1,0.2", help="seconds: sent,delivered,read"
    )
    parser.add_argument("--batch-statuses", type=int, default=1)
    parser.add_argument("--senders", type=int, default=4, help="webhook connections")
    return parser.parse_args()


if __name__ == "__main__":
    main()
