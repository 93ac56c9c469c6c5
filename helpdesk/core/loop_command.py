"""Management commands that run until they are told to stop."""

import signal
import threading
from abc import ABC, abstractmethod

from django.core.management.base import BaseCommand


class LoopCommand(BaseCommand, ABC):
    """A command whose `loop(stop)` returns soon after `stop` is set; Ctrl-C and SIGTERM set it.

    A second signal ends the process at once.
    """

    def handle(self, *args, **options):
        """Run the loop."""
        self.stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop_gracefully)
        self.loop(self.stop)

    @abstractmethod
    def loop(self, stop: threading.Event) -> None:
        """Do the work until `stop` is set."""

    def _stop_gracefully(self, number, frame) -> None:
        signal.signal(number, signal.SIG_DFL)
        self.stop.set()
