"""What became of our messages: statuses by rank, whatever order they come in (spec/03, 2.3).

Locks: conversation rows by id, then message rows by id.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from conversations.actions.bot_messages import cancel_bot_messages
from conversations.actions.changes import Changes
from conversations.actions.failures import note_failure
from conversations.actions.variants import UNDELIVERABLE, try_other_variant
from conversations.models import (
    STATUS_RANK,
    STATUS_TIME_FIELDS,
    Contact,
    Message,
    PendingStatus,
    SendAttempt,
    SenderKind,
    State,
    Status,
)
from conversations.providers.base import StatusReceived
from helpdesk.core.bulk import update_rows

PENDING_DAYS = 7
SETTLE_AT_ONCE = 500
# What no page shows: as a rule all that a `sent` brings after the request's own answer.
UNSEEN = {"pricing"}
WIRE_STATUSES = {Status.SENT, Status.DELIVERED, Status.READ, Status.PLAYED, Status.FAILED}


@dataclass(frozen=True)
class StatusFact:
    """One status as told by the provider."""

    channel_id: UUID
    provider_id: str
    attempt_id: str
    status: str
    occurred_at: datetime
    error_code: int | None = None
    error_text: str = ""
    pricing: dict[str, Any] = field(default_factory=dict, hash=False)

    @classmethod
    def from_event(cls, channel_id: UUID, event: StatusReceived) -> "StatusFact":
        """Take over what a webhook says."""
        return cls(
            channel_id=channel_id,
            provider_id=event.provider_id,
            attempt_id=event.attempt_id,
            status=event.status,
            occurred_at=event.occurred_at,
            error_code=event.error_code,
            error_text=event.error_details or event.error_title,
            pricing=event.pricing,
        )

    @classmethod
    def from_pending(cls, row: PendingStatus) -> "StatusFact":
        """Take over what has been kept."""
        return cls(
            channel_id=row.channel_id,
            provider_id=row.provider_id,
            attempt_id=row.attempt_id,
            status=row.status,
            occurred_at=row.occurred_at,
            **row.data,
        )

    def pending(self) -> PendingStatus:
        """Return the unsaved row that keeps this status until its message is known."""
        return PendingStatus(
            channel_id=self.channel_id,
            provider_id=self.provider_id,
            attempt_id=self.attempt_id,
            status=self.status,
            occurred_at=self.occurred_at,
            data={
                "error_code": self.error_code,
                "error_text": self.error_text,
                "pricing": self.pricing,
            },
        )


class Settler:
    """Applies statuses to locked messages; keeps those whose message is not known."""

    def __init__(self, changes: Changes, by_key: dict, by_attempt: dict[str, Message]):
        self._changes = changes
        self._by_key = by_key
        self._by_attempt = by_attempt
        self._answered: dict[UUID, str] = {}
        self._unreachable: set[UUID] = set()
        self.unsettled: list[StatusFact] = []

    def settle(self, fact: StatusFact) -> bool:
        """Apply one status; False when its message is not known (yet)."""
        if fact.status not in WIRE_STATUSES:
            return True
        # Ours first: the attempt's id names the message even before its provider id is stored.
        message = self._by_attempt.get(fact.attempt_id) or self._by_key.get(
            (fact.channel_id, fact.provider_id)
        )
        if message is None:
            self.unsettled.append(fact)
            return False
        if fact.status == Status.FAILED and _is_outdated(fact, message):
            return True
        fields = apply_status(message, fact)
        if fields <= UNSEEN:
            self._changes.complete_message(message, *fields)
        else:
            self._changes.change_message(message, *fields)
        if fact.attempt_id in self._by_attempt:
            self._answered[UUID(fact.attempt_id)] = fact.provider_id
        if message.status == Status.FAILED:
            self._note_failure(message)
        return True

    def write(self) -> None:
        """Write what is not on messages. After the messages."""
        PendingStatus.objects.bulk_create(
            [fact.pending() for fact in self.unsettled], ignore_conflicts=True
        )
        self._finish_attempts()
        if self._unreachable:
            Contact.objects.filter(pk__in=self._unreachable).update(unreachable_at=timezone.now())

    def _finish_attempts(self) -> None:
        """A status is an answer too: most attempts have had their own long before."""
        attempts = list(SendAttempt.objects.filter(pk__in=self._answered, finished_at=None))
        for attempt in attempts:
            attempt.finished_at = timezone.now()
            attempt.provider_id = self._answered[attempt.pk]
        update_rows(SendAttempt, attempts, ["finished_at", "provider_id"])

    def _note_failure(self, message: Message) -> None:
        if message.error_code == UNDELIVERABLE:
            if try_other_variant(message, message.contact.send_to):
                self._changes.change_message(
                    message, "status", "payload", "provider_id", "next_attempt_at"
                )
                return
            self._unreachable.add(message.contact_id)
        cancel_rest_of_bot(self._changes, message)
        note_failure(self._changes, message)


def apply_status(message: Message, fact: StatusFact) -> set[str]:
    """Move a message on by one status; return the fields that changed. Ranks never go back."""
    fields: set[str] = set()
    if message.provider_id is None and fact.provider_id:
        message.provider_id = fact.provider_id
        fields.add("provider_id")
    if fact.pricing and fact.pricing != message.pricing:
        message.pricing = fact.pricing
        fields.add("pricing")
    rises = STATUS_RANK[fact.status] > STATUS_RANK.get(message.status, -1)
    time_field = STATUS_TIME_FIELDS[fact.status]
    if getattr(message, time_field) is None and (rises or fact.status != Status.FAILED):
        setattr(message, time_field, fact.occurred_at)
        fields.add(time_field)
    if rises:
        message.status = fact.status
        message.error_code = fact.error_code if fact.status == Status.FAILED else None
        message.error_text = fact.error_text if fact.status == Status.FAILED else ""
        fields |= {"status", "error_code", "error_text"}
    return fields


def _is_outdated(fact: StatusFact, message: Message) -> bool:
    """Whether a failure is about an earlier attempt than the message's last one."""
    attempts = SendAttempt.objects.filter(message=message).order_by("-started_at", "-id")
    latest = attempts.values_list("pk", flat=True).first()
    is_requeued = message.status in (Status.QUEUED, Status.SCHEDULED)
    return bool(fact.attempt_id) and (is_requeued or fact.attempt_id != str(latest))


