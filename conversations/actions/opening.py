"""Writing to a customer first: a person opens a conversation, which is theirs from the start.

Locks: the customer's row, then conversations, then the day's protocol counter (changes.py).
"""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models.audit import AuditKind
from conversations import access
from conversations.actions.changes import Changes
from conversations.actions.errors import Refused
from conversations.actions.protocols import next_protocols
from conversations.actions.register import Register
from conversations.models import (
    Channel,
    Contact,
    Conversation,
    Customer,
    EventKind,
    Queue,
    State,
)
from conversations.providers.base import Sender

NAME_LENGTH = 200
WRITTEN_TO = "written_to"


def open_conversation(customer: Customer, *, channel: Channel, by) -> tuple[Conversation, bool]:
    """Open a conversation with a customer on a channel; return it and whether it is new.

    It is `by`'s own and has a protocol; nothing is sent by this. The open one of this customer and
    channel is returned when there is one, whoever holds it. Raises Refused (blocked, erased, no
    number, the channel is not theirs to use, or colleagues of another queue serve the customer).
    """
    _require_channel(channel, by)
    try:
        with transaction.atomic():
            return _open(customer, channel, by)
    except IntegrityError:
        # The customer wrote in this very moment; their conversation is there now.
        with transaction.atomic():
            return _open(customer, channel, by)


def open_with_number(*, name: str, phone: str, channel: Channel, by) -> tuple[Conversation, bool]:
    """Open a conversation with whoever has this number (E.164); a new customer where nobody has.

    The name is for a new customer, or one who has none. Returns and raises as open_conversation.
    """
    _require_channel(channel, by)
    digits = phone.removeprefix("+")
    sender = Sender(phone=digits, wa_id=digits, name=name.strip()[:NAME_LENGTH])
    with transaction.atomic():
        customer = Register([sender]).customer(sender)
        audit.record(AuditKind.CUSTOMER_CHANGED, actor=by, target=customer, number="written_to")
        return open_conversation(customer, channel=channel, by=by)


def channels_to_write_on(user):
    """Return the numbers on which this person may write first: those that lead to their queues."""
    return Channel.objects.active().for_user(user).order_by("name")


def _open(customer: Customer, channel: Channel, by) -> tuple[Conversation, bool]:
    current = Customer.objects.select_for_update(of=("self",)).filter(pk=customer.pk).first()
    _require_writable(current)
    there = Conversation.objects.open().filter(customer=current, channel=channel).first()
    if there is not None:
        if not access.may_see_conversation(by, there.pk):
            name = Queue.objects.get(pk=there.queue_id)
            raise Refused(
                _("This customer is being served already, in the queue %(queue)s.")
                % {"queue": name},
                "served",
            )
        return there, False
    return _new(current, _contact(current, channel), by), True


def _new(customer: Customer, contact: Contact, by) -> Conversation:
    changes, now = Changes(), timezone.now()
    conversation = Conversation(
        protocol=next_protocols(1)[0],
        customer=customer,
        channel=contact.channel,
        contact=contact,
        queue=contact.channel.default_queue,
        assignee=by,
        state=State.ACTIVE,
        opened_at=now,
        last_message_at=now,
    )
    change = changes.add_new(conversation)
    change.record(
        EventKind.OPENED, to_state=State.ACTIVE, to_queue=conversation.queue, actor=by,
        reason=WRITTEN_TO, occurred_at=now,
    )  # fmt: skip
    change.record(
        EventKind.ASSIGNED, from_state=State.ACTIVE, to_state=State.ACTIVE, to_user=by,
        to_queue=conversation.queue, actor=by, occurred_at=now,
    )  # fmt: skip
    changes.write()
    return conversation


def _contact(customer: Customer, channel: Channel) -> Contact:
    contact = Contact.objects.filter(customer=customer, channel=channel).first()
    digits = (customer.phone or "").removeprefix("+")
    if contact is None:
        if not digits:
            raise Refused(
                _("This customer has no number. Write it down first, then write to them."),
                "no_number",
            )
        contact = Contact.objects.create(customer=customer, channel=channel, send_to=digits)
    elif not contact.send_to and digits:
        contact.send_to = digits
        contact.save(update_fields=["send_to"])
    contact.channel = channel
    return contact


def _require_channel(channel: Channel, by) -> None:
    if not access.may_change(by):
        raise Refused(_("Your role reads and changes nothing."), "viewer")
    if not channels_to_write_on(by).filter(pk=channel.pk).exists():
        raise Refused(_("Choose one of the numbers of your queues."), "no_channel")


def _require_writable(customer: Customer | None) -> None:
    if customer is None:
        raise Refused(_("This customer was joined with another meanwhile."), "joined")
    if customer.anonymized_at:
        raise Refused(_("The data of this customer were erased."), "erased")
    if customer.is_blocked:
        raise Refused(_("This customer is blocked. Unblock them before you write."), "blocked")
