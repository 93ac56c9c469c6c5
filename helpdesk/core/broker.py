"""The embedded default's message broker: Kombu's folder of files, made safe for readers and kills.

Kombu writes a message into its final place bit by bit. A reader that comes in between gets half
of it, loses the message and stops with an error; so does one that finds what a kill left behind.
"""

import os
import threading
import time
import uuid
from queue import Empty

import structlog
from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

log = structlog.get_logger(__name__)
SUFFIX = ".msg"
_binding = threading.Lock()


class Channel(filesystem.Channel):
    """A channel whose messages and bindings appear, and are taken, with one renaming each."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        os.makedirs(self.control_folder, exist_ok=True)

    def _put(self, queue, payload, **kwargs):
        # Wall-clock time: what was written before the machine was started anew comes first.
        name = f"{time.time_ns():020}_{uuid.uuid4().hex}.{queue}{SUFFIX}"
        _write(self.data_folder_out, name, dumps(payload))

    def _queue_bind(self, exchange, routing_key, pattern, queue):
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with _binding:
            table = self.get_table(exchange)
            if bound not in table:
                file = self._exchange_file(exchange)
                _write(file.parent, file.name, dumps([bound, *table]))

    def _get(self, queue):
        for name in sorted(self._names(queue)):
            payload = self._take(name)
            if payload is not None:
                return payload
        raise Empty

    def _take(self, name):
        taken = os.path.join(self.data_folder_in, f".taken_{name}")
        try:
            os.rename(os.path.join(self.data_folder_in, name), taken)
        except FileNotFoundError:
            return None  # another reader was quicker
        try:
            with open(taken, encoding="utf-8") as file:
                return loads(file.read())
        except ValueError:
            log.warning("broker.unreadable_message", file=name)
            return None
        finally:
            os.remove(taken)

    def _size(self, queue):
        return len(self._names(queue))

    def _purge(self, queue):
        names = self._names(queue)
        return sum(self._take(name) is not None for name in names)

    def _names(self, queue):
        end = f".{queue}{SUFFIX}"
        return [
            name
            for name in os.listdir(self.data_folder_in)
            if name.endswith(end) and not name.startswith(".")
        ]


class Transport(filesystem.Transport):
    """Kombu's filesystem transport with the channel above."""

    Channel = Channel
    # Kombu warns that no host is named where this offers one.
    default_connection_params = {}


def _write(folder: str | os.PathLike, name: str, text: str) -> None:
    draft = os.path.join(folder, f".{name}")
    with open(draft, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(draft, os.path.join(folder, name))


def tidy(folder: str | os.PathLike) -> None:
    """Make the folder and remove what a killed process left half-written or half-read in it.

    To be called before anything uses the broker. Exchanges are declared anew at every start.
    """
    control = os.path.join(folder, "control")
    os.makedirs(control, exist_ok=True)
    leftovers = [os.path.join(control, name) for name in os.listdir(control)]
    leftovers += [os.path.join(folder, name) for name in os.listdir(folder) if name.startswith(".")]
    for path in leftovers:
        os.remove(path)
