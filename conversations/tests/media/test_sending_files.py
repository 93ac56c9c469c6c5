"""Files of ours: made fit, handed over, sent; over real HTTP."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from conversations.actions import attachments, outbox
from conversations.actions.attachments import send_files
from conversations.actions.errors import InvalidMessage, Refused, WindowClosed
from conversations.actions.messages import retry_message, send_message
from conversations.media import sound
from conversations.models import (
    Attachment,
    Channel,
    Conversation,
    Message,
    MessageKind,
    SendAttempt,
    Status,
)
from conversations.providers.base import OutboundFile
from conversations.providers.cloud.provider import CloudProvider
from conversations.tests.media import samples

pytestmark = pytest.mark.django_db


def file(content: bytes, name: str = "arquivo.bin") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/whatever")


@pytest.fixture
def send(with_ana, ana):
    """Send files as Ana: send(file(...), caption=...)."""

    def act(*files, **more) -> list[Message]:
        return send_files(with_ana, by=ana, files=files, **{"client_token": uuid4(), **more})

    return act


def carry_all() -> None:
    for attachment in Attachment.objects.order_by("id"):
        attachments.carry(attachment.pk)


def test_a_picture_is_handed_over_and_then_sent_by_its_id(world, channel, send):
    [message] = send(file(samples.picture(), "roteador.jpg"), caption="Veja só")
    assert (message.kind, message.status, message.next_attempt_at) == ("image", Status.QUEUED, None)
    outbox.send_due(channel.pk)
    assert world.sent == [] and not SendAttempt.objects.exists(), "not before the file is there"
    carry_all()
    outbox.send_due(channel.pk)
    message.refresh_from_db()
    assert message.status == Status.SENT
    assert world.sent[0]["image"] == {"id": "media-1", "caption": "Veja só"}
    upload = world.uploads[0]
    assert (upload["messaging_product"], upload["type"], upload["mime_type"]) == (
        b"whatsapp", b"image/jpeg", "image/jpeg",
    )  # fmt: skip
    assert upload["file"] == Attachment.objects.get().file.open().read()


def test_a_whole_way_runs_by_itself(
    world, channel, send, worker, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        [message] = send(file(samples.pdf(), "boleto.pdf"))
    message.refresh_from_db()
    assert message.status == Status.SENT
    assert world.sent[0]["document"] == {"id": "media-1", "filename": "boleto.pdf"}


def test_a_recording_of_the_browser_goes_out_as_a_voice_note(world, channel, send):
    [message] = send(file(samples.sound("webm"), "gravacao.webm"), voice=True)
    carry_all()
    outbox.send_due(channel.pk)
    assert world.sent[0]["audio"] == {"id": "media-1", "voice": True}
    assert world.uploads[0]["mime_type"] == "audio/ogg"
    said = sound.probe(BytesIO(world.uploads[0]["file"]), "audio/ogg")
    assert (said.audio_codec, said.channels) == ("opus", 1)
    attachment = message.attachments.get()
    assert attachment.is_voice and attachment.data["peaks"]
    assert attachment.duration == pytest.approx(2, abs=0.2)


def test_several_files_go_out_in_order_with_the_caption_on_the_first(world, channel, send):
    messages = send(
        file(samples.picture(), "um.jpg"), file(samples.pdf(), "dois.pdf"), file(samples.film(), "tres.mp4"),
        caption="Três",
    )  # fmt: skip
    assert [(m.kind, m.body) for m in messages] == [
        ("image", "Três"),
        ("document", ""),
        ("video", ""),
    ]
    for attachment in Attachment.objects.order_by("-id"):  # the last is there first
        attachments.carry(attachment.pk)
        outbox.send_due(channel.pk)
    assert [body["type"] for body in world.sent] == ["image", "document", "video"]


def test_a_text_written_after_a_file_waits_for_it(world, channel, send, with_ana, ana):
    send(file(samples.pdf(), "a.pdf"))
    send_message(with_ana, by=ana, body="Aí está", client_token=uuid4())
    outbox.send_due(channel.pk)
    assert world.sent == []
    carry_all()
    outbox.send_due(channel.pk)
    assert [body["type"] for body in world.sent] == ["document", "text"]


def test_words_that_no_file_can_carry_follow_as_a_text(send):
    messages = send(file(samples.sound("ogg"), "a.ogg"), caption="Ouça")
    assert [(m.kind, m.body) for m in messages] == [("audio", ""), ("text", "Ouça")]


def test_the_same_form_sent_twice_sends_once(send):
    token = uuid4()
    first = send(file(samples.picture()), file(samples.pdf()), client_token=token)
    again = send(file(samples.picture()), file(samples.pdf()), client_token=token)
    assert [m.pk for m in first] == [m.pk for m in again]
    assert (Message.objects.count(), Attachment.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    ("content", "name", "kind", "mime_type"),
    [
        (samples.picture("JPEG"), "a.jpg", "image", "image/jpeg"),
        (samples.picture("PNG"), "a.png", "image", "image/png"),
        (samples.picture("WEBP"), "a.webp", "image", "image/jpeg"),
        (samples.picture("AVIF"), "a.avif", "image", "image/jpeg"),
        (samples.picture("BMP"), "a.bmp", "image", "image/jpeg"),
        (samples.picture("GIF", mode="L"), "a.gif", "image", "image/jpeg"),
        (samples.noise(), "grande.png", "image", "image/jpeg"),
        (samples.animation("GIF"), "a.gif", "document", "image/gif"),
        (samples.picture("WEBP", size=(512, 512)), "s.webp", "sticker", "image/webp"),
        (samples.sound("ogg"), "a.ogg", "audio", "audio/ogg"),
        (samples.sound("ogg", layout="stereo"), "a.ogg", "audio", "audio/ogg"),
        (samples.sound("mp3", "libmp3lame"), "a.mp3", "audio", "audio/mpeg"),
        (samples.sound("mp4", "aac"), "a.m4a", "audio", "audio/mp4"),
        (samples.sound("wav", "pcm_s16le"), "a.wav", "audio", "audio/ogg"),
        (samples.film("mp4"), "a.mp4", "video", "video/mp4"),
        (samples.film("mov"), "a.mov", "video", "video/mp4"),
        (samples.film("webm", "libvpx", "libopus"), "a.webm", "document", "video/webm"),
        (samples.film("mp4", "mpeg4"), "a.mp4", "document", "video/mp4"),
        (samples.pdf(), "a.pdf", "document", "application/pdf"),
        (samples.HTML, "foto.jpg", "document", "text/html"),
        (samples.SVG, "a.svg", "document", "image/svg+xml"),
    ],
)
def test_the_kind_of_message_follows_from_the_content(send, content, name, kind, mime_type):
    [message] = send(file(content, name))
    attachment = message.attachments.get()
    assert (message.kind, attachment.mime_type) == (kind, mime_type)
    assert attachment.size == default_storage.size(attachment.file.name)


def test_a_photograph_leaves_without_the_place_where_it_was_taken(send):
    exif = Image.Exif()
    exif[0x010E] = "Rua das Flores, 12"
    [message] = send(file(samples.picture(exif=exif), "a.jpg"))
    assert b"Flores" not in message.attachments.get().file.open().read()


def test_as_a_document_a_picture_stays_as_it_is(send):
    content = samples.picture("PNG")
    [message] = send(file(content, "planta.png"), as_document=True)
    assert message.kind == MessageKind.DOCUMENT
    assert message.attachments.get().file.open().read() == content


MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("content", "name", "more", "said"),
    [
        (samples.film() + b"\0" * 16 * MEGABYTE, "filme.mp4", {}, "16 MB"),
        (samples.sound("mp3", "libmp3lame") + b"\0" * 16 * MEGABYTE, "a.mp3", {}, "16 MB"),
        (b"%PDF-1.4" + b"\0" * 100 * MEGABYTE, "grande.pdf", {}, "100 MB"),
        (b"", "vazio.pdf", {}, "vazio.pdf"),
        (samples.png_bomb(), "bomba.png", {}, "bomba.png"),
        (b"\xff\xd8\xff nothing", "foto.jpg", {}, "foto.jpg"),
        (samples.pdf(), "voz.webm", {"voice": True}, ""),
        (samples.pdf(), "a.pdf", {"caption": "x" * 1025}, "1024"),
    ],
)
def test_what_whatsapp_would_refuse_is_refused_before_with_a_sentence(
    send, content, name, more, said
):
    with pytest.raises(InvalidMessage) as refusal:
        send(file(content, name), **more)
    assert said in str(refusal.value)
    assert not Message.objects.exists() and not Attachment.objects.exists()


def test_one_file_too_many_is_told(send):
    with pytest.raises(InvalidMessage, match="10"):
        send(*[file(b"x", "a.txt") for _ in range(11)])
    with pytest.raises(InvalidMessage):
        send()


def test_one_bad_file_sends_none_of_them(send):
    with pytest.raises(InvalidMessage):
        send(file(samples.picture(), "boa.jpg"), file(b"", "vazio.pdf"))
    assert not Message.objects.exists()


def test_only_its_holder_sends_files(with_ana, bruno, vera):
    for somebody in (bruno, vera):
        with pytest.raises(Refused):
            send_files(with_ana, by=somebody, files=[file(b"x")], client_token=uuid4())


def test_outside_the_window_no_file_is_sent_and_none_is_kept(
    send, contact, with_ana, ana, tmp_path, settings
):
    contact.window_expires_at = timezone.now() - timedelta(minutes=1)
    contact.save()
    fresh = Conversation.objects.get(pk=with_ana.pk)
    with pytest.raises(WindowClosed):
        send_files(fresh, by=ana, files=[file(samples.pdf())], client_token=uuid4())
    assert not Attachment.objects.exists()


def test_a_window_that_closes_meanwhile_leaves_no_file_behind(send, contact, settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }
    # The row says no, while the object in the sender's hands still says yes.
    type(contact).objects.update(window_expires_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(WindowClosed):
        send(file(samples.picture()))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_an_upload_that_fails_is_repeated_and_the_message_waits(world, channel, send):
    world.upload_script = [503]
    [message] = send(file(samples.pdf(), "a.pdf"))
    carry_all()
    message.refresh_from_db()
    attachment = message.attachments.get()
    assert (message.status, message.next_attempt_at) == (Status.QUEUED, None)
    assert attachment.next_attempt_at > timezone.now()
    Attachment.objects.update(next_attempt_at=timezone.now())
    carry_all()
    outbox.send_due(channel.pk)
    assert len(world.sent) == 1


def test_an_upload_that_is_refused_fails_the_message_with_the_reason(world, channel, send, ana):
    world.upload_script = [400]
    [message] = send(file(samples.pdf(), "a.pdf"))
    carry_all()
    message.refresh_from_db()
    assert (message.status, message.error_code) == (Status.FAILED, 131053)
    retry_message(message, by=ana)
    outbox.send_due(channel.pk)
    assert world.sent == [], "the file first"
    carry_all()
    outbox.send_due(channel.pk)
    assert len(world.sent) == 1


def test_a_wrong_token_stops_the_channel_and_keeps_the_file(world, channel, send):
    world.upload_script = [401]
    [message] = send(file(samples.pdf(), "a.pdf"))
    carry_all()
    channel.refresh_from_db()
    message.refresh_from_db()
    assert channel.paused_reason and message.status == Status.QUEUED
    Attachment.objects.update(next_attempt_at=timezone.now() - timedelta(minutes=1))
    assert attachments.due() == [] and not attachments.carry(message.attachments.get().pk)
    Channel.objects.update(paused_reason="")
    assert attachments.due() == [message.attachments.get().pk]


def test_a_worker_that_dies_while_uploading_leaves_nothing_in_doubt(world, channel, send):
    """Killed between claim and answer: the sweeper finds the file, the message was never tried."""
    [message] = send(file(samples.pdf(), "a.pdf"))
    died = timezone.now() - timedelta(minutes=1)
    Attachment.objects.update(attempts=1, next_attempt_at=died)
    assert attachments.due() == [message.attachments.get().pk]
    carry_all()
    outbox.send_due(channel.pk)
    message.refresh_from_db()
    assert (message.status, len(world.sent), SendAttempt.objects.count()) == (Status.SENT, 1, 1)


def test_a_cancelled_message_is_not_uploaded(world, send):
    [message] = send(file(samples.pdf(), "a.pdf"))
    Message.objects.update(status=Status.CANCELLED)
    carry_all()
    assert world.uploads == [] and attachments.due() == []


def test_a_file_is_handed_over_once_however_often_its_message_is_retried(world, channel, send):
    [message] = send(file(samples.pdf(), "a.pdf"))
    carry_all()
    Message.objects.update(attempts=2)  # refused for a moment, queued again
    outbox.send_due(channel.pk)
    carry_all()
    assert len(world.uploads) == len(world.sent) == 1


def test_a_large_file_is_read_piece_by_piece(world, channel):
    class Watched(BytesIO):
        largest = 0

        def read(self, size=-1):
            piece = super().read(size)
            Watched.largest = max(Watched.largest, len(piece))
            return piece

    content = b"%PDF-1.4" + b"\0" * (3 * MEGABYTE)
    given = OutboundFile("application/pdf", len(content), 'a"b.pdf', open=lambda: Watched(content))
    assert CloudProvider().upload_media(channel, given).media_id == "media-1"
    assert (world.uploads[0]["file"], world.uploads[0]["filename"]) == (content, "a_b.pdf")
    assert Watched.largest < MEGABYTE
