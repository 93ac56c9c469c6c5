from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from conversations.actions import conversations as actions
from conversations.models import Conversation, State
from conversations.tests.factories import ContactFactory, ConversationFactory, CustomerFactory
from conversations.tests.pages.doors import HTMX

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


def inbox(client, **query):
    return client.get(reverse("conversations:inbox"), query).content.decode()


def fragment(client, **query):
    return client.get(reverse("conversations:inbox"), query, headers=HTMX).content.decode()


def waiting(channel, queue, name, minutes=0, **facts):
    contact = ContactFactory(channel=channel, customer=CustomerFactory(name=name))
    at = timezone.now() - timedelta(minutes=minutes)
    return ConversationFactory(
        contact=contact, queue=queue, state=State.QUEUED, queued_at=at, last_message_at=at, **facts
    )


def test_the_first_page_leads_to_the_inbox(client_of, ana):
    assert client_of(ana).get("/").url == reverse("conversations:inbox")


def test_an_agent_finds_who_waits(client_of, ana, conversation):
    assert "Zeca Pereira" in inbox(client_of(ana), tab="waiting")


def test_an_agent_does_not_find_who_waits_elsewhere(client_of, bruno, conversation):
    assert "Zeca Pereira" not in inbox(client_of(bruno), tab="waiting")


def test_an_administrator_finds_everybody(client_of, davi, conversation):
    assert "Zeca Pereira" in inbox(client_of(davi), tab="all")


def test_an_agent_begins_with_their_own(client_of, ana, conversation):
    assert "Zeca Pereira" not in inbox(client_of(ana))
    actions.take(conversation, by=ana)
    assert "Zeca Pereira" in inbox(client_of(ana))


def test_a_viewer_begins_with_all(client_of, vera, conversation):
    assert "Zeca Pereira" in inbox(client_of(vera))


def test_whoever_waits_longest_is_first(client_of, ana, channel, support):
    waiting(channel, support, "Berta Nova", 1)
    waiting(channel, support, "Alda Antiga", 90)
    page = inbox(client_of(ana), tab="waiting")
    assert page.index("Alda Antiga") < page.index("Berta Nova")


def test_elsewhere_the_newest_is_first(client_of, ana, channel, support):
    waiting(channel, support, "Alda Antiga", 90)
    waiting(channel, support, "Berta Nova", 1)
    page = inbox(client_of(ana), tab="all")
    assert page.index("Berta Nova") < page.index("Alda Antiga")


def test_tabs_and_rail_count_what_this_person_sees(client_of, ana, channel, support, finance):
    waiting(channel, support, "Alda")
    waiting(channel, finance, "Outra")
    page = inbox(client_of(ana))
    assert '<span class="label">Suporte</span><span class="count" data-tone="wait">1</span>' in page
    assert "Financeiro" not in page
    assert f'id="rail-{support.pk}" data-watch="queue:{support.pk}"' in page


def test_a_queue_can_be_chosen_and_left(client_of, celia, channel, support, finance):
    waiting(channel, support, "Alda Suporte")
    waiting(channel, finance, "Otto Finanças")
    page = inbox(client_of(celia), tab="waiting", queue=finance.pk)
    assert "Otto Finanças" in page
    assert "Alda Suporte" not in page


def test_a_foreign_queue_in_the_address_shows_nothing(client_of, ana, channel, finance):
    waiting(channel, finance, "Otto Finanças")
    assert "Otto Finanças" not in inbox(client_of(ana), tab="waiting", queue=finance.pk)


@pytest.mark.parametrize(
    "words", ["zeca", "Pereira", "20261005", "11 98765-4321", "(11) 8765-4321", "+55 11 98765 4321"]
)
def test_search_finds_by_name_protocol_and_any_way_of_writing_the_phone(
    client_of, ana, conversation, words
):
    Conversation.objects.update(protocol="20261005-000042")
    assert "Zeca Pereira" in inbox(client_of(ana), tab="waiting", search=words)


def test_search_finds_by_document_without_storing_it_readable(client_of, ana, conversation, zeca):
    zeca.document = "123.456.789-09"
    zeca.save()
    assert "Zeca Pereira" in inbox(client_of(ana), tab="waiting", search="12345678909")


def test_search_finds_nobody_else(client_of, ana, conversation):
    assert "Zeca Pereira" not in inbox(client_of(ana), tab="waiting", search="Maria")


def test_an_address_that_makes_no_sense_is_read_kindly(client_of, ana, conversation):
    query = {"tab": "nada", "queue": "nada", "shown": "9" * 30, "after": "nada"}
    assert client_of(ana).get(reverse("conversations:inbox"), query).status_code == 200


def test_the_fragment_holds_list_and_rail_and_no_page(client_of, ana, conversation):
    html = fragment(client_of(ana), tab="waiting")
    assert "Zeca Pereira" in html
    assert 'id="rail-live"' in html
    assert "<html" not in html


def test_the_fragment_is_the_same_as_in_the_page(client_of, ana, conversation):
    page = inbox(client_of(ana), tab="waiting")
    for part in fragment(client_of(ana), tab="waiting").split('<div class="rail-live"'):
        assert part.strip() in page


def test_pages_continue_where_the_last_row_stood(client_of, ana, channel, support):
    for number in range(35):
        waiting(channel, support, f"Pessoa {number:02d}.", minutes=100 - number)
    first = inbox(client_of(ana), tab="waiting")
    after = first.split("after=")[1].split('"')[0]
    rest = (
        client_of(ana)
        .get(f"{reverse('conversations:inbox')}?tab=waiting&after={after}", headers=HTMX)
        .content.decode()
    )
    assert "Pessoa 29." in first and "Pessoa 30." not in first
    assert "Pessoa 29." not in rest and "Pessoa 34." in rest


def test_a_page_asked_for_by_number_of_rows_holds_them_all(client_of, ana, channel, support):
    for number in range(35):
        waiting(channel, support, f"Pessoa {number:02d}.")
    assert fragment(client_of(ana), tab="waiting", shown=60).count('class="convo"') == 35


@pytest.mark.parametrize("people", [1, 12])
def test_the_inbox_asks_the_database_the_same_few_times(
    client_of, ana, channel, support, django_assert_max_num_queries, people
):
    client = client_of(ana)
    for number in range(people):
        waiting(channel, support, f"Pessoa {number}")
    with django_assert_max_num_queries(MOST_QUERIES):
        inbox(client, tab="waiting")


def test_what_is_empty_says_what_to_do(client_of, ana):
    assert 'class="empty"' in inbox(client_of(ana), tab="waiting")
