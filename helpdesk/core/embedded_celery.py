"""Celery's worker and beat as threads of one process, for the embedded default."""

from pathlib import Path

from celery import Celery
from celery.beat import PersistentScheduler, Service
from celery.worker import state

WORKER_THREADS = 4
BEAT_WAIT_SECONDS = 1


class EmbeddedWorker:
    """A Celery worker with a pool of threads, consuming all queues. One per process."""

    def __init__(self, app: Celery, threads: int = WORKER_THREADS):
        self._app = app
        self._threads = threads
        state.should_stop = None

    def run(self) -> None:
        """Work until `stop` is called."""
        self._app.WorkController(
            pool="threads",
            concurrency=self._threads,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        ).start()

    def stop(self) -> None:
        """Finish what is in hand and end `run`, within two seconds when there is nothing."""
        # The worker's loop looks at this; there is no signal for one thread.
        state.should_stop = 0


class EmbeddedBeat:
    """Celery's beat, reading the application's calendar."""

    def __init__(self, app: Celery, schedule_file: Path):
        self._app = app
        self._schedule_file = schedule_file
        self._service: Service | None = None
        self._is_stopping = False

    def run(self) -> None:
        """Send due tasks until `stop` is called."""
        self._service = Service(
            self._app,
            max_interval=BEAT_WAIT_SECONDS,
            schedule_filename=str(self._schedule_file),
            scheduler_cls=PersistentScheduler,
        )
        if not self._is_stopping:
            self._service.start()

    def stop(self) -> None:
        """End `run` at its next look at the clock, within a second."""
        self._is_stopping = True
        if self._service is not None:
            self._service.stop()
