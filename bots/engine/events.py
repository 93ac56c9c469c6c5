"""What can happen to a running flow. Stored as JSON, so that every step can be replayed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class RuleHit:
    """A keyword rule that fits the customer's message; the first thing set says what it does.

    Rules are matched before the step and their outcome is part of the event: a replay gives the
    same state also after somebody has changed the rules.
    """

    rule: str
    flow: str = ""  # key of the flow to start
    queue: str | None = None  # key of the queue to hand over to; '' for the conversation's own
    reply: str = ""  # text said, before the above when both are set


@dataclass(frozen=True, slots=True)
class MessageIn:
    """The customer wrote, tapped a button, or sent something else (kind is a Message.kind)."""

    text: str = ""
    button_id: str = ""
    kind: str = "text"
    at: datetime | None = None
    rule: RuleHit | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """The flow begins without a message of the customer: a test chat, a campaign's answer."""

    trigger: str = ""


@dataclass(frozen=True, slots=True)
class Resumed:
    """A person gave the conversation back to the bot."""


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The time that a WaitUntil asked for has come. Ignored when it is not due."""


@dataclass(frozen=True, slots=True)
class AIAnswered:
    """What came of an AskAI; `request` is the one given there, others are ignored."""

    request: str
    text: str = ""
    is_known: bool = False
    topic: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class HTTPAnswered:
    """What came of a CallHTTP; `request` is the one given there, others are ignored."""

    request: str
    status: int = 0
    data: dict[str, Any] = field(default_factory=dict)
    error: str = ""


Event = MessageIn | Started | Resumed | TimedOut | AIAnswered | HTTPAnswered
