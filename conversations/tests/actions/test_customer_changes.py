"""Blocking, joining with choices, writing first: what the pages do, asked directly and at once."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from conversations import events
from conversations.actions import conversations as work
from conversations.actions import messages as writing
from conversations.actions import opening
from conversations.actions.customer_changes import ChangedMeanwhile, block, set_field, unblock
from conversations.actions.customers import forget_merges, merge, unmerge
from conversations.actions.errors import Refused
from conversations.customer_fields import COLUMNS
from conversations.gallery import gallery_of
from conversations.models import (
    Attachment,
    AttachmentState,
    Conversation,
    Customer,
    CustomerNote,
    EventKind,
    Message,
    MessageKind,
    State,
)
from conversations.tests.factories import (
    ContactFactory,
    ConversationFactory,
    CustomerFactory,
    InboundMessageFactory,
)
from conversations.tests.providers import payloads
from helpdesk.testing.webhooks import drain, receive

pytestmark = pytest.mark.django_db
NUMBER = "5511987654321"


@pytest.fixture
def writes(client, channel):
    """Zeca writes on the cast's channel, and it is drained."""

    def write(text):
        receive(client, channel, payloads.text_message(text, sender=NUMBER))
        drain()

    return write


# --- Blocked


def test_blocking_closes_what_nobody_holds_without_a_word(conversation, zeca, ana):
    block(zeca, by=ana)
    block(zeca, by=ana)
    conversation.refresh_from_db()
    assert conversation.state == State.CLOSED
    assert conversation.events.get(kind=EventKind.CLOSED).reason == "blocked"
    assert not Message.objects.filter(sender="system").exists()


def test_who_holds_the_conversation_keeps_it_and_cannot_write(conversation, zeca, ana, celia):
    work.take(conversation, by=ana)
    block(zeca, by=celia)
    conversation.refresh_from_db()
    assert conversation.state == State.ACTIVE
    with pytest.raises(Refused) as refusal:
        writing.send_message(
            conversation, by=ana, body="Oi", client_token="01a1f956-0000-7000-8000-000000000001"
        )
    assert refusal.value.code == "blocked"
    work.close_conversation(conversation, by=ana)
    assert not Message.objects.filter(sender="system").exists()


def test_what_a_blocked_customer_writes_is_kept_and_waits_for_nobody(
    conversation, zeca, ana, writes
):
    block(zeca, by=ana)
    writes("Alguém aí?")
    conversation.refresh_from_db()
    assert Message.objects.get(body="Alguém aí?").conversation == conversation
    assert (conversation.state, conversation.unread_count) == (State.CLOSED, 0)
    assert conversation.awaiting_reply_since is None


def test_a_blocked_customer_without_a_conversation_gets_a_closed_one(zeca, contact, ana, writes):
    block(zeca, by=ana)
    writes("Oi")
    talk = Message.objects.get(body="Oi").conversation
    assert talk.state == State.CLOSED
    assert not Message.objects.exclude(body="Oi").exists()


def test_after_unblocking_the_next_message_is_served_again(conversation, zeca, ana, writes):
    block(zeca, by=ana)
    unblock(zeca, by=ana)
    writes("Voltei")
    assert Message.objects.get(body="Voltei").conversation.is_open


# --- Two at once


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_a_field_at_once_one_is_told(zeca, conversation, ana, celia):
    field = COLUMNS["plan"]
    stamp, told = field.stamp(zeca), []
    start = threading.Barrier(2)

    def change(person, value):
        start.wait()
        try:
            set_field(
                Customer.objects.get(pk=zeca.pk), by=person, field=field, value=value, seen=stamp
            )
        except ChangedMeanwhile:
            told.append(person)
        finally:
            connection.close()

    run(lambda: change(ana, "A"), lambda: change(celia, "B"))
    zeca.refresh_from_db()
    assert len(told) == 1
    assert zeca.plan == ("B" if told == [ana] else "A")


@pytest.mark.django_db(transaction=True)
def test_two_who_write_first_at_once_share_one_conversation(zeca, channel, ana, celia):
    opened, start = [], threading.Barrier(2)

    def write(person):
        start.wait()
        try:
            opened.append(opening.open_conversation(zeca, channel=channel, by=person))
        finally:
            connection.close()

    run(lambda: write(ana), lambda: write(celia))
    assert Conversation.objects.count() == 1
    assert sorted(is_new for _conversation, is_new in opened) == [False, True]


def run(*works):
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_to_somebody_blocked_or_without_a_number_nobody_writes_first(zeca, channel, ana, bruno):
    unknown = CustomerFactory(phone=None)
    block(zeca, by=ana)
    for customer, by, code in [
        (zeca, ana, "blocked"), (unknown, ana, "no_number"), (unknown, bruno, "no_channel"),
    ]:  # fmt: skip
        with pytest.raises(Refused) as refusal:
            opening.open_conversation(customer, channel=channel, by=by)
        assert refusal.value.code == code
    assert not Conversation.objects.exists()


