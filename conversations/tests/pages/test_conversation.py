from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from conversations.actions import conversations as actions
from conversations.models import State
from conversations.tests.factories import ConversationFactory, InboundMessageFactory
from conversations.tests.pages.doors import HTMX

pytestmark = pytest.mark.django_db
MOST_QUERIES, MOST_FOR_FRAGMENT = 34, 26


def read(client, conversation, name="conversation", **headers):
    address = reverse(f"conversations:{name}", args=[conversation.pk])
    return client.get(address, headers=headers).content.decode()


def test_it_shows_the_thread_beside_the_list(client_of, ana, conversation):
    page = read(client_of(ana), conversation)
    assert "Estou sem internet" in page
    assert 'id="convos"' in page
    assert 'data-pane="thread"' in page


def test_the_fragment_is_the_conversation_alone(client_of, ana, conversation):
    html = read(client_of(ana), conversation, **HTMX)
    assert html.strip().startswith('<div id="conversation"')
    assert 'id="convos"' not in html


def test_details_have_an_address_of_their_own(client_of, ana, conversation):
    assert 'class="inbox" data-pane="details"' in read(client_of(ana), conversation, "details")


def test_reading_marks_nothing_as_read(client_of, ana, conversation):
    read(client_of(ana), conversation)
    conversation.refresh_from_db()
    assert conversation.unread_count == 1


def test_the_panel_shows_the_customer_with_a_masked_document(client_of, ana, conversation, zeca):
    zeca.document, zeca.plan, zeca.city = "123.456.789-09", "Fibra 600", "Serra Azul"
    zeca.save()
    page = read(client_of(ana), conversation)
    assert "•••.456.•••-••" in page and "789" not in page.split("pane-details")[1]
    assert "Fibra 600" in page and "Serra Azul" in page and "+55 (11) 98765-4321" in page


def test_earlier_protocols_of_foreign_queues_are_one_line_without_contents(
    client_of, ana, conversation, contact, finance
):
    foreign = ConversationFactory(
        contact=contact, queue=finance, state=State.CLOSED, protocol="20260101-000007"
    )
    InboundMessageFactory(conversation=foreign, body="segredo do financeiro")
    page = read(client_of(ana), conversation)
    assert "20260101-000007" in page and "Financeiro" in page
    assert str(foreign.pk) not in page and "segredo do financeiro" not in page


def test_earlier_protocols_of_own_queues_lead_there(client_of, ana, conversation, contact, support):
    own = ConversationFactory(contact=contact, queue=support, state=State.CLOSED)
    assert reverse("conversations:conversation", args=[own.pk]) in read(
        client_of(ana), conversation
    )


@pytest.mark.parametrize("messages", [1, 40])
def test_it_asks_the_database_the_same_few_times(
    client_of, ana, conversation, django_assert_max_num_queries, messages
):
    client = client_of(ana)
    for _ in range(messages):
        InboundMessageFactory(conversation=conversation)
    with django_assert_max_num_queries(MOST_QUERIES):
        read(client, conversation)
    with django_assert_max_num_queries(MOST_FOR_FRAGMENT):
        read(client, conversation, **HTMX)


def test_two_people_read_the_same_bubbles_byte_for_byte(client_of, ana, davi, conversation):
    actions.take(conversation, by=ana)
    pages = [read(client_of(person), conversation, **HTMX) for person in (ana, davi)]
    threads = [page.split('id="thread"')[1].split("new-pill")[0] for page in pages]
    heads = [page.split('id="conversation-head"')[1].split('class="acts"')[0] for page in pages]
    assert threads[0] == threads[1]
    assert heads[0] == heads[1]


def test_a_long_thread_begins_with_its_end(client_of, ana, conversation):
    at = timezone.now()
    for number in range(60):
        InboundMessageFactory(
            conversation=conversation,
            body=f"linha {number:02d}.",
            sort_at=at + timedelta(seconds=number),
        )
    page = read(client_of(ana), conversation)
    assert "linha 59." in page and "linha 09." not in page
    before = page.split("?before=")[1].split('"')[0]
    address = reverse("conversations:earlier", args=[conversation.pk])
    earlier = client_of(ana).get(address, {"before": before}).content.decode()
    assert "linha 09." in earlier and "linha 10." not in earlier
    assert "Estou sem internet" in earlier


@pytest.mark.parametrize("before", ["", "x", "m-x", "m-01a1f956-cf72-78f4-8a47-fb6dc2d2ce8a"])
def test_earlier_than_something_unknown_is_nothing(client_of, ana, conversation, before):
    address = reverse("conversations:earlier", args=[conversation.pk])
    answer = client_of(ana).get(address, {"before": before or "-"})
    assert answer.status_code == 200
    assert 'class="item"' not in answer.content.decode()
