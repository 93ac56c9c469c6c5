"""What lost wake-ups and dead workers have left behind."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from conversations.actions.changes import Changes
from conversations.actions.outbox.results import UNKNOWN_HOLD
from conversations.models import Channel, Message, SendAttempt, Status

# Above every time-out of a request (5 s to connect, 20 s to read) with room to spare.
NO_ANSWER_AFTER = timedelta(seconds=60)
SWEEP_AT_ONCE = 500
OVERDUE_AFTER = timedelta(seconds=3)
OVERDUE_AT_ONCE = 100


def sweep() -> dict[UUID, bool]:
    """Mark attempts without an answer as unknown; return the channels that have something due.

    Those that wait longest come first. The value says whether they are overdue: their wake-up was
    lost with its worker, or the workers are behind. Of these only so many are named at once, for
    those behind must not drown in wake-ups.
    """
    _give_up_waiting()
    now = timezone.now()
    waiting = (
        Message.objects.queued()
        .filter(next_attempt_at__lte=now, channel__in=Channel.objects.sending())
        .values_list("channel_id")
        .annotate(since=Min("next_attempt_at"))
        .order_by("since")
    )
    return {
        channel_id: place < OVERDUE_AT_ONCE and since < now - OVERDUE_AFTER
        for place, (channel_id, since) in enumerate(waiting)
    }


def _give_up_waiting() -> None:
    """A worker died with these in its hands: they may have arrived, so they are never sent again.

    A status that carries the attempt's id still tells what became of them.
    """
    now = timezone.now()
    overdue = SendAttempt.objects.filter(finished_at=None, started_at__lt=now - NO_ANSWER_AFTER)
    attempts = list(overdue.select_related("message")[:SWEEP_AT_ONCE])
    if not attempts:
        return
    with transaction.atomic():
        changes = Changes()
        changes.lock_alone({attempt.message.conversation_id for attempt in attempts} - {None})
        ids = [attempt.message_id for attempt in attempts]
        messages = Message.objects.select_for_update().filter(pk__in=ids, status=Status.SENDING)
        for message in messages.order_by("id"):
            message.status = Status.UNKNOWN
            message.next_attempt_at = now + UNKNOWN_HOLD
            changes.change_message(message, "status", "next_attempt_at")
        changes.write()
        SendAttempt.objects.filter(pk__in=[a.pk for a in attempts], finished_at=None).update(
            finished_at=now, error_text="no answer"
        )
