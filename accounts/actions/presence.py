"""Who is here: chosen by the person, ended by absence, and kept as a log for the reports."""

from datetime import timedelta
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import events
from accounts.models import PresenceEntry, User
from accounts.models.users import Availability

SEEN_EVERY_SECONDS = 60
# Three heartbeats missed: the tab is closed or the connection gone.
GONE_AFTER_SECONDS = 180
# The reason of an offline entry that nobody chose; such a person is online again when seen.
CONNECTION_LOST = "connection"


def set_availability(user: User, availability: str, reason: str = "") -> User:
    """Make somebody available, away (with a reason) or offline, and log the stretch of time.

    Raises ValueError for an unknown availability. Saying the same again changes nothing.
    """
    availability = Availability(availability)
    reason = reason.strip()[:80] if availability == Availability.AWAY else ""
    return _write(user, availability, away_reason=reason, logged_reason=reason)


def come_online(user: User) -> User:
    """Make somebody available who was offline; who is away stays away."""
    if user.availability != Availability.OFFLINE:
        return user
    return set_availability(user, Availability.ONLINE)


def seen(user_id: UUID) -> None:
    """Note that somebody's page is open. Cheap: one UPDATE a minute at most, else a cache look-up.

    Whoever was put offline because their connection was lost is available again.
    """
    if not cache.add(f"seen:{user_id}", True, SEEN_EVERY_SECONDS):
        return
    User.objects.active().filter(pk=user_id).update(last_seen_at=timezone.now())
    lost = PresenceEntry.objects.filter(user_id=user_id, ended_at=None, reason=CONNECTION_LOST)
    if lost.exists():
        come_online(User.objects.get(pk=user_id))


def put_absent_offline() -> int:
    """Put everybody offline whose page has not been heard of; return how many."""
    since = timezone.now() - timedelta(seconds=GONE_AFTER_SECONDS)
    here = User.objects.exclude(availability=Availability.OFFLINE)
    absent = here.filter(Q(last_seen_at=None) | Q(last_seen_at__lt=since))
    for user in absent:
        _write(user, Availability.OFFLINE, away_reason="", logged_reason=CONNECTION_LOST)
    return len(absent)


def _write(user: User, availability: Availability, *, away_reason: str, logged_reason: str) -> User:
    now = timezone.now()
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        previous = locked.availability
        user.availability, user.away_reason = availability, away_reason
        if (previous, locked.away_reason) == (availability, away_reason):
            return user
        if availability != Availability.OFFLINE:
            user.last_seen_at = now
        user.availability_since = now
        user.save(
            update_fields=["availability", "away_reason", "availability_since", "last_seen_at"]
        )
        PresenceEntry.objects.filter(user=user, ended_at=None).update(ended_at=now)
        PresenceEntry.objects.create(
            user=user, availability=availability, reason=logged_reason, started_at=now
        )
        events.publish(
            events.availability_changed, user.pk, availability=str(availability), previous=previous
        )
    return user
