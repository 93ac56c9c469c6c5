"""The times that are offered for sending later, in the site's zone. Pure, but for the zone."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

EVENING, MORNING, OPENING = time(17), time(9), time(8)
MONDAY = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One offered time; is_open: whether free text may be sent then."""

    label: str
    at: datetime
    is_open: bool = True

    @property
    def value(self) -> str:
        """The time as a form sends it, in the site's zone."""
        return f"{timezone.localtime(self.at):%Y-%m-%dT%H:%M}"


def choices(now: datetime, window_is_open) -> list[Choice]:
    """Return the offered times after `now`; window_is_open(at) says whether text may leave then."""
    local = timezone.localtime(now)
    today, tomorrow = local.date(), local.date() + timedelta(days=1)
    monday = today + timedelta(days=(MONDAY - today.weekday()) % 7 or 7)
    found = [(_("In an hour"), _whole_minute(now + timedelta(hours=1)))]
    if local.time() < time(16):
        found.append((_("Today, 17:00"), _at(today, EVENING)))
    found.append((_("Tomorrow, 9:00"), _at(tomorrow, MORNING)))
    if monday != tomorrow:
        found.append((_("Monday, 8:00"), _at(monday, OPENING)))
    return [Choice(label, at, window_is_open(at)) for label, at in found]


def _at(day, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def _whole_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
