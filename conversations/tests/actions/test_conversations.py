"""Take, transfer, give back, close: who may, what changes, what is recorded."""

import pytest
from django.utils import timezone

from conversations.actions import conversations as actions
from conversations.actions.errors import AlreadyTaken, Refused
from conversations.models import (
    ClosingReason,
    Conversation,
    EventKind,
    Message,
    SenderKind,
    State,
    Status,
)
from conversations.tests.factories import ConversationFactory, OutboundMessageFactory

pytestmark = pytest.mark.django_db


def last_event(conversation):
    return conversation.events.order_by("sequence").last()


def test_taking_gives_the_conversation_to_the_agent(conversation, ana):
    actions.take(conversation, by=ana)
    fresh = Conversation.objects.get()
    assert (fresh.state, fresh.assignee, fresh.queued_at) == (State.ACTIVE, ana, None)
    event = last_event(fresh)
    assert (event.kind, event.actor, event.to_user) == (EventKind.ASSIGNED, ana, ana)
    assert (event.from_state, event.to_state) == (State.QUEUED, State.ACTIVE)


def test_the_second_to_take_reads_who_was_first(conversation, ana, celia):
    actions.take(conversation, by=ana)
    with pytest.raises(AlreadyTaken) as refusal:
        actions.take(conversation, by=celia)
    assert str(ana) in str(refusal.value)
    assert Conversation.objects.get().assignee == ana


def test_taking_twice_is_taking_once(conversation, ana):
    actions.take(conversation, by=ana)
    version = Conversation.objects.get().version
    actions.take(conversation, by=ana)
    assert Conversation.objects.get().version == version


def test_a_viewer_takes_nothing(conversation, vera):
    with pytest.raises(Refused):
        actions.take(conversation, by=vera)


def test_taking_cancels_what_the_bot_had_queued_and_keeps_the_protocol(cast):
    conversation = ConversationFactory(contact=cast.contact, state=State.BOT)
    waiting = {"conversation": conversation, "status": Status.QUEUED, "provider_id": None}
    bot = OutboundMessageFactory(sender=SenderKind.BOT, **waiting)
    protocol = OutboundMessageFactory(sender=SenderKind.SYSTEM, **waiting)
    epoch = conversation.bot_epoch
    actions.take(conversation, by=cast.ana)
    bot.refresh_from_db()
    protocol.refresh_from_db()
    assert (bot.status, protocol.status) == (Status.CANCELLED, Status.QUEUED)
    assert Conversation.objects.get().bot_epoch == epoch + 1


def test_what_is_already_on_its_way_is_not_cancelled(cast):
    conversation = ConversationFactory(contact=cast.contact, state=State.BOT)
    message = OutboundMessageFactory(
        conversation=conversation, sender=SenderKind.BOT, status=Status.SENDING, provider_id=None
    )
    actions.take(conversation, by=cast.ana)
    message.refresh_from_db()
    assert message.status == Status.SENDING


def test_transferring_to_a_queue_puts_it_there_to_wait(conversation, ana, finance):
    actions.take(conversation, by=ana)
    actions.transfer(conversation, by=ana, queue=finance, reason="Segunda via", note="Já pediu")
    fresh = Conversation.objects.get()
    assert (fresh.state, fresh.queue, fresh.assignee) == (State.QUEUED, finance, None)
    event = last_event(fresh)
    assert (event.kind, event.reason, event.note) == ("transferred", "Segunda via", "Já pediu")


def test_transferring_to_a_person_makes_them_the_holder(conversation, ana, bruno):
    actions.take(conversation, by=ana)
    actions.transfer(conversation, by=ana, agent=bruno, reason="Ele conhece o caso")
    assert Conversation.objects.get().assignee == bruno


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_transfer_needs_a_reason(conversation, ana, finance, reason):
    actions.take(conversation, by=ana)
    with pytest.raises(Refused):
        actions.transfer(conversation, by=ana, queue=finance, reason=reason)
    assert Conversation.objects.get().queue != finance


def test_a_transfer_needs_one_target(conversation, ana, bruno, finance):
    with pytest.raises(Refused):
        actions.transfer(conversation, by=ana, reason="?")
    with pytest.raises(Refused):
        actions.transfer(conversation, by=ana, queue=finance, agent=bruno, reason="?")


def test_nobody_transfers_what_somebody_else_holds(conversation, ana, bruno, finance):
    actions.take(conversation, by=ana)
    with pytest.raises(AlreadyTaken):
        actions.transfer(conversation, by=bruno, queue=finance, reason="Quero")


def test_a_supervisor_redistributes_what_an_agent_holds(conversation, ana, bruno, celia):
    actions.take(conversation, by=ana)
    actions.transfer(conversation, by=celia, agent=bruno, reason="Ana saiu")
    assert Conversation.objects.get().assignee == bruno


