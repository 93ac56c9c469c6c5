import pytest

from conversations.models import State
from conversations.tests.factories import ConversationFactory, InboundMessageFactory


@pytest.fixture
def foreign(contact, finance):
    """An earlier conversation of the same customer, with the queue that Ana does not see."""
    conversation = ConversationFactory(contact=contact, queue=finance, state=State.CLOSED)
    type(conversation).objects.filter(pk=conversation.pk).update(opened_at="2026-01-01T12:00Z")
    InboundMessageFactory(conversation=conversation, body="segredo do financeiro")
    conversation.refresh_from_db()
    return conversation
