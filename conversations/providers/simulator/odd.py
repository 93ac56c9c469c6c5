"""What rarely comes from a phone and must be understood all the same: for whoever tests."""

import json
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conversations.models import Channel, SimulatorMessage, SimulatorPhone
from conversations.phone_numbers import canonical
from conversations.providers.simulator import gateway_telling, wire
from conversations.providers.simulator.accept import number_of, person_of
from conversations.providers.simulator.errors import GraphError
from conversations.providers.simulator.gateway_telling import is_gateway
from conversations.providers.simulator.writing import (
    PhoneError,
    keep,
    require_gateway,
    tell,
    write,
)

ORDER = {
    "catalog_id": "194836987003835",
    "text": "",
    "product_items": [
        {"product_retailer_id": "roteador-ax3000", "quantity": 1, "item_price": 289.9, "currency": "BRL"},
        {"product_retailer_id": "cabo-10m", "quantity": 2, "item_price": 25, "currency": "BRL"},
    ],
}  # fmt: skip
ADVERT = {
    "source_url": "https://fb.me/3cr4Wqqkv", "source_id": "120226305854810726", "source_type": "ad",
    "headline": "500 mega por R$ 99,90", "body": "Instalação grátis em toda a cidade.",
    "media_type": "image", "image_url": "https://scontent.example/anuncio.jpg",
    "ctwa_clid": "Aff-n8ZTODiE79d22KtAwQKj9e_mIEOOj27vDVwFjN80dp4_0NiNhEgpGo0AHvemvuSoifXaytfTzcch",
    "welcome_message": {"text": "Olá! Quero saber mais."},
}  # fmt: skip
ANSWERS = {"flow_token": "visita-1", "periodo": "manhã", "data": "2026-12-01", "cachorro": False}


def send(phone: SimulatorPhone, kind: str, text: str = "") -> None:
    """Do one of KINDS; `text` is what was typed. Raises PhoneError."""
    if kind not in kinds_of(phone.channel):
        raise PhoneError(_("The phone cannot send this."))
    _DO[kind](phone, text.strip())


def kinds_of(channel: Channel) -> dict[str, tuple]:
    """Return what of KINDS a number can hear of."""
    if is_gateway(channel):
        return {name: KINDS[name] for name in AT_THE_GATEWAY}
    return KINDS


def _forwarded(**context: bool) -> Callable:
    def do(phone: SimulatorPhone, text: str) -> None:
        write(phone, "text", {"body": text or _("Look at this")}, context=context)

    return do


def _from_advert(phone: SimulatorPhone, text: str) -> None:
    said = text or ADVERT["welcome_message"]["text"]
    write(phone, "text", {"body": said}, referral=ADVERT)


def _flow_answer(phone: SimulatorPhone, text: str) -> None:
    ours = phone.messages.filter(direction=SimulatorMessage.Direction.OUT).in_order().last()
    context = {"from": _ours(phone), "id": ours.wamid if ours else wire.new_wamid()}
    reply = {"name": "flow", "body": "Sent", "response_json": json.dumps(ANSWERS)}
    write(phone, "interactive", {"type": "nfm_reply", "nfm_reply": reply}, context=context)


def _order(phone: SimulatorPhone, text: str) -> None:
    write(phone, "order", {**ORDER, "text": text})


def _unsupported(code: int, inner: str) -> Callable:
    def do(phone: SimulatorPhone, text: str) -> None:
        errors = [GraphError(code).in_status()]
        write(phone, "unsupported", {"type": inner}, errors=errors)

    return do


def _too_large(phone: SimulatorPhone, text: str) -> None:
    details = "The file is larger than 100 MB."
    write(phone, "video", errors=[GraphError(131052, details).in_status()])


def _request_welcome(phone: SimulatorPhone, text: str) -> None:
    write(phone, "request_welcome")


def _missed_call(phone: SimulatorPhone, text: str) -> None:
    """Two webhooks: it rings, and it ends without anybody."""
    call_id = f"wacid.{secrets.token_hex(20).upper()}"
    number, person = number_of(phone.channel), person_of(phone)
    session = {"sdp_type": "offer", "sdp": "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n"}
    rings = wire.call_entry(
        number, person, {"event": "connect", "session": session}, call_id=call_id
    )
    tell(phone, "call", rings)
    write(phone, "call", {"event": "terminate", "status": "FAILED"}, entry=_end_of(call_id))


def _end_of(call_id: str) -> Callable:
    def entry(number, person, content: dict[str, Any], *, wamid: str, at: float) -> dict[str, Any]:
        return wire.call_entry(number, person, content["call"], call_id=call_id, at=at)

    return entry


