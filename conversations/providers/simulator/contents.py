"""What a customer can send besides text: files, places, cards."""

from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from conversations.media.errors import Unreadable
from conversations.media.inspection import inspect
from conversations.media.sound import to_voice
from conversations.media.types import kind_of
from conversations.models import SimulatorMessage, SimulatorPhone
from conversations.providers.simulator import media
from conversations.providers.simulator.errors import GraphError
from conversations.providers.simulator.writing import PhoneError, quote, write

CAPTIONED = ("image", "video", "document")
MEDIA_KINDS = ("image", "video", "audio", "document", "sticker")
VOICE_TYPE = "audio/ogg; codecs=opus"
MAX_FILE = 100 * 1024 * 1024
LATITUDE, LONGITUDE = -22.9068, -43.1729


def send(
    phone: SimulatorPhone, kind: str, *, caption: str = "", reply_to: str = ""
) -> SimulatorMessage:
    """Send a sample file, the customer's place, or a contact card; raises PhoneError."""
    context = quote(phone, reply_to)
    if kind in MEDIA_KINDS:
        part = media.sample_part(phone.channel, kind)
        return write(phone, kind, _captioned(part, kind, caption), context=context)
    if kind == "location":
        return write(phone, kind, place(), context=context)
    if kind == "contacts":
        return write(phone, kind, [card(_("Carla Dias"), "+55 00 98888-0000")], context=context)
    raise PhoneError(_("The phone cannot send this."))


def send_file(
    phone: SimulatorPhone, file, *, caption: str = "", reply_to: str = "", is_sticker: bool = False
) -> SimulatorMessage:
    """Send a file of one's own as what it is; raises PhoneError for what no phone would send."""
    context = quote(phone, reply_to)
    if file is None or not 0 < file.size <= MAX_FILE:
        raise PhoneError(_("Choose a file of at most 100 MB."))
    mime_type = inspect(file, file.name).mime_type
    kind = "sticker" if is_sticker and mime_type == "image/webp" else kind_of(mime_type)
    extra: dict[str, Any] = {"filename": file.name} if kind == "document" else {}
    if kind == "audio":
        extra["voice"] = False
    elif kind == "sticker":
        extra["animated"] = False
    file.seek(0)
    part = _kept(phone, file.read(), mime_type, **extra)
    return write(phone, kind, _captioned(part, kind, caption), context=context)


def send_voice(phone: SimulatorPhone, file, *, reply_to: str = "") -> SimulatorMessage:
    """Send what was recorded in the browser as a voice note; raises PhoneError."""
    context = quote(phone, reply_to)
    try:
        if file is None:
            raise Unreadable("There is no recording.")
        voice = BytesIO()
        to_voice(file, inspect(file, file.name).mime_type, voice)
    except (Unreadable, KeyError) as error:
        raise PhoneError(_("This recording cannot be read.")) from error
    part = _kept(phone, voice.getvalue(), VOICE_TYPE, voice=True)
    return write(phone, "audio", part, context=context)


def send_place(phone: SimulatorPhone, where: dict[str, Any]) -> SimulatorMessage:
    """Send a place: latitude, longitude, and perhaps name and address."""
    return write(phone, "location", place(**where))


def send_card(phone: SimulatorPhone, name: str, number: str) -> SimulatorMessage:
    """Send somebody's contact card."""
    return write(phone, "contacts", [card(name, number)])


def place(latitude: float = LATITUDE, longitude: float = LONGITUDE, **named: str) -> dict[str, Any]:
    """Return the part of a location; the customer's home unless told otherwise."""
    if not named:
        named = {"name": pgettext("place", "Home"), "address": "Rua das Flores, 120"}
    said = {key: value for key, value in named.items() if value}
    return {"latitude": latitude, "longitude": longitude, **said}


def card(name: str, number: str) -> dict[str, Any]:
    """Return one contact card."""
    first, _space, last = name.partition(" ")
    names = {"formatted_name": name, "first_name": first}
    digits = "".join(filter(str.isdigit, number))
    return {
        "name": names | ({"last_name": last} if last else {}),
        "phones": [{"phone": number, "wa_id": digits, "type": "CELL"}],
    }


def own_card(phone: SimulatorPhone) -> dict[str, Any]:
    """Return the card of the phone's owner, as a request for the number is answered."""
    number = phone.wa_id or "5500999990000"
    return card(phone.name, f"+{number}")


def _kept(phone: SimulatorPhone, content: bytes, mime_type: str, **extra: Any) -> dict[str, Any]:
    try:
        return media.part(media.upload(phone.channel, content, mime_type), **extra)
    except GraphError as error:
        raise PhoneError(error.details) from error


def _captioned(part: dict[str, Any], kind: str, caption: str) -> dict[str, Any]:
    return {**part, "caption": caption} if caption and kind in CAPTIONED else part
