"""A customer's file: fetched, examined, stored."""

import random
from contextlib import contextmanager
from datetime import timedelta
from tempfile import TemporaryFile
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from conversations.actions.attachments.storing import StorageFailed, store
from conversations.actions.changes import Changes
from conversations.media.inspection import Facts, inspect
from conversations.media.names import safe_filename
from conversations.models import (
    Attachment,
    AttachmentState,
    AttachmentTrouble,
    Message,
    MessageKind,
)
from conversations.providers.base import Media, MediaError
from conversations.providers.cloud.file_limits import INBOUND_LIMIT

log = structlog.get_logger(__name__)

VALIDITY = timedelta(days=7)  # of an id from a webhook (spec/03, 3.2)
ADDRESS_VALIDITY = timedelta(minutes=4)  # of the address in a webhook: five, less the way
FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 5, 3600
# Asking again cannot help; asking again helps when it was a passing weakness of the other side.
FINAL = {AttachmentTrouble.TOO_LARGE, AttachmentTrouble.FORBIDDEN}
DOUBTFUL = {AttachmentTrouble.GONE, AttachmentTrouble.DAMAGED}
DOUBTFUL_TRIES = 3
_FITTING = {
    MessageKind.IMAGE: "image/",
    MessageKind.STICKER: "image/",
    MessageKind.AUDIO: "audio/",
    MessageKind.VIDEO: "video/",
}


def fetch(attachment: Attachment, provider) -> tuple[bool, str]:
    """Fetch a claimed file; returns whether it is here, and what the other side failed with, or ''."""
    channel = attachment.message.channel
    try:
        with TemporaryFile() as file:
            provider.fetch_media(channel, _media(attachment), file, INBOUND_LIMIT)
            facts = inspect(file, attachment.filename)
            store(attachment, file, facts, attachment.message.sort_at)
    except MediaError as error:
        _fail(attachment, error.reason, error.detail, error.retry_after)
        return False, error.detail if error.reason == AttachmentTrouble.UNREACHABLE else ""
    except (StorageFailed, OSError) as error:
        _fail(attachment, AttachmentTrouble.STORAGE, str(error))
        return False, ""
    return _keep(attachment, facts), ""


@contextmanager
def changing_message(message_id: UUID):
    """Change one message and what hangs on it: yields Changes and the locked row."""
    with transaction.atomic():
        changes = Changes()
        conversation_id = Message.objects.values_list("conversation_id", flat=True).get(
            pk=message_id
        )
        changes.lock({conversation_id} - {None})
        yield changes, Message.objects.select_for_update().get(pk=message_id)
        changes.write()


def _media(attachment: Attachment) -> Media:
    arrived = attachment.message.provider_at or attachment.message.sort_at
    is_fresh = timezone.now() - arrived < ADDRESS_VALIDITY
    return Media(
        media_id=attachment.provider_media_id,
        mime_type=attachment.mime_type,
        sha256=attachment.sha256,
        url=attachment.data.get("url", "") if is_fresh else "",
    )


def _keep(attachment: Attachment, facts: Facts) -> bool:
    message = attachment.message
    data = {
        **attachment.data,
        "trouble": "" if _fits(message.kind, facts) else AttachmentTrouble.WRONG_TYPE,
    }
    data.pop("url", None)
    filename = attachment.filename
    if filename or message.kind == MessageKind.DOCUMENT:
        filename = safe_filename(filename, facts.mime_type)
    return _write(
        attachment, True, state=AttachmentState.STORED, next_attempt_at=None, error="",
        file=attachment.file.name, thumbnail=attachment.thumbnail.name, filename=filename,
        mime_type=facts.mime_type, size=facts.size, sha256=facts.sha256, duration=facts.duration,
        data=data,
    )  # fmt: skip


def _fits(kind: str, facts: Facts) -> bool:
    return facts.mime_type.startswith(_FITTING.get(kind, ""))


def _fail(
    attachment: Attachment, reason: str, detail: str, retry_after: float | None = None
) -> None:
    arrived = attachment.message.provider_at or attachment.message.sort_at
    is_final = (
        reason in FINAL
        or (reason in DOUBTFUL and attachment.attempts >= DOUBTFUL_TRIES)
        or timezone.now() - arrived > VALIDITY
    )
    is_news = is_final or attachment.data.get("trouble") != reason
    log.warning(
        "media.not_fetched", attachment=str(attachment.pk), reason=str(reason), detail=detail,
        attempts=attachment.attempts, final=is_final,
    )  # fmt: skip
    _write(
        attachment, is_news,
        state=AttachmentState.FAILED if is_final else AttachmentState.PENDING,
        next_attempt_at=None if is_final else timezone.now() + _delay(attachment.attempts, retry_after),
        error=detail,
        data={**attachment.data, "trouble": str(reason)},
    )  # fmt: skip


def _write(attachment: Attachment, is_news: bool, **values) -> bool:
    """Write the row unless somebody else has taken it over, and let the readers know."""
    with changing_message(attachment.message_id) as (changes, message):
        mine = Attachment.objects.filter(
            pk=attachment.pk, state=AttachmentState.PENDING, attempts=attachment.attempts
        )
        is_written = bool(mine.update(**values))
        if is_written and is_news:
            changes.change_message(message)
    return is_written


def _delay(attempts: int, retry_after: float | None) -> timedelta:
    backoff = min(FIRST_DELAY_SECONDS * 4 ** min(attempts - 1, 6), LONGEST_DELAY_SECONDS)
    return timedelta(seconds=max(backoff, retry_after or 0) * (1 + random.random() / 4))
