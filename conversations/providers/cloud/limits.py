"""The limits of spec/03, 3.1, checked before anything is sent, in words a page can show. Pure.

Lengths are in characters. A page shows a problem by `problem.in_words(gettext)`.
Those of files stand in file_limits.py.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from conversations.providers.base import OutboundMessage
from conversations.providers.cloud.file_limits import check_no_caption, check_source
from conversations.providers.cloud.problems import Problem
from conversations.providers.cloud.wire import mapping, text

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_BODY = 1024  # of interactive messages but lists
MAX_HEADER = 60
MAX_FOOTER = 60
MAX_BUTTONS = 3
MAX_BUTTON_TITLE = 20
MAX_BUTTON_ID = 256
MAX_SECTIONS = 10
MAX_ROWS = 10  # in all sections together
MAX_ROW_ID = 200
MAX_ROW_TITLE = 24
MAX_ROW_DESCRIPTION = 72
MAX_CONTACTS = 257

_PHONE = re.compile(r"\+?[0-9]{5,15}")
_URL = re.compile(r"https?://\S+")
# Template parameters: no newline, no tab, no more than four spaces in a row.
_BAD_PARAMETER = re.compile(r"[\n\r\t]| {5}")
_NAME_PARTS = ("first_name", "last_name", "middle_name", "prefix", "suffix")


def _(message: str) -> str:
    """Mark a source string for makemessages; whoever shows it asks gettext."""
    return message


def check(message: OutboundMessage) -> list[Problem]:
    """Return what WhatsApp would refuse in a message, an empty list when it may be sent."""
    read = _CHECKS.get(message.kind)
    if read is None:
        return [Problem(_("Messages of kind '%(kind)s' cannot be sent."), {"kind": message.kind})]
    return [*_recipient(message), *read(message)]


def _recipient(message: OutboundMessage) -> Iterator[Problem]:
    if message.to_is_bsuid:
        if not message.to:
            yield Problem(_("The customer has no id at WhatsApp."))
    elif not _PHONE.fullmatch(message.to):
        yield Problem(_("The customer's number is not a telephone number."))


def _text(message: OutboundMessage) -> Iterator[Problem]:
    yield from _length(_("The text"), message.body, MAX_TEXT)


def _captioned_media(message: OutboundMessage) -> Iterator[Problem]:
    yield from check_source(message, "media_id", "link")
    yield from _length(_("The caption"), message.body, MAX_CAPTION, needed=False)


def _bare_media(message: OutboundMessage) -> Iterator[Problem]:
    yield from check_source(message, "media_id", "link")
    yield from check_no_caption(message)


def _location(message: OutboundMessage) -> Iterator[Problem]:
    ranges = (("latitude", 90), ("longitude", 180))
    for name, limit in ranges:
        value = message.payload.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > limit:
            yield Problem(_("The location's coordinates are not valid."))
            return


def _contacts(message: OutboundMessage) -> Iterator[Problem]:
    cards = _objects(message.payload.get("contacts"))
    if not 1 <= len(cards) <= MAX_CONTACTS:
        yield _between(_("contacts"), 1, MAX_CONTACTS)
    for card in cards:
        name = mapping(card.get("name"))
        if not name.get("formatted_name") or not any(map(name.get, _NAME_PARTS)):
            yield Problem(_("A contact needs its full name and at least one part of it."))


def _reaction(message: OutboundMessage) -> Iterator[Problem]:
    if not text(message.payload.get("message_id")):
        yield Problem(_("A reaction needs the message it belongs to."))


def _template(message: OutboundMessage) -> Iterator[Problem]:
    if not text(message.payload.get("name")) or not text(message.payload.get("language")):
        yield Problem(_("A template needs its name and language."))
    for component in _objects(message.payload.get("components")):
        for parameter in _objects(component.get("parameters")):
            if _BAD_PARAMETER.search(text(parameter.get("text"))):
                yield Problem(
                    _(
                        "A template's variable cannot hold line breaks, tabs or more than four spaces."
                    )
                )


def _interactive(message: OutboundMessage) -> Iterator[Problem]:
    payload = message.payload
    type_name = text(payload.get("type"))
    read = _INTERACTIVE_CHECKS.get(type_name)
    if read is None:
        refused = _("Interactive messages of type '%(type)s' cannot be sent.")
        yield Problem(refused, {"type": type_name})
        return
    limit = MAX_TEXT if type_name == "list" else MAX_BODY
    yield from _length(_("The text"), message.body, limit)
    yield from _length(_("The header"), payload.get("header"), MAX_HEADER, needed=False)
    yield from _length(_("The footer"), payload.get("footer"), MAX_FOOTER, needed=False)
    yield from read(payload)


def _buttons(payload: dict) -> Iterator[Problem]:
    buttons = _objects(payload.get("buttons"))
    if not 1 <= len(buttons) <= MAX_BUTTONS:
        yield _between(_("buttons"), 1, MAX_BUTTONS)
    for button in buttons:
        yield from _length(_("A button's title"), button.get("title"), MAX_BUTTON_TITLE)
        yield from _length(_("A button's id"), button.get("id"), MAX_BUTTON_ID)
    if _has_doubles(buttons, "id") or _has_doubles(buttons, "title"):
        yield Problem(_("Two buttons have the same title or id."))


def _list(payload: dict) -> Iterator[Problem]:
    sections = _objects(payload.get("sections"))
    rows = [row for section in sections for row in _objects(section.get("rows"))]
    yield from _length(_("The list's button"), payload.get("button"), MAX_BUTTON_TITLE)
    if not 1 <= len(sections) <= MAX_SECTIONS:
        yield _between(_("sections"), 1, MAX_SECTIONS)
    if not 1 <= len(rows) <= MAX_ROWS:
        yield _between(_("rows in all sections together"), 1, MAX_ROWS)
    for section in sections:
        # Meta's page asks for a title on every section; one alone has always gone without.
        needed = len(sections) > 1
        yield from _length(_("A section's title"), section.get("title"), MAX_ROW_TITLE, needed)
        if not _objects(section.get("rows")):
            yield Problem(_("A section has no rows."))
    for row in rows:
        yield from _length(_("A row's title"), row.get("title"), MAX_ROW_TITLE)
        yield from _length(_("A row's id"), row.get("id"), MAX_ROW_ID)
        description = row.get("description")
        yield from _length(_("A row's description"), description, MAX_ROW_DESCRIPTION, needed=False)
    if _has_doubles(rows, "id"):
        yield Problem(_("Two rows have the same id."))


def _cta_url(payload: dict) -> Iterator[Problem]:
    title = payload.get("display_text")
    yield from _length(_("The link button's title"), title, MAX_BUTTON_TITLE)
    if not _URL.fullmatch(text(payload.get("url"))):
        yield Problem(_("The link must begin with http:// or https://."))


def _nothing_more(payload: dict) -> Iterator[Problem]:
    yield from ()


_CHECKS: dict[str, Callable[[OutboundMessage], Iterator[Problem]]] = {
    "text": _text,
    "image": _captioned_media,
    "video": _captioned_media,
    "document": _captioned_media,
    "audio": _bare_media,
    "sticker": _bare_media,
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    "template": _template,
    "interactive": _interactive,
}

_INTERACTIVE_CHECKS: dict[str, Callable[[dict], Iterator[Problem]]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _cta_url,
    "location_request": _nothing_more,
    "contact_request": _nothing_more,
}


def _length(what: str, value: Any, limit: int, needed: bool = True) -> Iterator[Problem]:
    if value is not None and not isinstance(value, str):
        yield Problem(_("%(what)s must be text."), {"what": what})
    elif not (value or "").strip():
        if needed:
            yield Problem(_("%(what)s is missing."), {"what": what})
    elif len(value) > limit:
        yield Problem(
            _("%(what)s has %(length)d characters; WhatsApp allows %(limit)d."),
            {"what": what, "length": len(value), "limit": limit},
        )


def _between(what: str, least: int, most: int) -> Problem:
    return Problem(
        _("The number of %(what)s must be from %(least)d to %(most)d."),
        {"what": what, "least": least, "most": most},
    )


def _objects(value: Any) -> list[dict]:
    """The objects of a list; one that holds anything else counts as empty."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return []
    return value


def _has_doubles(items: list[dict], key: str) -> bool:
    return any(count > 1 for count in Counter(text(item.get(key)) for item in items).values())
