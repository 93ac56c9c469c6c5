"""What a message holds beside its text, in plain words for pages: places, cards, orders, origins.

Message.payload is the wire's (providers/cloud/parse_messages.py) for what came in, and ours
(providers/cloud/send.py) for what goes out. Anything may be missing or of another type: then less
is shown, and nothing raises.
"""

import json
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

from conversations import phone_numbers

MAP_URL = "https://www.google.com/maps/search/?api=1&query="
MOST_ROWS = 50  # of cards, answers and products shown at all
MOST_TEXT = 1_000  # characters of one value
SECRET_ANSWERS = {"flow_token"}


@dataclass(frozen=True, slots=True)
class Place:
    """A location: where it is and what it is called."""

    coordinates: str
    map_url: str
    name: str = ""
    address: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One contact card. Its number counts from 0 in the order of the message."""

    number: int
    name: str
    phones: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    organisation: str = ""

    @property
    def can_be_added(self) -> bool:
        """Whether somebody could be found by what is on it."""
        return bool(self.phones)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One product of an order; price and sum are None where they cannot be read."""

    product: str
    quantity: Decimal
    price: Decimal | None
    currency: str

    @property
    def total(self) -> Decimal | None:
        """What this line costs."""
        return None if self.price is None else self.price * self.quantity


@dataclass(frozen=True, slots=True)
class Order:
    """What a customer wants to buy from the catalogue."""

    lines: list[OrderLine]
    text: str = ""

    @property
    def totals(self) -> list[tuple[str, Decimal]]:
        """The sum per currency, of the lines whose price is known."""
        sums: dict[str, Decimal] = {}
        for line in self.lines:
            if line.total is not None:
                sums[line.currency] = sums.get(line.currency, Decimal(0)) + line.total
        return list(sums.items())


@dataclass(frozen=True, slots=True)
class Referral:
    """The advertisement or post a customer came from."""

    is_ad: bool
    headline: str = ""
    body: str = ""
    url: str = ""


def place(payload: dict) -> Place | None:
    """Return the location of a message; None when it names no place on earth."""
    wire = _mapping(payload.get("location")) or payload
    latitude, longitude = (_coordinate(wire.get(name)) for name in ("latitude", "longitude"))
    if latitude is None or longitude is None:
        return None
    coordinates = f"{latitude},{longitude}"
    return Place(
        coordinates=coordinates.replace(",", ", "),
        map_url=MAP_URL + quote(coordinates),
        name=_text(wire.get("name")),
        address=_text(wire.get("address")),
        url=_web_address(wire.get("url")),
    )


def cards(payload: dict) -> list[Card]:
    """Return the contact cards of a message."""
    wires = _mappings(payload.get("contacts"))
    return [_card(number, wire) for number, wire in enumerate(wires[:MOST_ROWS])]


def answers(payload: dict) -> list[tuple[str, str]]:
    """Return what was filled into a flow, field by field; its token is nobody's business."""
    rows = _mapping(payload.get("answers")).items()
    return [
        (_words(key), _text(value) if isinstance(value, str) else _json(value))
        for key, value in rows
        if key not in SECRET_ANSWERS
    ][:MOST_ROWS]


def order(payload: dict) -> Order | None:
    """Return the order of a message; None when it has no products."""
    wire = _mapping(payload.get("order"))
    lines = [_order_line(item) for item in _mappings(wire.get("product_items"))[:MOST_ROWS]]
    return Order(lines, _text(wire.get("text"))) if lines else None


def referral(payload: dict) -> Referral | None:
    """Return the advertisement a message came from."""
    wire = _mapping(payload.get("referral"))
    if not wire:
        return None
    return Referral(
        is_ad=wire.get("source_type") != "post",
        headline=_text(wire.get("headline")),
        body=_text(wire.get("body")),
        url=_web_address(wire.get("source_url")),
    )


def forwarded(payload: dict) -> str:
    """Return 'often' (more than five times), 'once' or ''."""
    context = _mapping(payload.get("context"))
    if context.get("frequently_forwarded") is True:
        return "often"
    return "once" if context.get("forwarded") is True else ""


def product_asked_about(payload: dict) -> str:
    """Return the product of the catalogue a question is about, or ''."""
    product = _mapping(_mapping(payload.get("context")).get("referred_product"))
    return _text(product.get("product_retailer_id"))


