"""Drafts: what comes late writes nothing, a send empties its own, nobody reads another's."""

from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection

from conversations.actions import conversations as actions
from conversations.actions.compositions import Composition
from conversations.actions.drafts import save_draft
from conversations.actions.errors import InvalidMessage
from conversations.actions.messages import add_note, send_message
from conversations.drafts import as_data, draft_of
from conversations.models import CannedResponse, Draft, Message
from conversations.tests.factories import InboundMessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(conversation, ana):
    return actions.take(conversation, by=ana)


def kept(conversation, user) -> tuple[str, int]:
    draft = draft_of(conversation, user)
    return draft.body, draft.revision


def test_a_late_save_does_not_overwrite_a_newer_one(held, ana):
    save_draft(held, by=ana, body="Olá, tudo", revision=2)
    late = save_draft(held, by=ana, body="Olá", revision=1)
    assert (late.body, late.revision) == ("Olá, tudo", 2)
    assert kept(held, ana) == ("Olá, tudo", 2)


def test_a_draft_remembers_that_it_is_a_note_and_what_it_quotes(held, ana):
    asked = InboundMessageFactory(conversation=held, body="E o boleto?")
    save_draft(held, by=ana, body="Ver contrato", revision=1, is_note=True, reply_to=asked)
    data = as_data(draft_of(held, ana))
    assert data["is_note"] and data["quoted"]["id"] == str(asked.pk)
    assert data["quoted"]["text"] == "E o boleto?"


def test_each_has_a_draft_of_their_own(held, ana, celia):
    save_draft(held, by=ana, body="meu", revision=1)
    assert kept(held, celia) == ("", 0)


@pytest.mark.parametrize("write", [send_message, add_note])
def test_sending_empties_the_draft_and_a_save_that_was_under_way_comes_too_late(held, ana, write):
    save_draft(held, by=ana, body="Olá", revision=3)
    write(held, by=ana, body="Olá!", client_token=uuid4(), composition=Composition(5))
    save_draft(held, by=ana, body="Olá!", revision=4)
    assert kept(held, ana) == ("", 5)


def test_what_was_written_after_the_send_stays(held, ana):
    save_draft(held, by=ana, body="A próxima", revision=7)
    send_message(held, by=ana, body="Esta", client_token=uuid4(), composition=Composition(6))
    assert kept(held, ana) == ("A próxima", 7)


def test_a_send_that_is_refused_leaves_the_draft(held, ana):
    save_draft(held, by=ana, body="Olá", revision=1)
    with pytest.raises(InvalidMessage):
        send_message(held, by=ana, body=" ", client_token=uuid4(), composition=Composition(2))
    assert kept(held, ana) == ("Olá", 1)


def test_uses_are_counted_once_for_each_send_and_only_of_those_one_may_use(held, ana, finance):
    mine = CannedResponse.objects.create(shortcut="oi", body="Oi")
    foreign = CannedResponse.objects.create(shortcut="pix", body="Pix", queue=finance)
    token, made_of = uuid4(), Composition(canned=(mine.pk, foreign.pk))
    for _ in range(2):
        send_message(held, by=ana, body="Oi", client_token=token, composition=made_of)
    assert Message.objects.filter(client_token=token).count() == 1
    uses = CannedResponse.objects.order_by("shortcut").values_list("uses", flat=True)
    assert list(uses) == [1, 0]


@pytest.mark.django_db(transaction=True)
def test_two_tabs_save_at_once_and_the_greater_number_stays(held, ana):
    start = Barrier(2)

    def save(revision):
        start.wait()
        save_draft(held, by=ana, body=f"texto {revision}", revision=revision)
        connection.close()

    tabs = [Thread(target=save, args=[revision]) for revision in (1, 2)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert kept(held, ana) == ("texto 2", 2)
    assert Draft.objects.count() == 1
