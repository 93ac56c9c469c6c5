"""A customer's file on its way in, over real HTTP, with everything that can go wrong."""

import base64
import errno
import socket
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.files.storage import InMemoryStorage
from django.db import connection
from django.utils import timezone

from conversations.actions import attachments
from conversations.actions.attachments import carrying, fetching
from conversations.actions.attachments.fetching import VALIDITY
from conversations.actions.errors import Refused
from conversations.models import Attachment, AttachmentState, Conversation, MessageKind
from conversations.providers.cloud import media
from conversations.tasks import carry_attachment
from conversations.tests.factories import InboundMessageFactory
from conversations.tests.media import samples
from conversations.tests.providers import payloads
from helpdesk.testing.webhooks import receive

pytestmark = pytest.mark.django_db
PICTURE = samples.picture()


def carry(attachment: Attachment) -> Attachment:
    """Carry it as a worker would when its time has come."""
    Attachment.objects.filter(pk=attachment.pk, state=AttachmentState.PENDING).update(
        next_attempt_at=timezone.now() - timedelta(seconds=1)
    )
    attachments.carry(attachment.pk)
    return Attachment.objects.select_related("message__conversation").get(pk=attachment.pk)


def test_a_picture_arrives_with_its_size_and_thumbnail(world, arrived):
    attachment = carry(arrived(PICTURE))
    assert (attachment.state, attachment.trouble) == (AttachmentState.STORED, "")
    assert attachment.file.open().read() == PICTURE
    assert attachment.thumbnail.open().read(4) == b"RIFF"
    assert (attachment.mime_type, attachment.size) == ("image/jpeg", len(PICTURE))
    assert (attachment.data["width"], attachment.data["height"]) == (640, 480)
    assert attachment.shows_as == "image"


def test_a_voice_note_arrives_with_its_length_and_outline(arrived):
    content = samples.sound("ogg", seconds=3)
    attachment = carry(
        arrived(content, MessageKind.AUDIO, "audio/ogg; codecs=opus", data={"voice": True})
    )
    assert (attachment.mime_type, attachment.is_voice) == ("audio/ogg", True)
    assert attachment.duration == pytest.approx(3, abs=0.3)
    assert len(attachment.data["peaks"]) >= 25


def test_a_document_keeps_its_name_but_not_its_tricks(arrived):
    attachment = carry(
        arrived(
            samples.pdf(), MessageKind.DOCUMENT, "application/pdf", filename="../nota\u202efdp.pdf"
        )
    )
    assert attachment.filename == "nota_fdp.pdf"
    assert attachment.file.name.endswith(f"{attachment.pk}.pdf")


def test_the_readers_hear_of_it(arrived):
    attachment = arrived(PICTURE)
    before = Conversation.objects.get().version
    attachment = carry(attachment)
    assert attachment.message.conversation.version == attachment.message.version == before + 1


def test_a_webhook_wakes_the_worker_and_the_file_is_there(
    world, client, channel, worker, django_capture_on_commit_callbacks
):
    digest = world.add("media-9", PICTURE, "image/jpeg")
    image = {"id": "media-9", "mime_type": "image/jpeg", "sha256": digest, "caption": "Veja"}
    with django_capture_on_commit_callbacks(execute=True):
        receive(client, channel, payloads.message("image", image))
    attachment = Attachment.objects.get()
    assert (attachment.state, attachment.message.body) == (AttachmentState.STORED, "Veja")


def test_the_address_in_the_webhook_saves_a_question(world, arrived):
    attachment = arrived(PICTURE, data={"url": f"{world.url}/files/media-in-1"})
    assert carry(attachment).is_stored
    assert world.resolved == []


def test_an_old_address_is_not_even_tried(world, arrived):
    attachment = arrived(PICTURE, data={"url": f"{world.url}/files/media-in-1"})
    attachment.message.__class__.objects.update(provider_at=timezone.now() - timedelta(minutes=6))
    assert carry(attachment).is_stored
    assert (len(world.resolved), len(world.downloads)) == (1, 1)


@pytest.mark.parametrize("answer", ["gone", "forbidden"])
def test_an_expired_address_is_asked_for_again(world, arrived, answer):
    world.script = [answer]
    assert carry(arrived(PICTURE)).is_stored
    assert len(world.resolved) == 2


def test_what_stays_gone_fails_after_some_tries_and_says_so(world, arrived):
    attachment = arrived(PICTURE)
    for _ in range(3):
        assert attachment.state == AttachmentState.PENDING
        world.script = ["gone"] * 2
        attachment = carry(attachment)
    assert attachment.state == AttachmentState.FAILED
    assert "Ask the customer" in str(attachment.trouble) or "cliente" in str(attachment.trouble)
    assert attachment.message.version == attachment.message.conversation.version


def test_an_id_that_whatsapp_does_not_know_is_gone(world, arrived):
    attachment = arrived(PICTURE, provider_media_id="never-heard-of")
    assert carry(attachment).data["trouble"] == "gone"


