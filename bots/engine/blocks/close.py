"""Ends the conversation."""

from bots.engine import actions
from bots.engine.blocks.base import Block, Outcome, Surroundings, end, say
from bots.engine.flow import Node


class Close(Block):
    """data: text, reason."""

    kind = "close"
    is_final = True

    def enter(self, node: Node, around: Surroundings) -> Outcome:
        """Say the text and close."""
        farewell = say(around.fill(node.text("text")))
        return end(*farewell, actions.Close(reason=node.text("reason")))
