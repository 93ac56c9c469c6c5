"""From stored webhooks to conversations: batches, in order, each message once.

    items -> reading (pure parse) -> people -> conversations -> messages, targets, statuses -> rows
          -> notices

A batch is one transaction that holds the leases of its partitions. Counters, events and bot steps
come only from messages that this transaction has inserted; a conflict with another writer undoes the
whole batch and tries again. Items with a notice that somebody acts on (notices.py) are finished after
it, each in a transaction of its own. Locks: leases, then those of actions/changes.py.
"""

from collections.abc import Mapping, Sequence

import structlog
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils import timezone

from conversations.actions.channels import note_heard
from conversations.actions.customers import join_proven
from conversations.actions.ingest.batch import write_batch
from conversations.actions.ingest.notices import handle
from conversations.actions.ingest.reading import read
from conversations.actions.register import OnePerson
from conversations.actions.statuses import settle_pending
from conversations.models import WebhookEvent, WorkItem
from helpdesk.core import leases

log = structlog.get_logger(__name__)

CONFLICT_TRIES = 3
ERROR_LENGTH = 2000
UNAUTHORIZED = "Unauthorized: "


def ingest(items: Sequence[WorkItem], fences: Mapping[str, int]) -> int:
    """Process work items in the order given; return how many messages are new.

    What cannot be processed is found by halving the batch and parked with its error; the rest goes
    on. Raises LeaseLost, and OperationalError or InterfaceError when the database is away: then
    nothing has happened.
    """
    if not items:
        return 0
    try:
        return _ingest_retrying(items, fences)
    except (leases.LeaseLost, OperationalError, InterfaceError):
        raise
    except Exception as error:
        if len(items) == 1:
            park(items[0], error, fences)
            return 0
        middle = len(items) // 2
        return ingest(items[:middle], fences) + ingest(items[middle:], fences)


def park(item: WorkItem, error: Exception, fences: Mapping[str, int] | None = None) -> None:
    """Set an item aside with its error, where the ingest page and the admin show it."""
    with transaction.atomic():
        leases.guard(fences or {})
        WorkItem.objects.filter(pk=item.pk, processed_at=None).update(
            attempts=item.attempts + 1, error=f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
        )
    log.warning("ingest.parked", item=item.pk, error=type(error).__name__)


def replay(item_ids: Sequence[int]) -> int:
    """Let parked items be tried again; return how many. The drainer finds them by itself.

    What was parked because its signature does not speak for the number stays parked: nothing
    stored could prove it later.
    """
    parked = WorkItem.objects.parked().filter(pk__in=item_ids)
    return parked.exclude(error__startswith=UNAUTHORIZED).update(error="")


def _ingest_retrying(items: Sequence[WorkItem], fences: Mapping[str, int]) -> int:
    for remaining in reversed(range(CONFLICT_TRIES)):
        try:
            return _ingest_proven(items, fences)
        except IntegrityError:
            # Somebody else has written the same customer, conversation or message meanwhile; the
            # next try reads what they wrote.
            if not remaining:
                raise
    raise AssertionError("unreachable")


def _ingest_proven(items: Sequence[WorkItem], fences: Mapping[str, int]) -> int:
    while True:
        try:
            return _ingest_once(items, fences)
        except OnePerson as proof:
            # Nothing is written yet. Each round makes one customer of several, so there is an end.
            join_proven(proof)


def _ingest_once(items: Sequence[WorkItem], fences: Mapping[str, int]) -> int:
    reading = read(items)
    with transaction.atomic():
        leases.guard(fences)
        batch = write_batch(reading.arrivals)
        _mark_processed([item for item in items if item.pk not in reading.notices])
    note_heard({arrival.channel.pk for arrival in reading.arrivals})
    if batch.unsettled:
        settle_pending(batch.unsettled)
    for item in items:
        if item.pk in reading.notices:
            _finish(item, reading.notices[item.pk], fences)
    return batch.new_messages


def _finish(item: WorkItem, notices, fences: Mapping[str, int]) -> None:
    """Act on an item's notices; its messages are stored, and what fails here parks this item only."""
    try:
        with transaction.atomic():
            leases.guard(fences)
            for notice, channel in notices:
                handle(notice, channel)
            _mark_processed([item])
    except (leases.LeaseLost, OperationalError, InterfaceError):
        raise
    except Exception as error:
        park(item, error, fences)


def _mark_processed(items: Sequence[WorkItem]) -> None:
    if not items:
        return
    now = timezone.now()
    ids = [item.pk for item in items]
    done = WorkItem.objects.filter(pk__in=ids, processed_at=None).update(processed_at=now)
    if done != len(ids):
        raise leases.LeaseLost("Another drainer has processed these items.")
    event_ids = {item.event_id for item in items}
    waiting = WorkItem.objects.filter(event_id__in=event_ids, processed_at=None).values("event_id")
    WebhookEvent.objects.filter(pk__in=event_ids).exclude(pk__in=waiting).update(processed_at=now)
