"""Says something and goes on."""

from collections.abc import Iterator

from bots.engine.blocks.base import Block, Outcome, Surroundings, leave, say
from bots.engine.flow import Node
from bots.engine.problems import Problem
from bots.engine.rendering import MAX_BODY


class Message(Block):
    """data: text."""

    kind = "message"

    def enter(self, node: Node, around: Surroundings) -> Outcome:
        """Say the text and go on."""
        return leave("next", *say(around.fill(node.text("text"))))

    def problems(self, node: Node) -> Iterator[Problem]:
        """A message without text, or with too much of it."""
        if not node.text("text").strip():
            yield Problem("empty_text", node.id)
        if len(node.text("text")) > MAX_BODY:
            yield Problem("long_text", node.id, str(MAX_BODY))
