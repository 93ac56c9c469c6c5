"""Why a message was not sent, in the reader's language."""

from django import template
from django.utils.translation import gettext as _

from conversations.providers.cloud.errors import UNREACHABLE, explain

register = template.Library()


@register.filter
def why_not_sent(message) -> str:
    """Return what happened and what to do about it; the provider's own words are English."""
    if message.error_code is not None:
        reason, advice = explain(message.error_code)
        return f"{_(reason)} {_(advice)}"
    if not message.error_text or message.error_text.startswith(UNREACHABLE.reason):
        return _(UNREACHABLE.reason) if message.error_text else _("WhatsApp refused it.")
    return _(message.error_text)
