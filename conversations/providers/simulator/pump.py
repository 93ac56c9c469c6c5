"""The thread that carries the simulated WhatsApp's webhooks to us."""

import logging
import threading
import time
from datetime import timedelta

import requests
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from conversations.models import SimulatorCall, SimulatorDelivery, SimulatorSetting
from conversations.providers.simulator import deliveries, faults

IDLE_SECONDS = 0.25
PRUNE_EVERY_SECONDS = 600
KEPT = timedelta(days=2)

logger = logging.getLogger(__name__)


class Pump:
    """Delivers webhooks when they are due, in order, until told to stop.

    base_url: where our endpoint is; settings.BASE_URL when None. More than one may run: each
    delivery is claimed by one of them.
    """

    def __init__(self, stop: threading.Event, base_url: str | None = None):
        self._stop = stop
        self._base_url = base_url
        self._pruned_at = time.monotonic()

    def run(self) -> None:
        """Work until `stop` is set; errors of the database are waited out."""
        with requests.Session() as session:
            session.trust_env = False  # our own address: never through a proxy
            while not self._stop.is_set():
                try:
                    self._turn(session)
                except DatabaseError:
                    logger.exception("The simulator's pump could not reach the database")
                    self._stop.wait(1)
        connection.close()

    def _turn(self, session: requests.Session) -> None:
        close_old_connections()
        deliveries.wake.clear()
        wait = deliveries.seconds_until_due()
        if wait is None or wait > 0:
            self._prune()
            deliveries.wake.wait(min(wait or IDLE_SECONDS, IDLE_SECONDS))
        elif not self.deliver_next(session):
            deliveries.wake.wait(IDLE_SECONDS / 5)  # a batch is gathering, or another pump has it

    def deliver_next(self, session: requests.Session) -> bool:
        """Deliver the body that is due, if any; True when there was one."""
        setting = SimulatorSetting.current()
        rows = deliveries.claim(setting)
        if not rows:
            return False
        delivered = deliveries.deliver(rows, session, self._base_url)
        if delivered and faults.happens(setting.duplicate_percent):
            deliveries.repeat(rows, session, self._base_url)
        return True

    def _prune(self) -> None:
        if time.monotonic() - self._pruned_at < PRUNE_EVERY_SECONDS:
            return
        self._pruned_at = time.monotonic()
        before = timezone.now() - KEPT
        SimulatorDelivery.objects.filter(created_at__lt=before, delivered_at__lt=before).delete()
        SimulatorCall.objects.filter(created_at__lt=before).delete()
