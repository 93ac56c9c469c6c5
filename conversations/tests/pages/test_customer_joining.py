"""The page on which two records become one, and the way back."""

import pytest
from django.urls import reverse

from conversations.models import Customer, CustomerMerge
from conversations.tests.factories import ContactFactory, ConversationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(conversation):
    contact = ContactFactory(customer__name="Zé", customer__phone=None)
    ConversationFactory(contact=contact, queue=conversation.queue)
    Customer.objects.filter(pk=contact.customer_id).update(plan="Fibra 300")
    contact.customer.refresh_from_db()
    return contact.customer


def join(zeca):
    return reverse("conversations:join_customer", args=[zeca.pk])


def test_two_records_are_found_compared_joined_and_parted(ana, client_of, zeca, other):
    client = client_of(ana)
    assert b"with=" in client.get(join(zeca), {"q": "zé"}).content
    page = client.get(join(zeca), {"with": other.pk}).content.decode()
    assert "Fibra 300" in page
    assert 'name="take:name"' in page
    client.post(join(zeca), {"other": other.pk, "keep": "this", "take:name": "other"})
    zeca.refresh_from_db()
    assert (zeca.name, zeca.plan) == ("Zé", "Fibra 300")
    merge = CustomerMerge.objects.get()
    profile = client.get(reverse("conversations:customer", args=[zeca.pk])).content.decode()
    undo = reverse("conversations:undo_join", args=[merge.pk])
    assert undo in profile
    client.post(undo)
    client.post(undo)
    zeca.refresh_from_db()
    assert (zeca.name, zeca.plan) == ("Zeca Pereira", "")
    assert Customer.objects.get(pk=other.pk).name == "Zé"


def test_the_other_record_may_be_the_one_that_stays(ana, client_of, zeca, other):
    answer = client_of(ana).post(join(zeca), {"other": other.pk, "keep": "other"})
    assert answer.url == reverse("conversations:customer", args=[other.pk])
    other.refresh_from_db()
    assert (other.name, other.phone) == ("Zé", "+5511987654321")
    assert not Customer.objects.filter(pk=zeca.pk).exists()


def test_a_record_of_a_foreign_queue_cannot_be_joined(ana, client_of, conversation, zeca, finance):
    foreign = ContactFactory()
    ConversationFactory(contact=foreign, queue=finance)
    client, pk = client_of(ana), foreign.customer_id
    assert client.get(join(zeca), {"with": pk}).status_code == 404
    assert client.post(join(zeca), {"other": pk, "keep": "this"}).status_code == 404
    client.post(join(zeca), {"other": zeca.pk, "keep": "this"})
    client.post(join(zeca), {"other": "rubbish"})
    assert Customer.objects.filter(pk__in=[zeca.pk, pk]).count() == 2
    assert not CustomerMerge.objects.exists()
