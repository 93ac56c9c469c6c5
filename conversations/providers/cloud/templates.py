"""Message templates between Meta's words and ours (spec/03, 3.1 and 3.3). Pure.

A template's components stay as Meta writes them; `Content` is the same in our words. A variable is
known by the key of its place: "header.nome", "body.1", "button.0" (the end of a link, a code),
"header.media" (the address of a picture, film or document).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from conversations.providers.base import TemplateRecord
from conversations.providers.cloud.wire import clean, identifier, mapping, text

FIELDS = "name,language,status,category,components,parameter_format,quality_score,rejected_reason"
PAGE_SIZE = 100
MEDIA = ("image", "video", "document")
MEDIA_KEY = "header.media"
VARIABLE = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")

Components = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Button:
    """One button. kind: quick_reply, url, phone_number, copy_code, or another of Meta's words.

    value is the address (which may end in a variable) or the number; example what that variable or
    the code could be.
    """

    kind: str
    text: str = ""
    value: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What a template says. header_kind: '', text, location, image, video or document."""

    body: str = ""
    header_kind: str = ""
    header_text: str = ""
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    # By the keys of places: what the variables of header and body could be.
    examples: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place to be filled in before sending. kind: text, image, video, document, link or code."""

    key: str
    kind: str
    name: str
    example: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text: as written, or in place of the variable `key`."""

    text: str
    key: str = ""
    is_missing: bool = False


def parse_page(body: Any) -> tuple[list[TemplateRecord], str]:
    """Return a page of the list and the cursor of the next one, '' after the last."""
    answer = mapping(body)
    rows = answer.get("data")
    records = [_record(mapping(row)) for row in rows] if isinstance(rows, list) else []
    paging = mapping(answer.get("paging"))
    after = text(mapping(paging.get("cursors")).get("after"))
    has_next = bool(paging.get("next"))
    return [one for one in records if one.name and one.language], after if has_next else ""


def create_body(
    name: str, language: str, category: str, parameter_format: str, components: Components
) -> dict[str, Any]:
    """Return the JSON that creates a template."""
    return {
        "name": name,
        "language": language,
        "category": category,
        "parameter_format": parameter_format,
        "components": components,
    }


def edit_body(category: str, components: Components) -> dict[str, Any]:
    """Return the JSON that replaces a template's components; category '' leaves it as it is."""
    return {"components": components} | ({"category": category} if category else {})


def variables(source: str) -> list[str]:
    """Return the names of a text's variables, each once, in their order."""
    return list(dict.fromkeys(VARIABLE.findall(source)))


def parameter_format(content: Content) -> str:
    """Return "positional" when all variables are numbers, as {{1}}, else "named"."""
    names = [*variables(content.header_text), *variables(content.body)]
    return "positional" if all(name.isdigit() for name in names) else "named"


def content_of(components: Any) -> Content:
    """Return Meta's components in our words; takes anything."""
    rows = [mapping(row) for row in components] if isinstance(components, list) else []
    by_type = {text(row.get("type")).upper(): row for row in reversed(rows)}
    header, body = by_type.get("HEADER", {}), by_type.get("BODY", {})
    header_kind = text(header.get("format")).lower() or ("text" if header.get("text") else "")
    written, header_text = text(body.get("text")), text(header.get("text"))
    examples = _examples(header, "header", header_text) | _examples(body, "body", written)
    buttons = by_type.get("BUTTONS", {}).get("buttons")
    return Content(
        body=written,
        header_kind=header_kind,
        header_text=header_text if header_kind == "text" else "",
        footer=text(by_type.get("FOOTER", {}).get("text")),
        buttons=tuple(map(_button, buttons)) if isinstance(buttons, list) else (),
        examples=examples,
    )


def components_of(content: Content) -> Components:
    """Return our words as Meta's components."""
    is_named = parameter_format(content) == "named"
    components: Components = []
    if content.header_kind == "text":
        header = {"type": "HEADER", "format": "TEXT", "text": content.header_text}
        components.append(header | _example_part(content, "header", content.header_text, is_named))
    elif content.header_kind:
        components.append({"type": "HEADER", "format": content.header_kind.upper()})
    body = {"type": "BODY", "text": content.body}
    components.append(body | _example_part(content, "body", content.body, is_named))
    if content.footer:
        components.append({"type": "FOOTER", "text": content.footer})
    if content.buttons:
        buttons = [_wire_button(button) for button in content.buttons]
        components.append({"type": "BUTTONS", "buttons": buttons})
    return components


def slots(content: Content) -> list[Slot]:
    """Return what has to be filled in before this can be sent, from top to bottom."""
    found = []
    if content.header_kind in MEDIA:
        found.append(Slot(MEDIA_KEY, content.header_kind, content.header_kind))
    for place, source in (("header", content.header_text), ("body", content.body)):
        for name in variables(source):
            key = f"{place}.{name}"
            found.append(Slot(key, "text", name, content.examples.get(key, "")))
    for number, button in enumerate(content.buttons):
        if button.kind == "copy_code":
            found.append(Slot(f"button.{number}", "code", button.text, button.example))
        elif VARIABLE.search(button.value):
            found.append(Slot(f"button.{number}", "link", button.text, _suffix(button)))
    return found


