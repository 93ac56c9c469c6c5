"""The stand-alone Graph server's webhooks: due times, batches, keep-alive connections, retries."""

import hashlib
import heapq
import hmac
import itertools
import logging
import threading
import time
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from conversations.providers.simulator import wire

TIMEOUT_SECONDS = 20
RETRY_SECONDS = (0.0, 0.5, 1, 2, 4, 8, 15)
# How long an update waits for others to fill its batch.
LINGER_SECONDS = 0.05

logger = logging.getLogger(__name__)


class WebhookSender:
    """Delivers entries when they are due, each until it is answered with 200.

    Several connections work at once, so the order is WhatsApp's: none that one may rely on.
    """

    def __init__(self, url: str, secret: str, *, connections: int, batch: int):
        self._url = urlsplit(url)
        self._secret = secret.encode()
        self._batch = max(1, batch)
        self._due: list[tuple[float, int, int, dict[str, Any]]] = []
        self._counter = itertools.count()
        self._changed = threading.Condition()
        self._stopped = False
        self._in_flight = 0
        self._local = threading.local()
        self.delivered = 0
        self._threads = [
            threading.Thread(target=self._work, daemon=True)
            for _ in range(connections if url else 0)
        ]

    @property
    def pending(self) -> int:
        """How many updates are waiting or on their way."""
        with self._changed:
            return len(self._due) + self._in_flight

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(TIMEOUT_SECONDS)

    def schedule(self, entry: dict[str, Any], delay: float = 0.0, attempts: int = 0) -> None:
        """Deliver an entry after `delay` seconds; nothing happens without a webhook address."""
        if not self._threads:
            return
        with self._changed:
            item = (time.monotonic() + delay, next(self._counter), attempts, entry)
            heapq.heappush(self._due, item)
            if self._due[0] is item or len(self._due) >= self._batch:
                self._changed.notify()

    def drain(self, timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        while self.pending:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    def deliver(self, entries: list[dict[str, Any]]) -> bool:
        """Post entries in one body now; True when the answer was 200."""
        if not self._threads:
            return False
        try:
            status = self.post(wire.envelope(entries))
        except (OSError, HTTPException) as error:
            logger.info("Webhook not delivered: %s", error)
            return False
        if status == 200:
            with self._changed:
                self.delivered += len(entries)
        return status == 200

    def post(self, body: bytes, signature: str | None = None) -> int:
        """Post a body over this thread's connection; returns the status, raises OSError."""
        if signature is None:
            signature = "sha256=" + hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature}
        kept = getattr(self._local, "connection", None)
        try:
            return self._request(kept or self._connect(), body, headers)
        except (OSError, HTTPException):
            self._local.connection = None
            if kept is None:
                raise
        # The server may have closed a kept connection between two requests: once more on a new one.
        return self._request(self._connect(), body, headers)

    def _connect(self) -> HTTPConnection:
        self._local.connection = HTTPConnection(
            self._url.hostname, self._url.port or 80, timeout=TIMEOUT_SECONDS
        )
        return self._local.connection

    def _request(self, connection: HTTPConnection, body: bytes, headers: dict[str, str]) -> int:
        connection.request("POST", self._url.path, body, headers)
        response = connection.getresponse()
        response.read()
        return response.status

    def _work(self) -> None:
        while items := self._take():
            delivered = self.deliver([item[3] for item in items])
            if not delivered:
                self._retry_later(items)
            with self._changed:
                self._in_flight -= len(items)

    def _take(self) -> list[tuple]:
        """Wait for what is due; an empty list when the server stops."""
        with self._changed:
            while not self._stopped:
                wait = self._seconds_until_ready()
                if wait is not None and wait <= 0:
                    return self._pop()
                self._changed.wait(wait)
        return []

    def _seconds_until_ready(self) -> float | None:
        if not self._due:
            return None
        wait = self._due[0][0] - time.monotonic()
        if self._batch > 1 and len(self._due) < self._batch:
            wait += LINGER_SECONDS
        return wait

    def _pop(self) -> list[tuple]:
        now = time.monotonic()
        items = []
        while self._due and len(items) < self._batch and self._due[0][0] <= now:
            items.append(heapq.heappop(self._due))
        self._in_flight += len(items)
        if self._due:
            self._changed.notify()  # the next one may be due for another connection
        return items

    def _retry_later(self, items: list[tuple]) -> None:
        for _due, _count, attempts, entry in items:
            delay = RETRY_SECONDS[min(attempts, len(RETRY_SECONDS) - 1)]
            self.schedule(entry, delay, attempts + 1)
