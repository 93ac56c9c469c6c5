"""Reactions, edits and revokes: they change the message they are about and nothing else."""

from datetime import datetime
from uuid import UUID

from conversations.actions.changes import Changes
from conversations.actions.ingest.reading import Arrival
from conversations.models import Message, MessageEdit, PendingStatus, Reaction
from conversations.models.messages import PREVIEW_LENGTH
from conversations.providers.base import EditReceived, ReactionReceived, RevokeReceived

EMOJI_LENGTH = 64
REACTOR = "customer"
US = "us"  # from the page (actions/reactions.py), or made by us on the phone


class TargetWriter:
    """Applies a batch's reactions, edits and revokes; waits for targets that are not there yet."""

    def __init__(self, changes: Changes, known, waiting: list[PendingStatus]):
        self._changes = changes
        self._known = known
        self._reactions: dict[tuple[UUID, str], Reaction] = {}
        self._edits: list[MessageEdit] = []
        self._pending: list[PendingStatus] = []
        self._settled = [row.pk for row in waiting]
        for row in waiting:
            message = known.by_key.get((row.channel_id, row.provider_id))
            if message is not None:
                self._change(message, row.status, row.data, row.occurred_at)

    def apply(self, arrival: Arrival) -> None:
        """Apply one event, or keep it until its message arrives."""
        event = arrival.event
        key = (arrival.channel.pk, event.target_provider_id)
        message = self._known.by_key.get(key)
        kind, data = _facts(event)
        if message is None:
            self._pending.append(
                PendingStatus(
                    channel=arrival.channel, provider_id=event.target_provider_id, status=kind,
                    cause=event.provider_id, data=data, occurred_at=event.occurred_at,
                )
            )  # fmt: skip
        else:
            self._change(message, kind, data, event.occurred_at)

    def write(self) -> None:
        """Write what is not a message's own column. After the messages."""
        latest = _not_older_than_stored(list(self._reactions.values()))
        Reaction.objects.bulk_create(
            latest,
            update_conflicts=True,
            unique_fields=["message", "reactor"],
            update_fields=["emoji", "reacted_at"],
        )
        MessageEdit.objects.bulk_create(self._edits, ignore_conflicts=True)
        PendingStatus.objects.bulk_create(self._pending, ignore_conflicts=True)
        PendingStatus.objects.filter(pk__in=self._settled).delete()

    def _change(self, message: Message, kind: str, data: dict, at: datetime) -> None:
        if kind == "reaction":
            self._react(message, data["emoji"], at, US if data.get("echo") else REACTOR)
        elif kind == "edit":
            self._edit(message, data, at)
        elif message.revoked_at is None:
            message.revoked_at = at
            self._save(message, "revoked_at")
            self._show_in_list(message)

    def _react(self, message: Message, emoji: str, at: datetime, reactor: str) -> None:
        other = self._reactions.get((message.pk, reactor))
        if other is None or other.reacted_at <= at:
            self._reactions[message.pk, reactor] = Reaction(
                message=message, reactor=reactor, emoji=emoji[:EMOJI_LENGTH], reacted_at=at
            )
        self._save(message)

    def _edit(self, message: Message, data: dict, at: datetime) -> None:
        if message.edited_at is not None and at < message.edited_at:
            return
        self._edits.append(
            MessageEdit(
                message=message, body=message.body, payload=message.payload,
                provider_id=data["provider_id"], edited_at=at,
            )
        )  # fmt: skip
        message.body = data["body"]
        message.payload = {**message.payload, "edit": data["payload"]}
        message.edited_at = at
        self._save(message, "body", "payload", "edited_at")
        self._show_in_list(message)

    def _show_in_list(self, message: Message) -> None:
        """The list tells the last message as it reads now."""
        change = self._changes.by_id.get(message.conversation_id)
        if change is not None and change.conversation.last_message_id == message.pk:
            change.conversation.last_message_preview = message.preview[:PREVIEW_LENGTH]
            change.touch()

    def _save(self, message: Message, *fields: str) -> None:
        """A message of this very batch is written whole anyway; an older one field by field."""
        if message._state.adding:
            return
        self._changes.change_message(message, *fields)


def _facts(event) -> tuple[str, dict]:
    if isinstance(event, ReactionReceived):
        return "reaction", {"emoji": event.emoji, "echo": event.echo}
    if isinstance(event, EditReceived):
        return "edit", {
            "body": event.body, "payload": event.payload, "provider_id": event.provider_id,
        }  # fmt: skip
    assert isinstance(event, RevokeReceived)
    return "revoke", {}


def _not_older_than_stored(reactions: list[Reaction]) -> list[Reaction]:
    """Leave out reactions that somebody has changed since: webhooks come in any order."""
    stored = Reaction.objects.filter(message__in=[row.message_id for row in reactions])
    newer = {(row.message_id, row.reactor): row.reacted_at for row in stored}
    return [
        row
        for row in reactions
        if newer.get((row.message_id, row.reactor), row.reacted_at) <= row.reacted_at
    ]
