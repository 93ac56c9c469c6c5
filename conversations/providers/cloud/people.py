"""Who an update is from: its own ids, completed by the contacts[] that came with it. Pure."""

import re
from typing import Any

from conversations.phone_numbers import canonical
from conversations.providers.base import Sender
from conversations.providers.cloud.wire import identifier, mapping, text

MAX_PHONE_DIGITS = 15  # E.164; anything longer is an id, not a number
MAX_NAME = 200
_PHONE = re.compile(r"[+0-9 ().-]+")


class People:
    """contacts[] of one value, found by number or business-scoped id, never by position."""

    __slots__ = ("_contacts",)

    def __init__(self, contacts: Any):
        self._contacts: dict[str, dict] = {}
        for contact in contacts if isinstance(contacts, list) else []:
            contact = mapping(contact)
            for key in (
                canonical(_phone(contact.get("wa_id"))),
                identifier(contact.get("user_id")),
            ):
                self._contacts.setdefault(key, contact)

    def find(self, number: Any, user_id: Any) -> tuple[Sender, dict]:
        """Return the sender with these ids and the contact object that belongs to it, or {}.

        A `number` that is none (a business-scoped id in the number's place) counts as an id.
        """
        phone = _phone(number)
        bsuid = identifier(user_id) or ("" if phone else identifier(number))
        contact = self._find(canonical(phone), bsuid)
        profile = mapping(contact.get("profile"))
        sender = Sender(
            phone=phone,
            wa_id=_phone(contact.get("wa_id")),
            bsuid=bsuid or identifier(contact.get("user_id")),
            name=text(profile.get("name"), MAX_NAME) or text(profile.get("username"), MAX_NAME),
        )
        return sender, contact

    def _find(self, *keys: str) -> dict:
        return next((self._contacts[key] for key in keys if key and key in self._contacts), {})


def partition_key(sender: Sender) -> str:
    """Return what stands for a person in WorkPart.sender: the canonical number before the id."""
    return canonical(sender.phone or sender.wa_id) or sender.bsuid


def _phone(value: Any) -> str:
    """The digits of a telephone number, '' when the value is something else."""
    plain = text(value)
    if not _PHONE.fullmatch(plain):
        return ""
    digits = re.sub(r"[^0-9]", "", plain)
    return digits if len(digits) <= MAX_PHONE_DIGITS else ""
