"""The contacts of a batch: whoever writes, on the number they write to."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from conversations.actions.free_entry import note_referral
from conversations.actions.ingest.reading import Arrival
from conversations.actions.register import Register
from conversations.models import Channel, Contact
from conversations.providers.base import MessageReceived, Sender
from helpdesk.core.bulk import update_rows

SERVICE_WINDOW = timedelta(hours=24)  # spec/03, 4.1


def customer_side(event) -> Sender:
    """Return the customer's ids: the sender's, or of an echo the recipient's."""
    if isinstance(event, MessageReceived) and event.echo:
        return event.recipient
    return event.sender


class People:
    """The customers and contacts of a batch, loaded or made with a handful of statements.

    Raises OnePerson (actions/register.py) when a sender proves several stored customers to be one.
    """

    def __init__(self, arrivals: Iterable[Arrival]):
        arrivals = list(arrivals)
        self._register = Register(customer_side(arrival.event) for arrival in arrivals)
        by_arrival = [
            (arrival, self._register.customer(customer_side(arrival.event))) for arrival in arrivals
        ]
        self._contacts = self._load_contacts(by_arrival)
        self._save_contacts(by_arrival)

    def contact(self, channel: Channel, sender: Sender) -> Contact:
        """Return this sender's contact on a channel."""
        return self._contacts[channel.pk, self._register.customer(sender).pk]

    def is_from_blocked(self, arrival: Arrival) -> bool:
        """Whether a blocked customer writes this: it is kept, and nobody is to answer it."""
        is_theirs = not getattr(arrival.event, "echo", False)
        return is_theirs and self._register.customer(arrival.event.sender).is_blocked

    def _load_contacts(self, by_arrival) -> dict[tuple[UUID, UUID], Contact]:
        wanted = {(arrival.channel.pk, customer.pk) for arrival, customer in by_arrival}
        rows = Contact.objects.filter(
            channel_id__in={channel for channel, _ in wanted},
            customer_id__in={customer for _, customer in wanted},
        )
        channels = {arrival.channel.pk: arrival.channel for arrival, _ in by_arrival}
        contacts = {}
        for row in rows:
            row.channel = channels[row.channel_id]
            contacts[row.channel_id, row.customer_id] = row
        return contacts

    def _save_contacts(self, by_arrival) -> None:
        new, changed = {}, {}
        for arrival, customer in by_arrival:
            key = (arrival.channel.pk, customer.pk)
            contact = self._contacts.get(key)
            if contact is None:
                contact = Contact(channel=arrival.channel, customer=customer)
                self._contacts[key] = new[key] = contact
            if _note_inbound(contact, arrival) and key not in new:
                changed[key] = contact
        Contact.objects.bulk_create(new.values())
        update_rows(Contact, changed.values(), CONTACT_FIELDS)


CONTACT_FIELDS = [
    "send_to", "send_to_is_bsuid", "window_expires_at", "last_inbound_at", "unreachable_at",
    "free_entry_until",
]  # fmt: skip


def _note_inbound(contact: Contact, arrival: Arrival) -> bool:
    """Keep where to answer and until when; True when the contact has changed."""
    event = arrival.event
    if not isinstance(event, MessageReceived) or event.echo:
        return False
    if contact.last_inbound_at is None or event.occurred_at >= contact.last_inbound_at:
        contact.last_inbound_at = event.occurred_at
        # Sent back exactly as received (spec/03, 2.6): Meta's own form of the number is safest.
        # A privacy id is answered where it wrote, also when its number is known (5.5).
        sender = event.sender
        known = sender.answer_to or sender.phone or sender.wa_id
        contact.send_to = known or sender.bsuid or sender.lid
        contact.send_to_is_bsuid = bool(sender.bsuid) and not known
        contact.unreachable_at = None
    if event.has_content or event.payload.get("opens_window"):
        expires = event.occurred_at + SERVICE_WINDOW
        contact.window_expires_at = max(contact.window_expires_at or expires, expires)
    note_referral(contact, event.payload, event.occurred_at)
    return True