def _typed_by_us(phone: SimulatorPhone, text: str) -> None:
    """Somebody of ours answers in the app on the business's own phone."""
    if not text:
        raise PhoneError(_("Write something first."))
    if is_gateway(phone.channel):
        require_gateway(phone, "text")
    content = wire.text_message(text)
    with transaction.atomic():
        message = keep(
            phone, "text", content, direction=SimulatorMessage.Direction.OUT,
            status=SimulatorMessage.Status.DELIVERED,
        )  # fmt: skip
        if is_gateway(phone.channel):
            entry = gateway_telling.entry_of(message)
        else:
            number, person = number_of(phone.channel), person_of(phone)
            entry = wire.echo_entry(number, person, content, wamid=message.wamid)
        tell(phone, "echo", entry, message=message)


def _changes_number(phone: SimulatorPhone, text: str) -> None:
    """The typed number is the new one; the notice comes from the old one."""
    digits = "".join(filter(str.isdigit, text))
    if not phone.wa_id or not 8 <= len(digits) <= 15:
        raise PhoneError(_("Type the new number first, with country and area code."))
    body = f"User {phone.name} changed from {phone.wa_id} to {digits}"
    part = {"type": "user_changed_number", "body": body, "wa_id": digits}
    try:
        with transaction.atomic():
            write(phone, "system", part, entry=wire.system_entry, opens_window=False)
            moved = SimulatorPhone.objects.filter(pk=phone.pk)
            moved.update(wa_id=digits, address=canonical(digits))
    except IntegrityError as error:
        raise PhoneError(_("Another phone has this number.")) from error


def _identity_changed(phone: SimulatorPhone, text: str) -> None:
    part = {"type": "customer_identity_changed", "body": f"{phone.name} changed identity"}
    identity = {
        "acknowledged": False,
        "created_timestamp": str(int(time.time())),
        "hash": secrets.token_hex(6),
    }
    write(phone, "system", part, identity=identity, entry=wire.system_entry, opens_window=False)


def _marketing(value: str) -> Callable:
    def do(phone: SimulatorPhone, text: str) -> None:
        entry = wire.preference_entry(number_of(phone.channel), person_of(phone), value)
        tell(phone, "preference", entry)

    return do


def _ours(phone: SimulatorPhone) -> str:
    return wire.digits(number_of(phone.channel))


_DO: dict[str, Callable[[SimulatorPhone, str], None]] = {
    "forwarded": _forwarded(forwarded=True),
    "forwarded_often": _forwarded(frequently_forwarded=True),
    "advert": _from_advert,
    "flow": _flow_answer,
    "order": _order,
    "poll": _unsupported(131051, "poll_creation"),
    "unavailable": _unsupported(131060, "media_placeholder"),
    "too_large": _too_large,
    "welcome": _request_welcome,
    "call": _missed_call,
    "typed_by_us": _typed_by_us,
    "new_number": _changes_number,
    "identity": _identity_changed,
    "stop": _marketing("stop"),
    "resume": _marketing("resume"),
}
# How each is called on the page, and whether it wants or takes the typed text.
KINDS = {
    "forwarded": (gettext_lazy("Forwarded"), "reply"),
    "forwarded_often": (gettext_lazy("Forwarded many times"), "reply"),
    "advert": (gettext_lazy("From an ad"), "megaphone"),
    "flow": (gettext_lazy("Form's answers"), "list-checks"),
    "order": (gettext_lazy("Order"), "receipt-text"),
    "poll": (gettext_lazy("Poll"), "list-checks"),
    "unavailable": (gettext_lazy("Message that is not available"), "circle-off"),
    "too_large": (gettext_lazy("File that is too large"), "file-x"),
    "welcome": (gettext_lazy("Opens the chat"), "message-square"),
    "call": (gettext_lazy("Missed call"), "phone"),
    "typed_by_us": (gettext_lazy("Typed on our own phone"), "smartphone"),
    "new_number": (gettext_lazy("Changes number to the typed one"), "refresh-cw"),
    "identity": (gettext_lazy("New security code"), "shield-check"),
    "stop": (gettext_lazy("Wants no marketing"), "thumbs-down"),
    "resume": (gettext_lazy("Wants marketing again"), "thumbs-up"),
}
# What a number with a QR code hears of: no calls, forms, orders or preferences.
AT_THE_GATEWAY = ("forwarded", "forwarded_often", "advert", "poll", "typed_by_us")
