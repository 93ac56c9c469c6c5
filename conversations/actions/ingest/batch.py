"""One batch of arrivals, written with bulk statements inside one transaction."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from conversations.actions.changes import Changes
from conversations.actions.ingest.messages import MessageWriter
from conversations.actions.ingest.own_sends import recognised
from conversations.actions.ingest.people import People
from conversations.actions.ingest.reading import Arrival
from conversations.actions.ingest.rooms import Rooms
from conversations.actions.ingest.targets import TargetWriter
from conversations.actions.statuses import Settler, StatusFact
from conversations.models import Message, SendAttempt
from conversations.providers.base import (
    EditReceived,
    MessageReceived,
    ReactionReceived,
    RevokeReceived,
    StatusReceived,
)

Key = tuple[UUID, str]  # (channel id, provider's message id)


@dataclass
class Outcome:
    """What a batch has done."""

    new_messages: int = 0
    unsettled: list[StatusFact] = field(default_factory=list)


def write_batch(arrivals: list[Arrival]) -> Outcome:
    """Write everything the arrivals say. To be called inside a transaction."""
    arrivals = sorted(recognised(arrivals), key=lambda arrival: arrival.sort_at)
    known = KnownMessages(arrivals)
    new = known.new_ones(arrivals)
    targets = [arrival for arrival in arrivals if isinstance(arrival.event, _TARGETING)]
    facts = [
        StatusFact.from_event(a.channel.pk, a.event)
        for a in arrivals
        if isinstance(a.event, StatusReceived)
    ]
    people = People(new)
    changes = Changes()
    rooms = Rooms(changes, people, new, known.conversation_ids(facts, targets))
    known.lock()

    writer = MessageWriter(changes, rooms, known)
    for arrival in new:
        writer.add(arrival)
    target_writer = TargetWriter(changes, known, writer.pending_targets())
    for arrival in targets:
        target_writer.apply(arrival)
    settler = Settler(changes, known.by_key, known.by_attempt)
    for fact in facts:
        settler.settle(fact)
    writer.adopt_campaign_messages()
    changes.write()
    target_writer.write()
    settler.write()
    return Outcome(len(new), settler.unsettled)


_TARGETING = (ReactionReceived, EditReceived, RevokeReceived)


class KnownMessages:
    """The messages already stored that a batch speaks of: repeated, quoted, reacted to, reported on."""

    def __init__(self, arrivals: list[Arrival]):
        keys: set[Key] = set()
        attempts: set[str] = set()
        for arrival in arrivals:
            keys |= {(arrival.channel.pk, identifier) for identifier in _mentioned(arrival.event)}
            attempts.add(getattr(arrival.event, "attempt_id", ""))
        self.by_key: dict[Key, Message] = {}
        self.by_attempt: dict[str, Message] = {}
        self._attempt_of: dict[str, UUID] = _messages_of_attempts(attempts)
        self._ids: dict[Key, UUID] = {}
        self._targeted: set[UUID] = set()
        self._conversation_of: dict[UUID, UUID | None] = {}
        wanted = Q(pk__in=set(self._attempt_of.values()))
        wanted |= Q(
            channel_id__in={channel for channel, _ in keys},
            provider_id__in={identifier for _, identifier in keys},
        )
        rows = Message.objects.filter(wanted)
        for pk, channel_id, provider_id, conversation_id in rows.values_list(
            "pk", "channel_id", "provider_id", "conversation_id"
        ):
            self._ids[channel_id, provider_id] = pk
            self._conversation_of[pk] = conversation_id

    def new_ones(self, arrivals: list[Arrival]) -> list[Arrival]:
        """Return the messages that are not stored yet, each once."""
        seen: set[Key] = set()
        new = []
        for arrival in arrivals:
            if not isinstance(arrival.event, MessageReceived):
                continue
            key = (arrival.channel.pk, arrival.event.provider_id)
            if key not in self._ids and key not in seen:
                seen.add(key)
                new.append(arrival)
        return new

    def conversation_ids(self, facts: list[StatusFact], targets: list[Arrival]) -> set[UUID]:
        """Return the conversations of messages that this batch changes."""
        messages = {self._attempt_of.get(fact.attempt_id) for fact in facts}
        messages |= {self._ids.get((fact.channel_id, fact.provider_id)) for fact in facts}
        messages |= {self._ids.get((a.channel.pk, a.event.target_provider_id)) for a in targets}
        self._targeted = messages - {None}
        return {self._conversation_of[pk] for pk in self._targeted} - {None}

    def lock(self) -> None:
        """Lock the messages that change and load those that are quoted. After the conversations."""
        rows = Message.objects.select_for_update(of=("self",)).filter(pk__in=self._targeted)
        loaded = {row.pk: row for row in rows.order_by("id")}
        for (channel_id, provider_id), pk in self._ids.items():
            if pk in loaded and provider_id:
                self.by_key[channel_id, provider_id] = loaded[pk]
        for attempt_id, pk in self._attempt_of.items():
            if pk in loaded:
                self.by_attempt[attempt_id] = loaded[pk]

    def id_of(self, channel_id: UUID, provider_id: str) -> UUID | None:
        """Return the id of a stored message by the provider's id, for quoting."""
        return self._ids.get((channel_id, provider_id)) if provider_id else None

    def remember(self, message: Message) -> None:
        """Take in a message that this batch inserts, so that later events of the batch find it."""
        self._ids[message.channel_id, message.provider_id] = message.pk
        self.by_key[message.channel_id, message.provider_id] = message


def _mentioned(event) -> set[str]:
    names = ("provider_id", "reply_to_provider_id", "target_provider_id")
    return {getattr(event, name, "") for name in names} - {""}


def _messages_of_attempts(attempt_ids: set[str]) -> dict[str, UUID]:
    valid = {}
    for text in attempt_ids:
        try:
            valid[UUID(text)] = text
        except ValueError:
            continue
    rows = SendAttempt.objects.filter(pk__in=valid).values_list("pk", "message_id")
    return {valid[pk]: message_id for pk, message_id in rows}
