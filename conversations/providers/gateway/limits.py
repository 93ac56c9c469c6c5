"""What the gateway takes, checked before anything is sent, in words a page can show. Pure.

It speaks for an ordinary WhatsApp: no templates, and no buttons or lists, which such numbers do not
deliver reliably.
"""

from collections.abc import Callable, Iterator

from conversations.providers.base import OutboundMessage
from conversations.providers.cloud.file_limits import check_no_caption, check_source
from conversations.providers.cloud.problems import Problem
from conversations.providers.cloud.wire import text
from conversations.providers.gateway.jids import lid_of, phone_of

MAX_TEXT = 65_536  # characters of a personal WhatsApp
MAX_CAPTION = 1024
MAX_CONTACTS = 50
_DIGITS = frozenset("0123456789")


def _(message: str) -> str:
    """Mark a source string for makemessages; whoever shows it asks gettext."""
    return message


def check(message: OutboundMessage) -> list[Problem]:
    """Return what the gateway would refuse in a message, an empty list when it may be sent."""
    read = _CHECKS.get(message.kind)
    if read is None:
        problem = _("A number connected by QR code cannot send messages of kind '%(kind)s'.")
        return [Problem(problem, {"kind": message.kind})]
    return [*_recipient(message), *read(message)]


def is_recipient(to: str) -> bool:
    """Whether one can write to this: digits, or an id as it was received."""
    digits = to.removeprefix("+")
    is_number = 5 <= len(digits) <= 15 and set(digits) <= _DIGITS
    return is_number or bool(phone_of(to) or lid_of(to))


def _recipient(message: OutboundMessage) -> Iterator[Problem]:
    # "unknown" stands for whoever is not known yet while a file is being chosen.
    if message.to != "unknown" and not is_recipient(message.to):
        yield Problem(_("The customer's number is not a telephone number."))


def _text(message: OutboundMessage) -> Iterator[Problem]:
    if not message.body.strip():
        yield Problem(_("%(what)s is missing."), {"what": _("The text")})
    yield from _length(_("The text"), message.body, MAX_TEXT)


def _interactive(message: OutboundMessage) -> Iterator[Problem]:
    """Buttons and lists go out as text with numbers (send.py); a link as its address."""
    if message.payload.get("type") not in ("button", "list", "cta_url"):
        problem = _("A number connected by QR code cannot ask for this. Write it as a text.")
        yield Problem(problem)
    yield from _text(message)


def _captioned_media(message: OutboundMessage) -> Iterator[Problem]:
    yield from check_source(message, "link")
    yield from _length(_("The caption"), message.body, MAX_CAPTION)


def _bare_media(message: OutboundMessage) -> Iterator[Problem]:
    yield from check_source(message, "link")
    yield from check_no_caption(message)


def _location(message: OutboundMessage) -> Iterator[Problem]:
    place = [message.payload.get(name) for name in ("latitude", "longitude")]
    if not all(isinstance(one, int | float) and abs(one) <= 180 for one in place):
        yield Problem(_("The location's coordinates are not valid."))


def _contacts(message: OutboundMessage) -> Iterator[Problem]:
    cards = message.payload.get("contacts")
    if not isinstance(cards, list) or not 1 <= len(cards) <= MAX_CONTACTS:
        yield Problem(_("Send between 1 and %(limit)d contacts."), {"limit": MAX_CONTACTS})
    elif not all(isinstance(card, dict) and card.get("phones") for card in cards):
        yield Problem(_("Each contact needs a telephone number."))


def _reaction(message: OutboundMessage) -> Iterator[Problem]:
    if not text(message.payload.get("message_id")):
        yield Problem(_("A reaction needs the message it belongs to."))


def _length(what: str, value: str, limit: int) -> Iterator[Problem]:
    if len(value) > limit:
        values = {"what": what, "length": len(value), "limit": limit}
        yield Problem(_("%(what)s has %(length)d characters; WhatsApp allows %(limit)d."), values)


_CHECKS: dict[str, Callable[[OutboundMessage], Iterator[Problem]]] = {
    "text": _text,
    "interactive": _interactive,
    "image": _captioned_media,
    "video": _captioned_media,
    "document": _captioned_media,
    "audio": _bare_media,
    "sticker": _bare_media,
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
}
