"""What a list's filters are called: the chips of those that are set, and all there is to choose."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.access import colleagues
from accounts.models.users import Role
from conversations.access import visible_channels, visible_conversations, visible_queues
from conversations.list_filters import NOBODY, ListFilter
from conversations.models import Priority, State, Tag

CITIES_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set: what it says, and the list without it."""

    name: str
    label: str
    query: str


@dataclass(slots=True)
class Choices:
    """What the filters can be set to by this person."""

    queues: list
    channels: list
    agents: list
    tags: list
    states: list
    priorities: list
    cities: list[str]


def chips(user, wanted: ListFilter) -> list[Chip]:
    """Return the filters that are set, in words; at most one query for each that holds an id."""
    return [Chip(name, LABELS[name](user, wanted), wanted.without(name)) for name in wanted.chosen]


def choices_for(user) -> Choices:
    """Return all there is to choose from."""
    cities = visible_conversations(user).open().exclude(customer__city="").order_by()
    return Choices(
        queues=list(visible_queues(user)),
        channels=list(visible_channels(user).order_by("name")),
        agents=list(_agents(user)),
        tags=list(Tag.objects.order_by("name")),
        states=[choice for choice in State.choices if choice[0] != State.CLOSED],
        priorities=list(reversed(Priority.choices)),
        cities=sorted(cities.values_list("customer__city", flat=True).distinct()[:CITIES_SHOWN]),
    )


def _agents(user):
    return colleagues(user).exclude(role=Role.VIEWER)


def _named(rows, key) -> str:
    """Return what somebody sees under a key; what they do not see and what is not there alike."""
    found = rows.filter(pk=key).first()
    return str(found) if found else _("unknown")


def _agent(user, wanted: ListFilter) -> str:
    if wanted.agent == NOBODY:
        return _("Nobody's")
    return _named(_agents(user), wanted.agent)


LABELS = {
    "queue": lambda user, wanted: _named(visible_queues(user), wanted.queue),
    "channel": lambda user, wanted: _named(visible_channels(user), wanted.channel),
    "agent": _agent,
    "tag": lambda _user, wanted: _named(Tag.objects.all(), wanted.tag),
    "state": lambda _user, wanted: str(State(wanted.state).label),
    "priority": lambda _user, wanted: (
        pgettext("priority", "Priority: %s") % Priority(wanted.priority).label
    ),
    "unread": lambda _user, _wanted: _("Unread"),
    "snoozed": lambda _user, _wanted: _("Snoozed"),
    "city": lambda _user, wanted: wanted.city,
    "from": lambda _user, wanted: _("From %s") % date_format(wanted.since, "SHORT_DATE_FORMAT"),
    "until": lambda _user, wanted: _("Until %s") % date_format(wanted.until, "SHORT_DATE_FORMAT"),
}
