"""Brazilian numbers with and without the ninth digit: one of the two is on WhatsApp (spec/03, 2.6)."""

from django.utils import timezone

from conversations import phone_numbers
from conversations.models import Contact, Message, Status

UNDELIVERABLE = 131026


def try_other_variant(message: Message, used: str) -> bool:
    """Queue a message once more for the other form of the number; False when there is none.

    `used` is the number the failed attempt was sent to. The contact keeps the new form: if that is
    wrong as well, the customer's next message brings the right one.
    """
    other = phone_numbers.other_variant(used)
    if other is None or message.payload.get("tried_variant"):
        return False
    message.payload = {**message.payload, "tried_variant": used}
    message.status = Status.QUEUED
    message.provider_id = None
    message.next_attempt_at = timezone.now()
    Contact.objects.filter(pk=message.contact_id).update(send_to=other)
    return True