def cancel_rest_of_bot(changes: Changes, message: Message) -> None:
    """A bot's message that failed takes the bot's later ones with it; a person's does not."""
    change = changes.by_id.get(message.conversation_id)
    if message.sender == SenderKind.BOT and change and change.conversation.state == State.BOT:
        cancel_bot_messages(change)


def settle_pending(facts: Iterable[StatusFact]) -> int:
    """Look again for the messages of statuses that had none; return how many were settled.

    Called by both sides after their commit: by the ingest for what it has kept, by the outbox for
    the ids it has just stored. Whoever commits second finds the other.
    """
    facts = list(facts)
    rows = PendingStatus.objects.filter(
        provider_id__in={fact.provider_id for fact in facts} - {""},
    ) | PendingStatus.objects.filter(attempt_id__in={fact.attempt_id for fact in facts} - {""})
    return _settle_rows(rows.filter(status__in=WIRE_STATUSES)[:SETTLE_AT_ONCE])


def sweep_pending() -> int:
    """Settle kept statuses whose messages have become known; forget those older than 7 days."""
    limit = timezone.now() - timedelta(days=PENDING_DAYS)
    PendingStatus.objects.filter(created_at__lt=limit).delete()
    # By the provider's id alone: an attempt is stored before its request, so a status that names
    # one has found it at once. Statuses of messages that other programs sent never match.
    known = Message.objects.filter(
        channel_id=OuterRef("channel_id"), provider_id=OuterRef("provider_id")
    )
    rows = PendingStatus.objects.filter(Exists(known), status__in=WIRE_STATUSES)
    return _settle_rows(rows.order_by("created_at")[:SETTLE_AT_ONCE])


def _settle_rows(rows) -> int:
    rows = list(rows)
    if not rows:
        return 0
    by_key, by_attempt = _find_messages(rows)
    found = [
        row for row in rows
        if row.attempt_id in by_attempt or (row.channel_id, row.provider_id) in by_key
    ]  # fmt: skip
    if not found:
        return 0
    with transaction.atomic():
        ids = {pk for pk, _ in [*by_key.values(), *by_attempt.values()]}
        changes = Changes()
        changes.lock_alone(
            {conversation for _, conversation in [*by_key.values(), *by_attempt.values()]} - {None}
        )
        locked = {
            message.pk: message
            for message in Message.objects.select_for_update(of=("self",))
            .filter(pk__in=ids)
            .order_by("id")
        }
        settler = Settler(
            changes,
            {key: locked[pk] for key, (pk, _) in by_key.items()},
            {key: locked[pk] for key, (pk, _) in by_attempt.items()},
        )
        for row in sorted(found, key=lambda row: STATUS_RANK[row.status]):
            settler.settle(StatusFact.from_pending(row))
        changes.write()
        settler.write()
        PendingStatus.objects.filter(pk__in=[row.pk for row in found]).delete()
    return len(found)


def _find_messages(rows: list[PendingStatus]):
    """Return {(channel, provider id): (message, conversation)} and {attempt id: the same}."""
    messages = Message.objects.filter(
        Q(
            channel_id__in={row.channel_id for row in rows},
            provider_id__in={row.provider_id for row in rows},
        )
    )
    by_key = {
        (channel_id, provider_id): (pk, conversation_id)
        for pk, channel_id, provider_id, conversation_id in messages.values_list(
            "pk", "channel_id", "provider_id", "conversation_id"
        )
    }
    attempts = SendAttempt.objects.filter(pk__in=_uuids(row.attempt_id for row in rows))
    by_attempt = {
        str(pk): (message_id, conversation_id)
        for pk, message_id, conversation_id in attempts.values_list(
            "pk", "message_id", "message__conversation_id"
        )
    }
    return by_key, by_attempt


def _uuids(texts: Iterable[str]) -> set[UUID]:
    found = set()
    for text in texts:
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return found
