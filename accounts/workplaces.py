"""Where people work: a slot for the floor above, which owns the queues and fills it when ready.

Pages of this app offer and show queues through it and know no more of them than id and name.
"""

from collections.abc import Iterable
from typing import Protocol
from uuid import UUID


class Workplaces(Protocol):
    """What the floor above offers."""

    def choices(self) -> list[tuple[str, str]]:
        """Return (id, name) of every queue in which somebody can work, in order."""

    def names_of(self, user_ids: Iterable[UUID], viewer) -> dict[UUID, list[str]]:
        """Return the names of each person's queues, as far as `viewer` may see them."""

    def ids_of(self, user_id: UUID) -> list[str]:
        """Return the ids of one person's queues."""

    def set_queues(self, user_id: UUID, queue_ids: Iterable[str]) -> None:
        """Let somebody work in exactly these queues; unknown ids are ignored."""


class NoWorkplaces:
    """Nothing registered: there are no queues."""

    def choices(self):
        return []

    def names_of(self, user_ids, viewer):
        return {}

    def ids_of(self, user_id):
        return []

    def set_queues(self, user_id, queue_ids):
        pass


_current: Workplaces = NoWorkplaces()


def register(workplaces: Workplaces) -> None:
    global _current
    _current = workplaces


def current() -> Workplaces:
    return _current
