"""However many messages ask for a channel's turn, one wake-up is under way."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from conversations import tasks
from conversations.actions import outbox
from conversations.models import Message
from conversations.tests.factories import OutboundMessageFactory


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


@pytest.mark.django_db
def test_a_wake_up_that_was_lost_is_followed_when_something_is_overdue(sent_out, conversation):
    message = OutboundMessageFactory(conversation=conversation, status="queued", provider_id=None)
    tasks.send_channel_later(message.channel_id)  # and its worker dies
    for seconds, tasks_sent in ((0, 1), (4, 2)):
        due = timezone.now() - timedelta(seconds=seconds)
        Message.objects.filter(pk=message.pk).update(next_attempt_at=due)
        tasks.sweep_outbox.run()
        assert len(sent_out) == tasks_sent
