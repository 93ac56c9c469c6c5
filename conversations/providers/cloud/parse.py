"""Webhook bodies of the Cloud API to typed events (spec/03, 1.3 and 2). Pure, no Django.

A body holds entry[] x changes[] x updates; each update gives exactly one event and belongs to
exactly one part. Whatever is not understood becomes an unsupported message where somebody can be
named, and an AccountNotice otherwise: nothing is dropped, nothing raises but InvalidPayload.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from conversations.providers.base import (
    AccountNotice,
    Event,
    InvalidPayload,
    MessageReceived,
    Sender,
    StatusReceived,
    WorkPart,
)
from conversations.providers.cloud.parse_messages import Origin, message_event
from conversations.providers.cloud.people import People, partition_key
from conversations.providers.cloud.wire import (
    clean,
    decode,
    digest,
    first,
    identifier,
    mapping,
    moment,
    text,
    whole_number,
)

MAX_NUMBER_ID = 64  # columns of phone_number_id and waba_id
MAX_STATUS = 20
CALL_ID_PREFIX = "wacid."


def work_parts(body: bytes) -> list[WorkPart]:
    """Return the distinct parts of a body in order of first appearance, reading no more than that.

    Raises InvalidPayload when the body is not Meta's envelope; another `object` gives no parts.
    """
    return list(dict.fromkeys(update.part for update in _updates(_entries(body))))


def parse_body(
    body: bytes, received_at: datetime | None = None
) -> dict[WorkPart, list[tuple[int, Event]]]:
    """Return all events of a body by part, each with its position (0, 1, 2...) within its part.

    received_at (aware, default now) stands in for times that are missing or cannot be.
    Raises InvalidPayload as work_parts does. 1,000 updates take some 50 ms: parse once per body.
    """
    received_at = received_at or datetime.now(UTC)
    parts: dict[WorkPart, list[tuple[int, Event]]] = {}
    for update in _updates(clean(_entries(body))):
        events = parts.setdefault(update.part, [])
        events.append((len(events), update.event(received_at)))
    return parts


def parse_events(
    body: bytes, part: WorkPart | None = None, received_at: datetime | None = None
) -> list[tuple[int, Event]]:
    """Return the events of one part with their positions in it, or of all parts, part after part."""
    parts = parse_body(body, received_at)
    if part is None:
        return list(chain.from_iterable(parts.values()))
    return parts.get(part, [])


class Update(NamedTuple):
    """One update: whose it is, and how to read it once somebody wants to."""

    part: WorkPart
    event: Callable[[datetime], Event]


@dataclass(frozen=True, slots=True)
class Change:
    """What the updates of one changes[] element have in common."""

    waba_id: str
    time: Any
    field_name: str = ""
    phone_number_id: str = ""
    people: People | None = None
    errors: Any = None

    def part(self, sender: str) -> WorkPart:
        """Return the part of one sender on this change's number."""
        return WorkPart(self.phone_number_id, sender, self.waba_id)


def _entries(body: bytes) -> list[Any]:
    envelope = decode(body)
    if not isinstance(envelope, dict):
        raise InvalidPayload("The body is not a JSON object.")
    if envelope.get("object") != "whatsapp_business_account":
        if "object" not in envelope:
            raise InvalidPayload("The body has no 'object'.")
        return []
    if not isinstance(envelope.get("entry"), list):
        raise InvalidPayload("The body has no list 'entry'.")
    return envelope["entry"]


def _updates(entries: list[Any]) -> Iterator[Update]:
    for entry in entries:
        waba_id = identifier(mapping(entry).get("id"), MAX_NUMBER_ID)
        unread = Change(waba_id, mapping(entry).get("time"))
        if not isinstance(mapping(entry).get("changes"), list):
            yield _notice(unread, {"entry": entry}, waba_id)
            continue
        for change in entry["changes"]:
            yield from _updates_of_change(unread, change)


def _updates_of_change(entry: Change, raw: Any) -> Iterator[Update]:
    field_name = text(mapping(raw).get("field"), MAX_NUMBER_ID)
    value = mapping(raw).get("value")
    if not isinstance(value, dict):
        yield _notice(entry, {"change": raw}, entry.waba_id)
        return
    change = Change(
        waba_id=entry.waba_id,
        time=entry.time,
        field_name=field_name,
        phone_number_id=identifier(
            mapping(value.get("metadata")).get("phone_number_id"), MAX_NUMBER_ID
        ),
        people=People(value.get("contacts")),
        errors=value.get("errors"),
    )
    lists = {name: read for name, read in _LISTS.get(field_name, {}).items() if value.get(name)}
    if not lists:
        yield _notice(change, value, change.waba_id)
    for name, read in lists.items():
        yield from _updates_of_list(change, name, value[name], read)


def _updates_of_list(change: Change, name: str, raws: Any, read) -> Iterator[Update]:
    if not isinstance(raws, list):
        yield _notice(change, {name: raws})
        return
    for raw in raws:
        if isinstance(raw, dict):
            yield read(change, raw)
        else:
            yield _notice(change, {name: [raw]})


