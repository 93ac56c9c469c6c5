"""The same done to many: one by one, each with its own right and reason, and never twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from conversations.actions import bulk
from conversations.actions import conversations as actions
from conversations.models import (
    BulkMark,
    ClosingReason,
    Contact,
    Conversation,
    ConversationEvent,
    EventKind,
    Message,
    State,
    Tag,
)
from conversations.tests.pages.doors import HTMX

pytestmark = pytest.mark.django_db


def post(client, verb, conversations, *, token=None, htmx=True, **data):
    data |= {"ids": [one.pk if hasattr(one, "pk") else one for one in conversations]}
    data |= {"token": token} if token else {}
    address = reverse("conversations:bulk", args=[verb])
    return client.post(address, data, headers=HTMX if htmx else {})


def do(client, verb, conversations, **data):
    return post(client, verb, conversations, token=data.pop("token", uuid4()), **data)


@pytest.fixture
def three(talk):
    return [talk(name) for name in ("Alda", "Berta", "Carla")]


@pytest.mark.parametrize("verb", ["assign", "transfer", "tag", "close", "snooze"])
def test_each_form_names_the_number_and_carries_the_selection(client_of, celia, three, verb):
    html = post(client_of(celia), verb, three).content.decode()
    assert all(f'name="ids" value="{one.pk}"' in html for one in three)
    assert 'name="token"' in html and "3 conversations" in html
    assert not BulkMark.objects.exists()


def test_the_forms_work_without_htmx(client_of, celia, three):
    assert "<html" in post(client_of(celia), "close", three, htmx=False).content.decode()
    assert do(client_of(celia), "close", three, htmx=False).status_code == 302
    assert Conversation.objects.closed().count() == 3


def test_many_are_assigned_to_somebody(client_of, celia, ana, three):
    assert do(client_of(celia), "assign", three, agent=ana.pk).status_code == 200
    assert Conversation.objects.of(ana).count() == 3


def test_for_oneself_they_are_taken(client_of, ana, three):
    do(client_of(ana), "assign", three, agent=ana.pk)
    assert ConversationEvent.objects.filter(kind=EventKind.ASSIGNED, actor=ana).count() == 3


def test_many_go_to_another_queue_with_a_reason(client_of, celia, finance, three):
    target = f"queue:{finance.pk}"
    assert do(client_of(celia), "transfer", three, target=target).status_code == 409
    do(client_of(celia), "transfer", three, target=target, reason="É com eles")
    assert Conversation.objects.filter(queue=finance).count() == 3


def test_many_get_and_lose_tags(client_of, celia, three):
    new, old = Tag.objects.create(name="Nova"), Tag.objects.create(name="Velha")
    three[0].tags.add(old)
    do(client_of(celia), "tag", three, add=[new.pk], remove=[old.pk])
    assert [list(one.tags.all()) for one in three] == [[new]] * 3


def test_many_are_put_off(client_of, celia, three):
    do(client_of(celia), "snooze", three, until="customer")
    assert Conversation.objects.exclude(snoozed_at=None).count() == 3


def test_many_are_closed_with_a_reason_and_a_message(client_of, celia, support, three):
    reason = ClosingReason.objects.create(queue=support, name="Queda resolvida")
    do(client_of(celia), "close", three, reason=reason.pk, message="O sinal voltou.")
    assert Conversation.objects.closed().filter(closing_reason=reason).count() == 3
    assert Message.objects.filter(body="O sinal voltou.").count() == 3


def test_whom_a_message_does_not_reach_stays_open_and_is_named(client_of, celia, three):
    past = timezone.now() - timedelta(days=2)
    Contact.objects.filter(pk=three[0].contact_id).update(window_expires_at=past)
    answer = do(client_of(celia), "close", three, message="O sinal voltou.")
    assert Conversation.objects.closed().count() == 2
    assert "Alda" in answer.content.decode() and "2 conversations done" in answer.content.decode()


def test_a_reason_of_another_queue_closes_nothing(client_of, celia, talk, finance, three):
    of_finance = ClosingReason.objects.create(queue=finance, name="Pago")
    other = talk("Otto", queue=finance)
    html = do(client_of(celia), "close", [*three, other], reason=of_finance.pk).content.decode()
    assert [one.pk for one in Conversation.objects.closed()] == [other.pk]
    assert "Pago" in html


def test_those_that_do_not_work_are_named_with_the_reason(client_of, ana, celia, talk, three):
    actions.take(three[0], by=celia)
    closed = talk("Fechada", state=State.CLOSED)
    html = do(client_of(ana), "snooze", [*three, closed], until="customer").content.decode()
    assert "Alda" in html and str(celia) in html
    assert "Fechada" in html and "This conversation is closed." in html
    assert "2 conversations done." in html


def test_a_foreign_conversation_is_neither_changed_nor_named(client_of, ana, talk, finance, three):
    foreign = talk("Otto Segredo", queue=finance)
    html = do(client_of(ana), "close", [three[0], foreign, uuid4()]).content.decode()
    foreign.refresh_from_db()
    assert foreign.is_open
    assert "Otto" not in html and html.count("It is not among the conversations you see.") == 2


def test_viewers_do_nothing(client_of, vera, three):
    assert post(client_of(vera), "close", three).status_code == 403
    assert do(client_of(vera), "close", three).status_code == 403
    assert not Conversation.objects.closed().exists()


def test_the_same_submission_again_does_nothing_twice(client_of, celia, finance, three):
    token = uuid4()
    for _time in range(2):
        answer = do(
            client_of(celia), "transfer", three, token=token,
            target=f"queue:{finance.pk}", reason="É com eles",
        )  # fmt: skip
        assert "3 conversations done." in answer.content.decode()
    assert ConversationEvent.objects.filter(kind=EventKind.TRANSFERRED).count() == 3


def test_what_was_refused_is_tried_again_with_the_same_submission(celia, ana, three):
    refuses = {three[1].pk}

    def act(one):
        actions.take(one, by=ana)
        if one.pk in refuses:
            raise bulk.Refused("Agora não.")

    token, ids = uuid4(), [one.pk for one in three]
    first = bulk.in_bulk(ids, by=ana, token=token, act=act)
    assert (first.done, len(first.failures)) == (2, 1)
    assert Conversation.objects.of(ana).count() == 2
    refuses.clear()
    assert bulk.in_bulk(ids, by=ana, token=token, act=act).done == 3


@pytest.mark.parametrize("ids", [[], ["x", "'"], [str(uuid4()) for _ in range(201)]])
def test_none_rubbish_and_too_many_are_refused(client_of, celia, ids):
    assert post(client_of(celia), "close", ids).status_code == 409
    assert do(client_of(celia), "close", ids).status_code == 409


def test_there_is_no_other_verb(client_of, celia, three):
    assert post(client_of(celia), "delete", three).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_that_send_the_same_at_once_do_it_once(celia, finance, three):
    token, ids = uuid4(), [one.pk for one in three]

    def send():
        try:
            return bulk.in_bulk(
                ids, by=celia, token=token,
                act=lambda one: actions.transfer(one, by=celia, queue=finance, reason="É com eles"),
            )  # fmt: skip
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = [future.result() for future in [pool.submit(send) for _ in range(2)]]
    assert [outcome.done for outcome in outcomes] == [3, 3]
    assert ConversationEvent.objects.filter(kind=EventKind.TRANSFERRED).count() == 3