def test_a_failed_file_is_fetched_when_somebody_asks_again(world, arrived, ana):
    attachment = arrived(PICTURE, state=AttachmentState.FAILED, next_attempt_at=None, attempts=3)
    Attachment.objects.update(data={"trouble": "gone"})
    attachments.retry_attachment(attachment, by=ana)
    assert carry(attachment).is_stored


def test_a_file_that_is_here_cannot_be_asked_for_again(arrived, ana):
    attachment = carry(arrived(PICTURE))
    with pytest.raises(Refused):
        attachments.retry_attachment(attachment, by=ana)


def test_a_viewer_asks_for_nothing(arrived, vera):
    attachment = arrived(PICTURE, state=AttachmentState.FAILED)
    with pytest.raises(Refused):
        attachments.retry_attachment(attachment, by=vera)


def test_what_is_not_what_was_announced_is_not_kept(world, arrived):
    world.script = ["damaged"]
    attachment = carry(arrived(PICTURE))
    assert (attachment.state, attachment.data["trouble"]) == (AttachmentState.PENDING, "damaged")
    assert not attachment.file
    assert carry(attachment).is_stored


def test_a_hash_may_be_written_in_base64(world, arrived):
    digest = bytes.fromhex(world.add("x", PICTURE, "image/jpeg"))
    assert media.hexadecimal(base64.b64encode(digest).decode()) == digest.hex()
    assert media.hexadecimal("not a hash") == ""


def test_a_picture_that_is_a_page_is_kept_and_said_to_be_something_else(arrived):
    attachment = carry(arrived(samples.HTML, MessageKind.IMAGE, "image/jpeg"))
    assert (attachment.state, attachment.mime_type) == (AttachmentState.STORED, "text/html")
    assert attachment.data["trouble"] == "wrong_type"
    assert attachment.shows_as == "document"


def test_what_is_too_large_fails_at_once(world, arrived, monkeypatch):
    monkeypatch.setattr("conversations.actions.attachments.fetching.INBOUND_LIMIT", 1000)
    attachment = carry(arrived(PICTURE))
    assert (attachment.state, attachment.data["trouble"]) == (AttachmentState.FAILED, "too_large")
    assert world.downloads == []


def test_a_body_without_length_or_end_is_cut_off(world, arrived, monkeypatch):
    monkeypatch.setattr("conversations.actions.attachments.fetching.INBOUND_LIMIT", 1_000_000)
    world.script = ["endless"]
    attachment = carry(arrived(PICTURE))
    assert (attachment.state, attachment.data["trouble"]) == (AttachmentState.FAILED, "too_large")


@pytest.mark.parametrize("fault", ["cut", "busy"])
def test_a_connection_that_fails_is_tried_again_later(world, arrived, fault):
    world.script = [fault]
    attachment = carry(arrived(PICTURE))
    assert (attachment.state, attachment.data["trouble"]) == (
        AttachmentState.PENDING,
        "unreachable",
    )
    assert attachment.next_attempt_at > timezone.now()
    assert carry(attachment).is_stored


def test_a_slow_drip_ends_by_the_clock(world, arrived, monkeypatch):
    monkeypatch.setattr(media, "FETCH_SECONDS", 0.3)
    world.script, world.drip_seconds = ["drip"], 0.05
    attachment = carry(arrived(PICTURE))
    assert attachment.data["trouble"] == "unreachable"
    assert attachment.error == "too slow"


def test_a_server_that_is_away_costs_attempts_but_no_file(settings, arrived):
    attachment = arrived(PICTURE)
    settings.WHATSAPP_GRAPH_URL = "http://127.0.0.1:9"
    attachment = carry(attachment)
    assert (attachment.state, attachment.data["trouble"]) == (
        AttachmentState.PENDING,
        "unreachable",
    )


def test_a_wrong_token_is_told_and_tried_again(world, arrived):
    world.resolve_script = [401]
    attachment = carry(arrived(PICTURE))
    assert (attachment.state, attachment.data["trouble"]) == (AttachmentState.PENDING, "access")


def test_after_a_week_nothing_more_is_tried(world, arrived):
    attachment = arrived(PICTURE)
    with time_machine.travel(timezone.now() + VALIDITY + timedelta(hours=1), tick=True):
        world.script = ["busy"]
        assert carry(attachment).state == AttachmentState.FAILED


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/secret", "http://169.254.169.254/latest/meta-data", "https://example.org/a", "file:///etc/passwd",
     "https://fbsbx.com.example.org/a", "http://lookaside.fbsbx.com/a", "https://lookaside.fbsbx.com:8443/a"],
)  # fmt: skip
def test_no_redirect_leads_to_a_foreign_address(world, arrived, address):
    world.script = [f"redirect={address}"]
    attachment = carry(arrived(PICTURE))
    assert (attachment.state, attachment.data["trouble"]) == (AttachmentState.FAILED, "forbidden")


