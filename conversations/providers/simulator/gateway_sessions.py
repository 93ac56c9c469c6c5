"""The simulated gateway's instances: codes, who has read one, and what is told of it by webhook."""

import json
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.models import Channel, ProviderName, SimulatorInstance
from conversations.providers.cloud.wire import mapping, text
from conversations.providers.simulator import gateway_wire
from conversations.providers.simulator.deliveries import schedule
from conversations.providers.simulator.gateway_wire import Refusal
from conversations.providers.simulator.setup import DEMO_PHONES, ensure_phone
from conversations.providers.simulator.writing import PhoneError

State = SimulatorInstance.State
LOGGED_OUT = 401
NEXT_CODE = "qrcode.updated"
CODE_LASTS = timedelta(seconds=40)
MORE_CODES = 4


def find(name: str) -> SimulatorInstance:
    """Return an instance by its name; raises Refusal."""
    rows = SimulatorInstance.objects.select_related("channel")
    found = rows.filter(channel__gateway_instance=name).first() if "\0" not in name else None
    if found is None:
        raise gateway_wire.unknown_instance(name)
    return found


def create(body: dict[str, Any]) -> dict[str, Any]:
    """Make an instance for a number of this house, with phones that can write to it."""
    name = text(body.get("instanceName"))
    if not name or body.get("integration") != "WHATSAPP-BAILEYS":
        raise Refusal(400, ["Invalid integration"])
    channel = Channel.objects.filter(
        provider=ProviderName.GATEWAY, gateway_instance=name.replace("\0", "")
    ).first()
    if channel is None:
        raise Refusal(400, ["The simulated gateway serves the numbers of this house only."])
    webhook = _checked(body) if body.get("webhook") else {}
    with transaction.atomic():
        instance, is_new = SimulatorInstance.objects.get_or_create(
            channel=channel,
            defaults={"token": secrets.token_hex(16), "webhook": json.dumps(webhook)},
        )
        if not is_new:
            raise Refusal(403, [f'This name "{name}" is already in use.'])
        for phone in DEMO_PHONES:
            ensure_phone(channel, **phone)
        answer = gateway_wire.created(name, instance.token)
        if body.get("qrcode"):
            answer["qrcode"] = show_code(instance, text(body.get("number")))
    return answer


def show_code(instance: SimulatorInstance, number: str = "") -> dict[str, Any]:
    """Return the next QR code, with a pairing code for the phone of `number`."""
    instance.number = "".join(filter(str.isdecimal, number))[:15] or instance.number
    instance.state, instance.codes = State.CONNECTING, instance.codes + 1
    with transaction.atomic():
        instance.save(update_fields=["number", "state", "codes"])
        _schedule_codes(instance, with_pairing=bool(number))
    return gateway_wire.new_code(instance.codes, with_pairing=bool(number))


def set_webhook(instance: SimulatorInstance, body: dict[str, Any]) -> dict[str, Any]:
    """Keep where an instance's news go; raises Refusal for an address that is not this house's."""
    webhook = _checked(body)
    instance.webhook = json.dumps(webhook)
    instance.save(update_fields=["webhook"])
    return webhook


def read_code(channel: Channel) -> None:
    """Read the code with the business's own phone; raises PhoneError when none is shown."""
    with transaction.atomic():
        instance = _locked(channel)
        if instance.state != State.CONNECTING:
            raise PhoneError(_("There is no code to read now. Ask for one on the number's page."))
        digits = "".join(filter(str.isdecimal, channel.display_phone_number))
        instance.number = instance.number or digits or f"550030{channel.pk.int % 10**6:06d}"
        instance.state = State.OPEN
        _forget_codes(instance)
        instance.save(update_fields=["number", "state"])
        wuid = gateway_wire.jid_of(instance.number)
        tell_state(instance, 200, wuid=wuid, profileName=channel.name)


def log_out_on_the_phone(channel: Channel) -> None:
    """Take the session away in the list of devices of the business's own phone."""
    with transaction.atomic():
        instance = _locked(channel)
        if instance.state != State.OPEN:
            raise PhoneError(_("No session is open on this number's phone."))
        _close(instance)
        tell_state(instance, LOGGED_OUT)


def log_out(instance: SimulatorInstance) -> None:
    """End the session because we ask for it; raises Refusal when it is over."""
    if instance.state == State.CLOSED:
        raise Refusal(400, [f'The "{name_of(instance)}" instance is not connected'])
    with transaction.atomic():
        _close(instance)
        ended = {"instance": name_of(instance), "status": "closed"}
        tell(instance.channel, "status.instance", {**ended, "disconnectionReasonCode": LOGGED_OUT})
        tell(instance.channel, "logout.instance", None)


def tell_state(instance: SimulatorInstance, reason: int, **more: Any) -> None:
    """Tell how the connection stands."""
    data = {"instance": name_of(instance), "state": instance.state, "statusReason": reason, **more}
    tell(instance.channel, "connection.update", data)


def tell(channel: Channel, event: str, data: Any) -> None:
    """Schedule a webhook about a session."""
    schedule(channel, event, {"event": event, "data": data}, timezone.now())


def name_of(instance: SimulatorInstance) -> str:
    """Return the name that an instance has at the gateway."""
    return instance.channel.gateway_instance


def _schedule_codes(instance: SimulatorInstance, *, with_pairing: bool) -> None:
    """Let the next codes come by themselves, for as long as somebody may be looking."""
    _forget_codes(instance)
    for number in range(1, MORE_CODES + 1):
        code = gateway_wire.new_code(instance.codes + number, with_pairing=with_pairing)
        data = {"qrcode": {"instance": name_of(instance), **code}}
        due_at = timezone.now() + number * CODE_LASTS
        schedule(instance.channel, NEXT_CODE, {"event": NEXT_CODE, "data": data}, due_at)


def _forget_codes(instance: SimulatorInstance) -> None:
    instance.channel.simulator_deliveries.pending().filter(kind=NEXT_CODE).delete()


def _close(instance: SimulatorInstance) -> None:
    _forget_codes(instance)
    instance.state = State.CLOSED
    instance.save(update_fields=["state"])


def _locked(channel: Channel) -> SimulatorInstance:
    rows = SimulatorInstance.objects.select_for_update(of=("self",)).select_related("channel")
    instance = rows.filter(channel=channel).first()
    if instance is None:
        raise PhoneError(_("This number does not log in by QR code."))
    return instance


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    webhook = gateway_wire.require_webhook(body)
    url, headers = urlsplit(text(webhook["url"])), mapping(webhook.get("headers"))
    if f"{url.scheme}://{url.netloc}" != settings.BASE_URL:
        raise Refusal(400, ["The simulated gateway tells this house only."])
    if not all(isinstance(value, str) and value.isprintable() for value in headers.values()):
        raise Refusal(400, ["Headers are texts."])
    return webhook
