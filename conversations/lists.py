"""The conversation list: its rows, page by page, the counters of tabs and views, the navigation.

What an address asks for stands in list_filters.py, the orders in list_sorts.py. Everything is asked
through the person (access.py); the queries are few and their number does not depend on what they
find.
"""

from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse

from accounts.access import colleagues
from accounts.models.users import Availability, Role
from conversations import search
from conversations.access import visible_conversations, visible_queues
from conversations.list_filters import PAGE, TABS, ListFilter, tab_of
from conversations.list_sorts import Place, sort_of
from conversations.models import Conversation, Draft, Queue, SavedView, State, Tag

__all__ = ["PAGE", "TABS", "Counters", "ListFilter", "ListPage", "Rail"]

TEAM_SHOWN = 30
VIEWS_SHOWN = 12
COUNTED_TABS = ("mine", "waiting", "bot")


@dataclass(slots=True)
class Counters:
    """How many conversations are where. While one searches, tabs and chips have no numbers."""

    tabs: dict[str, int] = field(default_factory=dict)
    chips: dict[str, int] = field(default_factory=dict)  # unread and snoozed ones of this list
    views: dict[UUID, int] = field(default_factory=dict)
    waiting: dict[UUID, int] = field(default_factory=dict)
    unread: int = 0  # of this person's own conversations


@dataclass(slots=True)
class ListPage:
    """A page of rows; `after` is where the next one begins, '' at the end."""

    rows: list[Conversation]
    after: str = ""
    is_cut: bool = False  # a search found more than it shows


@dataclass(slots=True)
class Rail:
    """What the navigation knows: queues with those who wait, views, and who is here."""

    queues: list[Queue]
    views: list[SavedView]
    team: list
    simulator_url: str = ""

    @property
    def online(self) -> int:
        return sum(person.availability == Availability.ONLINE for person in self.team)


def page_for(user, wanted: ListFilter) -> ListPage:
    """Return the rows of a list: from its beginning, or from where `after` says."""
    sort = sort_of(wanted.tab, wanted.sort)
    rows, hits = _matching(user, wanted)
    if wanted.after:
        place = Place.parse(wanted.after)
        if place is None:
            return ListPage([])
        rows = sort.behind(rows, place)
    found = list(_with_facts(sort.order(rows), user)[: wanted.shown + 1])
    page = ListPage(found[: wanted.shown])
    if len(found) > wanted.shown:
        page.after = str(sort.place(page.rows[-1]))
    if hits is not None:
        search.show_excerpts(page.rows, hits)
        page.is_cut = hits.is_cut and not page.after
    return page


def rail_for(user, wanted: ListFilter | None = None) -> tuple[Rail, Counters]:
    """Return what the navigation shows to this person, and the counters of a list."""
    views = list(SavedView.objects.for_user(user).in_order_of(user)[:VIEWS_SHOWN])
    counters = _counters(user, wanted or ListFilter(), views)
    for view in views:
        view.count = counters.views.get(view.pk)
    queues = list(visible_queues(user))
    for queue in queues:
        queue.waiting = counters.waiting.get(queue.pk, 0)
    team = list(colleagues(user).exclude(role=Role.VIEWER)[:TEAM_SHOWN])
    return Rail(queues, views, team, _simulator_url() if settings.SIMULATOR else ""), counters


def _counters(user, wanted: ListFilter, views: list[SavedView]) -> Counters:
    """Count everything that is open in one query. The navigation's queues follow no filter.

    What is closed is not counted: an archive of a million rows has no number worth its price. What
    is counted without a filter stands in the index conversations_open_counted.
    """
    asked = _tabs_and_chips(user, wanted) | _views(user, views)
    asked["own"] = tab_of("mine", user) & Q(unread_count__gt=0)
    names = {f"n{index}": name for index, name in enumerate(asked)}
    counts = {alias: Count("queue", filter=asked[name]) for alias, name in names.items()}
    counted = visible_conversations(user).open().order_by().values("queue")
    counters, sums = Counters(), dict.fromkeys(asked, 0)
    for group in counted.annotate(waiting=Count("queue", filter=Q(state=State.QUEUED)), **counts):
        counters.waiting[group["queue"]] = group["waiting"]
        for alias, name in names.items():
            sums[name] += group[alias]
    counters.unread = sums["own"]
    for (kind, name), number in ((name, n) for name, n in sums.items() if name != "own"):
        getattr(counters, kind)[name] = number
    return counters


def _tabs_and_chips(user, wanted: ListFilter) -> dict[tuple, Q]:
    if wanted.search:
        return {}
    narrowed = wanted.narrowing()
    asked = {
        ("tabs", name): tab_of(name, user, snoozed=wanted.snoozed) & narrowed
        for name in COUNTED_TABS
    }
    if wanted.tab == "closed":
        return asked
    unread = tab_of(wanted.tab, user, snoozed=wanted.snoozed) & Q(unread_count__gt=0)
    asleep = tab_of(wanted.tab, user, snoozed=True) & Q(snoozed_at__isnull=False)
    return asked | {
        ("chips", "unread"): unread & wanted.narrowing("unread"),
        ("chips", "snoozed"): asleep & wanted.narrowing("snoozed"),
    }


def _views(user, views: list[SavedView]) -> dict[tuple, Q]:
    filters = {view.pk: ListFilter.from_query(QueryDict(view.query)) for view in views}
    return {
        ("views", key): said.within(user)
        for key, said in filters.items()
        if said.tab != "closed" and said.state != State.CLOSED and not said.search
    }


def _matching(user, wanted: ListFilter) -> tuple:
    """Return the conversations of a list, and what the search found in them."""
    rows = visible_conversations(user).filter(wanted.within(user))
    if not wanted.search:
        return rows, None
    hits = search.found(rows, wanted.search)
    return rows.filter(hits.within), hits


def _with_facts(rows, user):
    drafts = Draft.objects.filter(conversation=OuterRef("pk"), user=user).exclude(body="")
    return (
        rows.annotate(has_draft=Exists(drafts))
        .select_related("customer", "channel", "contact", "queue", "assignee", "last_message")
        .prefetch_related(Prefetch("tags", Tag.objects.order_by("name")))
    )


def _simulator_url() -> str:
    try:
        return reverse("simulator:page")
    except NoReverseMatch:
        return ""
