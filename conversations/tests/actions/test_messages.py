"""Writing: to customers, and to each other."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from conversations.actions import conversations, messages
from conversations.actions.errors import InvalidMessage, Refused, WindowClosed
from conversations.models import Conversation, EventKind, Message, Status
from conversations.tests.factories import (
    ConversationFactory,
    InboundMessageFactory,
    OutboundMessageFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(conversation, ana):
    return conversations.take(conversation, by=ana)


def send(conversation, by, body="Já estou vendo", **more):
    return messages.send_message(
        conversation, by=by, body=body, **{"client_token": uuid4(), **more}
    )


def test_a_message_is_queued_in_the_agents_name(held, ana):
    message = send(held, ana)
    assert (message.status, message.author, message.sender) == (Status.QUEUED, ana, "agent")
    fresh = Conversation.objects.get()
    assert (fresh.last_message, fresh.last_message_preview) == (message, "Já estou vendo")


def test_the_same_form_twice_sends_once(held, ana):
    token = uuid4()
    first = send(held, ana, client_token=token)
    assert send(held, ana, body="outra coisa", client_token=token) == first
    assert Message.objects.filter(sender="agent").count() == 1


def test_a_form_of_another_conversation_is_refused(held, ana):
    token = uuid4()
    send(held, ana, client_token=token)
    other = conversations.take(ConversationFactory(state="queued"), by=ana)
    with pytest.raises(Refused):
        send(other, ana, client_token=token)


def test_only_the_holder_writes_to_the_customer(held, celia, bruno, vera):
    for somebody in (celia, bruno, vera):
        with pytest.raises(Refused):
            send(held, somebody)


def test_outside_the_service_window_free_text_is_refused_before_it_is_sent(held, ana, contact):
    contact.window_expires_at = timezone.now() - timedelta(seconds=1)
    contact.save()
    with pytest.raises(WindowClosed):
        send(held, ana)
    assert not Message.objects.filter(sender="agent").exists()


@pytest.mark.parametrize("body", ["", "  \n ", "x" * 4097])
def test_what_whatsapp_would_refuse_is_refused_here(held, ana, body):
    with pytest.raises(InvalidMessage):
        send(held, ana, body=body)


def test_a_closed_conversation_takes_no_message(held, ana):
    conversations.close_conversation(held, by=ana)
    with pytest.raises(Refused):
        send(held, ana)


def test_the_reply_ends_the_customers_waiting_once(held, ana):
    since = timezone.now() - timedelta(minutes=3)
    Conversation.objects.update(awaiting_reply_since=since)
    send(held, ana)
    send(held, ana)
    fresh = Conversation.objects.get()
    assert fresh.awaiting_reply_since is None and fresh.first_reply_at
    assert held.events.filter(kind=EventKind.REPLIED).count() == 1


def test_an_outgoing_message_stands_after_the_last_one_whatever_the_clocks_say(held, ana):
    ahead = timezone.now() + timedelta(minutes=10)
    Conversation.objects.update(last_message_at=ahead)
    assert send(held, ana).sort_at > ahead


def test_a_quote_must_be_from_the_same_contact(held, ana):
    foreign = InboundMessageFactory()
    with pytest.raises(InvalidMessage):
        send(held, ana, reply_to=foreign)
    own = InboundMessageFactory(conversation=held)
    assert send(held, ana, reply_to=own).reply_to == own


def test_buttons_are_checked_against_the_contract(held, ana):
    too_many = {"type": "button", "buttons": [{"id": str(n), "title": str(n)} for n in range(4)]}
    with pytest.raises(InvalidMessage):
        send(held, ana, interactive=too_many)
    two = {"type": "button", "buttons": [{"id": str(n), "title": str(n)} for n in range(2)]}
    assert send(held, ana, interactive=two).kind == "interactive"


def test_a_note_is_for_the_team_and_leaves_the_list_alone(held, celia):
    before = Conversation.objects.get().last_message_preview
    note = messages.add_note(held, by=celia, body="Cliente irritado", client_token=uuid4())
    assert (note.is_note, note.next_attempt_at) == (True, None)
    assert Conversation.objects.get().last_message_preview == before
    assert held.events.last().kind in {kind.value for kind in EventKind}


def test_a_viewer_writes_no_notes(held, vera):
    with pytest.raises(Refused):
        messages.add_note(held, by=vera, body="oi", client_token=uuid4())


def test_a_failed_message_is_sent_again_as_the_same_message(held, ana):
    failed = OutboundMessageFactory(
        conversation=held, status=Status.FAILED, error_code=131000, attempts=3
    )
    again = messages.retry_message(failed, by=ana)
    assert (again.pk, again.status, again.attempts) == (failed.pk, Status.QUEUED, 0)
    assert again.provider_id is None


def test_only_what_failed_is_sent_again(held, ana):
    for status in (Status.SENT, Status.UNKNOWN, Status.QUEUED, Status.CANCELLED):
        message = OutboundMessageFactory(conversation=held, status=status, provider_id=None)
        with pytest.raises(Refused):
            messages.retry_message(message, by=ana)