def _message(change: Change, raw: dict) -> Update:
    sender, contact = change.people.find(raw.get("from"), raw.get("from_user_id"))
    key = partition_key(sender)
    if not key:
        return _notice(change, {"messages": [raw]})
    origin = Origin(change.phone_number_id, sender, contact=contact, errors=change.errors)
    return Update(change.part(key), partial(message_event, raw, origin))


def _echo(change: Change, raw: dict) -> Update:
    """Read what we typed on the phone: ours, but in the customer's order of things."""
    customer, contact = change.people.find(raw.get("to"), raw.get("to_user_id"))
    key = partition_key(customer)
    if not key:
        return _notice(change, {"message_echoes": [raw]})
    business, _ = People(None).find(raw.get("from"), raw.get("from_user_id"))
    origin = Origin(change.phone_number_id, business, customer, contact=contact)
    return Update(change.part(key), partial(message_event, raw, origin))


def _status(change: Change, raw: dict) -> Update:
    in_group = raw.get("recipient_type") == "group"
    number = raw.get("recipient_participant_id") or ("" if in_group else raw.get("recipient_id"))
    recipient, _ = change.people.find(number, raw.get("recipient_user_id"))
    key = partition_key(recipient)
    provider_id = identifier(raw.get("id"))
    if not provider_id or provider_id.startswith(CALL_ID_PREFIX):
        return _notice(change, {"statuses": [raw]}, key, recipient)
    return Update(change.part(key), partial(_status_event, change, raw, recipient))


def _status_event(
    change: Change, raw: dict, recipient: Sender, received_at: datetime
) -> StatusReceived:
    error = first(raw.get("errors"))
    occurred_at, _ = moment(raw.get("timestamp"), received_at)
    return StatusReceived(
        phone_number_id=change.phone_number_id,
        sender=recipient,
        occurred_at=occurred_at,
        provider_id=identifier(raw.get("id")),
        status=text(raw.get("status"), MAX_STATUS),
        attempt_id=identifier(raw.get("biz_opaque_callback_data")),
        error_code=whole_number(error.get("code")),
        error_title=text(error.get("title")),
        error_details=text(mapping(error.get("error_data")).get("details"))
        or text(error.get("message")),
        pricing=mapping(raw.get("pricing")),
        raw=raw,
    )


def _error(change: Change, raw: dict) -> Update:
    return _notice(change, {"errors": [raw]})


def _call(change: Change, raw: dict) -> Update:
    by_us = raw.get("direction") == "BUSINESS_INITIATED"
    side = "to" if by_us else "from"
    sender, _ = change.people.find(raw.get(side), raw.get(f"{side}_user_id"))
    key = partition_key(sender)
    # Of the two events of a call only the last can say that nobody took it.
    ended = raw.get("event") == "terminate" and raw.get("status") != "COMPLETED"
    if by_us or not ended or not key:
        return _notice(change, {"calls": [raw]}, key, sender)
    return Update(change.part(key), partial(_missed_call, change, raw, sender))


def _missed_call(
    change: Change, raw: dict, sender: Sender, received_at: datetime
) -> MessageReceived:
    occurred_at, _ = moment(raw.get("timestamp"), received_at)
    return MessageReceived(
        phone_number_id=change.phone_number_id,
        sender=sender,
        occurred_at=occurred_at,
        provider_id=identifier(raw.get("id")) or digest(raw),
        kind="system",
        # A call resets the service window (spec/03, 4.1) although it says nothing.
        payload={"type": "call", "call": raw, "opens_window": True},
        has_content=False,
    )


def _call_status(change: Change, raw: dict) -> Update:
    recipient, _ = change.people.find(raw.get("recipient_id"), raw.get("recipient_user_id"))
    return _notice(change, {"statuses": [raw]}, partition_key(recipient), recipient)


def _preference(change: Change, raw: dict) -> Update:
    """Read user_preferences and user_id_update: facts about one customer, not a message."""
    user_id = raw.get("user_id")
    current = mapping(user_id).get("current", user_id)
    sender, _ = change.people.find(raw.get("wa_id"), current)
    return _notice(change, {change.field_name: [raw]}, partition_key(sender), sender)


_LISTS: dict[str, dict[str, Callable[[Change, dict], Update]]] = {
    "messages": {"messages": _message, "statuses": _status, "errors": _error},
    "smb_message_echoes": {"message_echoes": _echo},
    "calls": {"calls": _call, "statuses": _call_status, "errors": _error},
    "user_preferences": {"user_preferences": _preference},
    "user_id_update": {"user_id_update": _preference},
}


def _notice(
    change: Change, payload: dict, part_sender: str = "", sender: Sender | None = None
) -> Update:
    return Update(change.part(part_sender), partial(_notice_event, change, payload, sender))


def _notice_event(
    change: Change, payload: dict, sender: Sender | None, received_at: datetime
) -> AccountNotice:
    details = next(iter(payload.values()), None)
    time = first(details).get("timestamp") or change.time
    occurred_at, _ = moment(time, received_at)
    return AccountNotice(
        waba_id=change.waba_id,
        field_name=change.field_name,
        occurred_at=occurred_at,
        payload=payload,
        phone_number_id=change.phone_number_id,
        sender=sender if sender and sender.key else None,
        notice_id=digest(
            change.waba_id, change.phone_number_id, change.field_name, change.time, payload
        ),
    )
