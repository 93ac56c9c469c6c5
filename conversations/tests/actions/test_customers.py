"""Two customers that are one person: joined, with all that is theirs, and parted again."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEntry
from conversations.actions import conversations as work
from conversations.actions.customers import add_from_card, merge, unmerge
from conversations.actions.errors import Refused
from conversations.models import (
    Consent,
    Contact,
    Conversation,
    Customer,
    CustomerIdentity,
    CustomerMerge,
    EventKind,
    IdentityKind,
    Message,
    State,
    Tag,
)
from conversations.tests.factories import (
    ChannelFactory,
    ContactFactory,
    ConversationFactory,
    CustomerFactory,
    InboundMessageFactory,
)
from conversations.tests.providers import payloads
from helpdesk.testing.cast import waiting_conversation
from helpdesk.testing.webhooks import drain, receive

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(channel):
    """Zeca again, under a name of WhatsApp's: he waits in Suporte on the same channel."""
    return CustomerFactory(name="@zeca", phone=None, document="39053344705", plan="Fibra 500")


@pytest.fixture
def other_contact(channel, other):
    return ContactFactory(
        channel=channel, customer=other, send_to="BR.77", send_to_is_bsuid=True,
        last_inbound_at=timezone.now(), window_expires_at=timezone.now() + timedelta(hours=30),
    )  # fmt: skip


def identity(customer, value):
    return CustomerIdentity.objects.create(
        customer=customer, kind=IdentityKind.BSUID, value=value, raw_value=value
    )


def test_everything_of_one_customer_goes_to_the_other(zeca, other, other_contact, support, celia):
    identity(other, "BR.77")
    moved = waiting_conversation(other_contact, support, body="Sou eu")
    consent = Consent.objects.create(
        customer=other, purpose="marketing", given=True, how="page", occurred_at=timezone.now()
    )
    other.tags.add(Tag.objects.create(name="VIP"))
    log = merge(other, into=zeca, by=celia)
    assert not Customer.objects.filter(pk=other.pk).exists()
    moved.refresh_from_db()
    consent.refresh_from_db()
    assert (moved.customer, moved.contact.customer, consent.customer) == (zeca, zeca, zeca)
    assert CustomerIdentity.objects.get(value="BR.77").customer == zeca
    assert Message.objects.get(body="Sou eu").contact == moved.contact
    assert [tag.name for tag in zeca.tags.all()] == ["VIP"]
    assert (zeca.name, zeca.plan, zeca.document) == ("Zeca Pereira", "Fibra 500", "39053344705")
    assert (log.kept, log.actor) == (zeca, celia)
    assert AuditEntry.objects.filter(kind="customer_changed", actor_id=celia.pk).exists()


def test_the_log_of_a_merge_holds_no_readable_document(zeca, other):
    log = merge(other, into=zeca)
    assert "39053344705" not in str(CustomerMerge.objects.get(pk=log.pk).data)


def test_a_channel_keeps_one_contact_with_the_later_window_and_address(
    zeca, contact, other, other_contact
):
    merge(other, into=zeca)
    contact = Contact.objects.get(customer=zeca)
    assert contact.window_expires_at == other_contact.window_expires_at
    assert (contact.send_to, contact.send_to_is_bsuid) == ("BR.77", True)


def test_of_two_open_conversations_the_one_in_service_stays(
    conversation, zeca, other, other_contact, support, ana
):
    held = waiting_conversation(other_contact, support, body="Alguém?")
    work.take(held, by=ana)
    merge(other, into=zeca)
    conversation.refresh_from_db()
    held.refresh_from_db()
    assert (conversation.state, held.state) == (State.CLOSED, State.ACTIVE)
    assert held.awaiting_reply_since is not None
    assert held.customer == zeca
    closed = conversation.events.get(kind=EventKind.CLOSED)
    assert (closed.reason, closed.data["protocol"]) == ("merged", held.protocol)
    joined = held.events.get(kind=EventKind.MERGED)
    assert joined.data == {"protocols": [conversation.protocol]}
    assert not Message.objects.filter(sender="system").exists()


def test_a_merge_can_be_taken_back(zeca, contact, other, other_contact, support, celia):
    identity(other, "BR.77")
    moved = waiting_conversation(other_contact, support, body="Sou eu")
    other.tags.add(Tag.objects.create(name="VIP"))
    log = merge(other, into=zeca, by=celia)
    back = unmerge(log, by=celia)
    assert back.pk == other.pk
    back.refresh_from_db()
    zeca.refresh_from_db()
    moved.refresh_from_db()
    contact.refresh_from_db()
    assert (back.name, back.document, back.created_at) == ("@zeca", "39053344705", other.created_at)
    assert (zeca.plan, zeca.document, zeca.tags.count()) == ("", "", 0)
    assert (moved.customer, moved.contact_id) == (back, other_contact.pk)
    assert Message.objects.get(body="Sou eu").contact_id == other_contact.pk
    assert CustomerIdentity.objects.get(value="BR.77").customer == back
    assert contact.send_to != "BR.77"
    with pytest.raises(Refused):
        unmerge(log, by=celia)


