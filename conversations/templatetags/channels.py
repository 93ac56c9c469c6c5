"""What pages say of numbers: {% load channels %}."""

from django import template

from conversations.models import Notice

register = template.Library()


@register.simple_tag
def open_notices(user) -> int:
    """Return how many open notices this person sees."""
    return Notice.objects.open().for_user(user).count()
