"""The HTTP side of the stand-alone Graph server: paths, tokens, answers.

Reads requests itself instead of through BaseHTTPRequestHandler, whose header parser alone costs
more than all the rest of a request.
"""

import json
import re
import time
from socketserver import StreamRequestHandler
from typing import Any

from conversations.providers.simulator import validate
from conversations.providers.simulator.errors import GraphError

_PATH = re.compile(r"/(?:v\d+\.\d+/)?(?P<object>[^/?]+)(?:/(?P<edge>[^/?]+))?(?:\?.*)?")
_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
            429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable"}  # fmt: skip


class _Cut(Exception):
    """Close the connection without an answer."""


class GraphRequestHandler(StreamRequestHandler):
    """One connection, kept alive: requests are read and answered until the client closes it."""

    rbufsize = 64 * 1024
    disable_nagle_algorithm = True

    def handle(self) -> None:
        try:
            while self._handle_one():
                pass
        except (_Cut, ConnectionError, ValueError, OSError):
            return  # cut on purpose, closed by the other side, or closed by stop()

    def _handle_one(self) -> bool:
        line = self.rfile.readline(65_537)
        if not line.strip():
            return False
        method, target, _version = line.decode("latin-1").split()
        headers = self._headers()
        body = self.rfile.read(int(headers.get("content-length", 0)))
        status, answer = self._answer(method, target, headers, body)
        self._write(status, answer)
        return headers.get("connection", "").lower() != "close"

    def _headers(self) -> dict[str, str]:
        headers = {}
        while line := self.rfile.readline(65_537).strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        return headers

    def _answer(self, method: str, target: str, headers: dict[str, str], body: bytes):
        graph = self.server.graph
        if target.startswith("/_control/"):
            return 200, self._control(target.removeprefix("/_control/"), body)
        try:
            _check_token(headers, graph.access_token)
            return 200, self._graph(method, target, headers, body)
        except GraphError as error:
            return error.status, error.body()

    def _graph(self, method: str, target: str, headers: dict[str, str], body: bytes):
        if target.startswith("/files/"):
            return self._file(target.removeprefix("/files/"))
        match = _PATH.fullmatch(target)
        if match is None:
            raise GraphError(100, f"Unknown path {target}.")
        identifier, edge = match["object"], match["edge"]
        if method == "POST" and edge == "messages":
            return self._messages(identifier, _decode(body))
        if method == "POST" and edge == "media":
            return {"id": self.server.graph.keep_upload(headers["content-type"], body)}
        if method == "POST" and edge == "subscribed_apps":
            self.server.graph.subscribed.append(identifier)
            return {"success": True}
        if method == "GET" and edge == "message_templates":
            return {"data": [], "paging": {}}
        if method == "GET" and edge is None and identifier in self.server.graph.files:
            return self.server.graph.describe_file(identifier)
        if method == "GET" and edge is None:
            return _number_info(identifier, self.server.graph.number)
        raise GraphError(100, f"Unsupported {method.lower()} request on {target}.")

    def _file(self, identifier: str) -> bytes:
        if identifier not in self.server.graph.files:
            raise GraphError(131052, "The file is gone.", status=404)
        return self.server.graph.files[identifier][0]

    def _messages(self, phone_number_id: str, body: Any) -> dict[str, Any]:
        graph = self.server.graph
        if validate.is_read_receipt(body):
            graph.read(body)
            return {"success": True}
        try:
            validate.check_message(body)
        except GraphError:
            graph.refuse()
            raise
        fault = graph.next_fault(body)
        if fault.refusal:
            raise fault.refusal
        answer = graph.accept(phone_number_id, body, fault)
        if fault.kind == "cut":
            raise _Cut
        if fault.kind == "delay":
            time.sleep(fault.seconds)
        return answer

    def _control(self, what: str, body: bytes) -> Any:
        graph = self.server.graph
        if what == "faults":
            graph.script_faults(body.decode())
        elif what == "customer":
            given = json.loads(body)
            names = {key: given[key] for key in ("name", "user_id", "message") if key in given}
            return {
                "id": graph.customer_says(given.get("from", ""), given.get("text", ""), **names)
            }
        elif what == "log":
            return graph.accepted
        return graph.state()

    def _write(self, status: int, answer: Any) -> None:
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        head = (
            f"HTTP/1.1 {status} {_REASONS.get(status, 'Error')}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.connection.sendall(head.encode() + body)


def _check_token(headers: dict[str, str], access_token: str) -> None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise GraphError(200, "An access token is required to request this resource.")
    if access_token and token != access_token:
        raise GraphError(190, "Error validating access token.")


def _decode(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        raise GraphError(100, "The body is not JSON.") from None


def _number_info(identifier: str, number) -> dict[str, Any]:
    healthy = {"can_send_message": "AVAILABLE"}
    entity = {"entity_type": "PHONE_NUMBER", "id": identifier, **healthy}
    return {
        "id": identifier,
        "display_phone_number": number.display_phone_number,
        "verified_name": "Graph server",
        "quality_rating": "GREEN",
        "status": "CONNECTED",
        "name_status": "APPROVED",
        "code_verification_status": "VERIFIED",
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
        "health_status": {**healthy, "entities": [entity]},
    }
