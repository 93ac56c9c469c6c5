"""One event loop per process, on a thread of its own, for code that is not asynchronous itself.

`async_to_sync` makes a new loop per call, and a channel layer opens a new connection per loop.
"""

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def submit(work: Coroutine) -> Future:
    """Run the coroutine on the background loop; return at once with its future."""
    return asyncio.run_coroutine_threadsafe(work, get_loop())


async def run(work: Coroutine):
    """Run the coroutine on the background loop and await its result from whichever loop this is."""
    if asyncio.get_running_loop() is get_loop():
        return await work
    else:
        return await asyncio.wrap_future(submit(work))


def get_loop() -> asyncio.AbstractEventLoop:
    """Return this process's background loop, started at the first call (and again after a fork)."""
    global _loop
    with _lock:
        if _loop is None:
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="background-loop", daemon=True).start()
        return _loop


def _start_anew() -> None:
    """A fork copies the loop but not its thread."""
    global _lock, _loop
    _lock, _loop = threading.Lock(), None


os.register_at_fork(after_in_child=_start_anew)
