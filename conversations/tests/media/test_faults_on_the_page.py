"""Each fault of a file's way, seen by who reads the conversation: the message is there, says why,
and asking again brings the file."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from conversations.actions import attachments
from conversations.models import Attachment, AttachmentState, MessageKind
from conversations.models.attachments import AttachmentTrouble
from conversations.providers.cloud import media
from conversations.tests.media import samples
from conversations.tests.media.test_fetching import FullStorage

pytestmark = pytest.mark.django_db
PICTURE = samples.picture()
T = AttachmentTrouble
FULL = f"{FullStorage.__module__}.{FullStorage.__name__}"


@pytest.fixture
def break_it(world, monkeypatch, settings):
    """Let one fault happen until the returned function mends it."""

    def happen(fault: str):
        script = {
            "expired address": ["gone"] * 2,
            "wrong hash": ["damaged"],
            "slow drip": ["drip"],
            "redirect to a private address": ["redirect=http://169.254.169.254/latest"],
            "too large": ["endless"],
        }
        world.script, world.drip_seconds = script.get(fault, []), 0.05
        with monkeypatch.context() as broken:
            if fault == "slow drip":
                broken.setattr(media, "FETCH_SECONDS", 0.2)
            if fault == "too large":
                limit = "conversations.actions.attachments.fetching.INBOUND_LIMIT"
                broken.setattr(limit, 1_000_000)
            usual = settings.STORAGES
            if fault == "storage full":
                settings.STORAGES = {**usual, "default": {"BACKEND": FULL}}
            carry()
            settings.STORAGES = usual
        world.script = []

    return happen


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        ("expired address", T.GONE),
        ("wrong hash", T.DAMAGED),
        ("slow drip", T.UNREACHABLE),
        ("too large", T.TOO_LARGE),
        ("redirect to a private address", T.FORBIDDEN),
        ("storage full", T.STORAGE),
    ],
)
def test_a_fault_is_said_in_words_and_asking_again_brings_the_file(
    arrived, break_it, with_ana, ana, client_of, fault, trouble
):
    attachment = arrived(PICTURE)
    break_it(fault)
    page = unescape(shown(client_of(ana), with_ana))
    assert f'id="message-{attachment.message_id}"' in page or str(attachment.message_id) in page
    assert str(trouble.label) in page
    again = reverse("conversations:fetch_again", args=[with_ana.pk])
    assert again in page
    answer = client_of(ana).post(again, {"attachment": attachment.pk})
    assert answer.status_code in (200, 302)
    carry()
    assert Attachment.objects.get().state == AttachmentState.STORED
    assert str(trouble.label) not in unescape(shown(client_of(ana), with_ana))


def test_a_file_of_the_wrong_type_is_kept_offered_as_a_document_and_says_so(
    arrived, with_ana, ana, client_of
):
    """Its hash is the one announced: fetching it again would bring the same."""
    arrived(samples.HTML, MessageKind.IMAGE, "image/jpeg")
    carry()
    assert Attachment.objects.get().shows_as == "document"
    assert str(T.WRONG_TYPE.label) in unescape(shown(client_of(ana), with_ana))


def carry() -> None:
    """Carry the one file as a worker would when its time has come."""
    past = timezone.now() - timedelta(seconds=1)
    Attachment.objects.filter(state=AttachmentState.PENDING).update(next_attempt_at=past)
    attachments.carry(Attachment.objects.get().pk)


def shown(client, conversation) -> str:
    return client.get(
        reverse("conversations:conversation", args=[conversation.pk])
    ).content.decode()
