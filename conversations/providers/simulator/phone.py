"""What a customer does on the phone. Each act becomes a signed webhook; nothing calls our ingest."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.models import SimulatorMessage, SimulatorPhone, SimulatorSetting
from conversations.providers.simulator import wire
from conversations.providers.simulator.accept import SERVICE_WINDOW, person_of, schedule_status
from conversations.providers.simulator.choices import tap
from conversations.providers.simulator.contents import (
    send,
    send_card,
    send_file,
    send_place,
    send_voice,
)
from conversations.providers.simulator.writing import PhoneError, find, find_own, quote, write

__all__ = [
    "PhoneError", "clear", "edit", "look_at", "move_window", "play", "react", "revoke", "say", "send",
    "send_card", "send_file", "send_place", "send_voice", "tap",
]  # fmt: skip


def say(phone: SimulatorPhone, text: str, *, reply_to: str = "") -> SimulatorMessage:
    """Write a text, quoting a message when `reply_to` names one."""
    if not text.strip():
        raise PhoneError(_("Write something first."))
    return write(phone, "text", {"body": text}, context=quote(phone, reply_to))


def react(phone: SimulatorPhone, wamid: str, emoji: str) -> SimulatorMessage:
    """React to a message; an empty emoji takes the reaction away."""
    find(phone, wamid)
    part = {"message_id": wamid, "emoji": emoji} if emoji else {"message_id": wamid}
    return write(phone, "reaction", part, target=wamid, opens_window=False)


def edit(phone: SimulatorPhone, wamid: str, text: str) -> SimulatorMessage:
    """Change a text of one's own."""
    message = find_own(phone, wamid)
    if message.kind != "text" or message.revoked_at or not text.strip():
        raise PhoneError(_("Only a text can be changed, and not to nothing."))
    message.payload = {**message.payload, "text": {"body": text}}
    message.edited_at = timezone.now()
    part = {"original_message_id": wamid, "message": wire.text_message(text)}
    with transaction.atomic():
        message.save(update_fields=["payload", "edited_at"])
        return write(phone, "edit", part, target=wamid, opens_window=False)


def revoke(phone: SimulatorPhone, wamid: str) -> SimulatorMessage:
    """Delete a message of one's own for everybody."""
    message = find_own(phone, wamid)
    if message.revoked_at:
        raise PhoneError(_("This message is deleted already."))
    message.revoked_at = timezone.now()
    with transaction.atomic():
        message.save(update_fields=["revoked_at"])
        part = {"original_message_id": wamid}
        return write(phone, "revoke", part, target=wamid, opens_window=False)


def play(phone: SimulatorPhone, wamid: str) -> None:
    """Play a voice note of ours; only the first time is told."""
    message = find(phone, wamid)
    is_voice = message.payload.get("audio", {}).get("voice") is True
    is_ours = message.direction == SimulatorMessage.Direction.OUT
    if is_voice and is_ours and not message.deliveries.filter(kind="played").exists():
        schedule_status(message, person_of(phone), "played", timezone.now())


def look_at(phone: SimulatorPhone) -> None:
    """The phone is open: what it got is read, where receipts depend on that."""
    if SimulatorSetting.current().read_receipts != SimulatorSetting.Receipts.OPEN:
        return
    seen = phone.messages.filter(
        direction=SimulatorMessage.Direction.OUT, status=SimulatorMessage.Status.DELIVERED
    ).exclude(kind="reaction").exclude(deliveries__kind="read")  # fmt: skip
    for message in seen.select_related("channel__waba"):
        schedule_status(message, person_of(phone), "read", timezone.now())


def clear(phone: SimulatorPhone) -> None:
    """Hide what is on the phone's screen; our conversation stays as it is."""
    SimulatorPhone.objects.filter(pk=phone.pk).update(cleared_at=timezone.now())


def move_window(phone: SimulatorPhone, *, is_open: bool) -> None:
    """Open the service window as if the customer had just written, or let it run out."""
    at = timezone.now() if is_open else timezone.now() - SERVICE_WINDOW - timedelta(minutes=1)
    SimulatorPhone.objects.filter(pk=phone.pk).update(last_wrote_at=at)
