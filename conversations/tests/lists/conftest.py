from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from conversations.models import State
from conversations.tests.factories import ContactFactory, ConversationFactory, CustomerFactory
from conversations.tests.pages.doors import HTMX


@pytest.fixture
def listed(client_of):
    """Ask for a list: `listed(ana, "tab=all&unread=1")` gives the names on it, in order."""

    def names(user, query: str = "") -> list[str]:
        answer = client_of(user).get(f"{reverse('conversations:inbox')}?{query}", headers=HTMX)
        return [row.customer.name for row in answer.context["page"].rows]

    return names


@pytest.fixture
def talk(channel, support):
    """Write a conversation: `talk("Alda", minutes=5, state="active", assignee=ana)`."""

    def build(name: str, *, minutes: int = 0, city: str = "", **facts):
        customer = CustomerFactory(name=name, city=city)
        contact = ContactFactory(channel=facts.pop("channel", channel), customer=customer)
        at = timezone.now() - timedelta(minutes=minutes)
        if facts.get("assignee"):
            facts.setdefault("state", State.ACTIVE)
        facts.setdefault("state", State.QUEUED)
        facts.setdefault("queue", support)
        if facts["state"] == State.QUEUED:
            facts.setdefault("queued_at", at)
        return ConversationFactory(contact=contact, last_message_at=at, **facts)

    return build
