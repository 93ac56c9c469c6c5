"""Telling WhatsApp that a customer's messages were read, and that somebody is writing."""

from django.core.cache import cache

from accounts.models import site_setting
from conversations import events
from conversations.models import Conversation, Message, SenderKind
from conversations.providers import registry

# WhatsApp shows it until the answer, or for 25 s (spec/03, 2.2).
TYPING_SECONDS = 20


def agent_writes(conversation_id, *, by) -> bool:
    """Let the customer see that their agent is writing, every 20 s at most; True when it was asked.

    Only the holder's writing is shown, and only where the provider shows it: to WhatsApp it is a
    receipt of reading too, so it is not sent where opening does not mark as read.
    """
    if not cache.add(f"writes:{conversation_id}:{by.pk}", True, TYPING_SECONDS):
        return False
    rows = Conversation.objects.of(by).select_related("channel", "contact")
    conversation = rows.filter(pk=conversation_id).first()
    if conversation is None or not conversation.window_is_open():
        return False
    try:
        if not registry.get(conversation.channel.provider).shows_typing:
            return False
    except registry.UnknownProvider:  # its connection was taken out of the settings
        return False
    events.agent_writes.send_robust(agent_writes, conversation_id=conversation.pk)
    return True


def send_receipt(conversation_id, *, typing: bool = False) -> bool:
    """Mark the customer's latest message as read at the provider, and with it the older ones.

    `typing` shows besides that somebody is writing. Losing one is harmless: the next covers it. Raises Conversation.DoesNotExist.
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
        conversation.channel, latest.provider_id, to=conversation.contact.send_to, typing=typing
    )
