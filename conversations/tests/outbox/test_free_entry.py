"""Seventy-two hours without charge after an advertisement, when we answer within a day."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from conversations.actions import outbox
from conversations.actions.free_entry import FREE_FOR
from conversations.models import Contact
from conversations.tests.providers import payloads
from helpdesk.testing.webhooks import receive

pytestmark = pytest.mark.django_db
AD = {"source_type": "ad", "source_url": "https://fb.me/x", "headline": "500 Mega"}


@pytest.fixture
def came(client, channel, with_ana):
    receive(client, channel, payloads.text_message("Vi o anúncio", referral=AD))


def free_until():
    return Contact.objects.get().free_entry_until


def test_coming_from_an_ad_alone_is_not_free(came):
    assert free_until() <= timezone.now()


def test_our_answer_begins_the_free_time_and_another_does_not_prolong_it(
    graph, channel, queued, came
):
    queued("Olá")
    outbox.send_due(channel.pk)
    until = free_until()
    assert abs(until - timezone.now() - FREE_FOR) < timedelta(minutes=1)
    queued("Posso ajudar?")
    outbox.send_due(channel.pk)
    assert free_until() == until
    with time_machine.travel(until + timedelta(hours=1)):
        queued("Ainda aí?")
        outbox.send_due(channel.pk)
        assert free_until() == until


def test_who_answers_after_a_day_pays(graph, channel, queued, came):
    before = free_until()
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        queued("Olá")
        outbox.send_due(channel.pk)
    assert free_until() == before


def test_who_comes_without_an_ad_brings_no_free_time(graph, client, channel, queued, with_ana):
    receive(client, channel, payloads.text_message("Oi"))
    queued("Olá")
    outbox.send_due(channel.pk)
    assert free_until() is None
