"""Whether a body for POST /{phone_number_id}/messages keeps the contract (spec/03, 3.1). Pure.

Knows neither Django nor the simulator's rows, so that the stand-alone Graph server of the tests
(helpdesk/testing/graph_server.py) asks the same questions.
"""

import re
from typing import Any

from conversations.providers.simulator import rules
from conversations.providers.simulator.errors import GraphError
from conversations.providers.simulator.validate_interactive import check_interactive

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
CALLBACK_LIMIT = 512
CONTACTS_LIMIT = 257
ID_LIMIT = 512

_COMMON_KEYS = {
    "messaging_product", "recipient_type", "to", "recipient", "type", "context",
    "biz_opaque_callback_data", "recipient_identity_key_hash",
}  # fmt: skip
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{5,24}", re.ASCII)
_TEMPLATE_NAME = re.compile(r"[a-z0-9_]{1,512}", re.ASCII)
# Template parameters may not hold line breaks, tabs or more than four spaces in a row.
_FORBIDDEN_IN_PARAMETER = re.compile(r"[\n\t]| {5}")


def is_read_receipt(body: Any) -> bool:
    """Whether a body marks a message as read instead of sending one."""
    return isinstance(body, dict) and "status" in body


def check_read_receipt(body: Any) -> str:
    """Return the id of the message that was read; raises GraphError."""
    keys = {"messaging_product", "status", "message_id", "typing_indicator"}
    rules.mapping(body, "body", allowed=keys)
    _check_product(body)
    rules.one_of(body, "status", "", {"read"})
    if "typing_indicator" in body:
        indicator = rules.mapping(body["typing_indicator"], "typing_indicator", allowed={"type"})
        rules.one_of(indicator, "type", "typing_indicator", {"text"})
    return rules.text(body, "message_id", "", longest=ID_LIMIT)


def check_message(body: Any) -> str:
    """Return the type of a message that may be sent; raises GraphError for any other body."""
    rules.mapping(body, "body")
    _check_product(body)
    kind = body.get("type", "text")
    if not isinstance(kind, str) or kind not in _CHECKS:
        raise GraphError(100, f"Param type must be one of {{{', '.join(sorted(_CHECKS))}}}.")
    rules.mapping(body, "body", allowed=_COMMON_KEYS | {kind})
    _check_recipient(body)
    _check_context(body, kind)
    rules.optional_text(body, "biz_opaque_callback_data", "", longest=CALLBACK_LIMIT)
    _CHECKS[kind](rules.required(body, kind, ""))
    return kind


def _check_product(body: dict[str, Any]) -> None:
    rules.one_of(body, "messaging_product", "", {"whatsapp"})


def _check_recipient(body: dict[str, Any]) -> None:
    if body.get("recipient_type", "individual") != "individual":
        raise GraphError(100, "Param recipient_type must be one of {individual}.")
    if body.get("to") is not None:
        number = rules.text(body, "to", "", longest=32)
        if not _PHONE.fullmatch(number):
            raise GraphError(131009, f"Param to is not a phone number: {number}.")
    else:
        rules.text({"to": body.get("recipient")}, "to", "", longest=256)


def _check_context(body: dict[str, Any], kind: str) -> None:
    if "context" not in body:
        return
    if kind == "reaction":
        raise GraphError(100, "Param context is not allowed with a reaction.")
    context = rules.mapping(body["context"], "context", allowed={"message_id"})
    rules.text(context, "message_id", "context", longest=ID_LIMIT)


def _check_text(part: Any) -> None:
    rules.mapping(part, "text", allowed={"body", "preview_url"})
    body = rules.text(part, "body", "text", longest=TEXT_LIMIT)
    if not body.strip():
        raise GraphError(131009, "Param text['body'] must not be blank.")
    rules.optional_boolean(part, "preview_url", "text")


def _media_check(name: str, *extra: str):
    def check(part: Any) -> None:
        rules.mapping(part, name, allowed={"id", "link", *extra})
        if ("id" in part) == ("link" in part):
            raise GraphError(131009, f"Param {name} must have either an id or a link.")
        rules.text(part, "id" if "id" in part else "link", name, longest=2048)
        rules.optional_text(part, "caption", name, longest=CAPTION_LIMIT)
        rules.optional_text(part, "filename", name, longest=240)
        rules.optional_boolean(part, "voice", name)

    return check


def _check_location(part: Any) -> None:
    rules.mapping(part, "location", allowed={"latitude", "longitude", "name", "address"})
    rules.number(part, "latitude", "location", limit=90)
    rules.number(part, "longitude", "location", limit=180)
    rules.optional_text(part, "name", "location", longest=1000)
    rules.optional_text(part, "address", "location", longest=1000)


def _check_contacts(part: Any) -> None:
    cards = rules.sequence({"contacts": part}, "contacts", "", longest=CONTACTS_LIMIT)
    for card in cards:
        rules.mapping(card, "contacts")
        name = rules.mapping(rules.required(card, "name", "contacts"), "contacts['name']")
        rules.text(name, "formatted_name", "contacts['name']", longest=1000)
        if len(name) < 2:
            raise GraphError(131009, "contacts['name'] needs one more part than formatted_name.")


def _check_reaction(part: Any) -> None:
    rules.mapping(part, "reaction", allowed={"message_id", "emoji"})
    rules.text(part, "message_id", "reaction", longest=ID_LIMIT)
    rules.text(part, "emoji", "reaction", longest=32, shortest=0)


def _check_template(part: Any) -> None:
    rules.mapping(part, "template", allowed={"name", "language", "components"})
    if not _TEMPLATE_NAME.fullmatch(rules.text(part, "name", "template", longest=512)):
        raise GraphError(131009, "Param template['name'] may hold a-z, 0-9 and _ only.")
    language = rules.mapping(
        rules.required(part, "language", "template"),
        "template['language']",
        allowed={"code", "policy"},
    )
    rules.text(language, "code", "template['language']", longest=16)
    if "components" in part:
        for component in rules.sequence(part, "components", "template", longest=20, shortest=0):
            _check_component(component)


def _check_component(component: Any) -> None:
    path = "template['components']"
    rules.mapping(component, path, allowed={"type", "sub_type", "index", "parameters"})
    kind = rules.one_of(component, "type", path, {"header", "body", "button"})
    if kind == "button":
        rules.one_of(component, "sub_type", path, {"quick_reply", "url", "copy_code", "flow"})
        if not str(rules.required(component, "index", path)).isdigit():
            raise GraphError(131009, f"Param {path}['index'] must be a number from 0 to 9.")
    for parameter in rules.sequence(component, "parameters", path, longest=100, shortest=0):
        _check_parameter(rules.mapping(parameter, f"{path}['parameters']"))


def _check_parameter(parameter: dict[str, Any]) -> None:
    path = "template['components']['parameters']"
    kind = rules.text(parameter, "type", path, longest=32)
    rules.required(parameter, kind, path)
    if kind != "text":
        return
    value = rules.text(parameter, "text", path, longest=32_768)
    if _FORBIDDEN_IN_PARAMETER.search(value):
        raise GraphError(
            132012, "A parameter's text may hold no line break, tab or more than 4 spaces in a row."
        )


_CHECKS = {
    "text": _check_text,
    "image": _media_check("image", "caption"),
    "video": _media_check("video", "caption"),
    "document": _media_check("document", "caption", "filename"),
    "audio": _media_check("audio", "voice"),
    "sticker": _media_check("sticker"),
    "location": _check_location,
    "contacts": _check_contacts,
    "reaction": _check_reaction,
    "interactive": check_interactive,
    "template": _check_template,
}
