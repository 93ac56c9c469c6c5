"""Everything in one process: the embedded default, and a convenient way to develop."""

import time
from urllib.parse import urlsplit

import structlog
from daphne.server import Server
from django.conf import settings

from conversations.drainer import Drainer
from helpdesk.asgi import application
from helpdesk.celery import app
from helpdesk.core.embedded_celery import EmbeddedBeat, EmbeddedWorker
from helpdesk.core.runtime import Threads

log = structlog.get_logger(__name__)
STOP_SECONDS = 8
LOCAL = {"localhost", "127.0.0.1", "::1"}
SOCKET_MESSAGE_BYTES = 64 * 1024


class AllInOne:
    """Daphne on the main thread; worker, beat, drainer and simulator on threads beside it."""

    def __init__(self, host: str | None, out):
        self._host = host or _default_host()
        self._out = out
        self._threads = Threads()
        self._has_started = False

    def run(self) -> bool:
        """Serve until Ctrl-C or SIGTERM; False when the port could not be had."""
        server = Server(
            application,
            endpoints=[f"tcp:port={settings.PORT}:interface={self._host}"],
            ready_callable=self._begin,
            websocket_max_message_size=SOCKET_MESSAGE_BYTES,
            websocket_max_frame_size=SOCKET_MESSAGE_BYTES,
            verbosity=0,
            server_name="ramal",
        )
        server.run()
        if self._has_started:
            self._end()
        return self._has_started

    def _begin(self) -> None:
        self._has_started = True
        worker = EmbeddedWorker(app)
        beat = EmbeddedBeat(app, settings.CELERY_BEAT_SCHEDULE_FILENAME)
        self._threads.start("drainer", Drainer(self._threads.stopping).run)
        self._threads.start("worker", worker.run, on_stop=worker.stop)
        self._threads.start("beat", beat.run, on_stop=beat.stop)
        if settings.SIMULATOR:
            self._start_simulator()
        self._out.write(f"{settings.SITE_NAME}: {settings.BASE_URL}  (Ctrl-C stops it)")
        self._out.flush()

    def _start_simulator(self) -> None:
        # With SIMULATOR off nothing of it is even loaded.
        from conversations.providers.simulator.pump import Pump

        self._threads.start("simulator", Pump(self._threads.stopping).run)

    def _end(self) -> None:
        started = time.monotonic()
        busy = self._threads.stop(STOP_SECONDS)
        log.info("stopped", seconds=round(time.monotonic() - started, 1), still_busy=busy)


def _default_host() -> str:
    """This machine only, unless others are meant to come: BASE_URL tells."""
    return "127.0.0.1" if urlsplit(settings.BASE_URL).hostname in LOCAL else "0.0.0.0"
