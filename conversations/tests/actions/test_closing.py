"""Closing with a reason: what it asks for, and what the customer reads."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.actions.conversations import close_conversation, take
from conversations.actions.errors import Refused
from conversations.models import AttributeDefinition, ClosingReason, Conversation, Message, Tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(conversation, ana):
    return take(conversation, by=ana)


def reason_that_wants(*names, **fields):
    return ClosingReason.objects.create(name="Visita", required_fields=list(names), **fields)


def goodbyes():
    return list(Message.objects.filter(sender="system").values_list("body", flat=True))


@pytest.mark.parametrize("name", ["contract", "tags", "note", "predio"])
def test_what_a_reason_requires_has_to_be_there(held, ana, name):
    AttributeDefinition.objects.create(key="predio", name="Prédio")
    reason = reason_that_wants(name)
    with pytest.raises(Refused):
        close_conversation(held, by=ana, reason=reason)
    assert Conversation.objects.get().is_open
    customer = held.customer
    customer.contract, customer.attributes = "123", {"predio": "B"}
    customer.save()
    held.tags.add(Tag.objects.create(name="VIP"))
    close_conversation(held, by=ana, reason=reason, note="Feito")
    assert Conversation.objects.get().closing_reason == reason


def test_a_name_that_means_nothing_any_more_is_not_asked_for(held, ana):
    close_conversation(held, by=ana, reason=reason_that_wants("gone_field"))
    assert Conversation.objects.get().is_closed


def test_the_house_closes_without_filling_in(held):
    close_conversation(held, by=None, reason=reason_that_wants("contract"))
    assert Conversation.objects.get().is_closed


def test_the_reasons_farewell_is_filled_in_and_tells_the_protocol(held, ana):
    reason = reason_that_wants(farewell="Até logo, {{customer.first_name}}!")
    close_conversation(held, by=ana, reason=reason)
    assert goodbyes()[0].startswith("Até logo, Zeca!")
    assert held.protocol in goodbyes()[0]


def test_the_farewell_as_somebody_has_changed_it_and_none_at_all(held, ana):
    close_conversation(held, by=ana, farewell=" Boa noite! ")
    assert goodbyes() == ["Boa noite!"]


@pytest.mark.parametrize("way", [{"says_goodbye": False}, {"farewell": "  "}])
def test_without_a_farewell_nothing_is_said(held, ana, way):
    close_conversation(held, by=ana, **way)
    assert goodbyes() == []


def test_outside_the_window_a_farewell_is_not_even_tried(held, ana, contact):
    contact.window_expires_at = timezone.now() - timedelta(minutes=1)
    contact.save()
    close_conversation(held, by=ana, farewell="Tchau")
    assert goodbyes() == []
