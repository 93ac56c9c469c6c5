"""The first steps: each is done when rows say so, and by nothing else."""

from datetime import time

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.first_steps import all_steps
from bots.models import Bot
from conversations.models import BusinessHours, Conversation, Queue

SETUP = "/setup/"


def done():
    return [step.is_done for step in all_steps()]


def test_a_new_house_has_everything_before_it(db):
    Queue.objects.create(name="Atendimento")
    assert not Bot.objects.answering().exists()
    assert done() == [False] * 6


def test_each_step_ticks_itself_off(cast, conversation):
    # The cast: a number, two queues, people. Neither hours, nor a bot, nor an answer.
    assert done() == [True, True, True, False, False, False]
    opens, closes = time(8), time(18)
    BusinessHours.objects.create(queue=cast.support, weekday=0, opens_at=opens, closes_at=closes)
    Conversation.objects.update(first_reply_at=timezone.now())
    assert done() == [True, True, True, True, False, True]


def test_every_step_leads_to_where_it_is_done(davi, client_of):
    client = client_of(davi)
    for step in all_steps():
        assert client.get(step.address).status_code == 200


def test_it_stands_in_the_navigation_until_it_is_hidden(davi, ana, client_of):
    client = client_of(davi)
    assert 'href="/setup/"' in client.get("/profile/").content.decode()
    assert 'href="/setup/"' not in client_of(ana).get("/profile/").content.decode()
    client.post(reverse("accounts:hide_first_steps"))
    assert 'href="/setup/"' not in client.get("/profile/").content.decode()
    assert client.get(SETUP).status_code == 200
    client.post(reverse("accounts:hide_first_steps"), {"show": "1"})
    assert 'href="/setup/"' in client.get("/profile/").content.decode()


@pytest.mark.parametrize("person", ["ana", "celia", "vera"])
def test_it_is_the_administrators(cast, client_of, person):
    assert client_of(getattr(cast, person)).get(SETUP).status_code == 403
