"""What templates say of customers: {% load customers %}."""

from django import template
from django.urls import NoReverseMatch, reverse

from conversations import history
from conversations.customer_panel import panel_for

register = template.Library()


@register.simple_tag(takes_context=True)
def customer_panel(context, conversation) -> dict:
    """Return what the panel beside a conversation shows to whoever looks."""
    user = context["request"].user
    panel = panel_for(conversation.customer, user)
    return panel | {"earlier": history.earlier_conversations(user, conversation)}


@register.simple_tag
def address_if_there(name: str) -> str:
    """Return the address of that name, '' as long as the house has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
