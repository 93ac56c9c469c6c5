"""Who a gateway's ids stand for (spec/03, 5.5). Pure."""

import re
from typing import Any

from conversations.phone_numbers import canonical
from conversations.providers.base import Sender
from conversations.providers.cloud.wire import identifier, mapping, text

MAX_NAME = 200
_PHONE = re.compile(r"(?P<digits>[0-9]{5,15})(:[0-9]+)?@(s\.whatsapp\.net|c\.us)")
_LID = re.compile(r"(?P<digits>[0-9A-Za-z_.-]{1,200})(:[0-9]+)?@lid")
# Where the other spelling of a person stands, by version of the gateway.
_PLACES = ("remoteJid", "remoteJidAlt", "senderPn", "senderLid")


def phone_of(jid: Any) -> str:
    """Return the digits of a person's number, '' for groups, privacy ids and whatever is no jid."""
    match = _PHONE.fullmatch(text(jid))
    return match["digits"] if match else ""


def lid_of(jid: Any) -> str:
    """Return a privacy id as one answers to it ("123@lid"), '' for all else."""
    match = _LID.fullmatch(text(jid))
    return f"{match['digits']}@lid" if match else ""


def person(raw: Any, name: Any = "") -> Sender:
    """Return whoever the other side of a key is; without ids when it is a group or a broadcast.

    `raw` is a key, or an object that holds what a key holds. An answer goes to the id received.
    """
    raw = mapping(raw)
    places = [raw.get(place) for place in _PLACES]
    first = text(places[0])
    if first and not (phone_of(first) or lid_of(first)):
        return Sender()  # a group, a status, a newsletter: its author is not who we talk to
    lid = next(filter(None, map(lid_of, places)), "")
    return Sender(
        phone=next(filter(None, map(phone_of, places)), ""),
        lid=lid,
        name=text(name, MAX_NAME),
        answer_to=lid if lid_of(first) else "",
    )


def partition_key(sender: Sender) -> str:
    """Return what stands for a person in WorkPart.sender: the canonical number before the id."""
    return canonical(sender.phone) or sender.lid


def same_key(key: Any) -> str:
    """Return the id of the message that a key names."""
    return identifier(mapping(key).get("id"))
