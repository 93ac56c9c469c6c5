"""Forks by business hours and holidays."""

from bots.engine.blocks.base import Block, Outcome, Surroundings, leave
from bots.engine.flow import Node


class Hours(Block):
    """data: queue (key or name; empty for the conversation's own). exits: open, closed."""

    kind = "hours"

    def exits(self, node: Node) -> tuple[str, ...]:
        """Both ways."""
        return ("open", "closed")

    def enter(self, node: Node, around: Surroundings) -> Outcome:
        """Go the way the queue's hours say."""
        facts = around.context.queue_facts(node.text("queue"))
        return leave("open" if facts.is_open else "closed")
