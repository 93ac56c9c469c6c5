"""What the variables of canned responses stand for in one conversation."""

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conversations.models import Conversation

NOON, EVENING = 12, 18
# In the order in which they are offered while somebody writes a canned response.
VARIABLES = [
    ("customer.first_name", gettext_lazy("Customer's first name")),
    ("customer.name", gettext_lazy("Customer's name")),
    ("customer.plan", gettext_lazy("Plan")),
    ("customer.contract", gettext_lazy("Contract")),
    ("protocol", gettext_lazy("Protocol")),
    ("greeting", gettext_lazy("Good morning, afternoon or evening, by the hour")),
    ("agent.first_name", gettext_lazy("Your first name")),
    ("agent.name", gettext_lazy("Your name")),
    ("queue", gettext_lazy("Queue")),
    ("site", gettext_lazy("Name of the provider")),
]


def values_for(conversation: Conversation, user) -> dict[str, str]:
    """Return what each variable is worth here and now; '' where nothing is known."""
    customer = conversation.customer
    return {
        "customer.name": customer.name,
        "customer.first_name": customer.first_name,
        "customer.plan": customer.plan,
        "customer.contract": customer.contract,
        "protocol": conversation.protocol,
        "greeting": greeting(timezone.localtime().hour),
        "agent.name": str(user),
        "agent.first_name": user.first_name,
        "queue": conversation.queue.name,
        "site": settings.SITE_NAME,
    }


def greeting(hour: int) -> str:
    """Return how one greets at this hour of the day, in the site's language: the customer reads it."""
    with translation.override(settings.LANGUAGE_CODE):
        if hour < NOON:
            return _("Good morning")
        return _("Good afternoon") if hour < EVENING else _("Good evening")
