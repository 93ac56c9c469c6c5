from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.models import Attachment, MessageKind, State
from conversations.tests.factories import ConversationFactory, InboundMessageFactory
from conversations.tests.media.file_server import FileServer
from helpdesk.celery import app


@pytest.fixture
def world(settings, channel):
    """WhatsApp's side of files."""
    with FileServer(channel.access_token) as server:
        settings.WHATSAPP_GRAPH_URL = server.url
        yield server


@pytest.fixture
def worker():
    """Tasks run where they are called, as a worker that has nothing else to do."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def with_ana(cast):
    """A conversation of Zeca's that Ana holds."""
    return ConversationFactory(contact=cast.contact, assignee=cast.ana, state=State.ACTIVE)


@pytest.fixture
def arrived(world, with_ana):
    """Build a customer's message whose file WhatsApp holds: arrived(content, kind=..., ...)."""

    def build(
        content: bytes, kind=MessageKind.IMAGE, mime_type="image/jpeg", **fields
    ) -> Attachment:
        digest = world.add("media-in-1", content, mime_type)
        message = InboundMessageFactory(conversation=with_ana, kind=kind, body="")
        return Attachment.objects.create(
            **{
                "message": message,
                "provider_media_id": "media-in-1",
                "mime_type": mime_type,
                "sha256": digest,
                "next_attempt_at": timezone.now() - timedelta(seconds=1),
                **fields,
            }
        )

    return build
