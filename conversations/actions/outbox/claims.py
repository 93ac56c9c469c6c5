"""Which messages go out next: due, first of their contact, within the pace of the pair.

Locks: the channel's lease row, then message rows that nobody else has locked. No conversation row.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from conversations.actions.outbox.files import files_of, hand_over_first, outbound_file
from conversations.models import Attachment, Channel, Contact, Message, SendAttempt, Status
from conversations.providers import registry
from conversations.providers.base import OutboundMessage
from helpdesk.core import leases
from helpdesk.core.bulk import update_rows

PAIR_SECONDS = 6  # spec/03, 4.5: one message per 6 s to the same user ...
PAIR_BURST = 40  # ... and up to 45 in a burst, which we do not use up


@dataclass(frozen=True)
class Claimed:
    """A message about to be sent, its attempt already committed."""

    message: Message
    attempt: SendAttempt
    outbound: OutboundMessage


def claim(channel: Channel, fences: dict[str, int], limit: int) -> list[Claimed]:
    """Take up to `limit` messages and commit their attempts; raises LeaseLost."""
    with transaction.atomic():
        leases.guard(fences)
        now = timezone.now()
        heads = _heads(channel, now, limit)
        files = files_of(heads)
        ready = [
            message
            for message in _with_their_files(channel, heads, files)
            if _within_pace(message, now)
        ]
        attempts = [SendAttempt(message=message, started_at=now) for message in ready]
        Message.objects.filter(pk__in=[message.pk for message in ready]).update(
            status=Status.SENDING, attempts=F("attempts") + 1
        )
        SendAttempt.objects.bulk_create(attempts)
        update_rows(Contact, {m.contact for m in ready}, ["paced_until"])
    return [
        _claimed(message, attempt, files.get(message.pk))
        for message, attempt in zip(ready, attempts, strict=True)
    ]


def has_due(channel_id) -> bool:
    """Whether anything of this channel waits for being sent now."""
    return _due(channel_id, timezone.now()).exists()


def _due(channel_id, now: datetime):
    """Due messages before which nothing of the same contact is still on its way.

    A retrying message holds back its contact; one whose fate is unknown does so until
    next_attempt_at. The partial index conversations_message_pending answers the inner question: its
    condition and its first two columns stand here as they are there, beside what it does not know.
    """
    earlier = Q(sort_at__lt=OuterRef("sort_at")) | Q(id__lt=OuterRef("id"))
    holding = ~Q(status=Status.UNKNOWN) | Q(next_attempt_at__gt=now)
    pending = Message.objects.filter(
        contact=OuterRef("contact"),
        sort_at__lte=OuterRef("sort_at"),
        status__in=[Status.QUEUED, Status.SENDING, Status.UNKNOWN],
    )
    blockers = pending.filter(earlier, holding)
    return Message.objects.queued().filter(
        ~Exists(blockers), channel_id=channel_id, next_attempt_at__lte=now
    )


def _heads(channel: Channel, now: datetime, limit: int) -> list[Message]:
    return list(
        _due(channel.pk, now)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("contact__customer", "reply_to")
        .order_by("priority", "next_attempt_at", "id")[:limit]
    )


def _with_their_files(
    channel: Channel, messages: list[Message], files: dict[UUID, Attachment]
) -> list[Message]:
    """Leave out what names a file that the provider does not have yet."""
    if not files or not registry.get(channel.provider).uploads_files:
        return messages
    missing = [attachment for attachment in files.values() if not attachment.provider_media_id]
    hand_over_first(missing)
    waiting = {attachment.message_id for attachment in missing}
    return [message for message in messages if message.pk not in waiting]


def _within_pace(message: Message, now: datetime) -> bool:
    """Spend the pair's allowance, or put the message off until there is some (GCRA)."""
    contact = message.contact
    starts = max(contact.paced_until or now, now)
    allowed_at = starts - timedelta(seconds=PAIR_SECONDS * (PAIR_BURST - 1))
    if allowed_at > now:
        Message.objects.filter(pk=message.pk).update(next_attempt_at=allowed_at)
        return False
    contact.paced_until = starts + timedelta(seconds=PAIR_SECONDS)
    return True


def _claimed(message: Message, attempt: SendAttempt, attachment: Attachment | None) -> Claimed:
    message.status = Status.SENDING
    message.attempts += 1
    contact = message.contact
    outbound = OutboundMessage(
        to=contact.send_to or contact.customer.phone or "",
        to_is_bsuid=contact.send_to_is_bsuid,
        kind=message.kind,
        body=message.body,
        payload=message.payload | _named(attachment),
        reply_to_provider_id=(message.reply_to.provider_id or "") if message.reply_to else "",
        attempt_id=str(attempt.pk),
        attempt_number=message.attempts,
        file=outbound_file(attachment) if attachment else None,
    )
    return Claimed(message, attempt, outbound)


def _named(attachment: Attachment | None) -> dict[str, str]:
    """What a media message says of its file."""
    if attachment is None or not attachment.provider_media_id:
        return {}
    return {"media_id": attachment.provider_media_id}
