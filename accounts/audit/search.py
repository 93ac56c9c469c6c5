"""Looking things up in the trail: what an address asks for, and one page of it."""

import ipaddress
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from accounts.models import AuditEntry
from accounts.models.audit import KIND_GROUPS, AuditKind, AuditSource

PAGE = 50
EXPORT_PAGE = 1_000
TEXT_LENGTH = 100
# Of what was found, the newest; whoever needs more than a spreadsheet holds asks for a shorter period.
EXPORTED_AT_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What is looked for. `kind` is one kind or the name of a group of them."""

    text: str = ""
    person: str = ""
    kind: str = ""
    source: str = ""
    since: str = ""
    until: str = ""

    @classmethod
    def from_query(cls, query) -> "AuditFilter":
        """Read an address; what makes no sense counts as not said."""
        said = {name: query.get(name, "").replace("\0", "").strip() for name in cls.__slots__}
        kinds = {*AuditKind.values, *KIND_GROUPS}
        return cls(
            text=said["text"][:TEXT_LENGTH],
            person=said["person"] if _uuid(said["person"]) else "",
            kind=said["kind"] if said["kind"] in kinds else "",
            source=said["source"] if said["source"] in AuditSource.values else "",
            since=said["since"] if _date(said["since"]) else "",
            until=said["until"] if _date(said["until"]) else "",
        )

    def said(self) -> dict[str, str]:
        """Return what is asked for, without what is not."""
        return {name: value for name, value in asdict(self).items() if value}

    def query(self, **changed) -> str:
        """Return this as the query part of an address."""
        return urlencode(
            {name: value for name, value in {**self.said(), **changed}.items() if value}
        )

    def entries(self):
        """Return the entries looked for, newest first."""
        rows = AuditEntry.objects.newest_first()
        if self.person:
            rows = rows.filter(actor_id=self.person)
        if self.kind:
            rows = rows.filter(kind__in=_kinds(self.kind))
        if self.source:
            rows = rows.filter(source=self.source)
        if self.since:
            rows = rows.filter(occurred_at__gte=_midnight(_date(self.since)))
        if self.until:
            rows = rows.filter(occurred_at__lt=_midnight(_date(self.until) + timedelta(days=1)))
        return rows.filter(_found_by(self.text)) if self.text else rows


@dataclass(slots=True)
class AuditPage:
    """Some entries; `after` is where the next page begins, '' at the end."""

    entries: list[AuditEntry]
    after: str = ""


def page_of(wanted: AuditFilter, after: str = "", size: int = PAGE) -> AuditPage:
    """Return the entries that follow the place `after`, from the beginning when it says nothing."""
    rows = wanted.entries()
    place = _place(after)
    if place:
        at, pk = place
        rows = rows.filter(Q(occurred_at__lt=at) | Q(occurred_at=at, id__lt=pk))
    found = list(rows[: size + 1])
    if len(found) <= size:
        return AuditPage(found)
    last = found[size - 1]
    return AuditPage(found[:size], after=f"{last.occurred_at.isoformat()}_{last.pk}")


def pages_of(wanted: AuditFilter) -> Iterator[list[AuditEntry]]:
    """Return everything found, page by page: never more than one of them is in memory."""
    after = ""
    for _number in range(EXPORTED_AT_MOST // EXPORT_PAGE):
        page = page_of(wanted, after, EXPORT_PAGE)
        yield page.entries
        after = page.after
        if not after:
            return


def _kinds(name: str) -> list[str]:
    return KIND_GROUPS[name][1] if name in KIND_GROUPS else [name]


def _found_by(text: str) -> Q:
    """Match names anywhere; ids of objects and requests, and addresses, as a whole."""
    found = Q(actor_name__icontains=text) | Q(target_label__icontains=text)
    found |= Q(target_id=text) | Q(request_id=text)
    with suppress(ValueError):
        found |= Q(address=str(ipaddress.ip_address(text)))
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _date(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and 1900 < day.year < 9999 else None


def _place(text: str) -> tuple[datetime, UUID] | None:
    at, _underscore, pk = text.rpartition("_")
    try:
        moment, identifier = parse_datetime(at), UUID(pk)
    except ValueError:
        return None
    return (moment, identifier) if moment and timezone.is_aware(moment) else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
