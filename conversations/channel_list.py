"""The page of channels: found, ordered with what needs somebody first, with what stands beside each."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations import channel_words as words
from conversations.access import visible_channels
from conversations.models import Channel, ChannelStatus, Message, Status, Waba

PAGE = 50
ACCOUNTS_SHOWN = 12
TEXT_LENGTH = 80
STOPPED, ATTENTION, WELL, OFF = range(4)
STATES = {
    "stopped": (STOPPED, _("Stopped"), "bad", "circle-alert"),
    "attention": (ATTENTION, _("Attention"), "wait", "triangle-alert"),
    "well": (WELL, _("Normal"), "ok", "check"),
    "off": (OFF, _("Switched off"), "mute", "circle-off"),
}
LOW_QUALITY = ["YELLOW", "RED"]
SECRETS = ["access_token", "app_secret", "webhook_secret", "verify_token"]


@dataclass(frozen=True, slots=True)
class ChannelFilter:
    """What is looked for, as the address says it; what makes no sense counts as not said."""

    text: str = ""
    state: str = ""
    after: str = ""

    @classmethod
    def from_query(cls, query) -> "ChannelFilter":
        said = {name: query.get(name, "").replace("\0", "").strip() for name in cls.__slots__}
        state = said["state"] if said["state"] in STATES else ""
        return cls(said["text"][:TEXT_LENGTH], state, said["after"])

    def query(self, after: str = "") -> str:
        """Return this as the query part of an address, with another beginning."""
        said = {"text": self.text, "state": self.state, "after": after}
        return urlencode({name: value for name, value in said.items() if value})


@dataclass(slots=True)
class ChannelRow:
    """One channel in the table; facts in the reader's language."""

    channel: Channel
    waiting: int = 0
    errors: int = 0

    @property
    def state(self) -> dict:
        label, tone, icon = next(s[1:] for s in STATES.values() if s[0] == self.channel.rank)
        return {"label": label, "tone": tone, "icon": icon}

    @property
    def why(self) -> str:
        """Why it stands still or wants somebody, '' when it is well."""
        if self.channel.rank in (WELL, OFF):
            return ""
        is_unwell = self.channel.status != ChannelStatus.CONNECTED
        health = words.health_text(self.channel) if is_unwell else ""
        return words.pause_text(self.channel) or health

    @property
    def quality(self) -> dict:
        tone, word = words.quality_of(self.channel)
        return {"tone": tone, "word": word}

    @property
    def limit(self) -> str:
        return words.limit_of(self.channel)

    @property
    def throughput(self) -> str:
        return words.throughput_of(self.channel)


@dataclass(slots=True)
class ChannelPage:
    rows: list[ChannelRow]
    after: str = ""


def page_of(user, wanted: ChannelFilter) -> ChannelPage:
    """Return the channels this person sees, worst first: a constant number of queries."""
    rows = _found(ranked(visible_channels(user)), wanted).order_by("rank", "name", "pk")
    place = _place(user, wanted.after)
    if place:
        rank, name, pk = place
        later = Q(rank__gt=rank) | Q(rank=rank, name__gt=name) | Q(rank=rank, name=name, pk__gt=pk)
        rows = rows.filter(later)
    found = list(rows.select_related("default_queue", "waba").defer(*SECRETS)[: PAGE + 1])
    shown = found[:PAGE]
    after = str(shown[-1].pk) if len(found) > PAGE else ""
    return ChannelPage(with_counts(shown), after)


def tally_of(user) -> list[dict]:
    """Return how many channels are in each state, in one query."""
    rows = ranked(visible_channels(user)).order_by().values_list("rank").annotate(Count("pk"))
    counts = dict(rows)
    return [
        {"key": key, "label": label, "tone": tone, "count": counts.get(rank, 0)}
        for key, (rank, label, tone, _icon) in STATES.items()
    ]


def accounts_of(user) -> list[Waba]:
    """Return the accounts of the channels this person sees, of which something is known."""
    own = visible_channels(user).exclude(waba=None).values("waba")
    says_something = Q(portfolio_limit__isnull=False) | ~Q(trouble="")
    accounts = Waba.objects.filter(says_something, pk__in=own).order_by("name", "waba_id")
    return list(accounts[:ACCOUNTS_SHOWN])


def ranked(channels):
    """Add `rank`: how much a channel needs somebody."""
    is_stopped = ~Q(paused_reason="") | ~Q(status=ChannelStatus.CONNECTED)
    wants_a_look = Q(health__facts__quality__in=LOW_QUALITY) | (
        Q(waba__isnull=False) & ~Q(waba__trouble="")
    )
    return channels.annotate(
        rank=Case(
            When(is_active=False, then=Value(OFF)),
            When(is_stopped, then=Value(STOPPED)),
            When(wants_a_look, then=Value(ATTENTION)),
            default=Value(WELL),
            output_field=IntegerField(),
        )
    )


def with_counts(channels: list[Channel]) -> list[ChannelRow]:
    """Add what waits in the outbox and what failed within a day, for all of them at once."""
    ids = [channel.pk for channel in channels]
    messages = Message.objects.filter(channel__in=ids).order_by()
    waiting = _counted(messages.filter(status=Status.QUEUED))
    errors = _counted(failed_of_a_day(messages))
    return [
        ChannelRow(channel, waiting.get(channel.pk, 0), errors.get(channel.pk, 0))
        for channel in channels
    ]


def failed_of_a_day(messages):
    """Return those that failed within the last 24 hours."""
    since = timezone.now() - timedelta(hours=24)
    return messages.filter(status=Status.FAILED, failed_at__gte=since)


def _counted(messages) -> dict[UUID, int]:
    return dict(messages.values_list("channel").annotate(Count("pk")))


def _found(channels, wanted: ChannelFilter):
    if wanted.state:
        channels = channels.filter(rank=STATES[wanted.state][0])
    if wanted.text:
        found = Q(name__icontains=wanted.text) | Q(badge__iexact=wanted.text)
        found |= Q(display_phone_number__icontains=wanted.text)
        found |= Q(phone_number_id=wanted.text)
        digits = "".join(filter(str.isdigit, wanted.text))
        if len(digits) >= 4:
            found |= Q(display_phone_number__contains=digits)
        channels = channels.filter(found)
    return channels


def _place(user, after: str):
    try:
        pk = UUID(after)
    except ValueError:
        return None
    rows = ranked(visible_channels(user)).filter(pk=pk)
    return rows.values_list("rank", "name", "pk").first()
