"""The conversation list: its tabs and their counters, its order, its pages.

Everything is asked through the person (access.py); the queries are few and their number does not
depend on what they find.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Prefetch, Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import colleagues
from accounts.models.users import Availability, Role
from conversations import phone_numbers
from conversations.access import visible_conversations, visible_queues
from conversations.models import Conversation, CustomerIdentity, Queue, State, Tag
from conversations.models.customers import document_hash

PAGE = 30
MOST_ROWS = 300
TEAM_SHOWN = 30
TABS = {
    "mine": _("Mine"),
    "waiting": pgettext_lazy("conversations", "Waiting"),
    "bot": _("Bot"),
    "all": pgettext_lazy("conversations", "All"),
    "closed": pgettext_lazy("conversations", "Closed"),
}
TAB_OF_STATE = {State.BOT: "bot", State.QUEUED: "waiting", State.ACTIVE: ""}


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What the address of a list says: which tab, which queue, which words, how many rows."""

    tab: str = "mine"
    queue: UUID | None = None
    search: str = ""
    after: str = ""
    shown: int = PAGE

    @classmethod
    def from_query(cls, query, default_tab: str = "mine") -> "ListFilter":
        """Read an address; what makes no sense counts as not said."""
        tab = query.get("tab", "")
        return cls(
            tab=tab if tab in TABS else default_tab,
            queue=_uuid(query.get("queue", "")),
            search=query.get("search", "").strip()[:100],
            after=query.get("after", ""),
            shown=_rows_shown(query.get("shown", "")),
        )

    def query(self, **changed) -> str:
        """Return this filter as the query part of an address, without what is not set."""
        said = {"tab": self.tab, "queue": self.queue, "search": self.search, **changed}
        return urlencode({name: value for name, value in said.items() if value})

    def without_queue(self) -> str:
        return self.query(queue=None)


@dataclass(slots=True)
class Counters:
    """How many conversations are where, for the tabs and the rail."""

    tabs: dict[str, int] = field(
        default_factory=lambda: {"mine": 0, "waiting": 0, "bot": 0, "all": 0}
    )
    waiting: dict[UUID, int] = field(default_factory=dict)
    unread: int = 0  # of this person's own conversations


@dataclass(slots=True)
class ListPage:
    """A page of rows; `after` is where the next one begins, '' at the end."""

    rows: list[Conversation]
    after: str = ""


@dataclass(slots=True)
class Rail:
    """What the navigation knows: queues with those who wait, and who is here."""

    queues: list[Queue]
    team: list
    simulator_url: str = ""

    @property
    def online(self) -> int:
        return sum(person.availability == Availability.ONLINE for person in self.team)


def counters_for(user, queue: UUID | None = None) -> Counters:
    """Count everything in one query. The tabs follow the chosen queue, the rail never does."""
    counted = (
        visible_conversations(user)
        .open()
        .order_by()
        .values("queue", "state")
        .annotate(
            rows=Count("pk"),
            mine=Count("pk", filter=Q(assignee=user, state=State.ACTIVE)),
            unread=Count("pk", filter=Q(assignee=user, state=State.ACTIVE, unread_count__gt=0)),
        )
    )
    counters = Counters()
    for group in counted:
        _count(counters, group, is_chosen=queue is None or group["queue"] == queue)
    return counters


def _count(counters: Counters, group: dict, *, is_chosen: bool) -> None:
    counters.unread += group["unread"]
    if group["state"] == State.QUEUED:
        counters.waiting[group["queue"]] = group["rows"]
    if not is_chosen:
        return
    counters.tabs["all"] += group["rows"]
    counters.tabs["mine"] += group["mine"]
    tab = TAB_OF_STATE[group["state"]]
    if tab:
        counters.tabs[tab] += group["rows"]


def page_for(user, wanted: ListFilter) -> ListPage:
    """Return the rows of a list: from its beginning, or from where `after` says."""
    rows = _ordered(_matching(user, wanted), wanted.tab)
    if wanted.after:
        rows = _after(rows, wanted)
        if rows is None:
            return ListPage([])
    limit = PAGE if wanted.after else wanted.shown
    found = list(_with_facts(rows)[: limit + 1])
    if len(found) <= limit:
        return ListPage(found)
    return ListPage(found[:limit], after=_cursor(found[limit - 1], wanted.tab))


def rail_for(user, counters: Counters) -> Rail:
    """Return what the navigation shows to this person."""
    queues = list(visible_queues(user))
    for queue in queues:
        queue.waiting = counters.waiting.get(queue.pk, 0)
    team = list(colleagues(user).exclude(role=Role.VIEWER)[:TEAM_SHOWN])
    return Rail(queues, team, _simulator_url() if settings.SIMULATOR else "")


def _matching(user, wanted: ListFilter):
    rows = visible_conversations(user)
    rows = {
        "mine": lambda: rows.of(user),
        "waiting": rows.waiting,
        "bot": rows.with_bot,
        "all": rows.open,
        "closed": rows.closed,
    }[wanted.tab]()
    if wanted.queue:
        rows = rows.filter(queue=wanted.queue)
    return rows.filter(_found_by(wanted.search)) if wanted.search else rows


def _found_by(words: str) -> Q:
    """Match name, protocol, phone in any Brazilian way of writing it, contract and CPF or CNPJ."""
    digits = re.sub(r"\D", "", words)
    found = Q(customer__name__icontains=words) | Q(protocol__startswith=words)
    if len(digits) >= 4:
        numbers = {digits, phone_numbers.canonical(digits), phone_numbers.canonical("55" + digits)}
        of_number = Q()
        for number in numbers:
            of_number |= Q(value__contains=number)
        identities = CustomerIdentity.objects.filter(of_number)
        found |= Q(customer__in=identities.values("customer")) | Q(customer__contract=digits)
    if len(digits) in (11, 14):
        found |= Q(customer__document_hash=document_hash(digits))
    return found


def _ordered(rows, tab: str):
    return rows.longest_waiting_first() if tab == "waiting" else rows.newest_first()


def _after(rows, wanted: ListFilter):
    """Continue a list behind a row, by where it stood: right also while rows move up meanwhile."""
    try:
        at, key, priority = wanted.after.split("~")
        edge, row, priority = datetime.fromisoformat(at), UUID(key), int(priority)
    except ValueError:
        return None
    if wanted.tab != "waiting":
        return rows.filter(Q(last_message_at__lt=edge) | Q(last_message_at=edge, id__lt=row))
    later = Q(queued_at__gt=edge) | Q(queued_at=edge, id__gt=row)
    return rows.filter(Q(priority__lt=priority) | Q(later, priority=priority))


def _cursor(row: Conversation, tab: str) -> str:
    at = row.queued_at if tab == "waiting" else row.last_message_at
    return f"{at.isoformat()}~{row.pk}~{row.priority}"


def _with_facts(rows):
    return rows.select_related(
        "customer", "channel", "contact", "queue", "assignee", "last_message"
    ).prefetch_related(Prefetch("tags", Tag.objects.order_by("name")))


def _simulator_url() -> str:
    try:
        return reverse("simulator:page")
    except NoReverseMatch:
        return ""


def _rows_shown(text: str) -> int:
    return min(max(int(text), PAGE), MOST_ROWS) if text.isdecimal() and len(text) < 6 else PAGE


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
