"""What the pages of colleagues' rooms need: words with names marked, the counter of the rail."""

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from conversations.formatting import whatsapp_html
from conversations.rooms import MOST_UNREAD, unread_for

register = template.Library()

# Tags are left alone, and so is what stands in links and code.
TAG = re.compile(r"(<a\b.*?</a>|<code>.*?</code>|<[^>]*>)", re.DOTALL)


@register.filter
def said(message) -> SafeString:
    """Return a message's words as safe HTML, the names of those who are called marked."""
    html = whatsapp_html(message.body)
    names = _names(message.mentions.all())
    if not names:
        return html
    called = re.compile(rf"(?<![\w@])@(?:{'|'.join(names)})(?!\w)", re.IGNORECASE)
    parts = TAG.split(html)
    parts[::2] = [called.sub(r'<span class="mention">\g<0></span>', text) for text in parts[::2]]
    return mark_safe("".join(parts))


@register.filter
def counted(unread: int) -> str:
    """Return a counter as it is shown: more than 99 is not told."""
    return str(unread) if unread < MOST_UNREAD else f"{MOST_UNREAD - 1}+"


@register.simple_tag
def team_unread(user) -> int:
    """Return how many messages of colleagues somebody has not read."""
    return unread_for(user)


def _names(people) -> list[str]:
    names = {name for person in people for name in (person.username, person.first_name)}
    return [re.escape(escape(name)) for name in sorted(names, key=len, reverse=True)]
