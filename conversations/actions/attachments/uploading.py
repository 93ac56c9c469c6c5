"""A file of ours: handed to the provider, after which its message may go out.

Nothing of this is part of sending the message: an upload that is repeated harms nobody, and a worker
that dies here leaves no message in doubt.
"""

from datetime import timedelta

import structlog
from django.utils import timezone

from conversations.actions.attachments.fetching import changing_message
from conversations.actions.outbox.files import outbound_file
from conversations.actions.outbox.results import pause_channel
from conversations.actions.statuses import cancel_rest_of_bot
from conversations.models import Attachment, Status
from conversations.providers.base import ProviderError

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8
UNREACHABLE_LIMIT = timedelta(hours=24)  # as long as an unsent message waits for a connection
LONGEST_DELAY_SECONDS = 300
PAUSED_SECONDS = 30


def upload(attachment: Attachment, provider) -> tuple[bool, str]:
    """Hand a claimed file over; returns whether it is there, and what the other side failed with."""
    result = provider.upload_media(attachment.message.channel, outbound_file(attachment))
    if result.error is None:
        return _keep(attachment, result.media_id), ""
    _refuse(attachment, result.error)
    status = result.error.http_status
    is_host_failure = status is None or status >= 500
    return False, result.error.details if is_host_failure else ""


def _keep(attachment: Attachment, media_id: str) -> bool:
    with changing_message(attachment.message_id) as (changes, message):
        data = {**attachment.data, "uploaded_at": timezone.now().isoformat()}
        is_kept = _mine(attachment).update(
            provider_media_id=media_id, next_attempt_at=None, data=data
        )
        if is_kept and message.status == Status.QUEUED:
            message.next_attempt_at = timezone.now()
            changes.change_message(message, "next_attempt_at")
    return bool(is_kept)


def _refuse(attachment: Attachment, error: ProviderError) -> None:
    log.warning(
        "media.not_uploaded", attachment=str(attachment.pk), code=error.code, detail=error.details
    )
    if error.decision == "channel":
        pause_channel(attachment.message.channel, error)
        _try_later(attachment, PAUSED_SECONDS)
    elif _may_try_again(attachment, error):
        backoff = min(2**attachment.attempts, LONGEST_DELAY_SECONDS)
        _try_later(attachment, max(backoff, error.retry_after))
    else:
        _give_up(attachment, error)


def _may_try_again(attachment: Attachment, error: ProviderError) -> bool:
    if error.retry_after is None:
        return False
    if error.http_status is None:
        return timezone.now() - attachment.message.created_at < UNREACHABLE_LIMIT
    return attachment.attempts < MAX_ATTEMPTS


def _try_later(attachment: Attachment, seconds: float) -> None:
    _mine(attachment).update(next_attempt_at=timezone.now() + timedelta(seconds=seconds))


def _give_up(attachment: Attachment, error: ProviderError) -> None:
    with changing_message(attachment.message_id) as (changes, message):
        if not _mine(attachment).update(next_attempt_at=None) or message.status != Status.QUEUED:
            return
        message.status = Status.FAILED
        message.failed_at = timezone.now()
        message.error_code = error.code
        message.error_text = error.details or error.title
        changes.change_message(message, "status", "failed_at", "error_code", "error_text")
        cancel_rest_of_bot(changes, message)


def _mine(attachment: Attachment):
    """The row, while nobody else has taken it over."""
    return Attachment.objects.filter(
        pk=attachment.pk, provider_media_id="", attempts=attachment.attempts
    )
