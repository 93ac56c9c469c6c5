"""What a flow wants done. The engine only names it; `bots/actions` does it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Say something. kind: text or interactive; payload as in providers.base.OutboundMessage."""

    kind: str
    body: str
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AskAI:
    """Ask the bot's AI; the answer comes back as AIAnswered with the same request."""

    request: str
    question: str
    instructions: str = ""
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallHTTP:
    """Call an allowed host; the answer comes back as HTTPAnswered with the same request."""

    request: str
    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    timeout_seconds: int = 8


@dataclass(frozen=True, slots=True)
class SetAttribute:
    """Keep a value with the customer."""

    key: str
    value: Any


@dataclass(frozen=True, slots=True)
class AddTag:
    """Put a tag on the conversation."""

    name: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hand over to people. queue: its key; None keeps the conversation's own.

    reason: asked_for_person, bot_failed, flow, keyword or bot_error.
    """

    queue: str | None = None
    reason: str = "flow"
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Close:
    """End the conversation."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class WaitUntil:
    """Send TimedOut at this moment unless something else happens before."""

    at: datetime


Action = SendMessage | AskAI | CallHTTP | SetAttribute | AddTag | Transfer | Close | WaitUntil
ENDING = (Transfer, Close)
