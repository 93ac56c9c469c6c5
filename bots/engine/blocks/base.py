"""What a block is: one kind of node. Copy a neighbour, add one line to `blocks/__init__.py`."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bots.engine.actions import Action, SendMessage
from bots.engine.context import Context, fill_in
from bots.engine.events import AIAnswered, HTTPAnswered, MessageIn
from bots.engine.flow import Flow, Node
from bots.engine.problems import Problem
from bots.engine.state import SessionState


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that a block may look at during a step."""

    flow: Flow
    state: SessionState
    now: datetime
    context: Context

    @property
    def variables(self) -> Mapping[str, Any]:
        """What texts and conditions may name."""
        return self.context.variables(self.state.answers)

    def fill(self, text: str) -> str:
        """Return a text with its variables filled in."""
        return fill_in(text, self.variables)

    def words_for(self, key: str, node: Node | None = None) -> str:
        """Return a text by the node, else by the flow, else the site's own; filled in."""
        own = node.text(key) if node else ""
        return self.fill(
            own or self.flow.texts.get(key, "") or getattr(self.context.texts, key, "")
        )

    def deadline(self, node: Node) -> datetime | None:
        """Return when the node's time without an answer is over, None when it waits for ever."""
        minutes = node.number("timeout_minutes")
        return self.now + timedelta(minutes=minutes) if minutes > 0 else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a block decides. Made by leave, wait, not_understood, jump_to_flow and end.

    exit: leave by this way. flow: go on in the flow of this key. until: wait, at most so long.
    failed: the answer was not understood. chose: what the customer chose, for the summary.
    request: of an AskAI or CallHTTP in actions, whose answer the node waits for.
    """

    actions: tuple[Action, ...] = ()
    exit: str = ""
    flow: str = ""
    until: datetime | None = None
    keeps_waiting: bool = False
    failed: bool = False
    chose: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    request: str = ""


def leave(
    exit: str, *actions: Action, chose: str = "", answers: Mapping[str, str] | None = None
) -> Outcome:
    """Go on to the node behind this exit."""
    return Outcome(actions, exit=exit, chose=chose, answers=answers or {})


def wait(*actions: Action, until: datetime | None = None) -> Outcome:
    """Stay at the node until the customer writes, or until the time has come."""
    return Outcome(actions, until=until)


def keep_waiting() -> Outcome:
    """Stay at the node as if nothing had happened, with the time as it was."""
    return Outcome(keeps_waiting=True)


def not_understood(*actions: Action, until: datetime | None = None) -> Outcome:
    """Count a failure and say the actions, unless it was one too many."""
    return Outcome(actions, failed=True, until=until)


def jump_to_flow(key: str, *actions: Action) -> Outcome:
    """Go on at the start of another flow."""
    return Outcome(actions, flow=key)


def end(*actions: Action) -> Outcome:
    """Do the actions, the last of which is a Transfer or a Close."""
    return Outcome(actions)


def say(text: str) -> tuple[Action, ...]:
    """Return the message that says this text, nothing when it is empty."""
    return (SendMessage("text", text),) if text else ()


class Block(ABC):
    """One kind of node. Blocks keep nothing between calls."""

    kind = ""
    waits = False  # for an answer of the customer, so that a loop through it is no endless one
    is_final = False  # nothing comes after it

    def exits(self, node: Node) -> tuple[str, ...]:
        """Return the ways out that have to lead somewhere."""
        return () if self.is_final else ("next",)

    def optional_exits(self, node: Node) -> tuple[str, ...]:
        """Return the ways out that may be left open: then the hand-over is the default."""
        return ("invalid", "no_answer", "person") if self.waits else ()

    @abstractmethod
    def enter(self, node: Node, around: Surroundings) -> Outcome:
        """Decide what happens when the flow comes to this node."""

    def receive(self, node: Node, around: Surroundings, message: MessageIn) -> Outcome:
        """Decide what a message means that arrives while the flow waits here."""
        return keep_waiting()

    def time_out(self, node: Node, around: Surroundings) -> Outcome:
        """Decide what happens when the time to wait is over."""
        return leave("no_answer") if "no_answer" in node.exits else wait()

    def answered(
        self, node: Node, around: Surroundings, answer: AIAnswered | HTTPAnswered
    ) -> Outcome:
        """Decide what happens when an AskAI or a CallHTTP of this node has come back."""
        return keep_waiting()

    def problems(self, node: Node) -> Iterator[Problem]:
        """Yield what is wrong with the node's own data."""
        yield from ()
