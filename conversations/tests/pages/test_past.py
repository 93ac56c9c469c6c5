"""What stands above a thread: earlier protocols, and what was sent when there was none."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from conversations import past, thread
from conversations.models import Conversation, State
from conversations.tests.factories import (
    ChannelFactory,
    ContactFactory,
    ConversationFactory,
    InboundMessageFactory,
    OutboundMessageFactory,
)
from conversations.tests.pages.doors import HTMX

pytestmark = pytest.mark.django_db


def closed(contact, queue, days_ago, **facts):
    return ConversationFactory(
        contact=contact, queue=queue, state=State.CLOSED,
        opened_at=timezone.now() - timedelta(days=days_ago), **facts,
    )  # fmt: skip


def loose(contact, days_ago, **facts):
    """A campaign's message that no conversation has adopted."""
    return OutboundMessageFactory(
        conversation=None, contact=contact, channel=contact.channel, sender="system",
        origin="campaign", sort_at=timezone.now() - timedelta(days=days_ago), **facts,
    )  # fmt: skip


def page(client, conversation):
    address = reverse("conversations:conversation", args=[conversation.pk])
    return client.get(address, headers=HTMX).content.decode()


def thread_of(html):
    return html.split('id="thread"')[1].split("new-pill")[0]


def test_earlier_protocols_are_collapsed_heads_that_can_be_opened(
    client_of, ana, conversation, contact, support
):
    own = closed(contact, support, 3)
    InboundMessageFactory(conversation=own, body="conversa antiga")
    html = thread_of(page(client_of(ana), conversation))
    assert f'data-past="{own.pk}"' in html and 'aria-expanded="false"' in html
    assert own.protocol in html and "conversa antiga" not in html
    address = reverse("conversations:earlier", args=[own.pk])
    assert "conversa antiga" in client_of(ana).get(address, {"inside": 1}).content.decode()


def test_one_of_a_foreign_queue_is_a_line_without_contents_and_without_a_way_in(
    client_of, ana, conversation, foreign
):
    html = thread_of(page(client_of(ana), conversation))
    assert foreign.protocol in html and "Financeiro" in html
    assert str(foreign.pk) not in html and "segredo do financeiro" not in html
    address = reverse("conversations:earlier", args=[foreign.pk])
    assert client_of(ana).get(address).status_code == 404


def test_the_supervisor_of_both_queues_may_open_it(client_of, celia, conversation, foreign):
    assert f'data-past="{foreign.pk}"' in thread_of(page(client_of(celia), conversation))


def test_heads_stand_only_above_the_beginning_of_the_thread(
    client_of, ana, conversation, contact, support
):
    own = closed(contact, support, 3)
    for _ in range(thread.PAGE + 1):
        InboundMessageFactory(conversation=conversation)
    html = thread_of(page(client_of(ana), conversation))
    assert own.protocol not in html
    address = html.split('data-stretch="')[2].split('"')[0]
    assert own.protocol in client_of(ana).get(address).content.decode()


def test_a_later_conversation_is_no_past(ana, conversation, contact, support):
    own = closed(contact, support, 3)
    assert past.before(ana, own).entries == []
    assert [entry.head for entry in past.before(ana, conversation).entries] == [own]


def test_many_come_in_stretches_with_nothing_lost_or_twice(ana, conversation, contact, support):
    for number in range(7):
        closed(contact, support, 10 + number)
        loose(contact, 10 + number + 0.5)
    one_moment = timezone.now() - timedelta(days=30)
    for _ in range(4):
        Conversation.objects.filter(pk=closed(contact, support, 30).pk).update(opened_at=one_moment)
    stretch, found = past.before(ana, conversation, limit=5), []
    while True:
        found = [entry.key for entry in stretch.entries] + found
        if not stretch.before:
            break
        stretch = past.before(ana, conversation, stretch.before, limit=5)
    everything = [entry.key for entry in past.before(ana, conversation, limit=100).entries]
    assert found == everything and len(set(found)) == 18


@pytest.mark.parametrize("cursor", ["x", "1", "-", "9" * 40 + "-x", "1-1", "١-x", "1" * 5000])
def test_a_cursor_that_cannot_be_gives_nothing(client_of, ana, conversation, cursor):
    address = reverse("conversations:past", args=[conversation.pk])
    answer = client_of(ana).get(address, {"before": cursor})
    assert answer.status_code == 200 and "past-head" not in answer.content.decode()


def test_what_was_sent_before_the_customer_answered_stands_in_its_place(
    client_of, ana, conversation, contact, support
):
    early, late = closed(contact, support, 9), closed(contact, support, 3)
    loose(contact, 6, body="Promoção de novembro")
    html = thread_of(page(client_of(ana), conversation))
    places = [html.index(text) for text in (early.protocol, "Promoção", late.protocol)]
    assert places == sorted(places)


def test_what_a_foreign_number_sent_is_not_shown(client_of, ana, conversation, zeca, finance):
    other = ContactFactory(channel=ChannelFactory(default_queue=finance), customer=zeca)
    loose(other, 2, body="cobrança do financeiro")
    assert "cobrança do financeiro" not in page(client_of(ana), conversation)


def test_what_was_sent_after_the_end_stands_below_it(client_of, ana, contact, support):
    own = closed(contact, support, 9)
    loose(contact, 6, body="depois do fim")
    closed(contact, support, 5)
    loose(contact, 4, body="da seguinte")
    html = thread_of(page(client_of(ana), own))
    assert "depois do fim" in html and "da seguinte" not in html


@pytest.mark.parametrize("number", [1, 12])
def test_the_past_costs_the_same_few_questions(
    ana, conversation, contact, support, django_assert_max_num_queries, number
):
    for days in range(number):
        closed(contact, support, 5 + days)
        loose(contact, 5.5 + days)
    with django_assert_max_num_queries(6):
        for entry in past.before(ana, conversation).entries:
            assert entry.item or (entry.head.queue.name and not entry.head.closing_reason)


def test_nobody_without_the_conversation_reads_its_past(client_of, bruno, conversation):
    address = reverse("conversations:past", args=[conversation.pk])
    assert client_of(bruno).get(address).status_code == 404
