import threading
import time

from helpdesk.core import runtime
from helpdesk.core.runtime import Threads


def test_a_thread_that_dies_is_started_again(monkeypatch):
    monkeypatch.setattr(runtime, "FIRST_PAUSE_SECONDS", 0.01)
    threads, runs, third = Threads(), [], threading.Event()

    def run():
        runs.append(1)
        if len(runs) < 3:
            raise (RuntimeError, SystemExit)[len(runs) - 1]
        third.set()
        threads.stopping.wait()

    threads.start("worker", run)

    assert third.wait(5)
    assert threads.stop() == []
    assert len(runs) == 3


def test_stopping_tells_everybody_and_names_who_is_still_busy():
    threads, told, never = Threads(), [], threading.Event()
    threads.start("good", threads.stopping.wait, on_stop=lambda: told.append("good"))
    threads.start("stubborn", never.wait, on_stop=lambda: 1 / 0)

    started = time.monotonic()
    assert threads.stop(timeout_seconds=0.2) == ["stubborn"]
    assert time.monotonic() - started < 2
    assert told == ["good"]
    never.set()
