"""Webhook bodies of the gateway (Evolution API v2) to typed events (spec/03, 5.4). Pure, no Django.

A body holds one event of one instance, with one object or several. Each gives exactly one typed
event; what concerns no single customer (groups, the connection, what is not known) becomes an
AccountNotice, so nothing is dropped. Raises InvalidPayload only.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

from conversations.providers.base import (
    AccountNotice,
    EditReceived,
    Event,
    InvalidPayload,
    RevokeReceived,
    Sender,
    StatusReceived,
    WorkPart,
)
from conversations.providers.cloud.wire import (
    clean,
    decode,
    digest,
    identifier,
    mapping,
    moment,
    text,
)
from conversations.providers.gateway.jids import partition_key, person, same_key
from conversations.providers.gateway.parse_messages import (
    Origin,
    edited_content,
    is_edit,
    is_revoke,
    message_event,
    seconds,
)

MAX_INSTANCE = 64  # the column of phone_number_id, where the instance stands
MAX_EVENT = 64
MAX_STATUS = 20
# DELETED is what the gateway says of statuses it does not know: never a reason to delete.
STATUSES = {
    "ERROR": "failed", "PENDING": "pending", "SERVER_ACK": "sent", "DELIVERY_ACK": "delivered",
    "READ": "read", "PLAYED": "played", "DELETED": "deleted",
}  # fmt: skip
STATUS_NUMBERS = ["ERROR", "PENDING", "SERVER_ACK", "DELIVERY_ACK", "READ", "PLAYED"]


class Update(NamedTuple):
    """One update: whose it is, and how to read it once somebody wants to."""

    part: WorkPart
    event: Callable[[datetime], Event]


def work_parts(body: bytes) -> list[WorkPart]:
    """Return the distinct parts of a body in order of first appearance.

    A part's phone_number_id is the instance. Raises InvalidPayload when it is not the gateway's.
    """
    return list(dict.fromkeys(update.part for update in _updates(_envelope(body))))


def parse_body(
    body: bytes, received_at: datetime | None = None
) -> dict[WorkPart, list[tuple[int, Event]]]:
    """Return all events of a body by part, each with its position within its part.

    received_at (aware, default now) stands in for times that are missing: the envelope's own
    date_time is local time printed as UTC. Raises InvalidPayload as work_parts does.
    """
    received_at = received_at or datetime.now(UTC)
    parts: dict[WorkPart, list[tuple[int, Event]]] = {}
    for update in _updates(_envelope(body)):
        events = parts.setdefault(update.part, [])
        events.append((len(events), update.event(received_at)))
    return parts


def instance_of(body: bytes) -> str:
    """Return the name of the instance that a body is about, '' when it does not say."""
    return text(_envelope(body).get("instance"))


def _envelope(body: bytes) -> dict[str, Any]:
    envelope = decode(body)
    if not isinstance(envelope, dict):
        raise InvalidPayload("The body is not a JSON object.")
    if not text(envelope.get("event")):
        raise InvalidPayload("The body has no 'event'.")
    return clean(envelope)


def _updates(envelope: dict[str, Any]) -> Iterator[Update]:
    # messages.upsert, and MESSAGES_UPSERT of older versions.
    name = text(envelope["event"], MAX_EVENT).lower().replace("_", ".")
    instance = identifier(envelope.get("instance"), MAX_INSTANCE)
    source = _Source(instance, name, text(envelope.get("date_time"), MAX_EVENT))
    data = envelope.get("data")
    read = _READERS.get(name)
    if read is None:
        yield source.notice(data)
        return
    several = data if isinstance(data, list) else [data]
    for raw in several or [data]:
        yield read(source, raw) if isinstance(raw, dict) else source.notice(raw)


class _Source(NamedTuple):
    """What the updates of one body have in common."""

    instance: str
    event_name: str
    told_at: str  # tells a notice from the same one said again later; deliveries repeat it

    def part(self, sender: str) -> WorkPart:
        return WorkPart(self.instance, sender)

    def notice(self, data: Any, sender: Sender | None = None) -> Update:
        payload = data if isinstance(data, dict) else {"data": data}
        key = partition_key(sender) if sender else ""
        return Update(self.part(key), partial(_notice, self, payload, sender))


def _notice(
    source: _Source, payload: dict, sender: Sender | None, received_at: datetime
) -> AccountNotice:
    return AccountNotice(
        waba_id="",
        field_name=source.event_name,
        occurred_at=received_at,
        payload=payload,
        phone_number_id=source.instance,
        sender=sender if sender and sender.key else None,
        notice_id=digest(
            source.instance, source.event_name, source.told_at or received_at.isoformat(), payload
        ),
    )


def _message(source: _Source, raw: dict) -> Update:
    key = mapping(raw.get("key"))
    is_ours = key.get("fromMe") is True
    other = person({**raw, **key}, "" if is_ours else raw.get("pushName"))
    place = partition_key(other)
    if not place:
        return source.notice(raw)  # a group, a status, a newsletter
    origin = Origin(source.instance, other, is_ours, source.event_name == "send.message")
    return Update(source.part(place), partial(message_event, raw, origin))


def _status(source: _Source, raw: dict) -> Update:
    key = {**mapping(raw.get("key")), **raw}
    provider_id = identifier(key.get("keyId") or key.get("id"))
    recipient = person(key)
    place = partition_key(recipient)
    # Of a customer's message it says that we have read it: nothing that the house does not know.
    if not provider_id or not place or key.get("fromMe") is not True:
        return source.notice(raw, recipient)
    return Update(source.part(place), partial(_status_event, source, raw, provider_id, recipient))


def _status_event(
    source: _Source, raw: dict, provider_id: str, recipient: Sender, received_at: datetime
) -> StatusReceived:
    word = _status_word(raw.get("status"))
    return StatusReceived(
        phone_number_id=source.instance,
        sender=recipient,
        occurred_at=received_at,
        provider_id=provider_id,
        status=STATUSES.get(word, word.lower())[:MAX_STATUS],
        error_title="The gateway could not deliver the message." if word == "ERROR" else "",
        raw=raw,
    )


def _status_word(value: Any) -> str:
    word = text(value, MAX_STATUS).upper()
    if word.isdecimal() and word.isascii() and int(word) < len(STATUS_NUMBERS):
        return STATUS_NUMBERS[int(word)]
    return word


def _edited(source: _Source, raw: dict) -> Update:
    """Read a protocol message: an edit, or a deletion that arrives under the same name."""
    key = mapping(raw.get("key"))
    other = person({**raw, **key})
    place, target = partition_key(other), same_key(key)
    if not place or not target or not (is_edit(raw) or is_revoke(raw)):
        return source.notice(raw, other)
    return Update(source.part(place), partial(_edit_event, source, raw, other, target))


def _edit_event(
    source: _Source, raw: dict, other: Sender, target: str, received_at: datetime
) -> Event:
    occurred_at, _ = moment(seconds(raw.get("timestampMs"), 1000), received_at)
    common = {
        "phone_number_id": source.instance,
        "sender": other,
        "occurred_at": occurred_at,
        "target_provider_id": target,
        "provider_id": digest(raw),
        "echo": mapping(raw.get("key")).get("fromMe") is True,
    }
    if is_revoke(raw):
        return RevokeReceived(**common)
    content = edited_content(raw)
    return EditReceived(body=content.body, payload=content.payload, **common)


def _deleted(source: _Source, raw: dict) -> Update:
    key = mapping(raw.get("key")) or raw
    other = person({**raw, **key})
    place, target = partition_key(other), same_key(key)
    if not place or not target:
        return source.notice(raw, other)

    def event(received_at: datetime) -> RevokeReceived:
        return RevokeReceived(
            phone_number_id=source.instance,
            sender=other,
            occurred_at=received_at,
            target_provider_id=target,
            provider_id=digest(raw),
            echo=key.get("fromMe") is True,
        )

    return Update(source.part(place), event)


_READERS: dict[str, Callable[[_Source, dict], Update]] = {
    "messages.upsert": _message,
    "send.message": _message,
    "messages.update": _status,
    "messages.edited": _edited,
    "messages.delete": _deleted,
}
