"""Statuses: by rank, in any order, for messages known and not yet known."""

from itertools import permutations

import pytest

from conversations.actions.statuses import sweep_pending
from conversations.models import Contact, Conversation, PendingStatus, Status
from conversations.tests.factories import OutboundMessageFactory
from conversations.tests.providers import payloads
from helpdesk.testing.webhooks import receive

pytestmark = pytest.mark.django_db
WAMID = "wamid.HBgNSTATUS"


@pytest.fixture
def sent(with_ana):
    return OutboundMessageFactory(conversation=with_ana, provider_id=WAMID)


def statuses(*names):
    return [payloads.status(WAMID, name) for name in names]


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "read"])))
def test_statuses_end_at_the_highest_in_whatever_order_they_come(client, channel, sent, order):
    for name in order:
        receive(client, channel, statuses=statuses(name))
    sent.refresh_from_db()
    assert sent.status == Status.READ
    assert sent.delivered_at and sent.read_at


def test_a_whole_batch_of_statuses_in_one_body_ends_the_same(client, channel, sent):
    receive(client, channel, statuses=statuses("read", "sent", "delivered", "sent"))
    sent.refresh_from_db()
    assert sent.status == Status.READ


def test_each_change_gives_the_message_the_conversations_new_version(client, channel, sent):
    before = Conversation.objects.get().version
    receive(client, channel, statuses=statuses("delivered"))
    sent.refresh_from_db()
    assert sent.version == Conversation.objects.get().version == before + 1


def test_a_repeated_status_changes_nothing(client, channel, sent):
    receive(client, channel, statuses=statuses("delivered"))
    version = Conversation.objects.get().version
    receive(client, channel, statuses=statuses("delivered", "sent"))
    sent.refresh_from_db()
    assert sent.status == Status.DELIVERED
    assert Conversation.objects.get().version in (version, version + 1)


def test_a_failure_after_delivery_is_not_believed(client, channel, sent):
    receive(client, channel, statuses=statuses("delivered"))
    receive(client, channel, statuses=[payloads.failed(WAMID, 131051)])
    sent.refresh_from_db()
    assert sent.status == Status.DELIVERED


def test_a_delivery_after_a_failure_is_believed(client, channel, sent):
    receive(client, channel, statuses=[payloads.failed(WAMID, 131051)])
    receive(client, channel, statuses=statuses("delivered"))
    sent.refresh_from_db()
    assert (sent.status, sent.error_code) == (Status.DELIVERED, None)


def test_a_status_before_its_message_waits_for_it(client, channel, with_ana):
    receive(client, channel, statuses=statuses("read"))
    assert PendingStatus.objects.get().status == "read"
    message = OutboundMessageFactory(conversation=with_ana, provider_id=WAMID)
    assert sweep_pending() == 1
    message.refresh_from_db()
    assert message.status == Status.READ
    assert not PendingStatus.objects.exists()


def test_statuses_of_other_programs_messages_wait_without_harm(client, channel):
    receive(client, channel, statuses=statuses("read"))
    assert sweep_pending() == 0
    assert PendingStatus.objects.count() == 1


def test_a_failed_status_keeps_the_reason_and_marks_the_unreachable(client, channel, sent, contact):
    Contact.objects.filter(pk=contact.pk).update(send_to="551133334444")
    receive(client, channel, statuses=[payloads.failed(WAMID, 131026, "Not on WhatsApp")])
    sent.refresh_from_db()
    contact.refresh_from_db()
    assert (sent.status, sent.error_code, sent.error_text) == ("failed", 131026, "Not on WhatsApp")
    assert contact.unreachable_at


def test_the_price_is_kept_with_the_message(client, channel, sent):
    pricing = {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "service"}
    receive(client, channel, statuses=[payloads.status(WAMID, "delivered", pricing=pricing)])
    sent.refresh_from_db()
    assert sent.pricing == pricing


def test_an_unknown_status_is_stored_raw_and_changes_nothing(client, channel, sent):
    receive(client, channel, statuses=statuses("warning"))
    sent.refresh_from_db()
    assert sent.status == Status.SENT
