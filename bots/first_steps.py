"""The first step that is about bots."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.first_steps import Step
from bots.models import Bot


def bot() -> Step:
    """A bot with a published flow answers."""
    names = ", ".join(Bot.objects.answering().values_list("name", flat=True)[:5])
    text = _(
        "It greets, gives the protocol number and asks what it is about, before a person takes over."
    )
    return Step(
        _("Publish the bot"),
        names or text,
        bool(names),
        reverse("admin:bots_bot_changelist"),
        _("Choose its flow"),
    )
