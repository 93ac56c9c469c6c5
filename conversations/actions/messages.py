"""What people write: to the customer, and to each other as private notes.

A message to the customer is queued in the same transaction; workers send it (outbox.py). The client
token makes sending twice send once. Locks: the conversation's row (see changes.py).
"""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations import access
from conversations.actions.changes import ConversationChange, changing, new_outgoing
from conversations.actions.compositions import NOTHING, Composition
from conversations.actions.errors import InvalidMessage, Refused, WindowClosed
from conversations.actions.guards import require_not_blocked
from conversations.actions.mentioning import mention_colleagues
from conversations.models import (
    Conversation,
    EventKind,
    Message,
    MessageKind,
    Origin,
    SenderKind,
    SendPriority,
    Status,
)
from conversations.providers import registry
from conversations.providers.base import OutboundMessage

NOTE_LENGTH = 10_000


def send_message(
    conversation: Conversation,
    *,
    by,
    body: str,
    client_token: UUID,
    reply_to: Message | None = None,
    interactive: dict | None = None,
    composition: Composition = NOTHING,
) -> Message:
    """Queue a text, or an interactive message, from `by` to the customer.

    The same client_token returns the message it has already made. `interactive` holds buttons or
    list sections in the form of providers.base.OutboundMessage.payload. `composition` ends in the
    same transaction. Raises Refused (not the
    holder), WindowClosed, InvalidMessage (empty, or over a limit of the provider's contract).
    """
    kind = MessageKind.INTERACTIVE if interactive else MessageKind.TEXT
    return _send(
        conversation, by, client_token, reply_to, composition,
        kind=kind, body=body.strip(), payload=interactive or {},
    )  # fmt: skip


def send_location(
    conversation: Conversation,
    *,
    by,
    client_token: UUID,
    latitude: float,
    longitude: float,
    name: str = "",
    address: str = "",
) -> Message:
    """Queue a place on the map (degrees, WGS 84). Raises as send_message does."""
    place = {"latitude": latitude, "longitude": longitude, "name": name, "address": address}
    return _send(
        conversation, by, client_token,
        kind=MessageKind.LOCATION, body=name or address,
        payload={key: value for key, value in place.items() if value != ""},
    )  # fmt: skip


def send_contacts(
    conversation: Conversation, *, by, client_token: UUID, contacts: list[dict]
) -> Message:
    """Queue contact cards, each as on WhatsApp's wire (spec/03, 2.1). Raises as send_message does."""
    names = (card["name"]["formatted_name"] for card in contacts)
    return _send(
        conversation, by, client_token,
        kind=MessageKind.CONTACTS, body=", ".join(names), payload={"contacts": contacts},
    )  # fmt: skip


def _send(
    conversation: Conversation,
    by,
    client_token: UUID,
    reply_to: Message | None = None,
    composition: Composition = NOTHING,
    **content,
) -> Message:
    """Queue one message of any kind that WhatsApp takes within the service window."""
    with changing(conversation) as change:
        repeated = repeated_message(change, client_token)
        if repeated is not None:
            return repeated
        require_answerable(change.conversation, by)
        message = new_outgoing(
            change,
            sender=SenderKind.AGENT,
            author=by,
            origin=Origin.PAGE,
            priority=SendPriority.AGENT,
            client_token=client_token,
            reply_to=quotable(change.conversation, reply_to),
            **content,
        )
        check_content(message)
        change.add(message)
        record_reply(change, by)
        composition.end(change.conversation, by)
    return message


def add_note(
    conversation: Conversation,
    *,
    by,
    body: str,
    client_token: UUID,
    composition: Composition = NOTHING,
) -> Message:
    """Write a private note that only the team sees. Raises Refused and InvalidMessage."""
    body = body.strip()
    if not body:
        raise InvalidMessage(_("Write something first."))
    if len(body) > NOTE_LENGTH:
        raise InvalidMessage(
            _("A note holds at most %(limit)d characters.") % {"limit": NOTE_LENGTH}
        )
    with transaction.atomic():
        note = _write_note(conversation, by, body, client_token, composition)
        mention_colleagues(conversation, note, by=by)
    return note


