"""Offers options: a tap, a number or words choose one."""

from collections.abc import Iterator

from bots.engine.actions import SendMessage
from bots.engine.blocks.base import Block, Outcome, Surroundings, leave, not_understood, wait
from bots.engine.events import MessageIn
from bots.engine.flow import Node
from bots.engine.matching import Option, choose
from bots.engine.problems import WARNING, Problem
from bots.engine.rendering import (
    MAX_BUTTON_TITLE,
    MAX_ID,
    MAX_ROW_DESCRIPTION,
    MAX_ROW_TITLE,
    MAX_ROWS,
    menu_message,
    option_id,
)


class Menu(Block):
    """data: text, options [{id, title, description, words}], button, not_understood,
    retries, timeout_minutes. One exit per option, named by its id.
    """

    kind = "menu"
    waits = True

    def exits(self, node: Node) -> tuple[str, ...]:
        """One per option."""
        return tuple(option.id for option in options_of(node))

    def enter(self, node: Node, around: Surroundings) -> Outcome:
        """Offer the options."""
        return wait(_offer(node, around, node.text("text")), until=around.deadline(node))

    def receive(self, node: Node, around: Surroundings, message: MessageIn) -> Outcome:
        """Go the way of the option that is meant; offer them again when none is."""
        option = tapped(node, message.button_id) or choose(options_of(node), message.text)
        if option:
            return leave(option.id, chose=f"{node.name}: {option.title}")
        again = _offer(node, around, around.words_for("not_understood", node))
        return not_understood(again, until=around.deadline(node))

    def problems(self, node: Node) -> Iterator[Problem]:
        """What WhatsApp would refuse or a customer could not tell apart."""
        options = options_of(node)
        if not node.text("text").strip():
            yield Problem("empty_text", node.id)
        if not options:
            yield Problem("no_options", node.id)
        if len(options) > MAX_ROWS:
            yield Problem("too_many_options", node.id, str(MAX_ROWS))
        if len({option.id for option in options}) < len(options):
            yield Problem("same_option_id", node.id)
        if len({choice for option in options for choice in option.phrases[:1]}) < len(options):
            yield Problem("same_option_title", node.id)
        if len(node.text("button")) > MAX_BUTTON_TITLE:
            yield Problem("long_label", node.id, node.text("button"))
        for option in options:
            yield from _option_problems(node, option)


def options_of(node: Node) -> tuple[Option, ...]:
    """Return the options of a menu's data."""
    return tuple(
        Option(
            id=str(item.get("id", "")),
            title=str(item.get("title", "")),
            description=str(item.get("description") or ""),
            words=tuple(str(word) for word in item.get("words") or ()),
        )
        for item in node.list_of("options")
    )


def tapped(node: Node, button_id: str) -> Option | None:
    """Return the option of this menu that a tap's id belongs to."""
    if not button_id:
        return None
    return next((one for one in options_of(node) if option_id(node.id, one) == button_id), None)


def _offer(node: Node, around: Surroundings, text: str) -> SendMessage:
    label = node.text("button") or around.words_for("choose")
    return menu_message(around.fill(text), options_of(node), node.id, label)


def _option_problems(node: Node, option: Option) -> Iterator[Problem]:
    if not option.id or not option.title.strip():
        yield Problem("empty_option", node.id, option.id or option.title)
    if option.id in Menu().optional_exits(node):
        yield Problem("reserved_id", node.id, option.id)
    if len(option.title) > MAX_ROW_TITLE:
        yield Problem("long_label", node.id, option.title)
    if len(option.description) > MAX_ROW_DESCRIPTION:
        yield Problem("long_description", node.id, option.title, WARNING)
    if len(option_id(node.id, option)) > MAX_ID:
        yield Problem("long_id", node.id, option.id)
