"""What the house itself says to customers, in the site's language whoever causes it."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from conversations.formatting import fill_in
from conversations.models import Conversation


def protocol_text(conversation: Conversation) -> str:
    """Return the first automatic text, which tells the protocol number."""
    with override(settings.LANGUAGE_CODE):
        return _("Hello! Welcome to %(site)s. Your protocol number is %(protocol)s.") % {
            "site": settings.SITE_NAME,
            "protocol": conversation.protocol,
        }


def closing_text(conversation: Conversation) -> str:
    """Return the goodbye, which tells the protocol number again."""
    with override(settings.LANGUAGE_CODE):
        return _(
            "Your service with protocol number %(protocol)s has been closed. "
            "If you need us again, just write here."
        ) % {"protocol": conversation.protocol}


def farewell_text(conversation: Conversation, reason=None) -> str:
    """Return what the customer reads at the end: the reason's own text, and the protocol number."""
    goodbye = closing_text(conversation)
    if reason is None or not reason.farewell.strip():
        return goodbye
    values = {
        "customer.name": conversation.customer.name,
        "customer.first_name": conversation.customer.first_name,
        "protocol": conversation.protocol,
        "queue": conversation.queue.name,
        "site": settings.SITE_NAME,
    }
    own = fill_in(reason.farewell.strip(), values)
    return own if conversation.protocol in own else f"{own}\n\n{goodbye}"
