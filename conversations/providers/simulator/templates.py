"""Templates as a phone shows them: the stored text with the values that were sent along."""

import re
from collections.abc import Iterable
from typing import Any

from conversations.models import Channel, SimulatorMessage, SimulatorTemplate

_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
Components = list[dict[str, Any]]


def stored(channel: Channel, messages: Iterable[SimulatorMessage]) -> dict[tuple, Components]:
    """Return the components of the templates that these messages were made of, in one query."""
    names = {
        message.payload["template"]["name"] for message in messages if "template" in message.payload
    }
    if not names:
        return {}
    found = SimulatorTemplate.objects.filter(waba_id=channel.waba_id, name__in=names)
    return {(one.name, one.language): one.components for one in found}


def filled(part: dict[str, Any], known: dict[tuple, Components]) -> dict[str, Any]:
    """Return header, header_media, body, footer and buttons of a sent template.

    Of a template that is not stored, its name and values are shown.
    """
    values = _values(part.get("components", []))
    components = known.get((part["name"], part["language"]["code"]))
    shown = {"header": "", "header_media": _header_media(part), "body": "", "footer": ""}
    if components is None:
        texts = values["body"].values()
        return {**shown, "body": " · ".join([part["name"], *texts]), "buttons": _sent_buttons(part)}
    for component in components:
        kind = component.get("type", "").lower()
        if kind in ("header", "body", "footer"):
            shown[kind] = _fill(component.get("text", ""), values.get(kind, {}))
    return {**shown, "buttons": _buttons(part, components)}


def _values(components: Components) -> dict[str, dict[str, str]]:
    """What was sent for each part, by the variable's name or number."""
    values: dict[str, dict[str, str]] = {"header": {}, "body": {}}
    for component in components:
        for number, parameter in enumerate(component.get("parameters", []), 1):
            name = parameter.get("parameter_name") or str(number)
            values.setdefault(component["type"], {})[name] = str(parameter.get("text", ""))
    return values


def _fill(text: str, values: dict[str, str]) -> str:
    return _VARIABLE.sub(lambda match: values.get(match[1], match[0]), text)


def _header_media(part: dict[str, Any]) -> dict[str, Any]:
    """The picture, film or document above the text: {kind: what names the file}, or {}."""
    for component in part.get("components", []):
        for parameter in component.get("parameters", []):
            kind = parameter.get("type")
            if component["type"] == "header" and kind in ("image", "video", "document"):
                return {kind: parameter[kind]}
    return {}


def _buttons(part: dict[str, Any], components: Components) -> list[dict[str, str]]:
    rows = [
        button
        for component in components
        if component.get("type", "").lower() == "buttons"
        for button in component.get("buttons", [])
    ]
    sent = _sent_parameters(part)
    return [_button(button, sent.get(number, {})) for number, button in enumerate(rows)]


def _button(button: dict[str, Any], sent: dict[str, Any]) -> dict[str, str]:
    kind, title = button.get("type", "").lower(), button.get("text", "")
    if kind == "quick_reply":
        return {"kind": kind, "id": str(sent.get("payload", title)), "title": title}
    address = _fill(button.get("url", ""), {"1": str(sent.get("text", ""))})
    if kind == "phone_number":
        address = f"tel:{button.get('phone_number', '')}"
    return {"kind": kind, "id": "", "title": title, "url": address}


def _sent_buttons(part: dict[str, Any]) -> list[dict[str, str]]:
    payloads = [
        str(sent["payload"]) for sent in _sent_parameters(part).values() if "payload" in sent
    ]
    return [{"kind": "quick_reply", "id": text, "title": text} for text in payloads]


def _sent_parameters(part: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """The first parameter of each button by its place."""
    return {
        int(component["index"]): component["parameters"][0]
        for component in part.get("components", [])
        if component["type"] == "button" and component.get("parameters")
    }
