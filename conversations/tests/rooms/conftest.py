from uuid import uuid4

import pytest

from conversations.actions import rooms
from conversations.models import Room


@pytest.fixture
def room(support) -> Room:
    """The room of Suporte: Ana, Célia and Vera belong to the queue, Davi sees everything."""
    return Room.objects.get(queue=support)


@pytest.fixture
def say():
    """Write a line: `say(room, ana, "oi")`."""

    def write(room, by, body, **what):
        return rooms.write(room, by=by, body=body, **{"client_token": uuid4(), **what})

    return write
