import pytest

from conversations.models import Message, SenderKind, State, Status
from conversations.tests.factories import ConversationFactory, OutboundMessageFactory
from helpdesk.testing.graph_server import GraphServer


@pytest.fixture
def graph(settings, channel):
    """A Graph-like server that knows nothing of ours."""
    with GraphServer(access_token=channel.access_token) as server:
        settings.WHATSAPP_GRAPH_URL = server.url
        yield server


@pytest.fixture
def with_ana(cast):
    """A conversation of Zeca's that Ana holds."""
    return ConversationFactory(contact=cast.contact, assignee=cast.ana, state=State.ACTIVE)


@pytest.fixture
def queued(with_ana):
    """Build messages that wait to be sent: queued("text", sender=...)."""
    from django.utils import timezone

    def build(body="Olá", conversation=None, **fields) -> Message:
        return OutboundMessageFactory(
            **{
                "conversation": conversation or with_ana,
                "body": body,
                "sender": SenderKind.AGENT,
                "status": Status.QUEUED,
                "provider_id": None,
                "next_attempt_at": timezone.now(),
                **fields,
            }
        )

    return build
