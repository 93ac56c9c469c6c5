"""A template as a phone shows it, with what is filled in so far."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from conversations.formatting import whatsapp_html
from conversations.providers.cloud.templates import Content, Piece, pieces, rendered

# Private-use characters stand for the variables while WhatsApp's marks are read around them.
_HELD = re.compile("\ue002(\\d+)\ue003")
_FORBIDDEN = re.compile("[\ue002\ue003]")


def preview(content: Content, values: Mapping[str, str]) -> dict[str, Any]:
    """Return header_kind, header, body, footer and buttons, texts as safe HTML with their slots."""
    shown = rendered(content, values)
    return {
        **shown,
        "header": preview_html(content.header_text, "header", values),
        "body": preview_html(content.body, "body", values),
    }


def preview_html(source: str, place: str, values: Mapping[str, str]) -> SafeString:
    """Return a text whose variables are spans that a page can fill in while somebody types."""
    slots: list[SafeString] = []

    def held(piece: Piece) -> str:
        if not piece.key:
            return _FORBIDDEN.sub("", piece.text)
        slots.append(_slot_html(piece))
        return f"\ue002{len(slots) - 1}\ue003"

    marked = whatsapp_html("".join(map(held, pieces(source, place, values))))
    return mark_safe(_HELD.sub(lambda match: slots[int(match[1])], marked))  # noqa: S308 escaped


def _slot_html(piece: Piece) -> SafeString:
    name = piece.key.partition(".")[2]
    tone = mark_safe(' data-tone="bad"') if piece.is_missing else ""
    return format_html(
        '<span class="var" data-slot="{}" data-empty="{{{{{}}}}}"{}>{}</span>',
        piece.key, name, tone, piece.text,
    )  # fmt: skip
