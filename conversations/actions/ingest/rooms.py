"""Which conversation a message belongs to: the open one, one closed lately, or a new one (spec/02)."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from accounts.models import site_setting
from conversations.actions.changes import Changes, ConversationChange
from conversations.actions.conversations import add_system_message
from conversations.actions.ingest.people import People, customer_side
from conversations.actions.ingest.reading import Arrival
from conversations.actions.protocols import next_protocols
from conversations.actions.texts import protocol_text
from conversations.models import Contact, Conversation, EventKind, State


class Rooms:
    """The conversations of a batch's contacts, locked; new ones are opened as they are needed."""

    def __init__(
        self, changes: Changes, people: People, arrivals: list[Arrival], other_ids: set[UUID]
    ):
        self._changes = changes
        self._people = people
        self._reopen_after = timezone.now() - timedelta(hours=site_setting("reopen_hours"))
        self._current: dict[UUID, ConversationChange] = {}
        contacts = {self.contact(arrival).pk: arrival for arrival in arrivals}
        candidates = self._candidates(contacts)
        changes.lock_alone(candidates | other_ids)
        changes.load_people(candidates)
        for key in candidates & changes.by_id.keys():
            self._consider(changes.by_id[key])
        self._numbers = self._protocols(contacts)

    def contact(self, arrival: Arrival) -> Contact:
        """Return the contact an arrival is from, or of an echo: to."""
        return self._people.contact(arrival.channel, customer_side(arrival.event))

    def is_from_blocked(self, arrival: Arrival) -> bool:
        """Whether a blocked customer writes this: kept in what there is, waiting for nobody."""
        return self._people.is_from_blocked(arrival)

    def enter(self, arrival: Arrival) -> ConversationChange:
        """Return the conversation the arrival belongs to, opening or reopening it."""
        contact = self.contact(arrival)
        change = self._current.get(contact.pk)
        if change is None:
            change = self._open(contact, arrival)
        elif change.conversation.is_closed and self._reopens(arrival):
            self._reopen(change, arrival)
        self._current[contact.pk] = change
        return change

    def _reopens(self, arrival: Arrival) -> bool:
        has_content = arrival.event.has_content or arrival.event.echo
        return has_content and not self.is_from_blocked(arrival)

    def _candidates(self, contacts: dict[UUID, Arrival]) -> set[UUID]:
        entries = {
            pk
            for pk, arrival in contacts.items()
            if not arrival.event.has_content or self.is_from_blocked(arrival)
        }
        rows = Conversation.objects.filter(contact_id__in=contacts).filter(
            ~Q(state=State.CLOSED)
            | Q(closed_at__gte=self._reopen_after)
            | Q(contact_id__in=entries)
        )
        return set(rows.values_list("pk", flat=True))

    def _consider(self, change: ConversationChange) -> None:
        """Keep per contact the open conversation, else the one closed last."""
        other = self._current.get(change.conversation.contact_id)
        if other is None or _recency(change.conversation) > _recency(other.conversation):
            self._current[change.conversation.contact_id] = change

    def _protocols(self, contacts) -> list[str]:
        # One more lock, taken last, for as many numbers as can be needed.
        return next_protocols(len([pk for pk in contacts if pk not in self._current]))

    def _open(self, contact: Contact, arrival: Arrival) -> ConversationChange:
        event, now = arrival.event, timezone.now()
        is_blocked = self.is_from_blocked(arrival)
        state = State.BOT
        if event.echo:
            state = State.ACTIVE
        elif is_blocked:
            state = State.CLOSED
        elif not contact.window_is_open(now):
            # Old news, or an entry without a window: nothing automatic, a person looks at it.
            state = State.QUEUED
        started_at = min(event.occurred_at, now)
        conversation = Conversation(
            protocol=self._numbers.pop(0),
            customer=contact.customer,
            channel=arrival.channel,
            contact=contact,
            queue=arrival.channel.default_queue,
            state=state,
            queued_at=now if state == State.QUEUED else None,
            opened_at=started_at,
            closed_at=now if is_blocked else None,
            last_message_at=arrival.sort_at,
        )
        change = self._changes.add_new(conversation)
        change.record(
            EventKind.OPENED, to_state=state, to_queue=conversation.queue, occurred_at=started_at
        )
        if is_blocked:
            change.record(EventKind.CLOSED, to_state=state, reason="blocked", occurred_at=now)
        if state == State.BOT:
            change.tells_protocol = True
        return change

    def _reopen(self, change: ConversationChange, arrival: Arrival) -> None:
        conversation, now = change.conversation, timezone.now()
        if arrival.event.echo:
            state = State.ACTIVE
        elif conversation.assignee_id:
            state = State.QUEUED
        else:
            state = State.BOT
        change.record(
            EventKind.REOPENED,
            from_state=State.CLOSED,
            to_state=state,
            from_user_id=conversation.assignee_id,
            to_queue_id=conversation.queue_id,
            occurred_at=min(arrival.event.occurred_at, now),
        )
        conversation.state = state
        conversation.assignee = None
        conversation.queued_at = now if state == State.QUEUED else None
        conversation.closed_at = None
        conversation.closing_reason = None
        conversation.reopened_count += 1
        # A new episode: the bot begins anew instead of going on where it stood.
        conversation.bot_epoch += 1


def tell_protocol(change: ConversationChange) -> None:
    """Queue the first automatic text once the customer's message stands before it."""
    add_system_message(change, protocol_text(change.conversation))


def _recency(conversation: Conversation):
    return (conversation.is_open, conversation.closed_at or conversation.opened_at)
