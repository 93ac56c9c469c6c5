"""The first steps that are about numbers, queues and conversations: done when rows say so."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.first_steps import Step
from conversations.models import (
    BusinessHours,
    Channel,
    ChannelStatus,
    Conversation,
    ProviderName,
    Queue,
)

MOST_NAMES = 6


def number() -> Step:
    """A number of WhatsApp's, not the simulator's, is connected."""
    real = Channel.objects.filter(is_active=True, status=ChannelStatus.CONNECTED)
    names = _named(real.exclude(provider=ProviderName.SIMULATOR))
    text = names or _("Over Meta's Cloud API, or with a QR code. Customers write to this number.")
    address = reverse("conversations:channels" if names else "conversations:new_channel")
    return Step(_("Connect a number"), text, bool(names), address, _("Connect a number"))


def queues() -> Step:
    """There is a queue besides the one that the installation made."""
    rows = Queue.objects.filter(is_active=True)
    is_done = rows.count() > 1
    text = _("One for each team, such as support and billing. There is only one now.")
    address = reverse(
        "admin:conversations_queue_changelist" if is_done else "admin:conversations_queue_add"
    )
    return Step(
        _("Create the queues"),
        _named(rows) if is_done else text,
        is_done,
        address,
        _("Create a queue"),
    )


def hours() -> Step:
    """Some queue has business hours."""
    rows = Queue.objects.filter(is_active=True)
    with_hours = rows.filter(pk__in=BusinessHours.objects.values("queue"))
    names = _named(with_hours)
    text = _("Without hours a queue is always open, and nobody tells customers when you are back.")
    first = with_hours.first() or rows.first()
    address = (
        reverse("admin:conversations_queue_change", args=[first.pk])
        if first
        else reverse("admin:conversations_queue_add")
    )
    return Step(_("Set the hours"), names or text, bool(names), address, _("Set the hours"))


def trial() -> Step:
    """Somebody has answered a customer."""
    is_done = Conversation.objects.filter(first_reply_at__isnull=False).exists()
    if settings.SIMULATOR:
        text = _(
            "The simulator is a telephone to play with: write as a customer, see it arrive, take it, answer."
        )
        address, link = reverse("simulator:page"), _("Open the simulator")
    else:
        text = _("Write to your number from your own telephone, take the conversation, answer.")
        address, link = reverse("conversations:inbox"), _("Open the inbox")
    done = _("Somebody has answered a customer here.")
    return Step(_("Answer a first message"), done if is_done else text, is_done, address, link)


def _named(rows) -> str:
    names = list(rows.values_list("name", flat=True)[: MOST_NAMES + 1])
    if len(names) > MOST_NAMES:
        return _("%(names)s and others") % {"names": ", ".join(names[:MOST_NAMES])}
    return ", ".join(names)
