"""What came of requests: stored in batches, by the error table of the contract.

Locks: conversation rows by id, then message rows by id.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from conversations.actions.changes import Changes
from conversations.actions.channels import pause_for_error
from conversations.actions.failures import note_failure
from conversations.actions.free_entry import note_answer
from conversations.actions.outbox.claims import Claimed
from conversations.actions.statuses import StatusFact, cancel_rest_of_bot, settle_pending
from conversations.actions.variants import UNDELIVERABLE, try_other_variant
from conversations.models import (
    STATUS_RANK,
    Channel,
    Contact,
    Message,
    ProviderName,
    SendAttempt,
    Status,
)
from conversations.providers.base import ProviderError, SendResult
from helpdesk.core.bulk import update_rows

MAX_ATTEMPTS = 8
NOT_SENT_LIMIT = timedelta(hours=24)
UNKNOWN_HOLD = timedelta(seconds=30)
FIELDS = [
    "status", "provider_id", "sent_at", "failed_at", "next_attempt_at", "attempts", "error_code",
    "error_text", "payload",
]  # fmt: skip


def finish(channel: Channel, results: Sequence[tuple[Claimed, SendResult]]) -> None:
    """Store the outcome of each request in one transaction, then settle statuses that were early."""
    now = timezone.now()
    with transaction.atomic():
        changes = Changes()
        changes.lock_alone({claimed.message.conversation_id for claimed, _ in results} - {None})
        rows = Message.objects.select_for_update(of=("self",)).select_related("contact")
        ids = [claimed.message.pk for claimed, _ in results]
        messages = {row.pk: row for row in rows.filter(pk__in=ids).order_by("id")}
        results = _without_echoed_ids(channel, results)
        for claimed, result in results:
            message = messages[claimed.message.pk]
            _apply(message, result, claimed, now)
            changes.change_message(message, *FIELDS)
            if message.status == Status.FAILED:
                cancel_rest_of_bot(changes, message)
                note_failure(changes, message)
            _note_attempt(claimed.attempt, result, now)
        changes.write()
        update_rows(SendAttempt, [c.attempt for c, _ in results], ATTEMPT_FIELDS)
    settle_pending(
        StatusFact(channel.pk, result.provider_id, str(claimed.attempt.pk), Status.SENT, now)
        for claimed, result in results
        if result.accepted
    )


def channel_error(results: Sequence[tuple[Claimed, SendResult]]) -> ProviderError | None:
    """Return the refusal that concerns the whole channel (token, permission, payment), if any."""
    return next(
        (r.error for _, r in results if r.error is not None and r.error.decision == "channel"), None
    )


def pause_channel(channel: Channel, error: ProviderError) -> None:
    """Stop a channel's queue instead of burning it; the messages stay queued."""
    pause_for_error(channel, error)


def _without_echoed_ids(channel: Channel, results):
    """Leave out ids that an echo has brought as a message of its own (ingest/own_sends.py)."""
    if channel.provider != ProviderName.GATEWAY:
        return results
    ids = {result.provider_id for _, result in results} - {""}
    rows = Message.objects.filter(channel=channel, provider_id__in=ids)
    ours = [claimed.message.pk for claimed, _ in results]
    taken = set(rows.exclude(pk__in=ours).values_list("provider_id", flat=True))
    return [
        (claimed, replace(result, provider_id="") if result.provider_id in taken else result)
        for claimed, result in results
    ]


def _apply(message: Message, result: SendResult, claimed: Claimed, now: datetime) -> None:
    if result.accepted:
        _accept(message, result, now)
    elif STATUS_RANK.get(message.status, 99) > STATUS_RANK[Status.UNKNOWN]:
        return  # a status has already told more than our connection could
    elif result.ambiguous:
        message.status = Status.UNKNOWN
        message.next_attempt_at = now + UNKNOWN_HOLD
        message.error_text = result.detail
    else:
        _refuse(message, result.error, claimed, now)


def _accept(message: Message, result: SendResult, now: datetime) -> None:
    message.provider_id = message.provider_id or result.provider_id or None
    message.sent_at = message.sent_at or now
    note_answer(message, now)
    if STATUS_RANK.get(message.status, 99) < STATUS_RANK[Status.SENT]:
        message.status = Status.SENT
        message.error_code, message.error_text = None, ""


def _refuse(message: Message, error: ProviderError, claimed: Claimed, now: datetime) -> None:
    message.error_code = error.code
    message.error_text = error.details or error.title
    if error.decision == "channel":
        message.status = Status.QUEUED
        message.attempts -= 1
        message.next_attempt_at = now
    elif _may_try_again(message, error, now):
        message.status = Status.QUEUED
        message.next_attempt_at = now + timedelta(seconds=error.retry_after)
    elif error.code == UNDELIVERABLE and try_other_variant(message, claimed.outbound.to):
        message.next_attempt_at = now
    else:
        message.status = Status.FAILED
        message.failed_at = now
        if error.code == UNDELIVERABLE:
            Contact.objects.filter(pk=message.contact_id).update(unreachable_at=now)


def _may_try_again(message: Message, error: ProviderError, now: datetime) -> bool:
    """Whether to retry by itself: a few times, or for a day when nothing has left our house."""
    if error.retry_after is None:
        return False
    if error.http_status is None:
        return now - message.created_at < NOT_SENT_LIMIT
    return message.attempts < MAX_ATTEMPTS


ATTEMPT_FIELDS = ["finished_at", "provider_id", "error_code", "error_text", "trace_id"]


def _note_attempt(attempt: SendAttempt, result: SendResult, now: datetime) -> None:
    attempt.finished_at = now
    attempt.provider_id = result.provider_id
    if result.error is not None:
        attempt.error_code = result.error.code
        attempt.error_text = result.error.details or result.error.title
        attempt.trace_id = result.error.trace_id[:120]
    elif result.ambiguous:
        attempt.error_text = result.detail or "no answer"