def _write_note(
    conversation: Conversation, by, body: str, client_token: UUID, composition: Composition
) -> Message:
    with changing(conversation) as change:
        repeated = repeated_message(change, client_token)
        if repeated is not None:
            return repeated
        if not access.may_change(by):
            raise Refused(_("Your role reads and changes nothing."), "viewer")
        note = change.add(
            new_outgoing(
                change,
                sender=SenderKind.AGENT,
                author=by,
                origin=Origin.PAGE,
                body=body,
                is_note=True,
                status=Status.RECEIVED,
                next_attempt_at=None,
                client_token=client_token,
            )
        )
        change.record(EventKind.NOTED, actor=by, data={"message": str(note.pk)})
        composition.end(change.conversation, by)
    return note


def retry_message(message: Message, *, by) -> Message:
    """Send a failed message again. Raises Refused when it has not failed, WindowClosed."""
    with changing(message.conversation) as change:
        current = Message.objects.select_for_update().get(pk=message.pk)
        require_answerable(change.conversation, by)
        if not current.can_be_retried:
            raise Refused(_("Only a message that was not sent can be sent again."), "not_failed")
        current.status = Status.QUEUED
        current.next_attempt_at = timezone.now()
        current.attempts = 0
        # The old id stays on its attempt; a late status of it must not fail the new one.
        current.provider_id = None
        current.error_code, current.error_text, current.failed_at = None, "", None
        # What WhatsApp could not read, or has forgotten, is handed over once more.
        current.attachments.update(provider_media_id="")
        change.changes.change_message(
            current,
            "status",
            "next_attempt_at",
            "attempts",
            "provider_id",
            "error_code",
            "error_text",
            "failed_at",
        )
    return current


def check_content(message: Message) -> None:
    """Raise InvalidMessage when the provider's contract would refuse the contents."""
    problems = problems_of(message)
    if problems:
        raise InvalidMessage(" ".join(problems))


def problems_of(message: Message) -> list[str]:
    """Return what the provider's contract would refuse in a message, as sentences for people."""
    outbound = OutboundMessage(
        to=message.contact.send_to or "unknown",
        kind=message.kind,
        body=message.body,
        payload=message.payload,
    )
    problems = registry.get(message.channel.provider).check(outbound)
    return [problem.in_words(_) for problem in problems]


def repeated_message(change: ConversationChange, client_token: UUID) -> Message | None:
    """Return the message this token has made before, under the conversation's lock."""
    message = Message.objects.filter(client_token=client_token).first()
    if message is not None and message.conversation_id != change.conversation.pk:
        raise Refused(_("This form belongs to another conversation. Reload the page."), "token")
    return message


def require_answerable(conversation: Conversation, by) -> None:
    """Raise Refused or WindowClosed when `by` may not write to the customer now."""
    require_holder(conversation, by)
    if not conversation.window_is_open(timezone.now()):
        raise WindowClosed()


def require_holder(conversation: Conversation, by) -> None:
    """Raise Refused when it is not `by` who answers this customer."""
    if conversation.is_closed:
        raise Refused(_("This conversation is closed."), "closed")
    if not conversation.can_be_answered_by(by):
        raise Refused(_("Take the conversation before you answer."), "not_holder")
    require_not_blocked(conversation)


def quotable(conversation: Conversation, reply_to: Message | None) -> Message | None:
    """Return the message to quote; raises InvalidMessage for one of another chat, or a note."""
    if reply_to is None:
        return None
    if reply_to.contact_id != conversation.contact_id or reply_to.is_note:
        raise InvalidMessage(_("This message cannot be quoted here."))
    return reply_to


def record_reply(change: ConversationChange, by) -> None:
    """A person has answered: whoever waited for us waits no more."""
    conversation, now = change.conversation, timezone.now()
    conversation.first_reply_at = conversation.first_reply_at or now
    if conversation.awaiting_reply_since is not None:
        conversation.awaiting_reply_since = None
        change.record(EventKind.REPLIED, actor=by, occurred_at=now)
