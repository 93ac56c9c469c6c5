"""The 72 hours without charge after an advertisement (spec/03, 2.2 and 4.6). For pages and prices only.

Contact.free_entry_until in the past is no free time. The moment at which somebody came from an
advertisement stands there too, until we answer: then it becomes the end of the free time.
"""

from datetime import datetime, timedelta

from conversations.models import Contact, Message

ANSWER_WITHIN = timedelta(hours=24)
FREE_FOR = timedelta(hours=72)


def note_referral(contact: Contact, payload: dict, at: datetime) -> None:
    """Remember on an unsaved contact that a message came from an advertisement at this moment."""
    if isinstance(payload.get("referral"), dict) and payload["referral"]:
        contact.free_entry_until = max(contact.free_entry_until or at, at)


def note_answer(message: Message, now: datetime) -> None:
    """Begin the free time when WhatsApp has taken our first answer soon enough."""
    offered_at = message.contact.free_entry_until
    if offered_at is None or not timedelta() <= now - offered_at <= ANSWER_WITHIN:
        return
    # A free time that has just run out looks alike; it is no offer.
    came = Message.objects.filter(
        contact=message.contact_id, provider_at=offered_at, payload__has_key="referral"
    )
    if came.exists():
        offer = Contact.objects.filter(pk=message.contact_id, free_entry_until=offered_at)
        offer.update(free_entry_until=now + FREE_FOR)
