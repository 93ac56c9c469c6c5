"""Goes on somewhere else: at another node, or at the start of another flow."""

from bots.engine.blocks.base import Block, Outcome, Surroundings, jump_to_flow, leave
from bots.engine.flow import Node


class Jump(Block):
    """data: flow (key of another flow). exits: next, when no flow is named."""

    kind = "jump"

    def exits(self, node: Node) -> tuple[str, ...]:
        """None when another flow takes over."""
        return () if node.text("flow") else ("next",)

    def enter(self, node: Node, around: Surroundings) -> Outcome:
        """Go there."""
        key = node.text("flow")
        return jump_to_flow(key) if key else leave("next")
