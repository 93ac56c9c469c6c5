"""One file at a time: claimed, fetched or handed over, and what came of it written down."""

import threading
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations import access
from conversations.actions.attachments import fetching, uploading
from conversations.actions.attachments.fetching import changing_message
from conversations.actions.errors import Refused
from conversations.models import Attachment, AttachmentState, Channel, Status
from conversations.providers import registry
from helpdesk.core.breaker import breaker

# Whoever holds a claim renews it; one that has run out belongs to a worker that is dead.
# A worker that is only slow and loses its file so is stopped by the fence (`attempts`).
CLAIM = timedelta(seconds=10)
RENEW_SECONDS = 2.5
BREAKER_FAILURES, BREAKER_SECONDS = 3, 30
SWEEP_AFTER = timedelta(seconds=10)  # the wake-up that came with the row has been lost by then
SWEEP_AT_ONCE = 200


def carry(attachment_id) -> bool:
    """Fetch or hand over one file; True when it arrived, False when there was nothing to do or it failed.

    Raises Attachment.DoesNotExist. Never raises for what the wire or the storage do.
    """
    attachment = Attachment.objects.select_related("message__channel").get(pk=attachment_id)
    channel = attachment.message.channel
    is_ours = attachment.state == AttachmentState.STORED
    if is_ours and not _may_send(channel):
        return False
    guard = breaker(f"media.{channel.provider}", BREAKER_FAILURES, BREAKER_SECONDS)
    if not guard.allow():
        _postpone(attachment)
        return False
    if not _claim(attachment):
        return False
    attachment.refresh_from_db(fields=["attempts", "data", "next_attempt_at"])
    carrier = uploading.upload if is_ours else fetching.fetch
    with _renewed(attachment):
        arrived, broken = carrier(attachment, registry.get(channel.provider))
    if broken:
        guard.record_failure(broken)
    else:
        guard.record_success()
    return arrived


def due() -> list[UUID]:
    """Return files whose time has come and whose wake-up was lost; the oldest first."""
    now = timezone.now()
    # Nobody wakes a second attempt: that of a dead worker, or one that was put off.
    late = Q(next_attempt_at__lte=now - SWEEP_AFTER) | Q(next_attempt_at__lte=now, attempts__gt=0)
    pending = Attachment.objects.filter(late, state=AttachmentState.PENDING)
    waiting = _to_upload().filter(late, message__channel__in=Channel.objects.sending())
    found = []
    for rows in (pending, waiting):
        found += rows.order_by("next_attempt_at", "id").values_list("pk", flat=True)[:SWEEP_AT_ONCE]
    return found


def retry_attachment(attachment: Attachment, *, by) -> Attachment:
    """Ask for a customer's file once more, now. Raises Refused when it is here or on its way."""
    if not access.may_change(by):
        raise Refused(_("Your role reads and changes nothing."), "viewer")
    with changing_message(attachment.message_id) as (changes, message):
        current = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment.pk)
        if not current.can_be_fetched_again:
            raise Refused(_("This file is here already, or on its way."), "not_failed")
        current.state = AttachmentState.PENDING
        current.attempts = 0
        current.next_attempt_at = timezone.now()
        current.data = {**current.data, "trouble": ""}
        current.save(update_fields=["state", "attempts", "next_attempt_at", "data"])
        changes.change_message(message)
        changes.wake_attachments([current.pk])
    return current


def _to_upload():
    return Attachment.objects.filter(
        state=AttachmentState.STORED,
        provider_media_id="",
        message__status=Status.QUEUED,
        message__next_attempt_at=None,
    )


def _claim(attachment: Attachment) -> bool:
    now = timezone.now()
    is_pending = Q(state=AttachmentState.PENDING)
    waits = Q(pk__in=_to_upload().values("pk"))
    return bool(
        Attachment.objects.filter(
            is_pending | waits, pk=attachment.pk, next_attempt_at__lte=now
        ).update(attempts=F("attempts") + 1, next_attempt_at=now + CLAIM)
    )


@contextmanager
def _renewed(attachment: Attachment):
    """Keep a claim alive, from a thread of its own, as long as the file is on its way."""
    done = threading.Event()
    thread = threading.Thread(target=_renew, args=(attachment, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _renew(attachment: Attachment, done: threading.Event) -> None:
    known = attachment.next_attempt_at
    try:
        while not done.wait(RENEW_SECONDS):
            until = timezone.now() + CLAIM
            # Only while nothing else was written: what became of the file has the last word.
            mine = Attachment.objects.filter(
                pk=attachment.pk, attempts=attachment.attempts, next_attempt_at=known
            )
            if not mine.update(next_attempt_at=until):
                return
            known = until
    finally:
        connection.close()


def _postpone(attachment: Attachment) -> None:
    """The provider's media are away just now: no attempt is spent on that."""
    later = timezone.now() + timedelta(seconds=BREAKER_SECONDS)
    Attachment.objects.filter(pk=attachment.pk, next_attempt_at__lt=later).update(
        next_attempt_at=later
    )


def _may_send(channel: Channel) -> bool:
    return channel.is_active and not channel.paused_reason
