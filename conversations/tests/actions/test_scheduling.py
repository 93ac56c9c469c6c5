"""Sending later: when it leaves, who decides, what stops it, and that it leaves once."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from conversations import thread
from conversations.actions import conversations as actions
from conversations.actions import scheduling
from conversations.actions.errors import InvalidMessage, Refused, WindowClosed
from conversations.actions.messages import retry_message, send_message
from conversations.models import Contact, Conversation, Message, Status
from conversations.templatetags.failures import why_not_sent

pytestmark = pytest.mark.django_db


def in_hours(hours: float):
    return timezone.now() + timedelta(hours=hours)


def scheduled(conversation, by, **more) -> Message:
    facts = {"body": "Passou?", "at": in_hours(2), "client_token": uuid4(), **more}
    return scheduling.schedule_message(conversation, by=by, **facts)


def make_due(message) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Message.objects.filter(pk=message.pk).update(scheduled_for=past, next_attempt_at=past)


def shown(conversation) -> list[str]:
    items = thread.timeline(Conversation.objects.get(pk=conversation.pk)).items
    return [item.row.body for item in items if item.is_message]


@pytest.fixture
def held(conversation, ana):
    return actions.take(conversation, by=ana)


def test_a_scheduled_message_waits_outside_the_thread_and_the_list(held, ana):
    before = Conversation.objects.get()
    message = scheduled(held, ana)
    after = Conversation.objects.get()
    assert (message.status, after.version) == (Status.SCHEDULED, before.version + 1)
    assert after.last_message_preview == before.last_message_preview
    assert "Passou?" not in shown(held)
    assert scheduling.queue_due() == 0 and Message.objects.scheduled().exists()


def test_at_its_hour_it_goes_to_the_end_of_the_thread_and_counts_as_an_answer(held, ana):
    message = scheduled(held, ana)
    send_message(held, by=ana, body="Um momento", client_token=uuid4())
    make_due(message)
    Conversation.objects.update(awaiting_reply_since=timezone.now())
    assert scheduling.queue_due() == 1
    message.refresh_from_db()
    assert message.status == Status.QUEUED and message.next_attempt_at <= timezone.now()
    assert shown(held)[-1] == "Passou?"
    fresh = Conversation.objects.get()
    assert (fresh.last_message_preview, fresh.awaiting_reply_since) == ("Passou?", None)


@pytest.mark.parametrize(
    ("hours", "code"), [(-1, "past"), (30, "window_closed"), (9000, "too_far")]
)
def test_a_time_that_cannot_be_is_refused(held, ana, hours, code):
    with pytest.raises(Refused) as refusal:
        scheduled(held, ana, at=in_hours(hours))
    assert refusal.value.code == code
    assert not Message.objects.scheduled().exists()


def test_nothing_without_words_or_by_somebody_else_is_scheduled(held, ana, celia):
    with pytest.raises(InvalidMessage):
        scheduled(held, ana, body="  ")
    with pytest.raises(Refused):
        scheduled(held, celia)


def test_the_same_form_twice_schedules_once(held, ana):
    token = uuid4()
    first, second = (scheduled(held, ana, client_token=token) for _ in range(2))
    assert first.pk == second.pk


def test_a_few_wait_and_no_more(held, ana, monkeypatch):
    monkeypatch.setattr(scheduling, "MOST_WAITING", 1)
    scheduled(held, ana)
    with pytest.raises(Refused):
        scheduled(held, ana)


def test_with_a_closed_window_it_fails_with_a_reason_and_never_becomes_a_template(held, ana):
    message = scheduled(held, ana)
    make_due(message)
    Contact.objects.update(window_expires_at=in_hours(-1))
    scheduling.queue_due()
    message.refresh_from_db()
    assert (message.status, message.kind) == (Status.FAILED, "text")
    assert why_not_sent(message) and shown(held)[-1] == "Passou?"
    with pytest.raises(WindowClosed):
        retry_message(message, by=ana)
    Contact.objects.update(window_expires_at=in_hours(20))
    retry_message(message, by=ana)
    message.refresh_from_db()
    assert message.status == Status.QUEUED


def test_closing_withdraws_what_waits(held, ana):
    message = scheduled(held, ana)
    actions.close_conversation(held, by=ana)
    message.refresh_from_db()
    assert message.status == Status.CANCELLED
    assert "Passou?" not in shown(held)


@pytest.mark.parametrize(("wrote", "status"), [(True, Status.CANCELLED), (False, Status.QUEUED)])
def test_it_can_depend_on_the_customers_silence(held, ana, wrote, status):
    message = scheduled(held, ana, unless_answered=True)
    make_due(message)
    if wrote:
        Conversation.objects.update(last_customer_message_at=timezone.now())
    scheduling.queue_due()
    message.refresh_from_db()
    assert message.status == status


def test_it_stays_its_authors_when_another_takes_over(held, ana, celia):
    message = scheduled(held, ana)
    actions.transfer(held, by=ana, agent=celia, reason="folga")
    make_due(message)
    scheduling.queue_due()
    message.refresh_from_db()
    assert (message.status, message.author) == (Status.QUEUED, ana)


def test_author_holder_and_supervisor_decide_and_nobody_else(held, ana, celia, davi, bruno, vera):
    message = scheduled(held, ana)
    message.conversation.refresh_from_db()
    people = (ana, celia, davi, bruno, vera)
    assert [scheduling.may_steer(message, who) for who in people] == [1, 1, 1, 0, 0]
    with pytest.raises(Refused):
        scheduling.withdraw(message, by=bruno)
    later = in_hours(3)
    assert scheduling.put_off(message, by=celia, at=later).scheduled_for == later
    with pytest.raises(Refused):
        scheduling.put_off(message, by=ana, at=in_hours(40))
    scheduling.send_now(message, by=ana)
    for act in (scheduling.withdraw, scheduling.send_now):
        with pytest.raises(Refused) as refusal:
            act(message, by=ana)
        assert refusal.value.code == "not_scheduled"


def test_what_was_put_off_while_a_worker_looked_does_not_leave(held, ana):
    message = scheduled(held, ana)
    make_due(message)
    found = Message.objects.select_related("conversation").get(pk=message.pk)
    Message.objects.update(scheduled_for=in_hours(1), next_attempt_at=in_hours(1))
    assert scheduling._leave(found) is False


@pytest.mark.django_db(transaction=True)
def test_two_workers_let_it_go_once(held, ana):
    message = scheduled(held, ana)
    make_due(message)
    version, start, moved = Conversation.objects.get().version, Barrier(2), []

    def work():
        start.wait()
        moved.append(scheduling.queue_due())
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    message.refresh_from_db()
    assert message.status == Status.QUEUED and sum(moved) == 1
    assert Conversation.objects.get().version == version + 1
