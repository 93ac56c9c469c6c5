"""A small HTTP server that receives webhooks, for tests without the house behind them."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from conversations.providers.signatures import fits


class Receiver:
    """What was received: `bodies` as (dict, signature fits); `answers` scripts status codes."""

    def __init__(self, url: str, secret: str):
        self.url = url
        self.secret = secret
        self.bodies: list[tuple[dict, bool]] = []
        self.answers: list[int] = []
        self.changed = threading.Condition()

    def receive(self, body: bytes, signature: str) -> int:
        with self.changed:
            status = self.answers.pop(0) if self.answers else 200
            if status == 200:
                self.bodies.append((json.loads(body), fits(self.secret, body, signature)))
                self.changed.notify_all()
            return status

    def wait_for(self, count: int, timeout: float = 10.0) -> list[dict]:
        """Return all updates once there are `count` of them."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.updates()) >= count, timeout), (
                self.updates()
            )
            return self.updates()

    def updates(self) -> list[dict]:
        """Every message and status so far, in the order of arrival."""
        found = []
        for body, _fits in self.bodies:
            for entry in body["entry"]:
                value = entry["changes"][0]["value"]
                found += value.get("messages", []) + value.get("statuses", [])
        return found


@contextmanager
def receiving(secret: str):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.receive(body, self.headers.get("X-Hub-Signature-256", ""))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver = Receiver(f"http://127.0.0.1:{server.server_address[1]}", secret)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
