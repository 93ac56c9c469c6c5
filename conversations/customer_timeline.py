"""What has happened with a customer, newest first: conversations, notes, changes, consents."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from accounts.audit.lines import line_of
from accounts.models import AuditEntry
from accounts.models.audit import AuditKind
from conversations.access import visible_conversations
from conversations.models import Conversation, Customer

PER_PAGE = 20
KINDS = {
    "": _("All"),
    "conversations": _("Conversations"),
    "notes": _("Notes"),
    "changes": _("Changes"),
    "consents": _("Consents"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of the timeline; `row` is what its template shows."""

    kind: str
    at: datetime
    key: str
    row: Any


@dataclass(frozen=True, slots=True)
class Timeline:
    """Some entries, and the place of the next ones ('' at the end)."""

    kind: str
    entries: list[Entry]
    before: str


def timeline_of(customer: Customer, user, kind: str = "", before: str = "") -> Timeline:
    """Return the entries before a place, at most PER_PAGE, of one kind or of all."""
    kind = kind if kind in KINDS else ""
    place = _place(before)
    found: list[Entry] = []
    for name, rows_of in _SOURCES.items():
        if kind in ("", name):
            found += rows_of(customer, user, place)
    if place is not None:
        found = [entry for entry in found if (entry.at, entry.key) < place]
    found.sort(key=lambda entry: (entry.at, entry.key), reverse=True)
    entries = found[:PER_PAGE]
    last = entries[-1] if len(found) > PER_PAGE else None
    return Timeline(kind, entries, f"{last.at.isoformat()}~{last.key}" if last else "")


def _conversations(customer: Customer, user, place) -> list[Entry]:
    may_see = visible_conversations(user).filter(pk=OuterRef("pk"))
    rows = (
        Conversation.objects.filter(customer=customer)
        .select_related("queue", "assignee", "closing_reason")
        .defer("last_message_preview")
        .annotate(is_visible=Exists(may_see))
    )
    return _entries("conversations", rows, "opened_at", place)


def _notes(customer: Customer, user, place) -> list[Entry]:
    return _entries("notes", customer.notes.select_related("author"), "created_at", place)


def _consents(customer: Customer, user, place) -> list[Entry]:
    return _entries("consents", customer.consents.all(), "occurred_at", place)


def _changes(customer: Customer, user, place) -> list[Entry]:
    """Changes of fields and joinings, as the audit trail has them; documents are masked there."""
    told = Q(before__isnull=False) | Q(after__isnull=False)
    told |= Q(facts__has_key="merged") | Q(facts__has_key="unmerged")
    rows = AuditEntry.objects.filter(
        told,
        kind=AuditKind.CUSTOMER_CHANGED,
        target_type=Customer._meta.label_lower,
        target_id=str(customer.pk),
    )
    entries = _entries("changes", rows, "occurred_at", place)
    return [Entry(one.kind, one.at, one.key, line_of(one.row)) for one in entries]


_SOURCES = {
    "conversations": _conversations, "notes": _notes, "consents": _consents, "changes": _changes,
}  # fmt: skip


def _entries(kind: str, rows, column: str, place) -> list[Entry]:
    if place is not None:
        rows = rows.filter(**{f"{column}__lte": place[0]})
    rows = rows.order_by(f"-{column}", "-pk")[: PER_PAGE + 2]
    return [Entry(kind, getattr(row, column), str(row.pk), row) for row in rows]


def _place(text: str) -> tuple[datetime, str] | None:
    at, _separator, key = text.partition("~")
    try:
        moment = parse_datetime(at)
    except ValueError:
        return None
    return (moment, key) if moment is not None and moment.tzinfo else None
