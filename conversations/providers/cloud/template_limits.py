"""What WhatsApp asks of a template (spec/03, 3.3), checked before it is submitted or sent. Pure.

Each problem names the field it belongs to: name, header_text, body, footer, buttons, button.<n>,
example.<key of a place>; for values to be sent the key itself.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from conversations.providers.cloud.problems import Problem
from conversations.providers.cloud.templates import (
    MEDIA,
    MEDIA_KEY,
    VARIABLE,
    Button,
    Content,
    filled,
    parameter_format,
    slots,
    variables,
)

MAX_HEADER = 60
MAX_BODY = 1024
MAX_FOOTER = 60
MAX_BUTTONS = 10
MAX_BUTTON_TEXT = 25
MAX_URL = 2000
MAX_CODE = 15  # [K] what WhatsApp shows of a code
MOST_OF_KIND = {"url": 2, "phone_number": 1, "copy_code": 1}
# [K] Meta does not print how many variables a text bears; senders report two words and one each.
WORDS_PER_VARIABLE = 2

NAME = re.compile(r"[a-z0-9_]{1,512}")
_POSITION = re.compile(r"[1-9][0-9]?")
_VARIABLE_NAME = re.compile(r"[a-z][a-z0-9_]*")
_ADJACENT = re.compile(r"\}\}\s*\{\{")
_BAD_VALUE = re.compile(r"[\n\r\t]| {5}")
_PHONE = re.compile(r"\+?[0-9]{5,20}")
_URL = re.compile(r"https?://\S+")


def _(message: str) -> str:
    """Mark a source string for makemessages; whoever shows it asks gettext."""
    return message


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """A problem and the field it belongs to."""

    field: str
    problem: Problem


def check(name: str, content: Content) -> list[FieldProblem]:
    """Return what WhatsApp would refuse in a template, an empty list when it may be submitted."""
    return [
        FieldProblem(where, problem)
        for where, problems in (
            ("name", _name(name)),
            ("header_text", _header(content)),
            ("body", _body(content)),
            ("footer", _footer(content)),
            ("buttons", _button_rules(content.buttons)),
        )
        for problem in problems
    ] + [*_each_button(content.buttons), *_examples(content)]


def check_values(content: Content, values: Mapping[str, str]) -> list[FieldProblem]:
    """Return what is wrong with the values somebody wants to send."""
    found = [one for slot in slots(content) for one in _value(slot, values.get(slot.key, ""))]
    if len(filled(content.body, "body", values)) > MAX_BODY:
        too_long = Problem(
            _("With its variables filled in the text is longer than %(limit)d characters."),
            {"limit": MAX_BODY},
        )
        found.append(FieldProblem("body", too_long))
    return found


def _value(slot, value: str) -> Iterator[FieldProblem]:
    if not value.strip():
        said = _("The value of %(name)s is missing.")
        yield FieldProblem(slot.key, Problem(said, {"name": slot.name}))
    elif _BAD_VALUE.search(value):
        yield FieldProblem(
            slot.key,
            Problem(
                _("A template's variable cannot hold line breaks, tabs or more than four spaces.")
            ),
        )
    elif slot.key == MEDIA_KEY and not value.startswith("https://"):
        yield FieldProblem(slot.key, Problem(_("The file's address must begin with https://.")))
    elif slot.kind == "code" and len(value) > MAX_CODE:
        yield FieldProblem(slot.key, _too_long(_("The code"), value, MAX_CODE))


def _name(name: str) -> Iterator[Problem]:
    if not NAME.fullmatch(name):
        yield Problem(_("The name may hold small letters a to z, digits and _ only."))


def _header(content: Content) -> Iterator[Problem]:
    if content.header_kind != "text":
        if content.header_kind in MEDIA:
            yield Problem(
                _("A header with a file is made at Meta; here it can be text or a place.")
            )
        return
    source = content.header_text
    if not source.strip():
        yield Problem(_("The header's text is missing."))
    if len(source) > MAX_HEADER:
        yield _too_long(_("The header"), source, MAX_HEADER)
    if "\n" in source or "\r" in source:
        yield Problem(_("The header has one line."))
    if len(variables(source)) > 1:
        yield Problem(_("The header may hold one variable."))
    yield from _variable_names(source, parameter_format(content))


def _body(content: Content) -> Iterator[Problem]:
    source = content.body
    if not source.strip():
        yield Problem(_("The text is missing."))
        return
    if len(source) > MAX_BODY:
        yield _too_long(_("The text"), source, MAX_BODY)
    trimmed = source.strip()
    if trimmed.startswith("{{") or trimmed.endswith("}}"):
        yield Problem(_("The text must neither begin nor end with a variable."))
    if _ADJACENT.search(source):
        yield Problem(_("Two variables stand next to each other; write something between them."))
    yield from _variable_names(source, parameter_format(content))
    names = variables(source)
    words = len(VARIABLE.sub(" ", source).split())
    needed = WORDS_PER_VARIABLE * len(names) + 1
    if names and words < needed:
        yield Problem(
            _(
                "For its variables the text is too short: it has %(words)d words, it needs %(least)d."
            ),
            {"words": words, "least": needed},
        )


def _variable_names(source: str, form: str) -> Iterator[Problem]:
    if source.count("{{") != len(VARIABLE.findall(source)) or source.count("}}") != source.count(
        "{{"
    ):
        yield Problem(_("A variable is written {{name}} or {{1}}."))
        return
    names = variables(source)
    if form == "named":
        wrong = [name for name in names if not _VARIABLE_NAME.fullmatch(name)]
        if wrong:
            yield Problem(
                _(
                    "%(name)s: a variable's name has small letters, digits and _; or number them all."
                ),
                {"name": wrong[0]},
            )
    elif sorted(map(int, names)) != list(range(1, len(names) + 1)) or not all(
        _POSITION.fullmatch(name) for name in names
    ):
        yield Problem(_("Numbered variables count from {{1}} without a gap."))


def _footer(content: Content) -> Iterator[Problem]:
    if len(content.footer) > MAX_FOOTER:
        yield _too_long(_("The footer"), content.footer, MAX_FOOTER)
    if "{{" in content.footer:
        yield Problem(_("The footer holds no variables."))
    if "\n" in content.footer or "\r" in content.footer:
        yield Problem(_("The footer has one line."))


def _button_rules(buttons: tuple[Button, ...]) -> Iterator[Problem]:
    if len(buttons) > MAX_BUTTONS:
        yield Problem(_("A template has at most %(limit)d buttons."), {"limit": MAX_BUTTONS})
    kinds = [button.kind for button in buttons]
    for kind, most in MOST_OF_KIND.items():
        if kinds.count(kind) > most:
            yield Problem(_TOO_MANY[kind], {"limit": most})
    changes = sum(
        (one == "quick_reply") != (other == "quick_reply")
        for one, other in zip(kinds, kinds[1:], strict=False)
    )
    if changes > 1:
        yield Problem(_("Quick replies stand together, before or after the other buttons."))
    labels = [button.text for button in buttons if button.kind != "copy_code"]
    if len(set(labels)) < len(labels):
        yield Problem(_("Two buttons have the same label."))


_TOO_MANY = {
    "url": _("A template has at most %(limit)d buttons that open a site."),
    "phone_number": _("A template has at most %(limit)d button that calls."),
    "copy_code": _("A template has at most %(limit)d button that copies a code."),
}


def _each_button(buttons: tuple[Button, ...]) -> Iterator[FieldProblem]:
    for number, button in enumerate(buttons):
        for problem in _button(button):
            yield FieldProblem(f"button.{number}", problem)


def _button(button: Button) -> Iterator[Problem]:
    if button.kind == "copy_code":
        if not button.example.strip():
            yield Problem(_("The example of the code is missing."))
        elif len(button.example) > MAX_CODE:
            yield _too_long(_("The code"), button.example, MAX_CODE)
        return
    if not button.text.strip():
        yield Problem(_("The button's label is missing."))
    elif len(button.text) > MAX_BUTTON_TEXT:
        yield _too_long(_("The button's label"), button.text, MAX_BUTTON_TEXT)
    if "{{" in button.text:
        yield Problem(_("A button's label holds no variables."))
    if button.kind == "phone_number" and not _PHONE.fullmatch(button.value):
        yield Problem(_("The telephone number is written with its country, as +5511987654321."))
    if button.kind == "url":
        yield from _url(button)


def _url(button: Button) -> Iterator[Problem]:
    if not _URL.fullmatch(button.value):
        yield Problem(_("The link must begin with http:// or https://."))
    if len(button.value) > MAX_URL:
        yield _too_long(_("The link"), button.value, MAX_URL)
    if "{{" in button.value:
        if not re.fullmatch(r"[^{}]+\{\{1\}\}", button.value):
            yield Problem(_("A link holds one variable, {{1}}, at its end."))
        if not _URL.fullmatch(button.example):
            yield Problem(_("The example of the link is missing: the whole address."))


def _examples(content: Content) -> Iterator[FieldProblem]:
    places = (("header", content.header_text), ("body", content.body))
    for place, source in places:
        for name in variables(source):
            key = f"{place}.{name}"
            if not content.examples.get(key, "").strip():
                said = _("The example of %(name)s is missing.")
                yield FieldProblem(f"example.{key}", Problem(said, {"name": name}))


def _too_long(what: str, value: str, limit: int) -> Problem:
    return Problem(
        _("%(what)s has %(length)d characters; WhatsApp allows %(limit)d."),
        {"what": what, "length": len(value), "limit": limit},
    )
