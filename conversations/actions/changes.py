"""The one way to change conversations: lock, change, event rows, versions, announce on commit.

Locks are taken in this order and no other: conversation rows by id, then message rows by id, then
the day's protocol counter. No lock is held over a network call.
"""

from collections.abc import Iterable
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet, prefetch_related_objects
from django.utils import timezone

from conversations import events
from conversations.models import (
    Attachment,
    Channel,
    Contact,
    Conversation,
    ConversationEvent,
    Message,
    MessageKind,
    SenderKind,
    State,
    Status,
)
from conversations.models.messages import PREVIEW_LENGTH
from helpdesk.core.bulk import update_rows

CONVERSATION_FIELDS = [
    "queue_id", "assignee_id", "state", "priority", "bot_attempts", "bot_epoch", "queued_at",
    "awaiting_reply_since", "last_customer_message_at", "first_reply_at", "snoozed_at",
    "snoozed_until", "last_message_at", "last_message_preview", "last_message_id", "unread_count", "closed_at",
    "closing_reason_id", "reopened_count", "version", "last_event_sequence",
]  # fmt: skip
TICK = timedelta(microseconds=1)


class ConversationChange:
    """One conversation while it is being changed: its locked row and what will be written with it."""

    def __init__(self, conversation: Conversation, changes: "Changes", *, is_new: bool = False):
        self.conversation = conversation
        self.changes = changes
        self.is_new = is_new
        self.previous_version = conversation.version
        self.events: list[ConversationEvent] = []
        self.messages: list[Message] = []
        self._before = (conversation.queue_id, conversation.assignee_id)
        self._was_with_bot = conversation.state == State.BOT
        self._touched = is_new
        self._is_version_all = True
        self.tells_protocol = False
        conversation.version += 1

    def touch(self) -> None:
        """Say that something of this conversation changed that is no event and no new message."""
        self._touched = True
        self._is_version_all = False

    def touch_message(self) -> None:
        """Say that one of its messages changed, and of the conversation nothing but the version."""
        self._touched = True

    @property
    def is_touched(self) -> bool:
        """Whether there is anything to write and to announce."""
        return self._touched

    @property
    def is_version_all(self) -> bool:
        """Whether the version is all of the conversation's own that has changed."""
        return self._is_version_all

    def record(
        self, kind: str, *, occurred_at: datetime | None = None, **facts
    ) -> ConversationEvent:
        """Add an event row; facts are fields of ConversationEvent."""
        self.touch()
        conversation = self.conversation
        conversation.last_event_sequence += 1
        event = ConversationEvent(
            conversation=conversation,
            sequence=conversation.last_event_sequence,
            kind=kind,
            channel_id=conversation.channel_id,
            version=conversation.version,
            occurred_at=occurred_at or timezone.now(),
            **facts,
        )
        self.events.append(event)
        return event

    def add(self, message: Message) -> Message:
        """Put a new message into the conversation: its place, its version, the list's preview."""
        self.touch()
        conversation = self.conversation
        message.conversation = conversation
        message.version = conversation.version
        message.conversation_state = conversation.state
        if message.sort_at is None:
            message.sort_at = max(timezone.now(), conversation.last_message_at + TICK)
        is_shown = message.kind != MessageKind.REACTION and message.status != Status.SCHEDULED
        if not message.is_note and is_shown:
            self._show_in_list(message)
        self.messages.append(message)
        return message

    def bring_in(self, message: Message, *fields: str) -> None:
        """Give a locked, scheduled message its place in the thread now, and write these fields."""
        self.touch()
        conversation = self.conversation
        message.sort_at = max(timezone.now(), conversation.last_message_at + TICK)
        message.conversation_state = conversation.state
        self._show_in_list(message)
        self.changes.change_message(message, "sort_at", "conversation_state", *fields)

    def _show_in_list(self, message: Message) -> None:
        conversation = self.conversation
        if conversation.last_message_id and message.sort_at < conversation.last_message_at:
            return
        conversation.last_message_at = message.sort_at
        conversation.last_message_preview = message.preview[:PREVIEW_LENGTH]
        conversation.last_message = message

    @property
    def left_bot(self) -> bool:
        """Whether the conversation was with the bot and is not any more."""
        return self._was_with_bot and self.conversation.state != State.BOT

    def announcement(self) -> events.ConversationChanged:
        """Return what is said after commit."""
        conversation, (queue_id, assignee_id) = self.conversation, self._before
        return events.ConversationChanged(
            conversation_id=conversation.pk,
            previous_version=self.previous_version,
            version=conversation.version,
            queue_ids=frozenset({queue_id, conversation.queue_id}),
            user_ids=frozenset({assignee_id, conversation.assignee_id} - {None}),
            access_changed=(conversation.queue_id, conversation.assignee_id) != self._before,
        )


