"""How far the intake of webhooks is behind, and what it has set aside. Reads only.

Each number costs one statement on a partial index of WorkItem, however long the table is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone

from conversations.admin.masking import mask, masked_text
from conversations.drainer import LEASE_NAMES, LEASE_SECONDS
from conversations.models import WorkItem
from helpdesk.core.models import Lease

PER_PAGE = 50
REASON_LENGTH = 300
# From here on somebody should look: spec/08 raises its alarm at ten seconds.
SLOW_SECONDS, LATE_SECONDS = 2, 10
MINUTE, LOOKED_BACK = timedelta(minutes=1), timedelta(minutes=10)


@dataclass(slots=True)
class Partition:
    """One of the sixteen: what waits in it, and who works it off."""

    number: int
    waiting: int = 0
    lag: float = 0.0
    holder: str = ""
    fence: int = 0
    renewed: float | None = None  # seconds since its drainer was last heard of
    height: int = 0  # percent of the fullest

    @property
    def is_orphan(self) -> bool:
        return not self.holder

    @property
    def tone(self) -> str:
        return tone_of(self.lag)


@dataclass(slots=True)
class Health:
    """Everything on the page that changes by itself."""

    partitions: list[Partition]
    parked: int
    failed: int
    per_minute: int

    @property
    def waiting(self) -> int:
        return sum(partition.waiting for partition in self.partitions)

    @property
    def worst(self) -> Partition:
        return max(self.partitions, key=lambda partition: partition.lag)

    @property
    def lag(self) -> float:
        return self.worst.lag

    @property
    def tone(self) -> str:
        return tone_of(self.lag)

    @property
    def drainers(self) -> int:
        return len({partition.holder for partition in self.partitions} - {""})


@dataclass(slots=True)
class ParkedPage:
    """Some parked items, the newest first, and the id after which it goes on."""

    items: list[WorkItem]
    after: int | None


def tone_of(lag: float) -> str:
    """Return how bad a lag in seconds is: ok, wait or bad."""
    if lag > LATE_SECONDS:
        return "bad"
    return "wait" if lag > SLOW_SECONDS else "ok"


def look() -> Health:
    """Return how the intake is, in five statements."""
    now = timezone.now()
    partitions = [Partition(number) for number in range(len(LEASE_NAMES))]
    oldest = _fill_backlog(partitions, now)
    _fill_drainers(partitions, now)
    parked = WorkItem.objects.parked().aggregate(
        all=Count("id"), failed=Count("id", filter=Q(attempts__gt=1))
    )
    return Health(partitions, parked["all"], parked["failed"], _per_minute(now, oldest))


def parked_page(after: str = "") -> ParkedPage:
    """Return the parked items older than the item `after`, without people's numbers."""
    rows = WorkItem.objects.parked().order_by("-id")
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(id__lt=int(after))
    found = list(rows[: PER_PAGE + 1])
    items = [readable(item) for item in found[:PER_PAGE]]
    return ParkedPage(items, items[-1].pk if len(found) > PER_PAGE else None)


def readable(item: WorkItem) -> WorkItem:
    """Add to an item what may be shown of its sender and its error."""
    item.shown_sender = mask(item.sender)
    item.shown_error = masked_text(item.error[:REASON_LENGTH])
    return item


def _fill_backlog(partitions: list[Partition], now: datetime) -> datetime:
    """Fill in what waits; return when the oldest of it came, `now` when nothing waits."""
    groups = list(
        WorkItem.objects.unprocessed()
        .filter(partition__lt=len(partitions))
        .values_list("partition")
        .annotate(waiting=Count("id"), first=Min("id"))
        .order_by("partition")
    )
    firsts = WorkItem.objects.filter(pk__in=[first for _, _, first in groups])
    came = dict(firsts.values_list("pk", "received_at"))
    fullest = max((waiting for _, waiting, _ in groups), default=1)
    for number, waiting, first in groups:
        partition = partitions[number]
        partition.waiting = waiting
        partition.lag = max((now - came.get(first, now)).total_seconds(), 0.0)
        partition.height = round(100 * waiting / fullest)
    return min(came.values(), default=now)


def _fill_drainers(partitions: list[Partition], now: datetime) -> None:
    for lease in Lease.objects.filter(name__in=LEASE_NAMES, expires_at__gt=now):
        partition = partitions[LEASE_NAMES.index(lease.name)]
        partition.holder, partition.fence = lease.holder, lease.fence
        left = (lease.expires_at - now).total_seconds()
        partition.renewed = max(LEASE_SECONDS - left, 0.0)


def _per_minute(now: datetime, oldest: datetime) -> int:
    """Count what was worked off in the last minute.

    There is no index on processed_at, which every item would pay for: what was worked off just now
    came hardly earlier than what waits longest, and that is found by the index on received_at.
    """
    since = min(oldest, now) - LOOKED_BACK
    return WorkItem.objects.filter(received_at__gte=since, processed_at__gte=now - MINUTE).count()
