"""Hands the conversation over to people."""

from bots.engine import actions
from bots.engine.blocks.base import Block, Outcome, Surroundings, end, say
from bots.engine.flow import Node


class Transfer(Block):
    """data: text, queue (key or name; empty for the conversation's own), reason."""

    kind = "transfer"
    is_final = True

    def enter(self, node: Node, around: Surroundings) -> Outcome:
        """Say the text and hand over."""
        hand_over = actions.Transfer(
            queue=node.text("queue") or None, reason=node.text("reason") or "flow"
        )
        return end(*say(around.fill(node.text("text"))), hand_over)
