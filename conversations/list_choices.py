"""What a list's filters are called: the chips of those that are set, and all there is to choose."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Value
from django.db.models.functions import Coalesce, NullIf
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
    """Return the filters that are set, in words. Names come with one query, however many there are."""
    names = _names(user, wanted)
    return [Chip(name, LABELS[name](wanted, names), wanted.without(name)) for name in wanted.chosen]


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


def _names(user, wanted: ListFilter) -> dict[str, str]:
    """Return the names of what filters name by id; what this person does not see has none."""
    rows = {
        "queue": visible_queues(user).annotate(label=F("name")),
        "channel": visible_channels(user).annotate(label=F("name")),
        "agent": _agents(user).annotate(label=Coalesce(NullIf("full_name", Value("")), "username")),
        "tag": Tag.objects.annotate(label=F("name")),
    }
    asked = [
        found.filter(pk=key).order_by().values_list(Value(name), "label")
        for name, found in rows.items()
        if isinstance(key := getattr(wanted, name), UUID)
    ]
    return dict(asked[0].union(*asked[1:], all=True)) if asked else {}


def _named(name: str):
    return lambda _wanted, names: names.get(name) or _("unknown")


def _agent(wanted: ListFilter, names: dict[str, str]) -> str:
    return _("Nobody's") if wanted.agent == NOBODY else _named("agent")(wanted, names)


LABELS = {
    "queue": _named("queue"),
    "channel": _named("channel"),
    "agent": _agent,
    "tag": _named("tag"),
    "state": lambda wanted, _names: str(State(wanted.state).label),
    "priority": lambda wanted, _names: (
        pgettext("priority", "Priority: %s") % Priority(wanted.priority).label
    ),
    "unread": lambda _wanted, _names: _("Unread"),
    "snoozed": lambda _wanted, _names: _("Snoozed"),
    "city": lambda wanted, _names: wanted.city,
    "from": lambda wanted, _names: _("From %s") % date_format(wanted.since, "SHORT_DATE_FORMAT"),
    "until": lambda wanted, _names: _("Until %s") % date_format(wanted.until, "SHORT_DATE_FORMAT"),
}
