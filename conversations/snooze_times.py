"""The times that are offered for snoozing, in the site's time zone."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

OPENING = time(8)
# The first of these that is at least an hour away is "this afternoon".
AFTERNOONS = [time(14), time(17)]
MONDAY = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One offered time."""

    label: str
    at: datetime

    @property
    def value(self) -> str:
        """The time as a form sends it, in the site's zone."""
        return form_value(self.at)


def choices(now: datetime) -> list[Choice]:
    """Return the offered times after `now`, soonest first."""
    local = timezone.localtime(now)
    today, tomorrow = local.date(), local.date() + timedelta(days=1)
    monday = today + timedelta(days=(MONDAY - today.weekday()) % 7 or 7)
    in_an_hour = (now + timedelta(hours=1)).replace(second=0, microsecond=0)
    found = [Choice(_("In an hour"), in_an_hour)]
    later = [_at(today, clock) for clock in AFTERNOONS if _at(today, clock) > in_an_hour]
    if later:
        found.append(Choice(_("This afternoon"), later[0]))
    found.append(Choice(_("Tomorrow morning"), _at(tomorrow, OPENING)))
    if monday != tomorrow:
        found.append(Choice(_("On Monday"), _at(monday, OPENING)))
    return found


def form_value(at: datetime) -> str:
    """Return a time as fields for date and time hold it."""
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"


def _at(day, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))
