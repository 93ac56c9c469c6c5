"""A menu as a WhatsApp message: buttons, a list, or plain numbered text (spec/03, 3.1)."""

from collections.abc import Sequence

from bots.engine.actions import SendMessage
from bots.engine.matching import Option

MAX_BUTTONS = 3
MAX_BUTTON_TITLE = 20
MAX_ROWS = 10
MAX_ROW_TITLE = 24
MAX_ROW_DESCRIPTION = 72
MAX_SECTION_TITLE = 24
MAX_BODY_WITH_BUTTONS = 1024
MAX_BODY = 4096
MAX_ID = 200


def menu_message(text: str, options: Sequence[Option], node: str, choose: str) -> SendMessage:
    """Return the message that offers the options.

    choose: label of the button that opens a list. Ids are 'node:option', so that a tap on an
    older menu still says what was meant.
    """
    if _fit_buttons(text, options):
        buttons = [{"id": option_id(node, one), "title": one.title} for one in options]
        return SendMessage("interactive", text, {"type": "button", "buttons": buttons})
    body = numbered(text, options)
    if len(options) > MAX_ROWS or len(body) > MAX_BODY:
        return SendMessage("text", body[:MAX_BODY])
    label = _cut(choose, MAX_BUTTON_TITLE)
    section = {
        "title": _cut(choose, MAX_SECTION_TITLE),
        "rows": [_row(node, option) for option in options],
    }
    return SendMessage(
        "interactive", body, {"type": "list", "button": label, "sections": [section]}
    )


def numbered(text: str, options: Sequence[Option]) -> str:
    """Return the text followed by the options, one per line with its number."""
    lines = [f"{number}. {option.title}" for number, option in enumerate(options, 1)]
    return "\n".join([text, "", *lines])


def option_id(node: str, option: Option) -> str:
    """Return the id that a tap on this option comes back with."""
    return f"{node}:{option.id}"


def _fit_buttons(text: str, options: Sequence[Option]) -> bool:
    titles = [option.title for option in options]
    return (
        1 <= len(options) <= MAX_BUTTONS
        and len(text) <= MAX_BODY_WITH_BUTTONS
        and len(set(titles)) == len(titles)
        and all(1 <= len(title) <= MAX_BUTTON_TITLE for title in titles)
    )


def _row(node: str, option: Option) -> dict[str, str]:
    row = {"id": option_id(node, option), "title": _cut(option.title, MAX_ROW_TITLE)}
    description = option.description or (option.title if len(option.title) > MAX_ROW_TITLE else "")
    if description:
        row["description"] = _cut(description, MAX_ROW_DESCRIPTION)
    return row


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
