"""Background work on threads of this process: started together, restarted when it dies."""

import threading
from collections.abc import Callable

import structlog
from django.db import connections

log = structlog.get_logger(__name__)
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30


class Threads:
    """A group of supervised threads that share one stop event.

    What they run returns when `stopping` is set; `on_stop` is for what must be told otherwise.
    """

    def __init__(self):
        self.stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._stoppers: list[Callable[[], None]] = []

    def start(self, name: str, run: Callable[[], None], on_stop: Callable[[], None] | None = None):
        """Run `run` on a thread; when it returns or raises too early, log it and run it again."""
        if on_stop is not None:
            self._stoppers.append(on_stop)
        thread = threading.Thread(target=self._supervise, args=(name, run), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self, timeout_seconds: float = 10) -> list[str]:
        """Ask all to stop and wait for them; return the names of those still busy after that."""
        self.stopping.set()
        for tell in self._stoppers:
            self._tell(tell)
        for thread in self._threads:
            thread.join(timeout_seconds)
        return [thread.name for thread in self._threads if thread.is_alive()]

    def _tell(self, on_stop: Callable[[], None]) -> None:
        try:
            on_stop()
        except Exception:
            log.exception("thread.stop_failed")

    def _supervise(self, name: str, run: Callable[[], None]) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self.stopping.is_set():
            try:
                run()
            # SystemExit too: Celery's worker leaves that way.
            except BaseException:
                log.exception("thread.died", thread=name)
            else:
                if not self.stopping.is_set():
                    log.error("thread.ended", thread=name)
            finally:
                connections.close_all()
            self.stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
