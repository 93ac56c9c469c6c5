"""What the pages of colleagues' rooms need: words with names marked, the counter of the rail."""

from django import template
from django.utils.safestring import SafeString

from conversations.formatting import whatsapp_html
from conversations.mentions import marked
from conversations.rooms import MOST_UNREAD, unread_for

register = template.Library()


@register.filter
def said(message) -> SafeString:
    """Return a message's words as safe HTML, the names of those who are called marked."""
    return marked(whatsapp_html(message.body), message.mentions.all())


@register.filter
def counted(unread: int) -> str:
    """Return a counter as it is shown: more than 99 is not told."""
    return str(unread) if unread < MOST_UNREAD else f"{MOST_UNREAD - 1}+"


@register.simple_tag
def team_unread(user) -> int:
    """Return how many messages of colleagues somebody has not read."""
    return unread_for(user)
