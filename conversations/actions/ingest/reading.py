"""From work items to typed events, each with the channel it is about."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from conversations.actions.ingest.notices import HANDLERS
from conversations.models import Channel, WebhookEvent, WorkItem
from conversations.providers.base import AccountNotice, Event, MessageReceived, WorkPart
from conversations.providers.cloud.wire import digest
from conversations.providers.parsers import parser_of

# A number or id that changed comes as an entry of the thread; whoever keeps identities is told too.
IDENTITY_MOVED = "system"
MOVES = {"user_changed_number", "user_changed_user_id"}


class UnknownChannel(Exception):
    """A webhook for a number that no channel has."""

    def __init__(self, phone_number_id: str):
        super().__init__(
            f"No channel has the phone number id {phone_number_id!r}. Add the channel in the "
            "administration, then replay this item."
        )


@dataclass(slots=True)
class Arrival:
    """One event at its place in the order: provider's second, position in the body, arrival."""

    channel: Channel
    event: Event
    position: int

    @property
    def sort_at(self) -> datetime:
        """The provider's second, with the position among this sender's updates as microseconds."""
        return self.event.occurred_at + timedelta(microseconds=min(self.position, 999_999))


@dataclass(slots=True)
class Reading:
    """What a batch says: its arrivals in order, and per work item the notices somebody acts on."""

    arrivals: list[Arrival] = field(default_factory=list)
    notices: dict[int, list[tuple[AccountNotice, Channel | None]]] = field(default_factory=dict)


def read(items: Sequence[WorkItem]) -> Reading:
    """Return the events of the items in their order; notices nobody acts on stay in the raw body.

    Raises UnknownChannel, InvalidPayload.
    """
    bodies = {
        event.pk: event
        for event in WebhookEvent.objects.filter(pk__in={item.event_id for item in items})
    }
    channels = _Channels(items, bodies.values())
    parsed = {
        pk: parser_of(channels.provider_of(event))(bytes(event.body), event.received_at)
        for pk, event in bodies.items()
    }
    reading = Reading()
    for item in items:
        channel = channels.of(item, bodies.get(item.event_id))
        part = WorkPart(item.phone_number_id, item.sender, item.waba_id)
        events = parsed.get(item.event_id, {}).get(part, [])
        reading.arrivals += _arrivals(item, events, channel)
        notices = [notice for _, event in events if (notice := _acted_on(event))]
        if notices:
            reading.notices[item.pk] = [(notice, channel) for notice in notices]
    return reading


class _Channels:
    """The channels of a batch: named by the door that took a body in, or by the number in it."""

    def __init__(self, items: Sequence[WorkItem], events):
        numbers = {item.phone_number_id for item in items} - {""}
        ids = {event.channel_id for event in events} - {None}
        rows = list(
            Channel.objects.select_related("default_queue").filter(
                Q(pk__in=ids) | Q(phone_number_id__in=numbers)
            )
        )
        self._by_id = {row.pk: row for row in rows}
        self._by_number = {row.phone_number_id: row for row in rows if row.phone_number_id}

    def provider_of(self, event: WebhookEvent) -> str:
        """Return the name of the provider whose door took a body in, '' for the Cloud API's."""
        channel = self._by_id.get(event.channel_id) if event.channel_id else None
        return channel.provider if channel else ""

    def of(self, item: WorkItem, event: WebhookEvent | None) -> Channel | None:
        """Return the channel that an item is about."""
        if event is not None and event.channel_id:
            return self._by_id.get(event.channel_id)
        return self._by_number.get(item.phone_number_id)


def _acted_on(event: Event) -> AccountNotice | None:
    if isinstance(event, AccountNotice):
        return event if event.field_name in HANDLERS else None
    is_entry = isinstance(event, MessageReceived) and event.kind == "system" and not event.echo
    system = event.payload.get("system") if is_entry else None
    said = system.get("type") if isinstance(system, dict) else None
    if not isinstance(said, str) or said not in MOVES:
        return None
    return AccountNotice(
        waba_id="",
        field_name=IDENTITY_MOVED,
        occurred_at=event.occurred_at,
        payload=event.payload,
        phone_number_id=event.phone_number_id,
        sender=event.sender,
        notice_id=digest(event.phone_number_id, event.provider_id),
    )


def _arrivals(item: WorkItem, events, channel: Channel | None) -> list[Arrival]:
    wanted = [
        (position, event) for position, event in events if not isinstance(event, AccountNotice)
    ]
    if not wanted:
        return []
    if channel is None:
        raise UnknownChannel(item.phone_number_id)
    return [Arrival(channel, event, position) for position, event in wanted]
