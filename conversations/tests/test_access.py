"""Who sees which conversation: one definition for every door."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from conversations import access
from conversations.actions.conversations import take, transfer
from conversations.tests.factories import InboundMessageFactory

pytestmark = pytest.mark.django_db


def test_people_see_the_conversations_of_their_queues(conversation, ana, celia, vera, davi):
    for somebody in (ana, celia, vera, davi):
        assert access.get_conversation(somebody, conversation.pk) == conversation


def test_what_is_foreign_and_what_does_not_exist_are_refused_alike(conversation, bruno):
    for key in (conversation.pk, uuid4(), "nonsense", ""):
        with pytest.raises(Http404):
            access.get_conversation(bruno, key)
        assert not access.may_see_conversation(bruno, key)


def test_whoever_holds_a_conversation_sees_it_in_whatever_queue(conversation, ana, bruno):
    take(conversation, by=ana)
    transfer(conversation, by=ana, agent=bruno, reason="Ajuda")
    assert access.may_see_conversation(bruno, conversation.pk)


def test_a_transfer_to_a_foreign_queue_ends_the_sight(conversation, ana, finance):
    take(conversation, by=ana)
    transfer(conversation, by=ana, queue=finance, reason="Boleto")
    assert not access.may_see_conversation(ana, conversation.pk)


def test_a_viewer_reads_and_does_not_change(conversation, vera):
    with pytest.raises(PermissionDenied):
        access.get_conversation_to_change(vera, conversation.pk)


def test_a_message_is_seen_through_its_conversation(conversation, ana, bruno, vera):
    message = InboundMessageFactory(conversation=conversation)
    assert access.get_message(ana, message.pk) == message
    with pytest.raises(Http404):
        access.get_message(bruno, message.pk)
    with pytest.raises(PermissionDenied):
        access.get_message_to_change(vera, message.pk)


def test_queues_are_watched_by_their_members_and_administrators(support, finance, ana, davi):
    assert access.may_watch_queue(ana, support.pk)
    assert not access.may_watch_queue(ana, finance.pk)
    assert access.may_watch_queue(davi, finance.pk)
    assert not access.may_watch_queue(davi, uuid4())
    assert not access.may_watch_queue(davi, "x")
