"""What the address of a conversation list says, and which conversations that means.

| name     | value                                             |
| -------- | ------------------------------------------------- |
| tab      | mine, waiting, bot, all, closed                   |
| sort     | waiting (longest waiting), newest                 |
| queue, channel, tag | an id                                  |
| agent    | a person's id, or `none`: nobody holds it         |
| state    | bot, queued, active, closed                       |
| priority | 0 to 3                                            |
| unread, snoozed | 1                                          |
| city     | as the customer's record has it, in any case      |
| from, until | days of the last activity, in the site's time zone, both included |
| search   | words                                             |

A filter only narrows: whatever is asked here is asked of what the reader sees (access.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from conversations.models import Conversation, Priority, State

PAGE = 30
MOST_ROWS = 300  # of one answer; whoever has more on screen asks for the rest behind it
LONGEST_WORDS, LONGEST_CITY = 100, 80
NOBODY = "none"
TABS = {
    "mine": _("Mine"),
    "waiting": pgettext_lazy("conversations", "Waiting"),
    "bot": _("Bot"),
    "all": pgettext_lazy("conversations", "All"),
    "closed": pgettext_lazy("conversations", "Closed"),
}
SORTS = {"waiting": _("Longest waiting first"), "newest": _("Newest activity first")}


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What the address of a list says; what makes no sense in it counts as not said."""

    tab: str = "mine"
    order: str = ""  # "" is the tab's own
    queue: UUID | None = None
    channel: UUID | None = None
    agent: UUID | str | None = None
    tag: UUID | None = None
    state: str = ""
    priority: int | None = None
    unread: bool = False
    snoozed: bool = False
    city: str = ""
    since: date | None = None
    until: date | None = None
    search: str = ""
    after: str = ""
    shown: int = PAGE

    @classmethod
    def from_query(cls, query, default_tab: str = "mine") -> "ListFilter":
        """Read an address."""
        tab = query.get("tab", "")
        said = {field: read(query.get(name, "")) for name, (field, read) in FIELDS.items()}
        return cls(
            tab=tab if tab in TABS else default_tab,
            after=query.get("after", "")[:200],
            shown=_rows_shown(query.get("shown", "")),
            **said,
        )

    def query(self, **changed) -> str:
        """Return this filter as the query part of an address, without what is not set."""
        said = {"tab": self.tab}
        for name, (field, _read) in FIELDS.items():
            said[name] = _said(getattr(self, field))
        said |= {name: _said(value) for name, value in changed.items()}
        return urlencode({name: value for name, value in said.items() if value != ""})

    def fields(self, *but: str) -> list[tuple[str, str]]:
        """Return what is set as fields of a form, for forms that change the rest."""
        said = [("tab", self.tab)]
        said += [(name, _said(getattr(self, field))) for name, (field, _read) in FIELDS.items()]
        return [(name, value) for name, value in said if value != "" and name not in but]

    @property
    def kept_by_search(self) -> list[tuple[str, str]]:
        """What the search's form says beside the words: it begins among all conversations."""
        if self.search:
            return self.fields("search")
        return [("tab", "all"), *self.fields("search", "tab")]

    @property
    def bare(self) -> str:
        """Return the query of the tab alone, as it opens."""
        return urlencode({"tab": self.tab})

    @property
    def only_unread(self) -> str:
        return self.query(unread=True)

    @property
    def only_snoozed(self) -> str:
        return self.query(snoozed=True)

    def without(self, name: str) -> str:
        """Return the query without one of its filters."""
        return self.query(**{name: None})

    @property
    def sort(self) -> str:
        """The order that holds: nobody waits among the closed, and what is found comes newest first."""
        if self.tab == "closed" or self.search:
            return "newest"
        return self.order or ("waiting" if self.tab == "waiting" else "newest")

    @property
    def chosen(self) -> list[str]:
        """The names of the filters that are set, words and order apart."""
        return [name for name in NARROWING if _said(getattr(self, FIELDS[name][0])) != ""]

    def narrowing(self, *but: str) -> Q:
        """Return what the filters mean, without tab and words, and without those named."""
        found = Q()
        for name in self.chosen:
            if name not in but:
                found &= NARROWING[name](getattr(self, FIELDS[name][0]))
        return found

    def within(self, user) -> Q:
        """Return what the tab and all the filters mean for this person, without the words.

        Whoever searches among all looks for the closed ones too.
        """
        if self.search and self.tab == "all":
            return self.narrowing()
        return tab_of(self.tab, user, snoozed=self.snoozed) & self.narrowing()


