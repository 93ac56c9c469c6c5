"""However many messages ask for a channel's turn, one wake-up is under way."""

from uuid import uuid4

import pytest

from conversations import tasks
from conversations.actions import outbox


@pytest.fixture
def sent_out(monkeypatch):
    """The channels for which a task was handed to the broker."""
    channels = []
    monkeypatch.setattr(tasks.send_channel, "delay", channels.append)
    return channels


def test_a_channel_is_woken_once_until_it_answers(sent_out):
    channel_id = uuid4()
    for _ in range(3):
        tasks.send_channel_later(channel_id)
    assert sent_out == [str(channel_id)]
    outbox.answer(channel_id)
    tasks.send_channel_later(channel_id)
    assert sent_out == [str(channel_id)] * 2


def test_channels_are_woken_apart(sent_out):
    first, second = uuid4(), uuid4()
    tasks.send_channel_later(first)
    tasks.send_channel_later(second)
    assert sent_out == [str(first), str(second)]
