"""What is made of texts: WhatsApp's marks as safe HTML, variables filled in. Pure."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# Parts that are set aside before marks are read, because marks inside them mean nothing.
_APART = re.compile(
    r"```(?P<block>.+?)```|`(?P<code>[^`\n]+)`|(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}'*_~])",
    re.DOTALL,
)
# Private-use characters hold the places of those parts; they are taken out of what people write.
_HOLDER = "\ue000%d\ue001"
_HELD = re.compile("\ue000(\\d+)\ue001")
_MARKS = [
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])"), "strong"),
    (re.compile(r"(?<![\w_])_(?=[^\s_])([^_\n]*[^\s_])_(?![\w_])"), "em"),
    (re.compile(r"(?<![\w~])~(?=[^\s~])([^~\n]*[^\s~])~(?![\w~])"), "s"),
]
VARIABLE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
# A line with a star left over is no item: somebody meant to close what was not opened.
_BULLETS = re.compile(r"(?:^(?:- +\S.*|\* +[^\s*][^*\n]*)(?:\n|\Z))+", re.MULTILINE)
_NUMBERS = re.compile(r"(?:^\d{1,3}\. +\S.*(?:\n|\Z))+", re.MULTILINE)
_AFTER_LIST = re.compile(r"(</[uo]l>)\n")
_QUOTED_LINE = re.compile(r"^&gt; (.+)$\n?", re.MULTILINE)


def whatsapp_html(text: str) -> SafeString:
    """Return text with *bold*, _italic_, ~strike~, `code`, lists, > quotes and links as safe HTML."""
    apart: list[str] = []

    def set_apart(match: re.Match) -> str:
        apart.append(_part_html(match))
        return _HOLDER % (len(apart) - 1)

    marked = escape(_APART.sub(set_apart, re.sub("[\ue000\ue001]", "", text)))
    for pattern, tag in _MARKS:
        marked = pattern.sub(rf"<{tag}>\1</{tag}>", marked)
    marked = _BULLETS.sub(lambda found: f"<ul>{_items(found[0])}</ul>\n", marked)
    marked = _NUMBERS.sub(_numbered, marked)
    marked = _AFTER_LIST.sub(r"\1", _QUOTED_LINE.sub(r"<blockquote>\1</blockquote>", marked))
    return mark_safe(_HELD.sub(lambda match: apart[int(match[1])], marked))


def fill_in(text: str, values: dict[str, str]) -> str:
    """Return text with `{{customer.first_name}}` and the like filled in; what is unknown stays.

    It stays so that the agent sees it before sending; values are never looked at again.
    """
    return VARIABLE.sub(lambda match: values.get(match[1]) or match[0], text)


def _numbered(found: re.Match) -> str:
    first = int(found[0].partition(".")[0])
    start = "" if first == 1 else f' start="{first}"'
    return f"<ol{start}>{_items(found[0])}</ol>\n"


def _items(lines: str) -> str:
    """Return lines of a list without their marks; `lines` is safe HTML."""
    said = (line.partition(" ")[2].strip() for line in lines.splitlines())
    return "".join(f"<li>{line}</li>" for line in said)


def _part_html(match: re.Match) -> str:
    if match["url"]:
        address = escape(match["url"])
        return (
            f'<a href="{address}" target="_blank" rel="noopener noreferrer nofollow">{address}</a>'
        )
    return f"<code>{escape(match['block'] or match['code'])}</code>"
