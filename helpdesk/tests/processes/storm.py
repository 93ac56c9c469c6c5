"""A thousand webhooks whose outcome does not depend on the order in which they come.

Three sorts of customers write, so that shuffling changes nothing but the way to the end:

regulars   stay with the bot. Every message holds a keyword that only one rule knows, so each brings
           exactly its own answer, whichever came first; the menu comes once, with the opening.
askers     ask for a person in every message: the first that arrives is answered and hands over, the
           rest waits with it, and whichever was first, the same words are said.
waiters    wait in the queue before the storm begins, so the bot answers nothing: what they send may
           be of any type, be reacted to, edited and deleted, before or after its target arrives.

The seconds of one customer's messages differ (or stand together in one body), so the order of the
thread is the provider's and not that of arrival. Of every hundred bodies one is malformed.
"""

import random
import time
from collections import defaultdict
from dataclasses import dataclass, field

from conversations.tests.providers import payloads
from helpdesk.testing.furnish import RULES, keyword
from helpdesk.testing.graph_server import NUMBER
from helpdesk.testing.house import APP_SECRET

FIRST_NUMBER = 5511970000000
MESSAGES_PER_BODY = (1, 2, 3)
SECONDS_BACK = 3000
MOST_PER_REGULAR = RULES - 4


@dataclass(frozen=True)
class Delivery:
    """One body to be posted until it is answered with `wanted`."""

    body: bytes
    signature: str
    wanted: int = 200


@dataclass
class Customer:
    """Who writes: a number, or somebody who hides it behind a business-scoped id."""

    number: str
    sort: str
    bsuid: str = ""
    seconds: int = 0

    @property
    def key(self) -> str:
        return self.bsuid or self.number

    def wire(self, message: dict) -> dict:
        """Let the customer be the sender, at a second of their own."""
        self.seconds += 1
        at = {"timestamp": str(int(_started) - SECONDS_BACK + self.seconds)}
        if self.bsuid:
            message = {name: value for name, value in message.items() if name != "from"}
            return message | at | {"from_user_id": self.bsuid}
        return message | at | {"from": self.number}


@dataclass
class Storm:
    """What is delivered, and what has to come of it."""

    openings: list[Delivery]
    deliveries: list[Delivery]
    expected: dict[str, list[str]] = field(default_factory=dict)  # customer -> ids in thread order
    malformed: int = 0


_started = time.time()


