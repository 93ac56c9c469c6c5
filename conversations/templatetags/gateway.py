"""What the fragments of a number with a QR code ask of its session."""

from django import template

from conversations.gateway_words import history_of, reason_text, tone_of
from conversations.models import GatewaySession
from conversations.providers.gateway.session import may_reconnect

register = template.Library()
register.filter("session_tone", tone_of)
register.filter("session_history", history_of)
register.filter("session_reason", reason_text)
register.filter("may_reconnect", may_reconnect)


@register.simple_tag
def gateway_session(channel) -> GatewaySession:
    """Return the channel's session; one that was never connected has a row yet to come."""
    found = GatewaySession.objects.filter(channel=channel).first()
    return found or GatewaySession(channel=channel)
