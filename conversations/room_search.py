"""Finding what colleagues have written, in one's own rooms only.

Each line is kept as its words, without accents; whoever searches gives the beginnings of words, in
any order. An index serves both databases; lines are short, and there are few of them beside those
of customers.
"""

import re
import unicodedata

from django.db import connection
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from conversations.access import visible_rooms
from conversations.models import RoomMessage, RoomWord

LONGEST = 100
SHOWN = 40
AROUND = 60  # letters of an excerpt before and after the first hit
MOST_WORDS = 500
WORD = re.compile(r"\w+")
WORD_LENGTH = RoomWord._meta.get_field("word").max_length


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are kept and looked for, each once."""
    found = dict.fromkeys(word[:WORD_LENGTH] for word in WORD.findall(_folded(text)))
    return list(found)[:MOST_WORDS]


def search(user, text: str) -> list[RoomMessage]:
    """Return the newest lines in somebody's rooms that hold all the words, with an `excerpt`."""
    wanted = words_of(text)
    if not wanted:
        return []
    rows = RoomMessage.objects.filter(room__in=visible_rooms(user), deleted_at=None)
    for word in wanted:
        rows = rows.filter(pk__in=_beginning_with(word).values("message"))
    found = list(rows.select_related("room__queue", "author").order_by("-pk")[:SHOWN])
    for message in found:
        message.excerpt = excerpt(message.body, wanted)
    return found


def excerpt(body: str, wanted: list[str]) -> SafeString:
    """Return the part of a text around the first of the words, with the words marked."""
    text = " ".join(body.split())
    hits = [
        match.span() for match in WORD.finditer(text) if _folded(match[0]).startswith(tuple(wanted))
    ]
    start = max(0, hits[0][0] - AROUND) if hits else 0
    end = min(len(text), (hits[0][1] if hits else 0) + 2 * AROUND)
    parts, at = [], start
    for first, last in hits:
        if last <= end:
            parts.append((text[at:first], format_html("<mark>{}</mark>", text[first:last])))
            at = last
    parts.append((text[at:end], "…" if end < len(text) else ""))
    return format_html("{}{}", "…" if start else "", format_html_join("", "{}{}", parts))


def _beginning_with(word: str):
    if connection.vendor == "sqlite":
        # LIKE would not use the index there; a range of bytes does.
        return RoomWord.objects.filter(word__gte=word, word__lt=word + "\U0010ffff")
    return RoomWord.objects.filter(word__startswith=word)


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()
