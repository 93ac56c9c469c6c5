"""What a conversation's bot remembers between two steps."""

from dataclasses import dataclass, field
from datetime import datetime

TRAIL_LENGTH = 10


@dataclass(frozen=True, slots=True)
class SessionState:
    """Where the flow stands. Kept as JSON per conversation.

    node: waits there; '' before the first step and after the flow's end, when the next message
    begins it anew. failures: answers in a row that were not understood, in the whole flow.
    retries: the same at this node. is_over: handed over or closed, nothing moves any more.
    """

    flow: str = ""  # key of the running flow
    version: str = ""  # the published version it runs on
    node: str = ""
    failures: int = 0
    retries: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    trail: tuple[str, ...] = ()  # what the customer chose, for the summary
    request: str = ""  # of an AskAI or CallHTTP whose answer is awaited
    requests: int = 0  # how many were made, so that each has its own name
    waiting_until: datetime | None = None
    is_over: bool = False