# --- Joined


@pytest.fixture
def other(channel):
    return CustomerFactory(name="Zé", phone=None, plan="Fibra 300", document="39053344705")


def test_chosen_values_are_taken_and_come_back_on_undo(zeca, other, celia):
    Customer.objects.filter(pk=zeca.pk).update(plan="Fibra 600")
    zeca.refresh_from_db()
    zeca.document = "52998224725"
    zeca.save()
    log = merge(other, into=zeca, by=celia, prefer=["plan", "document"])
    assert (zeca.name, zeca.plan, zeca.document) == ("Zeca Pereira", "Fibra 300", "39053344705")
    assert "52998224725" not in str(log.data)
    unmerge(log, by=celia)
    zeca.refresh_from_db()
    assert (zeca.plan, zeca.document) == ("Fibra 600", "52998224725")
    assert Customer.objects.get(pk=other.pk).plan == "Fibra 300"


def test_a_table_that_knows_each_customer_once_hinders_no_joining(zeca, other, celia):
    both, single = (Campaign.objects.create(name=name) for name in ("Aviso", "Oferta"))
    mine = Recipient.objects.create(campaign=both, customer=zeca)
    theirs = Recipient.objects.create(campaign=both, customer=other)
    moved = Recipient.objects.create(campaign=single, customer=other)
    CustomerNote.objects.create(customer=other, body="Oi")
    log = merge(other, into=zeca, by=celia)
    assert set(Recipient.objects.values_list("pk", "customer")) == {
        (mine.pk, zeca.pk), (moved.pk, zeca.pk),
    }  # fmt: skip
    unmerge(log, by=celia)
    assert set(Recipient.objects.values_list("pk", "customer")) == {
        (mine.pk, zeca.pk), (theirs.pk, other.pk), (moved.pk, other.pk),
    }  # fmt: skip


def test_floors_above_hear_of_a_joining(zeca, other, celia, django_capture_on_commit_callbacks):
    heard = []

    def hear(sender, **facts):
        heard.append((facts["kept_id"], facts["merged_id"]))

    events.customers_merged.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            other_id = other.pk
            merge(other, into=zeca, by=celia)
    finally:
        events.customers_merged.disconnect(hear)
    assert heard == [(zeca.pk, other_id)]


def test_what_a_joining_has_kept_can_be_erased_and_then_there_is_no_undo(zeca, other, celia):
    log = merge(other, into=zeca, by=celia)
    assert forget_merges(zeca) == 1
    log.refresh_from_db()
    assert "Fibra 300" not in str(log.data)
    with pytest.raises(Refused) as refusal:
        unmerge(log, by=celia)
    assert refusal.value.code == "forgotten"


# --- Files


def test_the_gallery_holds_what_the_reader_may_see_page_by_page(
    conversation, contact, finance, ana, davi, zeca, monkeypatch
):
    monkeypatch.setattr("conversations.gallery.PER_PAGE", 2)
    foreign = ConversationFactory(
        contact=contact, queue=finance, state=State.CLOSED, closed_at=timezone.now()
    )
    for talk in [conversation] * 3 + [foreign]:
        message = InboundMessageFactory(conversation=talk, kind=MessageKind.IMAGE)
        Attachment.objects.create(message=message, file="a.png", state=AttachmentState.STORED)
    first = gallery_of(zeca, ana)
    second = gallery_of(zeca, ana, after=first.after)
    assert (len(first.files), len(second.files), second.after) == (2, 1, None)
    assert foreign.pk not in {file.message.conversation_id for file in first.files + second.files}
    assert gallery_of(zeca, ana, kind="documents").files == []
    monkeypatch.setattr("conversations.gallery.PER_PAGE", 9)
    assert len(gallery_of(zeca, davi).files) == 4


def test_duplicates_are_suggested_with_their_reason(zeca, davi):
    from conversations.duplicates import duplicates_of

    Customer.objects.filter(pk=zeca.pk).update(city="Campinas")
    zeca.refresh_from_db()
    zeca.document = "52998224725"
    zeca.save()
    old = CustomerFactory(name="Z", phone=None, document="52998224725")
    CustomerFactory(name="ZECA PEREIRA", city="campinas")
    without_ninth = CustomerFactory(name="Zé", phone=None)
    Customer.objects.filter(pk=without_ninth.pk).update(phone="+551187654321")
    ContactFactory(customer=CustomerFactory(name="Outra"))
    found = {one.customer.name: one.reason for one in duplicates_of(zeca, davi)}
    assert found == {
        "Zé": "the same number", old.name: "the same CPF/CNPJ",
        "ZECA PEREIRA": "the same name and city",
    }  # fmt: skip