def tab_of(tab: str, user, *, snoozed: bool = False) -> Q:
    """Return what a tab holds for somebody; one's own without those put off, or only those."""
    mine = Q(state=State.ACTIVE, assignee=user)
    return {
        "mine": mine if snoozed else mine & Q(snoozed_at=None),
        "waiting": Q(state=State.QUEUED),
        "bot": Q(state=State.BOT),
        "all": ~Q(state=State.CLOSED),
        "closed": Q(state=State.CLOSED),
    }[tab]


def _of_tag(tag: UUID) -> Q:
    tagged = Conversation.tags.through.objects.filter(tag=tag)
    return Q(pk__in=tagged.values("conversation"))


def _of_agent(agent: UUID | str) -> Q:
    return Q(assignee=None) if agent == NOBODY else Q(assignee=agent)


def _midnight(day: date) -> datetime:
    """Return the beginning of a day in the site's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


NARROWING: dict[str, Callable[..., Q]] = {
    "queue": lambda queue: Q(queue=queue),
    "channel": lambda channel: Q(channel=channel),
    "agent": _of_agent,
    "tag": _of_tag,
    "state": lambda state: Q(state=state),
    "priority": lambda priority: Q(priority=priority),
    "unread": lambda _yes: Q(unread_count__gt=0),
    "snoozed": lambda _yes: Q(snoozed_at__isnull=False),
    "city": lambda city: Q(customer__city__iexact=city),
    "from": lambda day: Q(last_message_at__gte=_midnight(day)),
    "until": lambda day: Q(last_message_at__lt=_midnight(day + timedelta(days=1))),
}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _agent(text: str) -> UUID | str | None:
    return NOBODY if text == NOBODY else _uuid(text)


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    # Time zones and the day after are counted at the edges: no calendar's first or last day.
    return day if day and 2000 <= day.year < 2200 else None


def _words(longest: int) -> Callable[[str], str]:
    return lambda text: text.replace("\0", "").strip()[:longest]


def _one_of(values) -> Callable[[str], str]:
    return lambda text: text if text in values else ""


def _rows_shown(text: str) -> int:
    return min(max(int(text), PAGE), MOST_ROWS) if text.isdecimal() and len(text) < 6 else PAGE


def _said(value) -> str:
    """Return a value as an address says it; '' for what is not set. Priority 0 is set."""
    if value is None or value is False:
        return ""
    return "1" if value is True else str(value)


# Name in the address -> field, and how it is read.
FIELDS: dict[str, tuple[str, Callable]] = {
    "sort": ("order", _one_of(SORTS)),
    "queue": ("queue", _uuid),
    "channel": ("channel", _uuid),
    "agent": ("agent", _agent),
    "tag": ("tag", _uuid),
    "state": ("state", _one_of(State.values)),
    "priority": (
        "priority",
        lambda text: int(text) if text in map(str, Priority.values) else None,
    ),
    "unread": ("unread", lambda text: text == "1"),
    "snoozed": ("snoozed", lambda text: text == "1"),
    "city": ("city", _words(LONGEST_CITY)),
    "from": ("since", _day),
    "until": ("until", _day),
    "search": ("search", _words(LONGEST_WORDS)),
}