def storm(bodies: int, customers: int = 60, seed: int = 1) -> Storm:
    """Build a storm of so many bodies, each to be delivered twice, in a shuffled order."""
    chance = random.Random(seed)
    people = _people(customers)
    expected: dict[str, list[str]] = defaultdict(list)
    openings = [_opening(person, expected) for person in people if person.sort == "waiter"]
    malformed = _malformed(max(4, bodies // 100))
    units = _units(people, expected, bodies * 2, chance)
    mixed = [_delivery(messages) for messages in _mixed(units, bodies - len(malformed), chance)]
    deliveries = [*mixed, *malformed, *mixed, *malformed]
    chance.shuffle(deliveries)
    return Storm(openings, deliveries, dict(expected), len(malformed))


def _people(count: int) -> list[Customer]:
    sorts = ("regular", "regular", "asker", "waiter")
    people = [Customer(str(FIRST_NUMBER + n), sorts[n % 4]) for n in range(count)]
    for person in people[:8]:
        person.bsuid = f"BR.{person.number}"
    return people


def _opening(person: Customer, expected) -> Delivery:
    message = person.wire(payloads.text_message("Quero falar com um atendente"))
    expected[person.key].append(message["id"])
    return _delivery([message])


def _units(people, expected, count: int, chance) -> list[list[dict]]:
    """What travels together: one message, or a message and what belongs to it."""
    units: list[list[dict]] = []
    for number in range(count // len(people)):
        for person in people:
            written = _written(person, number, chance)
            expected[person.key] += [one["id"] for one in written if one["type"] not in TARGETING]
            units += [written] if _is_pair(written) else [[one] for one in written]
    return units


TARGETING = ("reaction", "edit", "revoke")


def _is_pair(written: list[dict]) -> bool:
    return len({one["timestamp"] for one in written}) < len(written)


def _written(person: Customer, number: int, chance) -> list[dict]:
    if person.sort == "regular":
        if number > MOST_PER_REGULAR:
            return []
        return [person.wire(_with_words(keyword(number), number))]
    if person.sort == "asker":
        return [person.wire(_with_words(f"Atendente, por favor {number}", number))]
    return _of_any_type(person, number, chance)


def _with_words(words: str, number: int) -> dict:
    """A message that says something to the bot, of one type after the other."""
    kinds = [
        lambda: payloads.text_message(words),
        lambda: payloads.media_message("image", caption=words),
        lambda: payloads.media_message("document", "application/pdf", caption=words),
        lambda: payloads.message("button", {"text": words, "payload": "x"}),
        lambda: payloads.text_message(f"{words} 😀\u0000"),
        lambda: payloads.message(
            "location", {"latitude": -23.5, "longitude": -46.6, "name": words}
        ),
        lambda: payloads.media_message("video", "video/mp4", caption=words),
        lambda: payloads.list_reply("row", words),
    ]
    return kinds[number % len(kinds)]()


def _of_any_type(person: Customer, number: int, chance) -> list[dict]:
    kinds = [
        lambda: payloads.text_message(f"Ainda espero {number}"),
        lambda: payloads.media_message("audio", "audio/ogg", voice=True),
        lambda: payloads.media_message("sticker", "image/webp"),
        lambda: payloads.message(
            "contacts", [{"name": {"formatted_name": "Ana"}, "phones": [{"phone": "+5511"}]}]
        ),
        lambda: payloads.message("unsupported", None, errors=[{"code": 131051, "title": "?"}]),
        lambda: payloads.message("order", {"product_items": [{"product_retailer_id": "a"}]}),
        lambda: payloads.message("hologram", {"beam": 1}),
    ]
    message = person.wire(kinds[number % len(kinds)]())
    follows = _followed(person, message, number)
    if number % 5 == 4:
        # The same second: the position in the body decides, so they travel together.
        twin = person.wire(payloads.text_message(f"E mais {number}"))
        return [message, twin | {"timestamp": message["timestamp"]}]
    return [message, *follows]


def _followed(person: Customer, message: dict, number: int) -> list[dict]:
    """What is done to a message afterwards; it may well arrive before it."""
    target = {"original_message_id": message["id"]}
    if number % 4 == 0:
        return [person.wire(payloads.reaction(message["id"], "👍"))]
    if number % 7 == 0:
        inner = {"type": "text", "text": {"body": f"Corrigido {number}"}}
        return [person.wire(payloads.message("edit", {**target, "message": inner}))]
    if number % 6 == 0:
        return [person.wire(payloads.message("revoke", target))]
    return []


def _mixed(units: list[list[dict]], bodies: int, chance) -> list[list[dict]]:
    """Deal the units out to so many bodies, each of several senders, and every unit once."""
    chance.shuffle(units)
    hands: list[list[dict]] = [[] for _ in range(min(bodies, len(units)))]
    for number, unit in enumerate(units):
        target = number if number < len(hands) else chance.randrange(len(hands))
        hands[target] += unit
    return hands


def _delivery(messages: list[dict]) -> Delivery:
    body = payloads.to_bytes(_envelope(messages))
    return Delivery(body, payloads.signed(body, APP_SECRET))


def _envelope(messages: list[dict]) -> dict:
    contacts = [
        payloads.contact(one.get("from", ""), user_id=one.get("from_user_id", ""), name="Zeca")
        for one in messages
    ]
    return payloads.envelope(*messages, contacts=contacts, phone_number_id=NUMBER.phone_number_id)


def _malformed(count: int) -> list[Delivery]:
    """Bodies that are wrong in several ways, in turn."""
    return [MALFORMED[number % len(MALFORMED)](number) for number in range(count)]


def _wrong_signature(number: int) -> Delivery:
    body = payloads.to_bytes(_envelope([payloads.text_message(f"Forjado {number}")]))
    return Delivery(body, payloads.signed(body, "somebody else's secret"), wanted=403)


def _no_json(number: int) -> Delivery:
    body = b'{"object": "whatsapp_business_account", "entry": [%d' % number
    return Delivery(body, payloads.signed(body, APP_SECRET))


def _wrong_types(number: int) -> Delivery:
    wire = _envelope([])
    wire["entry"][0]["changes"][0]["value"] |= {
        "messages": [number, None, {"id": [], "timestamp": {}, "type": 7}, "text"],
        "statuses": {"id": number},
        "contacts": "Zeca",
    }
    wire["entry"].append({"id": {}, "changes": "none"})
    body = payloads.to_bytes(wire)
    return Delivery(body, payloads.signed(body, APP_SECRET))


def _unknown_fields(number: int) -> Delivery:
    """All that is known is there, and more: it counts like any other."""
    sender = str(FIRST_NUMBER + 900_000 + number)
    message = payloads.text_message(keyword(1), sender=sender, hologram={"beam": [1]})
    wire = _envelope([message]) | {"protocol": 9}
    wire["entry"][0]["changes"][0]["value"]["metadata"]["planet"] = "Mars"
    body = payloads.to_bytes(wire)
    return Delivery(body, payloads.signed(body, APP_SECRET))


MALFORMED = [_wrong_signature, _no_json, _wrong_types, _unknown_fields]
