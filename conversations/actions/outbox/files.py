"""Files that go with messages: what a provider needs of them, and those that are not there yet."""

from collections.abc import Sequence
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from conversations import events
from conversations.models import Attachment, Message, MessageKind
from conversations.providers.base import OutboundFile

WITH_FILE = {
    MessageKind.IMAGE, MessageKind.AUDIO, MessageKind.VIDEO, MessageKind.DOCUMENT, MessageKind.STICKER,
}  # fmt: skip


def files_of(messages: Sequence[Message]) -> dict[UUID, Attachment]:
    """Return the files of those among the messages that have one, by message."""
    ids = [message.pk for message in messages if message.kind in WITH_FILE]
    rows = Attachment.objects.filter(message__in=ids).exclude(file="") if ids else []
    return {row.message_id: row for row in rows}


def hand_over_first(attachments: Sequence[Attachment]) -> None:
    """Keep messages from going out before their files are with the provider. In a transaction."""
    if not attachments:
        return
    now = timezone.now()
    Message.objects.filter(pk__in=[one.message_id for one in attachments]).update(
        next_attempt_at=None
    )
    ids = [one.pk for one in attachments]
    Attachment.objects.filter(pk__in=ids).update(next_attempt_at=now, attempts=0)
    transaction.on_commit(
        lambda: events.attachments_pending.send_robust(Attachment, attachment_ids=ids)
    )


def outbound_file(attachment: Attachment) -> OutboundFile:
    """Return a file as providers read it."""
    name = attachment.file.name
    return OutboundFile(
        mime_type=attachment.mime_type,
        size=attachment.size or 0,
        filename=attachment.filename,
        open=lambda: default_storage.open(name, "rb"),
    )
