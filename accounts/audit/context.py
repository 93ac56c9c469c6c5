"""On whose behalf the running code acts: a request, a command, or nobody (background work)."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """Where changes come from at the moment; at most one of the two is set."""

    request: object = None
    command: str = ""

    @property
    def is_somebody(self) -> bool:
        return self.request is not None or bool(self.command)


NOBODY = Origin()
_origin: ContextVar[Origin] = ContextVar("audit_origin", default=NOBODY)


def current_origin() -> Origin:
    """Return on whose behalf the running code acts."""
    return _origin.get()


@contextmanager
def acting(*, request=None, command: str = "") -> Iterator[None]:
    """Act on behalf of a request or a command inside the block."""
    token = _origin.set(Origin(request, command))
    try:
        yield
    finally:
        _origin.reset(token)


def silently():
    """Act on nobody's behalf inside the block: changes of rows are not recorded (seeds, imports)."""
    return acting()


def operator() -> str:
    """Return who runs a command: the account of the operating system."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return ""
