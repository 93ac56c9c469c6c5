"""The HTTP side of the stand-alone gateway: routes, keys, errors (spec/03, 5.1 and 5.2)."""

import base64
import hmac
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from conversations.providers.simulator import gateway_wire
from conversations.providers.simulator.gateway_wire import MOST_BYTES, NEEDED, Refusal, done


class GatewayHTTPServer(ThreadingHTTPServer):
    """Serves one GatewayServer from a thread."""

    daemon_threads = True

    def __init__(self, port: int, gateway):
        self.gateway = gateway
        super().__init__(("127.0.0.1", port), _Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    def server_bind(self) -> None:
        # HTTPServer's own would look up the host's name, which can take seconds.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: GatewayHTTPServer

    def do_GET(self) -> None:  # noqa: N802
        self._answer("GET")

    def do_POST(self) -> None:  # noqa: N802
        self._answer("POST")

    def do_DELETE(self) -> None:  # noqa: N802
        self._answer("DELETE")

    def log_message(self, *arguments) -> None:
        """Say nothing."""

    def _answer(self, method: str) -> None:
        address = urlsplit(self.path)
        parts = [unquote(part) for part in address.path.strip("/").split("/")]
        try:
            body = self._body()
            if parts[0] == "_control":
                self._write(200, {"answer": getattr(self.server.gateway, parts[1])(**body)})
                return
            self._require_key(parts)
            self.server.gateway.calls.append(f"{method} {address.path}")
            query = {name: values[0] for name, values in parse_qs(address.query).items()}
            status, answer = self._route(method, parts, body, query)
        except Refusal as refusal:
            status, answer = refusal.status, refusal.body()
        if answer is None:
            self.close_connection = True
            return
        self._write(status, answer)

    def _body(self) -> dict[str, Any]:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST_BYTES:
            raise Refusal(400, ["request entity too large"])
        try:
            body = json.loads(self.rfile.read(length) or b"{}")
        except ValueError as error:
            raise Refusal(400, ["Unexpected token in JSON"]) from error
        return body if isinstance(body, dict) else {}

    def _require_key(self, parts: list[str]) -> None:
        gateway, given = self.server.gateway, self.headers.get("apikey") or ""
        own = gateway.instances.get(parts[-1])
        fits = [
            hmac.compare_digest(given, key)
            for key in [gateway.api_key, *([own.token] if own else [])]
        ]
        if not any(fits):
            raise Refusal(401, "Unauthorized")

    def _route(self, method: str, parts: list[str], body: dict, query: dict):
        kind, name, *rest = [*parts, "", ""]
        read = getattr(self, f"_{kind}_{name}".lower(), None)
        if kind == "message" and name in NEEDED:
            return self._send(name, self._instance(rest[0]), body)
        if read is None or kind not in ("instance", "webhook", "chat"):
            raise Refusal(404, [f"Cannot {method} {self.path}"])
        if (kind, name) == ("instance", "create"):
            return read(body)
        return read(self._instance(rest[0]), body, query)

    def _instance(self, name: str):
        found = self.server.gateway.instances.get(name)
        if found is None:
            raise gateway_wire.unknown_instance(name)
        return found

    # --- Instances

    def _instance_create(self, body: dict):
        from helpdesk.testing.gateway_server import Instance

        gateway, name = self.server.gateway, body.get("instanceName")
        if not name or body.get("integration") != "WHATSAPP-BAILEYS":
            raise Refusal(400, ["Invalid integration"])
        if name in gateway.instances:
            raise Refusal(403, [f'This name "{name}" is already in use.'])
        session = gateway.instances[name] = Instance(name)
        session.webhook = body.get("webhook") or {}
        answer = gateway_wire.created(name, session.token)
        if body.get("qrcode"):
            answer["qrcode"] = gateway.new_code(session, body.get("number") or "")
        return 201, answer

    def _instance_connect(self, session, body: dict, query: dict):
        if session.state == "open":
            return 200, gateway_wire.state(session.name, "open")
        return 200, self.server.gateway.new_code(session, query.get("number", ""))

    def _instance_connectionstate(self, session, body: dict, query: dict):
        return 200, gateway_wire.state(session.name, session.state)

    def _instance_restart(self, session, body: dict, query: dict):
        return 200, done("Instance restarted")

    def _instance_logout(self, session, body: dict, query: dict):
        if session.state == "close":
            raise Refusal(400, [f'The "{session.name}" instance is not connected'])
        self.server.gateway.log_out(session.name)
        return 200, done("Instance logged out")

    def _instance_delete(self, session, body: dict, query: dict):
        self.server.gateway.tell(session.name, "remove.instance", None)
        del self.server.gateway.instances[session.name]
        return 200, done("Instance deleted")

    def _webhook_set(self, session, body: dict, query: dict):
        session.webhook = gateway_wire.require_webhook(body)
        return 201, session.webhook

    def _webhook_find(self, session, body: dict, query: dict):
        return 200, session.webhook

    # --- Chats

    def _chat_whatsappnumbers(self, session, body: dict, query: dict):
        return 200, [
            {"jid": f"{number}@s.whatsapp.net", "exists": True, "number": number}
            for number in body.get("numbers", [])
        ]

    def _chat_markmessageasread(self, session, body: dict, query: dict):
        keys = body.get("readMessages", [])
        self.server.gateway.read += [key for key in keys if not key["remoteJid"].endswith("@lid")]
        return 201, {"message": "Read messages", "read": "success"}

    def _chat_getbase64frommediamessage(self, session, body: dict, query: dict):
        found = self.server.gateway.files.get(body["message"]["key"]["id"])
        if found is None:
            raise Refusal(400, ["Message not found"])
        content, mime_type = found
        return 201, {
            "mediaType": "imageMessage", "fileName": "x", "size": {"fileLength": len(content)},
            "mimetype": mime_type, "base64": base64.b64encode(content).decode(),
        }  # fmt: skip

    # --- Messages

    def _send(self, route: str, session, body: dict):
        gateway_wire.check_message(route, body)
        if session.state != "open":
            raise gateway_wire.connection_closed()
        fault, value = self.server.gateway.next_fault()
        self._refuse(fault, value, body)
        tell = self.server.gateway.accept(route, session.name, body)
        if fault == "cut":
            tell()
            return 0, None
        if fault == "delay":
            time.sleep(value)
        if fault == "webhook_first":
            answer = tell()
            self.server.gateway.webhooks.wait()
            return 201, answer
        return 201, tell()

    @staticmethod
    def _refuse(fault: str, value: float, body: dict) -> None:
        number = body.get("number", "")
        if fault == "unavailable":
            raise Refusal(500, ["Internal server error"])
        if fault == "error":
            raise Refusal(int(value), ["Refused"])
        if fault == "closed":
            raise gateway_wire.connection_closed()
        if fault == "no_whatsapp":
            raise gateway_wire.without_whatsapp(number)

    def _write(self, status: int, answer: Any) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
