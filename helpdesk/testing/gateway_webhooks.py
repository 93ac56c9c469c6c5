"""The stand-alone gateway's webhooks: over HTTP from a thread, or carried by the test itself."""

import json
import queue
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

Deliver = Callable[[str, dict[str, str], bytes], int]
MOST_TRIES = 10
NO_RETRY = {400, 401, 403, 404, 422}
TIMEOUT_SECONDS = 30
PAUSE_SECONDS = 0.2  # the real one begins with 5 s


class WebhookQueue:
    """What is to be delivered, in its order; `statuses` keeps what was answered."""

    def __init__(self, deliver: Deliver | None):
        self.statuses: list[int] = []
        self._deliver = deliver
        self._waiting: queue.Queue = queue.Queue()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> None:
        if self._deliver is None:
            self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._waiting.put(None)

    def put(self, url: str, headers: dict[str, str], body: dict[str, Any]) -> None:
        self._waiting.put((url, headers, json.dumps(body).encode()))

    def flush(self) -> None:
        """Deliver all that waits through the function that was given."""
        while not self._waiting.empty():
            self.statuses.append(self._deliver(*self._waiting.get()))

    def wait(self, timeout: float = 10.0) -> bool:
        """Wait until everything over HTTP was answered; False when that took too long."""
        ends_at = time.monotonic() + timeout
        while self._deliver is None and self._waiting.unfinished_tasks:
            if time.monotonic() > ends_at:
                return False
            time.sleep(0.01)
        return True

    def _work(self) -> None:
        while (item := self._waiting.get()) is not None:
            for _ in range(MOST_TRIES):
                status = post(*item)
                if 200 <= status < 300 or status in NO_RETRY or self._stopped.is_set():
                    break
                self._stopped.wait(PAUSE_SECONDS)
            self.statuses.append(status)
            self._waiting.task_done()


def post(url: str, headers: dict[str, str], body: bytes) -> int:
    """Post a body; returns the status, 0 when there was no answer."""
    given = {"Content-Type": "application/json", **headers}
    request = urllib.request.Request(url, body, given, method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
