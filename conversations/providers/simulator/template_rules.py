"""Whether a template keeps the contract (spec/03, 3.3), in Meta's codes. Pure.

Written from the contract and not from our own checks, so that one finds the other's mistakes.
"""

import re
from typing import Any

from conversations.providers.simulator import rules
from conversations.providers.simulator.errors import GraphError

CATEGORIES = {"UTILITY", "MARKETING", "AUTHENTICATION"}
FORMATS = {"TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION"}
BUTTON_LIMITS = {"QUICK_REPLY": 10, "URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1}
TOO_LONG, BAD_HEADER, BAD_BODY, BAD_FOOTER = 2388040, 2388047, 2388072, 2388073
TOO_MANY_VARIABLES, AT_AN_END = 2388293, 2388299

_NAME = re.compile(r"[a-z0-9_]{1,512}", re.ASCII)
_VARIABLE = re.compile(r"\{\{\s*\w+\s*\}\}")


def check_new(body: Any) -> None:
    """Refuse a body that may not create a template; raises GraphError."""
    rules.mapping(body, "body")
    if not _NAME.fullmatch(rules.text(body, "name", "", longest=512)):
        raise GraphError(100, "Param name may hold a-z, 0-9 and _ only.")
    rules.text(body, "language", "", longest=16)
    rules.one_of(body, "category", "", CATEGORIES)
    form = body.get("parameter_format", "positional")
    if not isinstance(form, str) or form.lower() not in ("named", "positional"):
        raise GraphError(100, "Param parameter_format must be one of {named, positional}.")
    _check_components(body)


def check_edit(body: Any) -> None:
    """Refuse a body that may not replace a template's components; raises GraphError."""
    rules.mapping(body, "body")
    if "category" in body:
        rules.one_of(body, "category", "", CATEGORIES)
    _check_components(body)


def _check_components(body: dict[str, Any]) -> None:
    rows = rules.sequence(body, "components", "", longest=4)
    found = {}
    for row in rows:
        rules.mapping(row, "components")
        found[rules.one_of(row, "type", "components", set(_CHECKS))] = row
    if len(found) < len(rows):
        raise GraphError(100, "A component is there twice.")
    if "BODY" not in found:
        raise GraphError(BAD_BODY, "A template needs a body.")
    for kind, row in found.items():
        _CHECKS[kind](row)


def _check_header(row: dict[str, Any]) -> None:
    form = rules.one_of(row, "format", "header", FORMATS)
    if form in ("IMAGE", "VIDEO", "DOCUMENT"):
        if not (row.get("example") or {}).get("header_handle"):
            raise GraphError(BAD_HEADER, "A header with a file needs example.header_handle.")
        return
    if form == "LOCATION":
        return
    text = _text(row, "header", 60)
    if len(_VARIABLE.findall(text)) > 1 or "\n" in text:
        raise GraphError(BAD_HEADER, "A header has one line and at most one variable.")
    _check_example(row, "header", text, BAD_HEADER)


def _check_body(row: dict[str, Any]) -> None:
    text = _text(row, "body", 1024)
    found = _VARIABLE.findall(text)
    if re.match(r"\s*\{\{", text) or re.search(r"\}\}\s*$", text):
        raise GraphError(AT_AN_END, "Variables can't be at the start or end of the template.")
    if re.search(r"\}\}\s*\{\{", text):
        raise GraphError(BAD_BODY, "Variables can't stand next to each other.")
    if len(_VARIABLE.sub(" ", text).split()) <= 2 * len(set(found)) and found:
        raise GraphError(TOO_MANY_VARIABLES, "Too many variables for the length of the text.")
    _check_example(row, "body", text, BAD_BODY)


def _check_footer(row: dict[str, Any]) -> None:
    if "{{" in _text(row, "footer", 60):
        raise GraphError(BAD_FOOTER, "A footer holds no variables.")


def _check_buttons(row: dict[str, Any]) -> None:
    buttons = rules.sequence(row, "buttons", "", longest=10)
    kinds = []
    for button in buttons:
        kinds.append(rules.one_of(button, "type", "buttons", set(BUTTON_LIMITS)))
        if kinds[-1] != "COPY_CODE":
            rules.text(button, "text", "buttons", longest=25)
        if kinds[-1] == "URL":
            url = rules.text(button, "url", "buttons", longest=2000)
            if "{{" in url and not button.get("example"):
                raise GraphError(100, "A button whose url has a variable needs an example.")
        elif kinds[-1] == "PHONE_NUMBER":
            rules.text(button, "phone_number", "buttons", longest=20)
    for kind, most in BUTTON_LIMITS.items():
        if kinds.count(kind) > most:
            raise GraphError(100, f"At most {most} buttons of type {kind}.")
    is_reply = [kind == "QUICK_REPLY" for kind in kinds]
    if sum(a != b for a, b in zip(is_reply, is_reply[1:], strict=False)) > 1:
        raise GraphError(100, "Quick reply buttons must be grouped together.")


def _text(row: dict[str, Any], path: str, longest: int) -> str:
    text = rules.text(row, "text", path, longest=100_000)
    if len(text) > longest:
        raise GraphError(TOO_LONG, f"The {path} has {len(text)} characters, {longest} are allowed.")
    return text


def _check_example(row: dict[str, Any], place: str, text: str, code: int) -> None:
    names = set(_VARIABLE.findall(text))
    example = row.get("example") or {}
    listed = example.get(f"{place}_text") or []
    listed = listed[0] if listed and isinstance(listed[0], list) else listed
    named = [one.get("example") for one in example.get(f"{place}_text_named_params") or []]
    if len([value for value in [*listed, *named] if value]) < len(names):
        raise GraphError(code, f"The {place} needs an example for each of its variables.")


_CHECKS = {
    "HEADER": _check_header,
    "BODY": _check_body,
    "FOOTER": _check_footer,
    "BUTTONS": _check_buttons,
}