@pytest.mark.parametrize("name", ["vera", "gone"])
def test_viewers_and_deactivated_people_receive_nothing(conversation, cast, name):
    receiver = cast.vera
    if name == "gone":
        receiver = cast.bruno
        receiver.is_active = False
        receiver.save()
    with pytest.raises(Refused):
        actions.transfer(conversation, by=cast.ana, agent=receiver, reason="?")


def test_giving_back_keeps_the_place_the_waiting_has_earned(conversation, ana):
    since = timezone.now() - timezone.timedelta(minutes=20)
    actions.take(conversation, by=ana)
    Conversation.objects.update(awaiting_reply_since=since)
    actions.return_to_queue(conversation, by=ana)
    fresh = Conversation.objects.get()
    assert (fresh.state, fresh.assignee, fresh.queued_at) == (State.QUEUED, None, since)
    assert last_event(fresh).kind == EventKind.RETURNED


def test_closing_says_goodbye_with_the_protocol(conversation, ana):
    actions.take(conversation, by=ana)
    reason = ClosingReason.objects.create(name="Resolvido")
    actions.close_conversation(conversation, by=ana, reason=reason, note="Trocada a ONU")
    fresh = Conversation.objects.get()
    assert (fresh.state, fresh.closing_reason) == (State.CLOSED, reason)
    goodbye = Message.objects.filter(sender=SenderKind.SYSTEM).latest("id")
    assert fresh.protocol in goodbye.body
    assert last_event(fresh).note == "Trocada a ONU"


def test_outside_the_window_closing_is_silent(conversation, ana, contact):
    contact.window_expires_at = timezone.now() - timezone.timedelta(minutes=1)
    contact.save()
    actions.take(conversation, by=ana)
    actions.close_conversation(conversation, by=ana)
    assert not Message.objects.filter(sender=SenderKind.SYSTEM).exists()


def test_closing_twice_is_refused(conversation, ana):
    actions.take(conversation, by=ana)
    actions.close_conversation(conversation, by=ana)
    with pytest.raises(Refused):
        actions.close_conversation(conversation, by=ana)


def test_nobody_closes_what_somebody_else_holds(conversation, ana, bruno):
    actions.take(conversation, by=ana)
    with pytest.raises(AlreadyTaken):
        actions.close_conversation(conversation, by=bruno)


def test_the_bot_hands_over_only_what_it_has(conversation, cast):
    assert not actions.queue_for_person(conversation, reason="asked_for_person")
    with_bot = ConversationFactory(state=State.BOT)
    assert actions.queue_for_person(with_bot, queue=cast.support, reason="asked_for_person")
    fresh = Conversation.objects.get(pk=with_bot.pk)
    assert (fresh.state, fresh.queue) == (State.QUEUED, cast.support)
    assert fresh.awaiting_reply_since is not None


def test_reading_counts_only_for_the_holder(conversation, ana, celia):
    Conversation.objects.update(unread_count=3)
    conversation.refresh_from_db()
    assert not actions.mark_read(conversation, by=celia)
    actions.take(conversation, by=ana)
    assert actions.mark_read(conversation, by=ana)
    assert Conversation.objects.get().unread_count == 0
    assert not actions.mark_read(conversation, by=ana)


def test_every_action_leaves_exactly_one_event_more(conversation, ana, finance):
    steps = [
        lambda: actions.take(conversation, by=ana),
        lambda: actions.return_to_queue(conversation, by=ana),
        lambda: actions.take(conversation, by=ana),
        lambda: actions.transfer(conversation, by=ana, queue=finance, reason="Boleto"),
        lambda: actions.close_conversation(conversation, by=ana),
    ]
    for step in steps:
        before = conversation.events.count()
        step()
        assert conversation.events.count() == before + 1
    sequences = list(conversation.events.order_by("sequence").values_list("sequence", flat=True))
    assert sequences == list(range(sequences[0], sequences[0] + len(sequences)))


def test_each_action_raises_the_version_by_one(conversation, ana):
    before = Conversation.objects.get().version
    actions.take(conversation, by=ana)
    assert Conversation.objects.get().version == conversation.version == before + 1


def test_what_fails_in_the_middle_changes_nothing_and_tells_nobody(
    conversation, ana, django_capture_on_commit_callbacks
):
    from conversations.actions.changes import changing

    with django_capture_on_commit_callbacks() as callbacks:
        with pytest.raises(ZeroDivisionError):
            with changing(conversation) as change:
                change.record(EventKind.ASSIGNED)
                change.conversation.state = State.ACTIVE
                raise ZeroDivisionError
    assert callbacks == []
    assert Conversation.objects.get().state == State.QUEUED
