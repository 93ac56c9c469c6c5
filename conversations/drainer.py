"""The loop that turns stored webhooks into conversations.

A drainer owns partitions by lease rows; one alone owns all, two share them, and what a dead one held
is taken over when its leases run out. Woken by NOTIFY on PostgreSQL, by an event in the same process
otherwise, and by the clock in case a wake-up was lost.
"""

import select
import threading
import time

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from conversations import live
from conversations.actions.ingest import ingest
from conversations.models import PARTITIONS, WorkItem
from helpdesk.core import heartbeat, leases

log = structlog.get_logger(__name__)

TOPIC = "ramal_ingest"
BATCH_SIZE = 200  # 10-measurements.md, 3a: the knee
LINGER_SECONDS = (
    0.02  # lets a batch form: one of five messages costs nearly as much as one of fifty
)
SMALL_BATCH = 60
IDLE_SECONDS = 2.0  # the sweep in case a wake-up was lost
IDLE_SECONDS_WITHOUT_NOTIFY = 0.05  # another process stores, and nothing can wake us
LEASE_SECONDS = 6.0
RENEW_SECONDS = 1.5
FAILURE_PAUSE_SECONDS = 1.0
LEASE_NAMES = [f"ingest.{partition:02d}" for partition in range(PARTITIONS)]

_wake = threading.Event()


def wake() -> None:
    """Tell a drainer in this process that something has been stored."""
    _wake.set()


class Drainer:
    """Runs until `stop` is set. One instance per process."""

    def __init__(self, stop: threading.Event):
        self._stop = stop
        self._holder = leases.new_holder()
        self._fences: dict[str, int] = {}
        self._renew_at = 0.0
        self._listener = None

    def run(self) -> None:
        """Drain until told to stop; survives the database's absence."""
        log.info("drainer.started", holder=self._holder)
        while not self._stop.is_set():
            try:
                self._turn()
            except leases.LeaseLost as error:
                log.warning("drainer.lost_partitions", leases=str(error))
                self._fences, self._renew_at = {}, 0.0
            except (OperationalError, InterfaceError) as error:
                log.warning("drainer.database_away", error=type(error).__name__)
                self._recover()
            except Exception:
                log.exception("drainer.failed")
                self._recover()
        self._give_back()

    def _turn(self) -> None:
        self._hold_leases()
        items = self._next_items()
        if not items:
            self._wait()
        else:
            with live.gathering():
                ingest(items, self._fences)
            if len(items) < SMALL_BATCH:
                time.sleep(LINGER_SECONDS)

    def _next_items(self) -> list[WorkItem]:
        partitions = [LEASE_NAMES.index(name) for name in self._fences if name in LEASE_NAMES]
        waiting = WorkItem.objects.unprocessed().filter(partition__in=partitions).order_by("id")
        return list(waiting[:BATCH_SIZE])

    def _hold_leases(self) -> None:
        if time.monotonic() < self._renew_at:
            return
        kept = leases.renew_many(self._fences, self._holder, LEASE_SECONDS)
        self._fences = {name: fence for name, fence in self._fences.items() if name in kept}
        share = self._share()
        self._release(sorted(self._fences)[share:])
        free = [name for name in LEASE_NAMES if name not in self._fences]
        wanted = share - len(self._fences)
        if wanted > 0:
            # Starting at different ends, two drainers that begin together do not compete.
            free = free if hash(self._holder) % 2 else free[::-1]
            self._fences |= self._acquire(free, wanted)
        self._renew_at = time.monotonic() + RENEW_SECONDS

    def _acquire(self, names: list[str], wanted: int) -> dict[str, int]:
        got = leases.acquire_many(names[:wanted], self._holder, LEASE_SECONDS)
        if len(got) < wanted:
            rest = [name for name in names[wanted:] if name not in got]
            for name in rest:
                if len(got) == wanted:
                    break
                got |= leases.acquire_many([name], self._holder, LEASE_SECONDS)
        return got

    def _share(self) -> int:
        """How many partitions are this drainer's, given how many drainers live."""
        drainers = heartbeat.beat("drainer", self._holder, LEASE_SECONDS)
        return -(-PARTITIONS // max(1, drainers))

    def _wait(self) -> None:
        if connection.vendor == "postgresql":
            self._listen()
        else:
            _wake.wait(IDLE_SECONDS if settings.EMBEDDED else IDLE_SECONDS_WITHOUT_NOTIFY)
            _wake.clear()
        time.sleep(LINGER_SECONDS)

    def _listen(self) -> None:
        if self._listener is None:
            self._listener = _listening_connection()
            return  # something may have come before we listened: look first
        ready, _, _ = select.select(
            [self._listener.fileno()], [], [], min(IDLE_SECONDS, RENEW_SECONDS)
        )
        if ready:
            for _notice in self._listener.notifies(timeout=0):
                pass

    def _recover(self) -> None:
        self._close_listener()
        close_old_connections()
        connection.close()
        self._renew_at = 0.0
        self._stop.wait(FAILURE_PAUSE_SECONDS)

    def _close_listener(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def _release(self, names: list[str]) -> None:
        for name in names:
            leases.release(name, self._holder, self._fences.pop(name))

    def _give_back(self) -> None:
        try:
            self._release(list(self._fences))
            heartbeat.leave("drainer", self._holder)
        except (OperationalError, InterfaceError):
            pass  # they run out by themselves
        self._close_listener()
        connection.close()
        log.info("drainer.stopped", holder=self._holder)


def _listening_connection():
    """A connection of its own, past any pooler: NOTIFY needs a session."""
    import psycopg

    listener = psycopg.connect(settings.DATABASE_DIRECT_URL, autocommit=True)
    listener.execute(f"LISTEN {TOPIC}")
    return listener
