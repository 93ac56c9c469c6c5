"""What the bell and the profile need to know about notifications."""

from django import template
from django.conf import settings

from conversations.notification_list import bell_of
from helpdesk.core.web_push import public_key_of

register = template.Library()


@register.simple_tag(takes_context=True)
def bell(context):
    """Return what the bell of whoever looks says; asked once for a page."""
    request = context["request"]
    if not hasattr(request, "bell"):
        request.bell = bell_of(request.user)
    return request.bell


@register.simple_tag
def push_key() -> str:
    """Return the public key with which browsers subscribe to be woken."""
    return public_key_of(settings.VAPID_PRIVATE_KEY)
