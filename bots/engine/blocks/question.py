"""Asks for something and keeps the answer."""

from collections.abc import Iterator

from bots.engine.actions import SendMessage
from bots.engine.answers import ANSWERS
from bots.engine.blocks.base import Block, Outcome, Surroundings, leave, not_understood, say, wait
from bots.engine.events import MessageIn
from bots.engine.flow import Node
from bots.engine.matching import Option
from bots.engine.problems import Problem
from bots.engine.rendering import menu_message


class Question(Block):
    """data: text, answer (text, number, yes_no), save_as, not_understood, retries,
    timeout_minutes. exits: next, or yes and no.
    """

    kind = "question"
    waits = True

    def exits(self, node: Node) -> tuple[str, ...]:
        """A yes-or-no question forks, the others go on."""
        return ("yes", "no") if _kind(node) == "yes_no" else ("next",)

    def enter(self, node: Node, around: Surroundings) -> Outcome:
        """Ask."""
        return wait(*_ask(node, around, node.text("text")), until=around.deadline(node))

    def receive(self, node: Node, around: Surroundings, message: MessageIn) -> Outcome:
        """Keep a valid answer and go on; ask again for an invalid one."""
        read = ANSWERS.get(_kind(node), ANSWERS["text"])
        value = read(message)
        if value is None:
            again = _ask(node, around, around.words_for("not_understood", node))
            return not_understood(*again, until=around.deadline(node))
        answers = {node.text("save_as") or node.id: value}
        if _kind(node) == "yes_no":
            # For the colleague who reads the summary: the word on the button, not our key.
            return leave(value, answers=answers, chose=f"{node.name}: {around.words_for(value)}")
        else:
            return leave("next", answers=answers, chose=f"{node.name}: {value}")

    def problems(self, node: Node) -> Iterator[Problem]:
        """A question without text, or for something that cannot be read."""
        if not node.text("text").strip():
            yield Problem("empty_text", node.id)
        if _kind(node) not in ANSWERS:
            yield Problem("unknown_answer", node.id, _kind(node))


def _kind(node: Node) -> str:
    return node.text("answer") or "text"


def _ask(node: Node, around: Surroundings, text: str) -> tuple:
    if _kind(node) != "yes_no":
        return say(around.fill(text))
    options = (
        Option("yes", around.words_for("yes")),
        Option("no", around.words_for("no")),
    )
    message: SendMessage = menu_message(around.fill(text), options, node.id, "")
    return (message,)
