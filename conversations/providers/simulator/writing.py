"""How a customer's act becomes a row on the phone and a webhook on its way to us."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.models import SimulatorMessage, SimulatorPhone, SimulatorSetting
from conversations.providers.simulator import faults, gateway_telling, gateway_wire, wire
from conversations.providers.simulator.accept import number_of, person_of
from conversations.providers.simulator.deliveries import schedule
from conversations.providers.simulator.gateway_telling import is_gateway


class PhoneError(ValueError):
    """Something that cannot be done on this phone; the text is for the person who tried."""


def write(
    phone: SimulatorPhone,
    kind: str,
    part: Any = None,
    *,
    target: str = "",
    opens_window: bool = True,
    entry: Callable = wire.message_entry,
    **more: Any,
) -> SimulatorMessage:
    """Keep a message of the phone's owner and schedule its webhook.

    part: what stands under the type's name; more: keys beside it (context, errors, referral), None
    leaves one out. target: the message that it is about.
    """
    content = {"type": kind, kind: part, **more}
    content = {key: value for key, value in content.items() if value is not None}
    if is_gateway(phone.channel):
        require_gateway(phone, kind)
    with transaction.atomic():
        message = keep(phone, kind, content, target=target)
        if opens_window:
            SimulatorPhone.objects.filter(pk=phone.pk).update(last_wrote_at=message.accepted_at)
        if is_gateway(phone.channel):
            body = gateway_telling.entry_of(message)
        else:
            number, person = number_of(phone.channel), person_of(phone)
            at = message.accepted_at.timestamp()
            body = entry(number, person, content, wamid=message.wamid, at=at)
        tell(phone, "message", body, message=message)
    return message


def keep(
    phone: SimulatorPhone, kind: str, content: dict[str, Any], *, target: str = "", **more: Any
) -> SimulatorMessage:
    """Write a message onto the phone; the customer's own unless `more` says otherwise."""
    new_id = gateway_wire.new_id if is_gateway(phone.channel) else wire.new_wamid
    fields = {"direction": SimulatorMessage.Direction.IN, "wamid": new_id(), **more}
    return SimulatorMessage.objects.create(
        channel=phone.channel, phone=phone, kind=kind, payload=content, target_wamid=target,
        accepted_at=timezone.now(), **fields,
    )  # fmt: skip


def tell(phone: SimulatorPhone, kind: str, entry: dict[str, Any], *, message=None) -> None:
    """Schedule a webhook as the switches want it."""
    due_at = timezone.now() + faults.webhook_delay(SimulatorSetting.current())
    schedule(phone.channel, kind, entry, due_at, message=message)


def find(phone: SimulatorPhone, wamid: str) -> SimulatorMessage:
    """Return a message that is on the phone; raises PhoneError."""
    message = phone.messages.filter(wamid=wamid).first()
    if message is None:
        raise PhoneError(_("This message is not on the phone."))
    return message


def find_own(phone: SimulatorPhone, wamid: str) -> SimulatorMessage:
    """Return a message that the phone's owner wrote; raises PhoneError."""
    message = find(phone, wamid)
    if message.direction != SimulatorMessage.Direction.IN:
        raise PhoneError(_("This message is not the customer's own."))
    return message


def quote(phone: SimulatorPhone, wamid: str) -> dict[str, str] | None:
    """Return the context of an answer to a message; None when nothing is quoted."""
    if not wamid:
        return None
    quoted = find(phone, wamid)
    is_ours = quoted.direction == SimulatorMessage.Direction.OUT
    author = wire.digits(number_of(phone.channel)) if is_ours else phone.wa_id
    return {"from": author, "id": wamid} if author else {"id": wamid}


def require_gateway(phone: SimulatorPhone, kind: str) -> None:
    """Raise PhoneError for what a gateway does not hear: all while no phone of ours is connected."""
    if not gateway_telling.is_open(phone.channel):
        raise PhoneError(_("The number is not connected. Read its QR code first."))
    if not gateway_telling.can_tell(kind):
        raise PhoneError(_("A number with a QR code hears nothing of this."))
