"""Protocol numbers: AAAAMMDD-NNNNNN, counted per day in the site's time zone."""

from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from conversations.models import ProtocolCounter


def next_protocols(count: int) -> list[str]:
    """Return `count` new numbers. To be called inside a transaction, after all other locks.

    The counter's row stays locked until the transaction ends, so numbers are never given twice;
    after the 999,999th of a day they grow longer.
    """
    if not count:
        return []
    day = timezone.now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    last = _advance(day, count)
    return [f"{day:%Y%m%d}-{number:06d}" for number in range(last - count + 1, last + 1)]


def _advance(day: date, count: int) -> int:
    counters = ProtocolCounter.objects.filter(day=day)
    if not counters.update(value=F("value") + count):
        ProtocolCounter.objects.bulk_create([ProtocolCounter(day=day)], ignore_conflicts=True)
        counters.update(value=F("value") + count)
    return counters.get().value
