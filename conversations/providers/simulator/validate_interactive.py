"""Whether the interactive part of a message keeps the contract (spec/03, 3.1). Pure."""

from typing import Any

from conversations.providers.simulator import rules
from conversations.providers.simulator.errors import GraphError

BUTTONS_LIMIT = 3
BUTTON_TITLE_LIMIT = 20
BUTTON_ID_LIMIT = 256
ROWS_LIMIT = 10  # in all sections together
SECTIONS_LIMIT = 10
ROW_TITLE_LIMIT = 24
ROW_DESCRIPTION_LIMIT = 72
ROW_ID_LIMIT = 200
BODY_LIMIT = 1024
LIST_BODY_LIMIT = 4096
FOOTER_LIMIT = 60
HEADER_LIMIT = 60
ACTION = "interactive['action']"


def check_interactive(part: Any) -> None:
    """Raise GraphError unless this is a valid interactive message."""
    rules.mapping(part, "interactive", allowed={"type", "header", "body", "footer", "action"})
    kind = rules.one_of(part, "type", "interactive", _ACTIONS)
    _check_header(part, kind)
    body = rules.mapping(
        rules.required(part, "body", "interactive"), "interactive['body']", allowed={"text"}
    )
    longest = LIST_BODY_LIMIT if kind == "list" else BODY_LIMIT
    rules.text(body, "text", "interactive['body']", longest=longest)
    if "footer" in part:
        footer = rules.mapping(part["footer"], "interactive['footer']", allowed={"text"})
        rules.text(footer, "text", "interactive['footer']", longest=FOOTER_LIMIT)
    _ACTIONS[kind](rules.mapping(rules.required(part, "action", "interactive"), ACTION))


def _check_header(part: dict[str, Any], kind: str) -> None:
    if "header" not in part:
        return
    header = rules.mapping(part["header"], "interactive['header']")
    kinds = {"text"} if kind == "list" else {"text", "image", "video", "document"}
    form = rules.one_of(header, "type", "interactive['header']", kinds)
    if form == "text":
        rules.text(header, "text", "interactive['header']", longest=HEADER_LIMIT)
    else:
        rules.mapping(rules.required(header, form, "interactive['header']"), f"header['{form}']")


def _check_buttons(action: dict[str, Any]) -> None:
    rules.mapping(action, ACTION, allowed={"buttons"})
    replies = []
    for button in rules.sequence(action, "buttons", ACTION, longest=BUTTONS_LIMIT):
        rules.mapping(button, f"{ACTION}['buttons']", allowed={"type", "reply"})
        rules.one_of(button, "type", f"{ACTION}['buttons']", {"reply"})
        reply = rules.mapping(
            rules.required(button, "reply", ACTION), "reply", allowed={"id", "title"}
        )
        rules.text(reply, "id", "reply", longest=BUTTON_ID_LIMIT)
        rules.text(reply, "title", "reply", longest=BUTTON_TITLE_LIMIT)
        replies.append(reply)
    rules.unique([reply["id"] for reply in replies], "Button ids")
    rules.unique([reply["title"] for reply in replies], "Button titles")


def _check_list(action: dict[str, Any]) -> None:
    rules.mapping(action, ACTION, allowed={"button", "sections"})
    rules.text(action, "button", ACTION, longest=BUTTON_TITLE_LIMIT)
    sections = rules.sequence(action, "sections", ACTION, longest=SECTIONS_LIMIT)
    rows = []
    for section in sections:
        rules.mapping(section, "sections", allowed={"title", "rows"})
        if len(sections) > 1 or "title" in section:
            rules.text(section, "title", "sections", longest=ROW_TITLE_LIMIT)
        rows += rules.sequence(section, "rows", "sections", longest=ROWS_LIMIT)
    if len(rows) > ROWS_LIMIT:
        raise GraphError(
            131009, f"A list has at most {ROWS_LIMIT} rows in total, this has {len(rows)}."
        )
    for row in rows:
        _check_row(row)
    rules.unique([row["id"] for row in rows], "Row ids")


def _check_row(row: Any) -> None:
    rules.mapping(row, "rows", allowed={"id", "title", "description"})
    rules.text(row, "id", "rows", longest=ROW_ID_LIMIT)
    rules.text(row, "title", "rows", longest=ROW_TITLE_LIMIT)
    rules.optional_text(row, "description", "rows", longest=ROW_DESCRIPTION_LIMIT)


def _check_url_button(action: dict[str, Any]) -> None:
    rules.mapping(action, ACTION, allowed={"name", "parameters"})
    rules.one_of(action, "name", ACTION, {"cta_url"})
    parameters = rules.mapping(
        rules.required(action, "parameters", ACTION), "parameters", allowed={"display_text", "url"}
    )
    rules.text(parameters, "display_text", "parameters", longest=BUTTON_TITLE_LIMIT)
    url = rules.text(parameters, "url", "parameters", longest=2000)
    if not url.startswith(("http://", "https://")):
        raise GraphError(131009, "Param parameters['url'] must be an http or https address.")


def _named_action(name: str):
    def check(action: dict[str, Any]) -> None:
        rules.mapping(action, ACTION, allowed={"name"})
        rules.one_of(action, "name", ACTION, {name})

    return check


_ACTIONS = {
    "button": _check_buttons,
    "list": _check_list,
    "cta_url": _check_url_button,
    "location_request_message": _named_action("send_location"),
    "contact_request": _named_action("request_contact_info"),
}
