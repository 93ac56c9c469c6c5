"""What the navigation around every page needs to know."""

from django import template

from conversations.lists import rail_for
from conversations.shortcuts import shortcuts_for

register = template.Library()


@register.simple_tag(takes_context=True)
def rail(context):
    """Return the rail's facts: those the view has at hand, else asked for now."""
    return context.get("rail") or rail_for(context["user"])[0]


@register.simple_tag(takes_context=True)
def shortcuts(context):
    """Return the keys that this person can use, in their groups."""
    return shortcuts_for(context["user"])
