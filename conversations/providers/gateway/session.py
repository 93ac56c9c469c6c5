"""What the gateway says of a session: its codes and where to go on. Pure."""

from dataclasses import dataclass
from typing import Any

from conversations.providers.cloud.wire import mapping, text, whole_number

OPEN, CONNECTING, CLOSED, REFUSED = "open", "connecting", "close", "refused"
STATES = {OPEN, CONNECTING, CLOSED, REFUSED}
# Logged out at the telephone, forbidden, payment, not acceptable: only a new QR code helps.
NEEDS_NEW_CODE = {401, 402, 403, 406}
# Of these nothing but their coming is interesting; the list of set up events (spec/03, 5.3).
EVENTS = [
    "QRCODE_UPDATED", "CONNECTION_UPDATE", "MESSAGES_UPSERT", "MESSAGES_UPDATE", "MESSAGES_EDITED",
    "MESSAGES_DELETE", "SEND_MESSAGE", "STATUS_INSTANCE", "LOGOUT_INSTANCE", "REMOVE_INSTANCE",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Code:
    """What a telephone reads to log in. pairing_code is typed instead."""

    image: str = ""  # data:image/png;base64,...
    pairing_code: str = ""
    count: int = 0


def code_of(answer: Any) -> Code | None:
    """Return the code of an answer to create or connect, or of qrcode.updated; None without one."""
    answer = mapping(answer)
    wire = mapping(answer.get("qrcode")) or answer
    image = text(wire.get("base64"))
    pairing_code = text(wire.get("pairingCode"), 20)
    if not image.startswith("data:image/png;base64,"):
        image = ""
    if not (image or pairing_code):
        return None
    return Code(image, pairing_code, whole_number(wire.get("count")) or 0)


def state_of(answer: Any) -> str:
    """Return the state in an answer to connectionState or connect, '' when it names none."""
    answer = mapping(answer)
    state = text(mapping(answer.get("instance")).get("state") or answer.get("state"))
    return state if state in STATES else ""


def may_reconnect(reason: int | None) -> bool:
    """Whether a session that closed for this reason comes back without a new QR code."""
    return reason not in NEEDS_NEW_CODE
