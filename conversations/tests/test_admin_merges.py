"""Joining customers and taking it back, in the administration."""

import pytest
from django.urls import reverse

from conversations.actions.customers import merge
from conversations.models import Customer, CustomerMerge, QueueMembership
from conversations.tests.factories import ContactFactory, CustomerFactory
from helpdesk.testing.cast import waiting_conversation

pytestmark = pytest.mark.django_db
MERGES = "admin:conversations_customermerge_changelist"
CUSTOMERS = "admin:conversations_customer_changelist"


@pytest.fixture
def other(channel, support):
    other = CustomerFactory(name="Zeca de novo", phone=None)
    waiting_conversation(ContactFactory(channel=channel, customer=other), support)
    return other


def do(client, address, action, *rows):
    data = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    return client.post(reverse(address), data, follow=True)


def test_two_that_were_chosen_become_the_older_one(client_of, celia, conversation, zeca, other):
    answer = do(client_of(celia), CUSTOMERS, "join_two", zeca, other)
    assert "is one customer now" in answer.content.decode()
    assert CustomerMerge.objects.get().kept == zeca
    assert not Customer.objects.filter(pk=other.pk).exists()


def test_one_alone_or_three_are_not_joined(client_of, celia, conversation, zeca, other):
    answer = do(client_of(celia), CUSTOMERS, "join_two", zeca)
    assert "exactly two" in answer.content.decode()
    assert not CustomerMerge.objects.exists()


def test_a_joining_is_taken_back_once(client_of, celia, conversation, zeca, other):
    log = merge(other, into=zeca)
    assert "Zeca de novo" in client_of(celia).get(reverse(MERGES)).content.decode()
    assert "was taken back" in do(client_of(celia), MERGES, "take_back", log).content.decode()
    assert "already" in do(client_of(celia), MERGES, "take_back", log).content.decode()
    assert Customer.objects.get(pk=other.pk).name == "Zeca de novo"


def test_a_supervisor_of_other_queues_sees_and_takes_back_nothing(
    client_of, celia, support, conversation, zeca, other
):
    log = merge(other, into=zeca)
    QueueMembership.objects.filter(user=celia, queue=support).delete()
    page = client_of(celia).get(reverse(MERGES)).content.decode()
    assert "Zeca de novo" not in page
    do(client_of(celia), MERGES, "take_back", log)
    assert not Customer.objects.filter(pk=other.pk).exists()


def test_the_list_asks_the_same_however_many_there_are(
    client_of, davi, zeca, django_assert_max_num_queries
):
    for number in range(8):
        merge(CustomerFactory(name=f"Cópia {number}"), into=zeca)
    client = client_of(davi)
    client.get(reverse(MERGES))
    with django_assert_max_num_queries(12):
        client.get(reverse(MERGES))