def parameters(content: Content, values: Mapping[str, str]) -> Components:
    """Return the components of a message that sends this template with these values, by key."""
    is_named = parameter_format(content) == "named"
    components: Components = []
    if content.header_kind in MEDIA:
        file = {"type": content.header_kind, content.header_kind: {"link": values[MEDIA_KEY]}}
        components.append({"type": "header", "parameters": [file]})
    for place, source in (("header", content.header_text), ("body", content.body)):
        names = variables(source) if is_named else sorted(variables(source), key=int)
        if names:
            filled = [_text_parameter(name, values[f"{place}.{name}"], is_named) for name in names]
            components.append({"type": place, "parameters": filled})
    components += _button_parameters(content, values)
    return components


def rendered(content: Content, values: Mapping[str, str]) -> dict[str, Any]:
    """Return what the customer will see: header_kind, header, body, footer, buttons."""
    return {
        "header_kind": content.header_kind,
        "header": values.get(MEDIA_KEY, "")
        if content.header_kind in MEDIA
        else filled(content.header_text, "header", values),
        "body": filled(content.body, "body", values),
        "footer": content.footer,
        "buttons": [
            {
                "kind": button.kind,
                "text": button.text,
                "value": _filled_button(button, values.get(f"button.{number}")),
            }
            for number, button in enumerate(content.buttons)
        ],
    }


def filled(source: str, place: str, values: Mapping[str, str]) -> str:
    """Return a text with its variables filled in, once: a value is never read for variables."""
    return "".join(piece.text for piece in pieces(source, place, values))


def pieces(source: str, place: str, values: Mapping[str, str]) -> Iterator[Piece]:
    """Yield a text's stretches; a variable without a value stays as it is written."""
    end = 0
    for match in VARIABLE.finditer(source):
        if match.start() > end:
            yield Piece(source[end : match.start()])
        key = f"{place}.{match[1]}"
        value = values.get(key, "")
        yield Piece(value or match[0], key, not value)
        end = match.end()
    if end < len(source):
        yield Piece(source[end:])


def _record(row: dict[str, Any]) -> TemplateRecord:
    components = clean(row.get("components"))
    reason = text(row.get("rejected_reason"))
    return TemplateRecord(
        provider_id=identifier(row.get("id"), 64),
        name=text(row.get("name"), 512),
        language=text(row.get("language"), 16),
        category=text(row.get("category"), 20).upper(),
        status=text(row.get("status"), 20).upper(),
        parameter_format=text(row.get("parameter_format"), 12).lower() or "positional",
        components=components if isinstance(components, list) else [],
        quality=text(mapping(row.get("quality_score")).get("score"), 12).upper(),
        rejected_reason="" if reason == "NONE" else reason,
    )


def _examples(component: dict[str, Any], place: str, source: str) -> dict[str, str]:
    example = mapping(component.get("example"))
    named = example.get(f"{place}_text_named_params")
    if isinstance(named, list):
        rows = [mapping(row) for row in named]
        return {f"{place}.{text(row.get('param_name'))}": text(row.get("example")) for row in rows}
    listed = example.get(f"{place}_text")
    if isinstance(listed, list) and listed and isinstance(listed[0], list):
        listed = listed[0]
    values = map(text, listed) if isinstance(listed, list) else ()
    names = sorted(filter(str.isdecimal, variables(source)), key=int)
    return {f"{place}.{name}": value for name, value in zip(names, values, strict=False)}


def _example_part(content: Content, place: str, source: str, is_named: bool) -> dict[str, Any]:
    names = variables(source)
    if not names:
        return {}
    if is_named:
        rows = [
            {"param_name": name, "example": content.examples.get(f"{place}.{name}", "")}
            for name in names
        ]
        return {"example": {f"{place}_text_named_params": rows}}
    ordered = sorted(names, key=int)
    values = [content.examples.get(f"{place}.{name}", "") for name in ordered]
    # Meta's list of lists is the body's; a header has one variable at most.
    return {"example": {f"{place}_text": [values] if place == "body" else values}}


def _button(raw: Any) -> Button:
    row = mapping(raw)
    kind = text(row.get("type")).lower()
    example = row.get("example")
    return Button(
        kind=kind,
        text=text(row.get("text")),
        value=text(row.get("url")) or text(row.get("phone_number")),
        example=text(example[0] if isinstance(example, list) and example else example),
    )


def _wire_button(button: Button) -> dict[str, Any]:
    row: dict[str, Any] = {"type": button.kind.upper(), "text": button.text}
    if button.kind == "url":
        row["url"] = button.value
        if VARIABLE.search(button.value):
            row["example"] = [button.example]
    elif button.kind == "phone_number":
        row["phone_number"] = button.value
    elif button.kind == "copy_code":
        # Its label is WhatsApp's own.
        row = {"type": "COPY_CODE", "example": button.example}
    return row


def _suffix(button: Button) -> str:
    """What an example address puts in place of its variable."""
    start = button.value.partition("{{")[0]
    return button.example.removeprefix(start)


def _text_parameter(name: str, value: str, is_named: bool) -> dict[str, str]:
    parameter = {"type": "text", "text": value}
    return {**parameter, "parameter_name": name} if is_named else parameter


def _button_parameters(content: Content, values: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for slot in slots(content):
        place, _, number = slot.key.partition(".")
        if place != "button":
            continue
        value = values[slot.key]
        if slot.kind == "code":
            sub_type, parameter = "copy_code", {"type": "coupon_code", "coupon_code": value}
        else:
            sub_type, parameter = "url", {"type": "text", "text": value}
        yield {
            "type": "button",
            "sub_type": sub_type,
            "index": number,
            "parameters": [parameter],
        }


def _filled_button(button: Button, value: str | None) -> str:
    if button.kind == "copy_code":
        return value or button.example
    return VARIABLE.sub(lambda match: value or match[0], button.value)
