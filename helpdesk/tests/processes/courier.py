"""Delivers webhooks as Meta does: several at once, and again until the answer is 200."""

import queue
import threading
import time
from collections.abc import Iterable

import requests

from helpdesk.tests.processes.storm import Delivery

COURIERS = 6
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 1.0
ANSWER_SECONDS = 15


class Couriers:
    """Threads that post what they are given. A context manager: leaves when all is delivered."""

    def __init__(self, url: str):
        self._url = url
        self._bag: queue.Queue[Delivery | None] = queue.Queue()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(COURIERS)]
        self.delivered = 0
        self.repeated = 0
        self.surprises: list[str] = []

    def __enter__(self) -> "Couriers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error) -> None:
        for _thread in self._threads:
            self._bag.put(None)

    def give(self, deliveries: Iterable[Delivery]) -> None:
        for delivery in deliveries:
            self._bag.put(delivery)

    @property
    def is_busy(self) -> bool:
        return self._bag.unfinished_tasks > 0

    def _work(self) -> None:
        with requests.Session() as session:
            while (delivery := self._bag.get()) is not None:
                self._deliver(session, delivery)
                self._bag.task_done()

    def _deliver(self, session: requests.Session, delivery: Delivery) -> None:
        pause = FIRST_PAUSE_SECONDS
        while (status := self._post(session, delivery)) != delivery.wanted:
            if status is not None and status < 500:
                self.surprises.append(f"{status} instead of {delivery.wanted}")
                return
            self.repeated += 1
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        self.delivered += 1

    def _post(self, session: requests.Session, delivery: Delivery) -> int | None:
        headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature-256": delivery.signature,
        }
        try:
            response = session.post(
                self._url, delivery.body, headers=headers, timeout=ANSWER_SECONDS
            )
        except requests.RequestException:
            return None
        return response.status_code
