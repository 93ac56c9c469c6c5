"""Five verbs in which a conversation of the past is told.

    story = Story(contact, minutes_ago=90)
    story.writes("Bom dia, estou sem internet")
    story.answers("Vou chamar alguém.")             # the bot; by=juliana: a person
    story.waits(support)
    story.takes(juliana, after=12)
    story.closes(reason, by=juliana)
    story.end()

Each verb moves the story's clock by `after` minutes and leaves what the product's own actions would
have left: rows, events in sequence, versions, counters. `end` writes it all and announces nothing.
"""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from conversations.actions.changes import TICK, ConversationChange
from conversations.actions.texts import closing_text, protocol_text
from conversations.models import (
    ClosingReason,
    Contact,
    Conversation,
    ConversationEvent,
    EventKind,
    Message,
    MessageKind,
    Origin,
    ProtocolCounter,
    Queue,
    SenderKind,
    SendPriority,
    State,
    Status,
)
from conversations.providers.simulator.memory import remember

WINDOW = timedelta(hours=24)


class Story:
    """One conversation from its opening to now."""

    def __init__(self, contact: Contact, *, minutes_ago: float):
        self.now = timezone.now() - timedelta(minutes=minutes_ago)
        self.contact = contact
        self.changes: list[ConversationChange] = []
        self.conversation = Conversation(
            protocol=protocol_of(self.now),
            customer=contact.customer,
            channel=contact.channel,
            contact=contact,
            queue=contact.channel.default_queue,
            opened_at=self.now,
            last_message_at=self.now,
        )

    def writes(
        self, text: str, *, after: float = 1, picks: str = "", content: dict | None = None
    ) -> "Story":
        """The customer writes; `picks` is the id of the option they touch in the bot's last menu.

        `content` is what they send instead of a text, as WhatsApp words it: {"type": ..., ...}.
        """
        change = self._at(after if self.changes else 0)
        is_first = len(self.changes) == 1
        if is_first:
            change.record(
                EventKind.OPENED, to_state=State.BOT, to_queue=self.conversation.queue,
                occurred_at=self.now,
            )  # fmt: skip
        message = self._received(text, picks, content)
        change.add(message)
        self._customer_waits(change, message)
        if is_first:
            self._says(change, protocol_text(self.conversation), SenderKind.SYSTEM)
        return self

    def answers(
        self, text: str, *, by: User | None = None, after: float = 1, menu: dict | None = None,
        status: str = Status.READ, is_note: bool = False,
    ) -> "Story":  # fmt: skip
        """The bot answers, with a menu perhaps; or a person, who may also note it for the team."""
        change = self._at(after)
        sender = SenderKind.AGENT if by else SenderKind.BOT
        message = self._says(change, text, sender, by=by, menu=menu, status=status, is_note=is_note)
        if is_note:
            change.record(
                EventKind.NOTED, actor=by, data={"message": str(message.pk)}, occurred_at=self.now
            )
        elif by:
            self._person_replied(change, by)
        return self

    def waits(
        self, queue: Queue, *, reason: str = "", by: User | None = None, note: str = "", after: float = 0
    ) -> "Story":  # fmt: skip
        """The bot hands over to a queue, or a person transfers to it."""
        change, told = self._at(after), self.conversation
        kind = EventKind.TRANSFERRED if by else EventKind.QUEUED
        change.record(
            kind, from_state=told.state, to_state=State.QUEUED, from_queue=told.queue,
            to_queue=queue, from_user=told.assignee, actor=by, reason=reason, note=note,
            occurred_at=self.now,
        )  # fmt: skip
        told.state, told.queue, told.assignee = State.QUEUED, queue, None
        told.queued_at = told.awaiting_reply_since or self.now
        if told.awaiting_reply_since is None and not by:
            told.awaiting_reply_since = self.now
            change.record(EventKind.CUSTOMER_WAITING, to_state=State.QUEUED, occurred_at=self.now)
        return self

    def takes(self, person: User, *, after: float = 3) -> "Story":
        """A person takes the conversation and reads it."""
        change, told = self._at(after), self.conversation
        change.record(
            EventKind.ASSIGNED, from_state=told.state, to_state=State.ACTIVE, to_user=person,
            to_queue=told.queue, actor=person, occurred_at=self.now,
        )  # fmt: skip
        told.state, told.assignee, told.queued_at = State.ACTIVE, person, None
        told.bot_epoch += 1
        told.unread_count = 0
        return self

    def closes(
        self, reason: ClosingReason | None, *, by: User | None = None, after: float = 2
    ) -> "Story":
        """A person, or the bot, closes the conversation and says goodbye."""
        change, told = self._at(after), self.conversation
        self._says(change, closing_text(told), SenderKind.SYSTEM)
        change.record(
            EventKind.CLOSED, from_state=told.state, to_state=State.CLOSED, from_user=told.assignee,
            actor=by, reason=reason.name if reason else "",
            data={"closing_reason": str(reason.pk)} if reason else {}, occurred_at=self.now,
        )  # fmt: skip
        told.state, told.closed_at, told.closing_reason = State.CLOSED, self.now, reason
        told.awaiting_reply_since, told.unread_count = None, 0
        return self

    @transaction.atomic
    def end(self) -> Conversation:
        """Write everything that was told."""
        self.conversation.save(force_insert=True)
        Message.objects.bulk_create([row for change in self.changes for row in change.messages])
        ConversationEvent.objects.bulk_create(
            [row for change in self.changes for row in change.events]
        )
        remember(self.contact.channel, self.contact.send_to, self._messages())
        last = self.conversation.last_customer_message_at
        Contact.objects.filter(pk=self.contact.pk).update(
            last_inbound_at=last, window_expires_at=last + WINDOW
        )
        return self.conversation

    def _at(self, after: float) -> ConversationChange:
        """Move the clock, never past the present, and begin a new version."""
        self.now = min(self.now + timedelta(minutes=after), timezone.now())
        change = ConversationChange(self.conversation, changes=None, is_new=True)
        self.changes.append(change)
        return change

    def _received(self, text: str, picks: str, content: dict | None) -> Message:
        asked = (row for row in reversed(self._messages()) if row.payload and row.is_outbound)
        question = next(asked, None)
        answered = (
            {"reply_to": question, "kind": MessageKind.INTERACTIVE} if picks and question else {}
        )
        if content:
            answered = {"kind": content["type"]}
        else:
            content = {"type": "list_reply", "id": picks, "title": text} if answered else {}
        return Message(
            channel=self.contact.channel, contact=self.contact, sender=SenderKind.CUSTOMER,
            origin=Origin.PROVIDER, body=text, provider_id=new_provider_id(),
            payload=content,
            reply_to_provider_id=question.provider_id if "reply_to" in answered else "",
            status=Status.RECEIVED, sort_at=self._next_place(), provider_at=self.now, **answered,
        )  # fmt: skip

    def _says(self, change, text, sender, *, by=None, menu=None, status=Status.READ, is_note=False):
        message = Message(
            channel=self.contact.channel, contact=self.contact, sender=sender, author=by,
            origin=Origin.PAGE if by else Origin.BOT, body=text, payload=menu or {},
            kind=MessageKind.INTERACTIVE if menu else MessageKind.TEXT, is_note=is_note,
            status=Status.RECEIVED if is_note else status, sort_at=self._next_place(),
            provider_id=None if is_note else new_provider_id(),
            priority=SendPriority.AGENT if by else SendPriority.BOT,
        )  # fmt: skip
        if not is_note:
            self._ticks(message, status)
        return change.add(message)

    def _ticks(self, message: Message, status: str) -> None:
        for seconds, name in ((1, Status.SENT), (2, Status.DELIVERED), (20, Status.READ)):
            at = min(self.now + timedelta(seconds=seconds), timezone.now())
            setattr(message, f"{name}_at", at)
            if name == status:
                break

    def _customer_waits(self, change: ConversationChange, message: Message) -> None:
        told = self.conversation
        told.unread_count += 1
        told.last_customer_message_at = self.now
        if told.state in (State.QUEUED, State.ACTIVE) and told.awaiting_reply_since is None:
            told.awaiting_reply_since = self.now
            change.record(
                EventKind.CUSTOMER_WAITING, to_state=told.state, occurred_at=self.now,
                cause=f"waiting:{message.pk}",
            )  # fmt: skip

    def _person_replied(self, change: ConversationChange, by: User) -> None:
        told = self.conversation
        told.unread_count = 0
        told.first_reply_at = told.first_reply_at or self.now
        if told.awaiting_reply_since is not None:
            told.awaiting_reply_since = None
            change.record(EventKind.REPLIED, actor=by, occurred_at=self.now)

    def _next_place(self) -> datetime:
        messages = self._messages()
        return max(self.now, messages[-1].sort_at + TICK) if messages else self.now

    def _messages(self) -> list[Message]:
        return [row for change in self.changes for row in change.messages]


def protocol_of(moment: datetime) -> str:
    """Return the next number of the day on which the story began."""
    day = moment.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    counter, _created = ProtocolCounter.objects.get_or_create(day=day)
    ProtocolCounter.objects.filter(day=day).update(value=F("value") + 1)
    counter.refresh_from_db()
    return f"{day:%Y%m%d}-{counter.value:06d}"


def new_provider_id() -> str:
    return f"wamid.SEED{uuid4().hex}"