class Changes:
    """Several conversations changed in one transaction, written with bulk statements."""

    def __init__(self):
        self.by_id: dict[UUID, ConversationChange] = {}
        self.changed_messages: dict[UUID, Message] = {}
        self.changed_message_fields: set[str] = set()
        self.attachments: list[Attachment] = []
        self._waiting_files: list[UUID] = []

    def lock(self, conversation_ids: Iterable[UUID]) -> None:
        """Lock the rows in id order and load them fresh. To be called once in a transaction."""
        rows = self._locked(conversation_ids).select_related("customer", "contact", "queue")
        self._take_in(rows)
        share_channels([*rows, *(row.contact for row in rows)])

    def lock_alone(self, conversation_ids: Iterable[UUID]) -> None:
        """Lock the rows without loading whose they are: enough to move their messages on."""
        self._take_in(self._locked(conversation_ids))

    def load_people(self, conversation_ids: Iterable[UUID]) -> None:
        """Load customer, contact, queue and channel of rows that were locked alone."""
        rows = [self.by_id[key].conversation for key in conversation_ids if key in self.by_id]
        prefetch_related_objects(rows, "customer", "contact", "queue")
        share_channels([*rows, *(row.contact for row in rows)])

    def _locked(self, conversation_ids: Iterable[UUID]) -> QuerySet:
        rows = Conversation.objects.select_for_update(of=("self",)).order_by("id")
        return rows.filter(pk__in=set(conversation_ids))

    def _take_in(self, rows: Iterable[Conversation]) -> None:
        self.by_id |= {row.pk: ConversationChange(row, self) for row in rows}

    def add_new(self, conversation: Conversation) -> ConversationChange:
        """Take in a conversation that this transaction creates."""
        change = ConversationChange(conversation, self, is_new=True)
        self.by_id[conversation.pk] = change
        return change

    def change_message(self, message: Message, *fields: str) -> None:
        """Write these fields of an existing, locked message, and let its readers know."""
        self.changed_messages[message.pk] = message
        self.changed_message_fields.update(fields)
        change = self.by_id.get(message.conversation_id)
        if change is not None:
            change.touch_message()
            message.version = change.conversation.version

    def complete_message(self, message: Message, *fields: str) -> None:
        """Write fields of an existing, locked message that no page shows: no version, no news."""
        if fields:
            self.changed_messages[message.pk] = message
            self.changed_message_fields.update(fields)

    def wake_attachments(self, attachment_ids: Iterable[UUID]) -> None:
        """Let the workers know on commit that these existing files are due."""
        self._waiting_files.extend(attachment_ids)

    def write(self) -> None:
        """Write everything and announce it on commit."""
        touched = [change for change in self.by_id.values() if change.is_touched]
        new = [change.conversation for change in touched if change.is_new]
        old = [change for change in touched if not change.is_new]
        if new:
            Conversation.objects.bulk_create(new)
        update_rows(Conversation, [c.conversation for c in old if c.is_version_all], ["version"])
        changed = [c.conversation for c in old if not c.is_version_all]
        update_rows(Conversation, changed, CONVERSATION_FIELDS)
        messages = [message for change in touched for message in change.messages]
        Message.objects.bulk_create(messages)
        Attachment.objects.bulk_create(self.attachments)
        if self.changed_messages:
            fields = sorted({*self.changed_message_fields, "version"})
            update_rows(Message, list(self.changed_messages.values()), fields)
        ConversationEvent.objects.bulk_create(
            [event for change in touched for event in change.events]
        )
        self._announce(touched, messages)

    def _announce(self, touched: list[ConversationChange], messages: list[Message]) -> None:
        changes = [change.announcement() for change in touched]
        queued = {message.channel_id for message in messages if message.status == Status.QUEUED}
        queued |= {
            message.channel_id
            for message in self.changed_messages.values()
            if message.status == Status.QUEUED
        }
        answer = [
            change.conversation.pk
            for change in touched
            if change.conversation.state == State.BOT
            and any(message.sender == SenderKind.CUSTOMER for message in change.messages)
        ]
        attachment_ids = [*(attachment.pk for attachment in self.attachments), *self._waiting_files]
        transaction.on_commit(lambda: _send(changes, queued, answer, attachment_ids))


def _send(changes, channel_ids, answer, attachment_ids) -> None:
    """Tell everybody. What is lost here is derived again from the rows by the sweepers."""
    if changes:
        events.conversations_changed.send_robust(Changes, changes=changes)
    if answer:
        events.bot_should_answer.send_robust(Changes, conversation_ids=answer)
    if channel_ids:
        events.messages_queued.send_robust(Changes, channel_ids=channel_ids)
    if attachment_ids:
        events.attachments_pending.send_robust(Changes, attachment_ids=attachment_ids)


def share_channels(rows: Iterable[Conversation | Contact]) -> None:
    """Give each row its channel, loaded once for all of them.

    Joined to every row, the channel's secrets would be decrypted for every row.
    """
    rows = list(rows)
    channels = Channel.objects.in_bulk({row.channel_id for row in rows})
    for row in rows:
        row.channel = channels[row.channel_id]


@contextmanager
def changing(conversation: Conversation):
    """Change one conversation: yields its ConversationChange with a fresh, locked row.

    What the block raises undoes everything. After it the given object shows the new values.
    """
    with transaction.atomic():
        changes = Changes()
        changes.lock([conversation.pk])
        change = changes.by_id[conversation.pk]
        yield change
        changes.write()
    for field in CONVERSATION_FIELDS:
        setattr(conversation, field, getattr(change.conversation, field))


def new_outgoing(change: ConversationChange, **fields) -> Message:
    """Return an unsaved outgoing message of this conversation, due at once."""
    conversation = change.conversation
    return Message(
        **{
            "channel": conversation.channel,
            "contact": conversation.contact,
            "status": Status.QUEUED,
            "next_attempt_at": timezone.now(),
            "sort_at": None,
            **fields,
        }
    )
