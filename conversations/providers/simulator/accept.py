"""Accepting a message for delivery, as WhatsApp does: stored, answered, and judged afterwards."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from conversations.models import (
    Channel,
    SimulatorDelivery,
    SimulatorMessage,
    SimulatorPhone,
    SimulatorSetting,
)
from conversations.phone_numbers import canonical
from conversations.providers.simulator import approval, faults, gateway_telling, wire
from conversations.providers.simulator.deliveries import schedule
from conversations.providers.simulator.errors import GraphError

SERVICE_WINDOW = timedelta(hours=24)
SENT_AFTER_MS = 100
DELIVERED_AFTER_MS = 400
FAILED_AFTER_MS = 150
TYPING_LASTS = timedelta(seconds=25)
# A status that goes out before the answer is delivered by the call itself; the pump takes over
# only if the call dies in between.
FALLBACK = timedelta(seconds=15)


def accept(channel: Channel, body: dict[str, Any], kind: str, setting: SimulatorSetting):
    """Store a valid message and schedule its statuses; raises GraphError for what is refused at once.

    Returns the answer and the deliveries that must go out before it is given.
    """
    sent_to = body.get("to") or body["recipient"]
    if body.get("to") and canonical(sent_to) == canonical(channel.display_phone_number):
        raise GraphError(131021)
    if kind == "template":
        approval.check_send(channel, body["template"])
    phone = find_phone(channel, body)
    error = _late_refusal(channel, phone, body, kind) or faults.late_error(setting)
    with transaction.atomic():
        message = _store(channel, phone, body, kind, error)
        person = person_of(phone) if phone else _stranger(body)
        early = schedule_statuses(message, person, setting, error)
        if phone:
            SimulatorPhone.objects.filter(pk=phone.pk).update(typing_until=None)
    return wire.accepted(message.wamid, person, sent_to), early


def mark_read(channel: Channel, wamid: str, *, typing: bool) -> None:
    """Show the customer's message and those before it as read; raises GraphError when unknown."""
    message = SimulatorMessage.objects.filter(
        channel=channel, wamid=wamid, direction=SimulatorMessage.Direction.IN
    ).first()
    if message is None:
        raise GraphError(131009, f"There is no message {wamid} from a customer.")
    message.phone.messages.filter(
        direction=SimulatorMessage.Direction.IN, accepted_at__lte=message.accepted_at
    ).update(status=SimulatorMessage.Status.READ)
    if typing:
        until = timezone.now() + TYPING_LASTS
        SimulatorPhone.objects.filter(pk=message.phone_id).update(typing_until=until)


def find_phone(channel: Channel, body: dict[str, Any]) -> SimulatorPhone | None:
    """Return whose phone a message is for; a number is found with and without its ninth digit."""
    if body.get("to"):
        return channel.simulator_phones.filter(address=canonical(body["to"])).first()
    return channel.simulator_phones.filter(user_id=body["recipient"]).first()


def window_is_open(phone: SimulatorPhone, now: datetime) -> bool:
    """Whether free text may be sent: the person wrote within the last 24 hours."""
    return phone.last_wrote_at is not None and now - phone.last_wrote_at < SERVICE_WINDOW


def person_of(phone: SimulatorPhone) -> wire.Person:
    """Return a phone's owner as webhooks name them."""
    return wire.Person(phone.name, phone.wa_id, phone.user_id, phone.username)


def number_of(channel: Channel) -> wire.Number:
    """Return a channel as webhooks name it."""
    waba_id = channel.waba.waba_id if channel.waba else "0"
    return wire.Number(waba_id, channel.phone_number_id, channel.display_phone_number)


def schedule_status(
    message: SimulatorMessage, person: wire.Person, status: str, due_at: datetime, error=None
) -> SimulatorDelivery:
    """Write one status webhook of a message of ours."""
    if gateway_telling.is_gateway(message.channel):
        entry = gateway_telling.status_entry(message, status)
        return schedule(message.channel, status, entry, due_at, message=message)
    entry = wire.status_entry(
        number_of(message.channel), person, status,
        wamid=message.wamid, at=due_at.timestamp(),
        callback=message.payload.get("biz_opaque_callback_data", ""),
        error=error.in_status() if error else None,
        category=approval.category_of(message),
    )  # fmt: skip
    return schedule(message.channel, status, entry, due_at, message=message)


def schedule_statuses(message, person, setting, error) -> list[SimulatorDelivery]:
    """Write what becomes of a message of ours; return what must go out before it is answered."""
    now = timezone.now()
    if error:
        due_at = now + faults.webhook_delay(setting, FAILED_AFTER_MS)
        schedule_status(message, person, "failed", due_at, error)
        return []
    early = []
    for status, milliseconds in _receipts(message.kind, setting).items():
        if setting.status_first and status != "read":
            early.append(schedule_status(message, person, status, now + FALLBACK))
        else:
            due_at = now + faults.webhook_delay(setting, milliseconds)
            schedule_status(message, person, status, due_at)
    return early


def _late_refusal(channel, phone, body, kind: str) -> GraphError | None:
    """What Meta says only after it has answered 200."""
    if phone is None or not phone.on_whatsapp:
        return GraphError(131026, "The recipient has no WhatsApp account.")
    if kind != "template" and not window_is_open(phone, timezone.now()):
        return GraphError(
            131047, "More than 24 hours have passed since the customer last replied to this number."
        )
    if (
        kind == "reaction"
        and not phone.messages.filter(wamid=body["reaction"]["message_id"]).exists()
    ):
        return GraphError(131009, "The message that was reacted to does not exist.")
    return None


def _store(channel, phone, body, kind: str, error: GraphError | None) -> SimulatorMessage:
    return SimulatorMessage.objects.create(
        channel=channel,
        phone=phone,
        wamid=wire.new_wamid(),
        direction=SimulatorMessage.Direction.OUT,
        kind=kind,
        payload=body,
        target_wamid=body["reaction"]["message_id"] if kind == "reaction" else "",
        status=SimulatorMessage.Status.FAILED if error else SimulatorMessage.Status.ACCEPTED,
        error_code=error.code if error else None,
        accepted_at=timezone.now(),
    )


def _stranger(body: dict[str, Any]) -> wire.Person:
    if body.get("to"):
        return wire.Person(wa_id="".join(filter(str.isdigit, body["to"])))
    return wire.Person(user_id=body["recipient"])


def _receipts(kind: str, setting: SimulatorSetting) -> dict[str, int]:
    if kind == "reaction":
        return {"sent": SENT_AFTER_MS}  # reactions get nothing more (spec/03, 2.3)
    receipts = {"sent": SENT_AFTER_MS, "delivered": DELIVERED_AFTER_MS}
    if setting.read_receipts == SimulatorSetting.Receipts.ALWAYS:
        receipts["read"] = max(setting.read_after_ms, DELIVERED_AFTER_MS)
    return receipts
