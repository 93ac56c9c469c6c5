"""Telling WhatsApp that a customer's messages were read."""

from accounts.models import site_setting
from conversations.models import Conversation, Message, SenderKind
from conversations.providers import registry


def send_receipt(conversation_id) -> bool:
    """Mark the customer's latest message as read at the provider, and with it the older ones.

    Losing one is harmless: the next covers it. Raises Conversation.DoesNotExist.
    """
    conversation = Conversation.objects.select_related("channel", "contact").get(pk=conversation_id)
    latest = (
        Message.objects.filter(conversation=conversation, sender=SenderKind.CUSTOMER)
        .exclude(provider_id=None)
        .order_by("-sort_at", "-id")
        .first()
    )
    if latest is None or not site_setting("opening_marks_read"):
        return False
    return registry.get(conversation.channel.provider).mark_read(
        conversation.channel, latest.provider_id, to=conversation.contact.send_to
    )