def choice_details(payload: dict) -> str:
    """Return what stands under the row a customer chose from a list, or ''."""
    reply = _mapping(_mapping(payload.get("interactive")).get("list_reply"))
    return _text(reply.get("description"))


def answered_call_request(payload: dict) -> str:
    """Return 'accept' or 'reject' when a message answers whether we may call, or ''."""
    interactive = _mapping(payload.get("interactive"))
    if interactive.get("type") != "call_permission_reply":
        return ""
    response = _mapping(interactive.get("call_permission_reply")).get("response")
    return "accept" if response == "accept" else "reject"


def entry(payload: dict) -> str:
    """Return which entry a system message is: call, welcome, number, user_id, identity or other."""
    if payload.get("type") in ("call", "request_welcome"):
        return {"call": "call", "request_welcome": "welcome"}[payload["type"]]
    said = _text(_mapping(payload.get("system")).get("type"))
    return _ENTRIES.get(said, "other")


_ENTRIES = {
    "user_changed_number": "number",
    "user_changed_user_id": "user_id",
    "customer_identity_changed": "identity",
    "user_identity_changed": "identity",
}


def new_number(payload: dict) -> str:
    """Return the number a customer has changed to, readable, or ''."""
    wire = _text(_mapping(payload.get("system")).get("wa_id"))
    return phone_numbers.readable(phone_numbers.e164(wire) or "") or wire


def error_code(payload: dict) -> int | None:
    """Return why WhatsApp did not pass something on, as its number."""
    for error in _mappings(payload.get("errors")):
        if isinstance(error.get("code"), int):
            return error["code"]
    return None


def is_voice(payload: dict) -> bool:
    """Whether a sound was spoken into the phone."""
    return _mapping(payload.get("audio")).get("voice") is True or payload.get("type") == "voice"


def filename(payload: dict) -> str:
    """Return the name of a document."""
    return _text(_mapping(payload.get("document")).get("filename"))


def _card(number: int, wire: dict) -> Card:
    name, organisation = _mapping(wire.get("name")), _mapping(wire.get("org"))
    phones = [_phone(row) for row in _mappings(wire.get("phones"))[:MOST_ROWS]]
    emails = [_text(row.get("email")) for row in _mappings(wire.get("emails"))[:MOST_ROWS]]
    spelled = " ".join(
        filter(None, (_text(name.get(part)) for part in ("first_name", "last_name")))
    )
    work = [_text(organisation.get(part)) for part in ("title", "department", "company")]
    return Card(
        number=number,
        name=_text(name.get("formatted_name")) or spelled,
        phones=list(filter(None, phones)),
        emails=list(filter(None, emails)),
        organisation=", ".join(filter(None, work)),
    )


def _phone(row: dict) -> str:
    shown = _text(row.get("wa_id")) or _text(row.get("phone"))
    return phone_numbers.readable(phone_numbers.e164(shown) or "") or shown


def _order_line(item: dict) -> OrderLine:
    return OrderLine(
        product=_text(item.get("product_retailer_id")),
        quantity=_number(item.get("quantity")) or Decimal(1),
        price=_number(item.get("item_price")),
        currency=_text(item.get("currency"))[:3],
    )


def _number(value: Any) -> Decimal | None:
    """A price may be a number, or text in old payloads."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value)[:30])
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**12 else None


def _coordinate(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) <= 360 else None


def _web_address(value: Any) -> str:
    address = _text(value)
    return address if address.startswith(("https://", "http://")) else ""


def _words(key: Any) -> str:
    """The name of a field as a person reads it: screen_0_Full_name_1 says 'Full name'."""
    parts = str(key)[:MOST_TEXT].split("_")
    if parts[0] == "screen":
        parts = parts[1:]
    kept = [part for part in parts if part and not part.isdecimal()]
    return " ".join(kept) or str(key)[:MOST_TEXT]


def _json(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
        return ", ".join(str(item) for item in value)[:MOST_TEXT]
    return json.dumps(value, ensure_ascii=False)[:MOST_TEXT]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value[:MOST_TEXT]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _mapping(value: Any) -> dict:
    return value if isinstance(value, dict) else {}


def _mappings(value: Any) -> list[dict]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
