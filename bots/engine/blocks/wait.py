"""Lets time pass."""

from collections.abc import Iterator
from datetime import timedelta

from bots.engine.blocks.base import Block, Outcome, Surroundings, keep_waiting, leave, wait
from bots.engine.events import MessageIn
from bots.engine.flow import Node
from bots.engine.problems import Problem


class Wait(Block):
    """data: minutes. exits: next when the time is over; answer, if linked, when the customer
    writes before. Without it what they write in the meantime is left alone.
    """

    kind = "wait"
    waits = True

    def optional_exits(self, node: Node) -> tuple[str, ...]:
        """The customer writes before the time is over, or asks for a person."""
        return ("answer", "person")

    def enter(self, node: Node, around: Surroundings) -> Outcome:
        """Wait so many minutes."""
        return wait(until=around.now + timedelta(minutes=max(node.number("minutes"), 0)))

    def receive(self, node: Node, around: Surroundings, message: MessageIn) -> Outcome:
        """Go on by the exit for an answer, where there is one."""
        return leave("answer") if "answer" in node.exits else keep_waiting()

    def time_out(self, node: Node, around: Surroundings) -> Outcome:
        """Go on."""
        return leave("next")

    def problems(self, node: Node) -> Iterator[Problem]:
        """A wait of no time."""
        if node.number("minutes") <= 0:
            yield Problem("no_time", node.id)