def test_attributes_come_along_and_go_back(zeca, other, celia):
    Customer.objects.filter(pk=zeca.pk).update(attributes={"porta": "3"})
    Customer.objects.filter(pk=other.pk).update(attributes={"porta": "9", "onu": "X1"})
    log = merge(other, into=zeca, by=celia)
    assert zeca.attributes == {"porta": "3", "onu": "X1"}
    assert unmerge(log, by=celia).attributes == {"porta": "9", "onu": "X1"}
    zeca.refresh_from_db()
    assert zeca.attributes == {"porta": "3"}


def test_what_came_after_a_merge_stays_with_the_one_who_was_kept(zeca, other, celia):
    log = merge(other, into=zeca, by=celia)
    identity(zeca, "BR.88")
    unmerge(log, by=celia)
    assert CustomerIdentity.objects.get(value="BR.88").customer == zeca


def test_an_earlier_merge_can_be_taken_back_out_of_a_later_one(zeca, other, celia):
    third = CustomerFactory(name="Terceira")
    identity(other, "BR.77")
    first = merge(other, into=third, by=celia)
    second = merge(third, into=zeca, by=celia)
    first.refresh_from_db()
    assert unmerge(first, by=celia).identities.get().value == "BR.77"
    assert unmerge(second, by=celia).name == "Terceira"
    assert CustomerIdentity.objects.get(value="BR.77").customer_id == other.pk


def test_nobody_is_joined_with_themselves_or_after_erasure(zeca, other):
    with pytest.raises(Refused):
        merge(zeca, into=zeca)
    Customer.objects.filter(pk=other.pk).update(anonymized_at=timezone.now())
    with pytest.raises(Refused):
        merge(other, into=zeca)


def test_contacts_on_other_channels_come_along(zeca, other):
    elsewhere = ContactFactory(channel=ChannelFactory(), customer=other)
    closed = ConversationFactory(contact=elsewhere, state=State.CLOSED, closed_at=timezone.now())
    InboundMessageFactory(conversation=closed)
    merge(other, into=zeca)
    elsewhere.refresh_from_db()
    assert elsewhere.customer == zeca
    assert Conversation.objects.get(pk=closed.pk).customer == zeca


@pytest.mark.django_db(transaction=True)
def test_of_two_who_join_the_same_customers_at_once_one_is_told(zeca, other):
    outcomes = []

    def join():
        try:
            merge(Customer(pk=other.pk), into=Customer.objects.get(pk=zeca.pk))
            outcomes.append("done")
        except Refused as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=join) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["already_joined", "done"]
    assert CustomerMerge.objects.count() == 1


CARD = {
    "name": {"formatted_name": "Dona Ivone"},
    "phones": [{"phone": "+55 21 98888-7777", "wa_id": "5521988887777", "type": "CELL"}],
    "emails": [{"email": "ivone@exemplo.com.br"}],
}


def test_a_card_becomes_a_customer_once(conversation, ana):
    message = InboundMessageFactory(
        conversation=conversation, kind="contacts", payload={"contacts": [CARD]}
    )
    ivone, is_new = add_from_card(message, 0, by=ana)
    assert is_new
    assert (ivone.name, ivone.phone, ivone.email) == (
        "Dona Ivone", "+5521988887777", "ivone@exemplo.com.br",
    )  # fmt: skip
    assert add_from_card(message, 0, by=ana) == (ivone, False)
    assert Customer.objects.filter(name="Dona Ivone").count() == 1


@pytest.mark.parametrize("card", [-1, 1, 7])
def test_a_card_that_is_not_there_is_refused(conversation, ana, card):
    message = InboundMessageFactory(
        conversation=conversation, kind="contacts", payload={"contacts": [CARD]}
    )
    with pytest.raises(Refused):
        add_from_card(message, card, by=ana)


def test_a_card_without_a_number_is_refused(conversation, ana):
    message = InboundMessageFactory(
        conversation=conversation, kind="contacts", payload={"contacts": [{"name": {}}]}
    )
    with pytest.raises(Refused):
        add_from_card(message, 0, by=ana)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_when_somebody_writes_while_they_are_joined(client, channel, zeca, other):
    """Ana's colleague joins two while both write: every message is there, once, with the one kept."""
    identity(other, "BR.77")
    bodies = [f"linha {number}" for number in range(20)]
    contacts = [{"user_id": "BR.77"}]

    def write():
        try:
            for body in bodies:
                message = payloads.text_message(body, sender="", from_user_id="BR.77")
                receive(client, channel, message, contacts=contacts)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    merge(other, into=zeca)
    writer.join()
    drain()
    written = Message.objects.filter(sender="customer", body__in=bodies)
    assert sorted(written.values_list("body", flat=True)) == sorted(bodies)
    assert {message.conversation.customer_id for message in written} == {zeca.pk}
    assert Conversation.objects.open().count() == 1
