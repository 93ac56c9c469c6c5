"""One message of the gateway to a typed event (spec/03, 5.4). Pure, no Django.

Message.payload speaks the words that the pages and the bots know from the Cloud API (`location`,
`contacts`, `interactive`, `button`, `context`, `referral`), plus `gateway`: the wire message
without its pictures, and `via_api` on what was sent through the gateway's own API.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conversations.providers.base import (
    EditReceived,
    Event,
    Media,
    MessageReceived,
    ReactionReceived,
    RevokeReceived,
    Sender,
)
from conversations.providers.cloud.wire import digest, identifier, mapping, moment, text
from conversations.providers.gateway.contents import READERS, Content, unsupported

logger = logging.getLogger(__name__)

MAX_EMOJI = 64
MAX_NESTING = 8
FREQUENTLY_FORWARDED = 5
# What wraps a message: {"<name>": {"message": {...}}}.
WRAPPERS = (
    "ephemeralMessage", "viewOnceMessage", "viewOnceMessageV2", "viewOnceMessageV2Extension",
    "documentWithCaptionMessage", "editedMessage", "deviceSentMessage", "groupMentionedMessage",
    "botInvokeMessage",
)  # fmt: skip
# Keys beside the one that is the message's type.
BESIDE = {
    "messageContextInfo",
    "base64",
    "mediaUrl",
    "senderKeyDistributionMessage",
    "speechToText",
}
# Pictures and keys in a message: large, and of no use to anybody later.
HEAVY = {
    "base64", "jpegThumbnail", "thumbnail", "waveform", "mediaKey", "streamingSidecar",
    "scansSidecar", "midQualityFileSha256", "fileEncSha256", "thumbnailSha256",
    "thumbnailEncSha256", "messageSecret", "quotedMessage", "deviceListMetadata",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """What the envelope said: who the other side is, and whether we wrote it."""

    instance: str
    other: Sender
    is_ours: bool = False
    via_api: bool = False


def message_event(raw: dict, origin: Origin, received_at: datetime) -> Event:
    """Return the event of one element of messages.upsert or send.message; never raises."""
    key = mapping(raw.get("key"))
    occurred_at, _ = moment(seconds(raw.get("messageTimestamp")), received_at)
    common = {
        "phone_number_id": origin.instance,
        "sender": origin.other,
        "occurred_at": occurred_at,
        "provider_id": identifier(key.get("id")) or digest(raw),
        "echo": origin.is_ours,
    }
    message = unwrapped(raw.get("message"))
    return _change_of_a_message(message, common) or _received(raw, message, origin, common)


def seconds(value: Any, divisor: int = 1) -> Any:
    """Return a time as unix seconds: a number, a string of one, or {"low", "high"} of a long."""
    low, high = mapping(value).get("low"), mapping(value).get("high", 0)
    if isinstance(low, int) and isinstance(high, int):
        value = (high << 32) + (low & 0xFFFFFFFF)
    if divisor == 1:
        return value
    digits = text(value, 20)
    return int(digits) / divisor if digits.isdecimal() and digits.isascii() else None


def unwrapped(message: Any) -> dict[str, Any]:
    """Return the innermost message: disappearing, view-once and captioned ones come wrapped."""
    message = mapping(message)
    for _ in range(MAX_NESTING):
        inner = next(
            (mapping(mapping(message.get(name)).get("message")) for name in WRAPPERS if name in message),
            None,
        )  # fmt: skip
        if not inner:
            break
        message = inner
    return message


def is_revoke(protocol: dict) -> bool:
    """Whether a protocol message deletes another for everybody."""
    return protocol.get("type") in (0, "0", "REVOKE")


def is_edit(protocol: dict) -> bool:
    """Whether a protocol message changes another."""
    return protocol.get("type") in (14, "14", "MESSAGE_EDIT") and bool(
        mapping(protocol.get("editedMessage"))
    )


def edited_content(protocol: dict) -> Content:
    """Return what an edited message says now."""
    return read_content(unwrapped(protocol.get("editedMessage")), "")


def read_content(message: dict, type_name: str) -> Content:
    """Return what an unwrapped message says; never raises."""
    found = [name for name in READERS if name in message]
    chosen = type_name if type_name in found else next(iter(found), "")
    try:
        content = READERS[chosen](message[chosen]) if chosen else None
    except Exception as error:  # the last net: one odd message must not hold back its body
        logger.error("A gateway message of type %s could not be read: %r", chosen, type(error))
        content = None
    unknown = next((name for name in message if name not in BESIDE), "") or type_name
    return content or unsupported(chosen or unknown)


def _change_of_a_message(message: dict, common: dict) -> Event | None:
    reaction = mapping(message.get("reactionMessage"))
    target = identifier(mapping(reaction.get("key")).get("id"))
    if target:
        emoji = text(reaction.get("text"), MAX_EMOJI)
        return ReactionReceived(target_provider_id=target, emoji=emoji, **common)
    protocol = mapping(message.get("protocolMessage"))
    target = identifier(mapping(protocol.get("key")).get("id"))
    if target and is_revoke(protocol):
        return RevokeReceived(target_provider_id=target, **common)
    if target and is_edit(protocol):
        content = edited_content(protocol)
        return EditReceived(
            target_provider_id=target, body=content.body, payload=content.payload, **common
        )
    return None


def _received(raw: dict, message: dict, origin: Origin, common: dict) -> MessageReceived:
    content = read_content(message, text(raw.get("messageType")))
    context = _context(raw, message)
    payload = {
        **content.payload,
        **_said_of_origin(context),
        "gateway": {"key": mapping(raw.get("key")), "message": light(message)},
    }
    if origin.via_api:
        payload["via_api"] = True
    return MessageReceived(
        kind=content.kind,
        body=content.body,
        payload=payload,
        media=_media(content, common["provider_id"]),
        reply_to_provider_id=identifier(context.get("stanzaId")),
        recipient=origin.other if origin.is_ours else None,
        **common,
    )


def _media(content: Content, provider_id: str) -> Media | None:
    """A file is asked for by its message's id: the address in the message is encrypted."""
    if content.file is None:
        return None
    return Media(media_id=provider_id, **content.file)


def _context(raw: dict, message: dict) -> dict[str, Any]:
    """contextInfo stands beside the message, or in its content in older versions."""
    inner = next(
        (
            mapping(value["contextInfo"])
            for value in message.values()
            if isinstance(value, dict) and mapping(value.get("contextInfo"))
        ),
        {},
    )
    return mapping(raw.get("contextInfo")) or inner


def _said_of_origin(context: dict) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if context.get("isForwarded") is True:
        score = context.get("forwardingScore")
        often = isinstance(score, int) and score >= FREQUENTLY_FORWARDED
        said["context"] = {"frequently_forwarded" if often else "forwarded": True}
    advertisement = mapping(context.get("externalAdReply"))
    if advertisement:
        said["referral"] = {
            "source_type": text(advertisement.get("sourceType")) or "ad",
            "source_url": text(advertisement.get("sourceUrl")),
            "source_id": text(advertisement.get("sourceId")),
            "headline": text(advertisement.get("title")),
            "body": text(advertisement.get("body")),
            "ctwa_clid": text(advertisement.get("ctwaClid")),
        }
    return said


def light(value: Any) -> Any:
    """Return a wire message without its pictures and keys."""
    if isinstance(value, dict):
        return {key: light(item) for key, item in value.items() if key not in HEAVY}
    return [light(item) for item in value] if isinstance(value, list) else value
