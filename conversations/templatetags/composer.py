"""What the composer is made of: {% load composer %}."""

import json

from django import template
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from conversations import composer_slots, drafts, scheduled
from conversations.formatting import VARIABLE

register = template.Library()


@register.simple_tag(takes_context=True)
def slots(context, conversation) -> str:
    """Return what floors above put over the text."""
    return composer_slots.render(conversation, context["request"])


@register.simple_tag
def draft_of(conversation, user) -> dict:
    """Return this person's draft, and the same as JSON for the script."""
    data = drafts.as_data(drafts.draft_of(conversation, user))
    return {**data, "json": json.dumps(data)}


@register.simple_tag
def scheduled_of(conversation) -> list:
    """Return what waits for its hour in this conversation."""
    return scheduled.of_conversation(conversation)


@register.filter
def tab_name(tab: dict) -> str:
    """Return what a tab of the canned responses is called."""
    names = {"all": _("All"), "mine": _("Mine"), "shared": _("Everybody's")}
    return tab.get("label") or names[tab["key"]]


@register.filter
def local_minute(at) -> str:
    """Return a moment in the site's zone as an input of the kind datetime-local has it."""
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"


@register.filter
def variables(text: str) -> SafeString:
    """Return a canned response's text with its variables marked."""
    return mark_safe(VARIABLE.sub(r'<span class="var">\g<0></span>', escape(text)))
