"""A real local HTTP server that behaves as a test tells it to, request by request."""

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ACCEPTED = {
    "messaging_product": "whatsapp",
    "contacts": [{"input": "+5511987654321", "wa_id": "551187654321"}],
    "messages": [{"id": "wamid.new"}],
}


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class GraphServer:
    """answer: what to do with the next requests; requests: what arrived; done: the test is over."""

    answer: Any = None
    url: str = ""
    requests: list[Request] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def says(self, status: int, body: Any) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answer = lambda handler: send(handler, status, content)


def send(handler, status: int, content: bytes, length: int | None = None) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(content) if length is None else length))
    handler.end_headers()
    handler.wfile.write(content)


def error(code: int, **more: Any) -> dict:
    """The body of a refusal."""
    return {"error": {"message": f"(#{code}) No", "type": "OAuthException", "code": code} | more}


@contextmanager
def running():
    state = GraphServer()
    state.says(200, ACCEPTED)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(state))
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield state
    finally:
        state.done.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler_of(state: GraphServer):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # keeps connections
        timeout = 2

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = dict(self.headers)
            content = json.loads(body) if body else None
            state.requests.append(Request(self.command, self.path, headers, content))
            state.answer(self)

        do_GET = do_POST

        def log_message(self, *args):
            pass

    return Handler
