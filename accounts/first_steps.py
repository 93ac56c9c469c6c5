"""What an administrator does first. Each floor registers its steps; rows say which are done.

The registry lies here, on the lowest floor with pages; who shows it knows none of the steps.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache

KEPT_SECONDS = 30
HIDDEN = "hides_first_steps"  # a preference


@dataclass(frozen=True, slots=True)
class Step:
    """One step as it stands now, in words; `is_done` comes from rows, never from a tick."""

    heading: str
    text: str
    is_done: bool
    address: str
    link: str


_registered: dict[int, Callable[[], Step]] = {}


def register(place: int, step: Callable[[], Step]) -> None:
    """Add a step at a place in the order; called when the apps are ready."""
    _registered[place] = step


def all_steps() -> list[Step]:
    """Return the steps in their order, as they stand now."""
    return [step() for _place, step in sorted(_registered.items())]


def left_for(user) -> int:
    """Return how many steps the navigation shows to this person; at most half a minute old."""
    if not user.is_admin or user.preference(HIDDEN):
        return 0
    return cache.get_or_set("first_steps_left", _left, KEPT_SECONDS)


def _left() -> int:
    return sum(not step.is_done for step in all_steps())
