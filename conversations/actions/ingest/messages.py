"""Incoming messages and echoes as rows, with what each does to its conversation."""

from uuid import UUID

from django.utils import timezone

from conversations.actions.bot_messages import cancel_bot_messages
from conversations.actions.changes import Changes, ConversationChange
from conversations.actions.ingest.reading import Arrival
from conversations.actions.ingest.rooms import Rooms, tell_protocol
from conversations.actions.snoozing import wake
from conversations.models import (
    Attachment,
    EventKind,
    Message,
    Origin,
    PendingStatus,
    SenderKind,
    State,
    Status,
)
from conversations.providers.base import Media
from conversations.providers.cloud.media import hexadecimal

FILENAME_LENGTH = 255
MIME_TYPE_LENGTH = 120


class MessageWriter:
    """Puts the new messages of a batch into their conversations, in order."""

    def __init__(self, changes: Changes, rooms: Rooms, known):
        self._changes = changes
        self._rooms = rooms
        self._known = known
        self._new: list[Message] = []
        self._opened: list[ConversationChange] = []

    def add(self, arrival: Arrival) -> Message:
        """Add one message; the conversation is opened or reopened when it has to be."""
        change = self._rooms.enter(arrival)
        is_first = change.is_new and not change.messages
        message = change.add(self._message(arrival))
        if arrival.event.media:
            self._changes.attachments.append(_attachment(message, arrival.event.media))
        if arrival.event.echo:
            _note_human_reply(change, message)
        elif self._rooms.is_from_blocked(arrival):
            change.conversation.last_customer_message_at = message.provider_at
        else:
            _note_customer(change, message, has_content=arrival.event.has_content)
        if is_first:
            self._opened.append(change)
            if change.tells_protocol:
                tell_protocol(change)
        self._known.remember(message)
        self._new.append(message)
        return message

    def adopt_campaign_messages(self) -> None:
        """Hang what was sent to a contact before any conversation existed onto the one it caused."""
        by_contact = {change.conversation.contact_id: change for change in self._opened}
        if not by_contact:
            return
        waiting = Message.objects.select_for_update().filter(
            contact_id__in=by_contact, conversation=None
        )
        for message in waiting.order_by("id"):
            change = by_contact[message.contact_id]
            message.conversation = change.conversation
            self._changes.change_message(message, "conversation_id")

    def pending_targets(self) -> list[PendingStatus]:
        """Return reactions, edits and revokes that came before the messages they are about."""
        if not self._new:
            return []
        return list(
            PendingStatus.objects.select_for_update()
            .filter(
                status__in=["reaction", "edit", "revoke"],
                channel_id__in={message.channel_id for message in self._new},
                provider_id__in={message.provider_id for message in self._new},
            )
            .order_by("occurred_at", "id")
        )

    def _message(self, arrival: Arrival) -> Message:
        event, channel = arrival.event, arrival.channel
        return Message(
            channel=channel,
            contact=self._rooms.contact(arrival),
            sender=SenderKind.AGENT if event.echo else SenderKind.CUSTOMER,
            origin=Origin.PHONE if event.echo else Origin.PROVIDER,
            kind=event.kind,
            body=event.body,
            payload=event.payload,
            provider_id=event.provider_id,
            reply_to_id=self._quoted(channel.pk, event.reply_to_provider_id),
            reply_to_provider_id=event.reply_to_provider_id,
            status=Status.SENT if event.echo else Status.RECEIVED,
            sort_at=arrival.sort_at,
            provider_at=event.occurred_at,
            sent_at=event.occurred_at if event.echo else None,
        )

    def _quoted(self, channel_id: UUID, provider_id: str) -> UUID | None:
        return self._known.id_of(channel_id, provider_id)


def _note_customer(change: ConversationChange, message: Message, *, has_content: bool) -> None:
    conversation = change.conversation
    conversation.unread_count += 1
    if conversation.snoozed_at is not None:
        wake(change, ended_by="customer", occurred_at=min(message.provider_at, timezone.now()))
    latest = conversation.last_customer_message_at
    conversation.last_customer_message_at = max(latest or message.provider_at, message.provider_at)
    waits_for_people = conversation.state in (State.QUEUED, State.ACTIVE)
    if has_content and waits_for_people and conversation.awaiting_reply_since is None:
        conversation.awaiting_reply_since = message.provider_at
        change.record(
            EventKind.CUSTOMER_WAITING,
            to_state=conversation.state,
            occurred_at=message.provider_at,
            cause=f"waiting:{message.pk}",
        )


def _note_human_reply(change: ConversationChange, message: Message) -> None:
    """Somebody of ours has answered on the phone: the bot is silent from here on."""
    conversation = change.conversation
    if conversation.state == State.BOT:
        cancel_bot_messages(change)
        change.record(
            EventKind.STATE, from_state=State.BOT, to_state=State.ACTIVE, reason="phone",
            occurred_at=message.provider_at,
        )  # fmt: skip
        conversation.state = State.ACTIVE
    conversation.first_reply_at = conversation.first_reply_at or message.provider_at
    if conversation.awaiting_reply_since is not None:
        conversation.awaiting_reply_since = None
        change.record(EventKind.REPLIED, reason="phone", occurred_at=message.provider_at)


def _attachment(message: Message, media: Media) -> Attachment:
    return Attachment(
        message=message,
        provider_media_id=media.media_id,
        mime_type=media.mime_type[:MIME_TYPE_LENGTH],
        sha256=hexadecimal(media.sha256),
        filename=media.filename[:FILENAME_LENGTH],
        next_attempt_at=message.provider_at,
        data={"voice": media.voice, "animated": media.animated, "url": media.url},
    )
