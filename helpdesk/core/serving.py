"""What a process that serves ASGI does once, before its first request."""

import gc
from concurrent.futures import ThreadPoolExecutor

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.exception import convert_exception_to_response
from django.db import close_old_connections, connections

POOL = {"min_size": 1, "max_size": 16, "timeout": 10}
GC_THRESHOLDS = (100_000, 50, 50)


def use_connection_pool() -> None:
    """Let this process take PostgreSQL connections from a pool; to be called before it serves.

    Under ASGI each request has a thread of its own, so a connection that belongs to its thread
    would be opened per request, at 4 ms of the server's time (10-measurements.md, section 2).
    """
    connections.close_all()
    for database in connections.settings.values():
        if database["ENGINE"].endswith("postgresql"):
            database["CONN_MAX_AGE"] = 0
            database["OPTIONS"] = database.get("OPTIONS", {}) | {"pool": POOL}


def spare_the_garbage_collector() -> None:
    """Leave what start-up has made out of all collections, and collect less often.

    The collector walks over everything that the connections hold: a fan-out to 2,000 sockets
    takes less than half the time (10-measurements.md, section 4).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


class ThreadedView(ASGIHandler):
    """An ASGI application of one synchronous view, without any middleware.

    The view runs on threads that stay, and so do their database connections; the threads that
    Django gives to views under ASGI live for one request.
    """

    def __init__(self, view):
        self._view = view
        # SQLite has one writer, and its waiting is unfair: threads would get in each other's way.
        threads = 1 if settings.IS_SQLITE else 8
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="view")
        super().__init__()

    def load_middleware(self, is_async=False):
        """Put the view where Django puts the stack of middleware."""
        answer = sync_to_async(self._answer, thread_sensitive=False, executor=self._threads)
        self._middleware_chain = convert_exception_to_response(answer)

    def _answer(self, request):
        # What Django does around requests on threads of its own: a broken connection is replaced.
        close_old_connections()
        try:
            return self._view(request)
        finally:
            close_old_connections()