def test_metas_name_that_resolves_into_our_network_is_refused(world, arrived, monkeypatch):
    """DNS rebinding: the name is one of Meta's, the address is ours."""
    real = socket.getaddrinfo

    def poisoned(host, *arguments, **named):
        return real("127.0.0.1" if host == "lookaside.fbsbx.com" else host, *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", poisoned)
    world.script = ["redirect=https://lookaside.fbsbx.com/whatsapp/a"]
    assert carry(arrived(PICTURE)).data["trouble"] == "forbidden"


def test_a_redirect_within_the_server_keeps_the_token(world, arrived):
    world.script = ["redirect=/files/media-in-1", "ok"]
    assert carry(arrived(PICTURE)).is_stored
    assert len({token for _path, token in world.downloads}) == 1


def test_a_ring_of_redirects_ends(world, arrived):
    world.script = ["redirect=/files/media-in-1"] * 20
    assert carry(arrived(PICTURE)).data["trouble"] == "unreachable"


class FullStorage(InMemoryStorage):
    def _save(self, name, content):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_storage_is_told_and_tried_again(world, arrived, settings):
    attachment = arrived(PICTURE)
    usual = settings.STORAGES
    full = {"BACKEND": f"{__name__}.FullStorage"}
    settings.STORAGES = {**usual, "default": full}
    failed = carry(attachment)
    assert (failed.state, failed.data["trouble"]) == (AttachmentState.PENDING, "storage")
    assert failed.error == "No space left on device"
    settings.STORAGES = usual
    assert carry(attachment).is_stored


def test_three_failures_open_the_breaker_and_nothing_is_spent_meanwhile(world, arrived):
    attachment = arrived(PICTURE)
    world.script = ["busy"] * 3
    for _ in range(3):
        attachment = carry(attachment)
    attachment = carry(attachment)
    assert (attachment.attempts, len(world.downloads)) == (3, 3)


def test_a_claimed_file_is_left_alone(arrived):
    attachment = arrived(PICTURE, next_attempt_at=timezone.now() + timedelta(minutes=5), attempts=1)
    assert attachments.carry(attachment.pk) is False
    assert attachments.due() == []


def test_a_dead_workers_file_is_found_by_the_sweeper(arrived):
    attachment = arrived(PICTURE, attempts=1, next_attempt_at=timezone.now() - timedelta(minutes=1))
    assert attachments.due() == [attachment.pk]
    assert attachments.carry(attachment.pk)
    assert attachments.due() == []


@pytest.mark.django_db(transaction=True)
def test_a_long_way_keeps_its_claim(world, arrived, monkeypatch):
    monkeypatch.setattr(carrying, "RENEW_SECONDS", 0.1)
    monkeypatch.setattr(carrying, "CLAIM", timedelta(seconds=5))
    attachment = arrived(PICTURE[:40], MessageKind.DOCUMENT)
    world.script, world.drip_seconds = ["drip"], 0.05
    worker = threading.Thread(target=lambda: (attachments.carry(attachment.pk), connection.close()))
    worker.start()
    while Attachment.objects.get().next_attempt_at == attachment.next_attempt_at:
        worker.join(0.01)  # until it is claimed
    seen = set()
    while worker.is_alive():
        seen.add(Attachment.objects.get().next_attempt_at)
        assert not attachments.carry(attachment.pk), "it is in good hands"
        worker.join(0.2)
    assert len(seen) > 3
    assert (Attachment.objects.get().state, len(world.downloads)) == (AttachmentState.STORED, 1)


def test_whoever_lost_the_file_writes_nothing_more(arrived):
    """A worker comes back from the dead after another has taken over."""
    attachment = arrived(PICTURE, attempts=1)
    stale = Attachment.objects.select_related("message__channel").get(pk=attachment.pk)
    assert attachments.carry(attachment.pk)
    fetching._fail(stale, "gone", "too late")
    assert Attachment.objects.get().state == AttachmentState.STORED


def test_a_file_without_a_conversation_any_more_ends_quietly():
    carry_attachment(str(uuid4()))


@pytest.mark.django_db(transaction=True)
def test_two_workers_fetch_a_file_once(world, arrived):
    attachment = arrived(PICTURE)
    results, start = [], threading.Barrier(4)

    def work():
        try:
            start.wait()
            results.append(attachments.carry(attachment.pk))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(results) == [False, False, False, True]
    assert len(world.downloads) == 1


def test_several_files_of_one_conversation_each_arrive(world, arrived, with_ana):
    first = arrived(PICTURE)
    digest = world.add("media-in-2", samples.pdf(), "application/pdf")
    second = Attachment.objects.create(
        message=InboundMessageFactory(conversation=with_ana, kind=MessageKind.DOCUMENT),
        provider_media_id="media-in-2", sha256=digest, next_attempt_at=timezone.now(),
    )  # fmt: skip
    assert carry(first).is_stored and carry(second).is_stored
