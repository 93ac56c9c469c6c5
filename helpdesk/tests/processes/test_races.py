"""What happens at the same moment, with real threads on real transactions."""

import threading
import time
import uuid
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from bots.actions.sessions import advance
from bots.seeds import create_welcome_bot
from conversations.actions import conversations as actions
from conversations.actions.errors import AlreadyTaken
from conversations.actions.messages import send_message
from conversations.actions.outbox.claims import claim
from conversations.drainer import Drainer
from conversations.models import (
    Conversation,
    EventKind,
    Message,
    SendAttempt,
    SenderKind,
    State,
    Status,
    WorkItem,
)
from conversations.tests.factories import (
    ContactFactory,
    ConversationFactory,
    InboundMessageFactory,
    OutboundMessageFactory,
)
from conversations.tests.providers import payloads
from helpdesk.core import leases
from helpdesk.core.models import Lease
from helpdesk.testing.cast import Role, create_person
from helpdesk.testing.webhooks import post

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 8
PATIENCE_SECONDS = 60


def together(*deeds) -> list:
    """Do these at the same moment, each on a thread; return what each returned or raised."""
    outcomes = [None] * len(deeds)
    start = threading.Barrier(len(deeds))

    def run(number, deed):
        try:
            start.wait()
            outcomes[number] = deed()
        except Exception as error:
            outcomes[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    return outcomes


def fresh(conversation) -> Conversation:
    """The row as another process would have it in hand."""
    return Conversation.objects.get(pk=conversation.pk)


def with_bot(cast) -> Conversation:
    contact = ContactFactory(channel=cast.channel)
    return ConversationFactory(contact=contact, queue=cast.support)


def queued_by_bot(conversation) -> Message:
    return OutboundMessageFactory(
        conversation=conversation,
        sender=SenderKind.BOT,
        status=Status.QUEUED,
        provider_id=None,
        next_attempt_at=timezone.now() - timedelta(seconds=1),
    )


def test_of_many_who_take_one_has_it_and_the_others_read_who(conversation, support):
    people = [create_person(f"agent{n}", f"Agente {n}", Role.AGENT, support) for n in range(6)]
    outcomes = together(*(lambda by=by: actions.take(fresh(conversation), by=by) for by in people))
    conversation.refresh_from_db()
    refused = [outcome for outcome in outcomes if isinstance(outcome, AlreadyTaken)]
    assert len(refused) == len(people) - 1
    assert all(conversation.assignee.full_name in str(error) for error in refused)
    assert conversation.events.filter(kind=EventKind.ASSIGNED).count() == 1


def test_a_bots_message_is_either_claimed_before_the_take_over_or_never(cast):
    fence = leases.acquire("outbox", "me", 300)
    for _round in range(ROUNDS):
        conversation = with_bot(cast)
        message = queued_by_bot(conversation)
        taken, claimed = together(
            lambda c=conversation: actions.take(fresh(c), by=cast.ana),
            lambda: claim(cast.channel, {"outbox": fence}, 10),
        )
        assert isinstance(taken, Conversation), taken
        message.refresh_from_db()
        attempts = SendAttempt.objects.filter(message=message).count()
        assert [one.message.pk for one in claimed] == [message.pk] * attempts
        expected = Status.SENDING if attempts else Status.CANCELLED
        assert message.status == expected


def test_a_reply_that_the_bot_is_writing_does_not_outlive_the_take_over(cast):
    create_welcome_bot()
    for _round in range(ROUNDS):
        conversation = with_bot(cast)
        InboundMessageFactory(conversation=conversation, conversation_state=State.BOT)
        conversation.last_customer_message_at = timezone.now()
        conversation.save()
        _stepped, taken = together(
            lambda c=conversation: advance([c.pk]),
            lambda c=conversation: actions.take(fresh(c), by=cast.ana),
        )
        assert isinstance(taken, Conversation), taken
        conversation.refresh_from_db()
        assert (conversation.state, conversation.assignee) == (State.ACTIVE, cast.ana)
        bots = conversation.messages.filter(sender=SenderKind.BOT)
        assert not bots.exclude(status=Status.CANCELLED).exists()


def test_one_form_sent_from_eight_threads_is_one_message(cast):
    contact = ContactFactory(channel=cast.channel)
    conversation = ConversationFactory(
        contact=contact, state=State.ACTIVE, assignee=cast.ana, awaiting_reply_since=timezone.now()
    )
    token = uuid.uuid4()

    def send():
        return send_message(fresh(conversation), by=cast.ana, body="Olá", client_token=token)

    sent = together(*[send] * 8)
    assert {one.pk for one in sent} == {conversation.messages.get().pk}
    assert conversation.events.filter(kind=EventKind.REPLIED).count() == 1


def test_two_drainers_keep_the_order_and_do_nothing_twice(client, cast):
    written = store_messages(client, cast.channel, customers=12, each=15)
    stop = threading.Event()
    drainers = [threading.Thread(target=Drainer(stop).run) for _ in range(2)]
    for drainer in drainers:
        drainer.start()
    try:
        wait_until_drained()
    finally:
        stop.set()
        for drainer in drainers:
            drainer.join(PATIENCE_SECONDS)

    from_customers = Message.objects.filter(sender=SenderKind.CUSTOMER).in_order()
    stored = {number: [] for number in written}
    for message in from_customers.select_related("contact"):
        stored[message.contact.send_to].append(message.body)
    assert stored == written
    for conversation in Conversation.objects.all():
        assert conversation.unread_count == 15
        kinds = Counter(conversation.events.values_list("kind", flat=True))
        assert kinds[EventKind.OPENED] == 1


def store_messages(client, channel, *, customers: int, each: int) -> dict[str, list[str]]:
    """Store messages of one and the same second: only their arrival tells their order."""
    written = {str(5511990000000 + number): [] for number in range(customers)}
    for number in range(each):
        for sender, bodies in written.items():
            bodies.append(f"Mensagem {number}")
            message = payloads.text_message(bodies[-1], sender=sender, timestamp=SECOND)
            body = payloads.envelope(message, phone_number_id=channel.phone_number_id)
            assert post(client, channel, body).status_code == 200
    return written


SECOND = payloads.now()


def wait_until_drained() -> None:
    """Take the leases away again and again: each time the other drainer may go on with them."""
    until = time.monotonic() + PATIENCE_SECONDS
    while WorkItem.objects.unprocessed().exists():
        assert time.monotonic() < until, "not drained"
        expired = timezone.now() - timedelta(seconds=1)
        Lease.objects.filter(name__startswith="ingest.").update(expires_at=expired)
        time.sleep(0.1)
