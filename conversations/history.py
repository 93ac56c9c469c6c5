"""What stands around a conversation: earlier ones, who could receive it, why it could be closed."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import User
from accounts.models.users import Availability, Role
from conversations.access import visible_conversations
from conversations.models import ClosingReason, Conversation, Customer, Queue, State

EARLIER_SHOWN = 20
PEOPLE_SHOWN = 50


@dataclass(slots=True)
class Receivers:
    """Where a conversation can go."""

    queues: list[Queue]
    people: list[User]


def earlier_conversations(user, conversation: Conversation) -> list[Conversation]:
    """Return the customer's other conversations, newest first.

    Those of queues this person may not see are there with `is_visible` False: one line without
    contents (spec/02, visibility).
    """
    may_see = visible_conversations(user).filter(pk=OuterRef("pk"))
    others = (
        Conversation.objects.filter(customer=conversation.customer_id)
        .exclude(pk=conversation.pk)
        .select_related("queue", "closing_reason")
        .annotate(is_visible=Exists(may_see))
    )
    return list(others.order_by("-opened_at", "-id")[:EARLIER_SHOWN])


def latest_conversation(user, customer: Customer) -> Conversation | None:
    """Return the customer's latest conversation of those this person sees."""
    rows = visible_conversations(user).filter(customer=customer)
    return rows.order_by("-opened_at", "-id").first()


def receivers(conversation: Conversation) -> Receivers:
    """Return queues and people a conversation can be transferred to; online and free ones first."""
    queues = (
        Queue.objects.filter(is_active=True)
        .in_order()
        .annotate(waiting=Count("conversations", filter=Q(conversations__state=State.QUEUED)))
    )
    if not conversation.is_active:
        queues = queues.exclude(pk=conversation.queue_id)
    people = [one for one in ready_people() if one.pk != conversation.assignee_id]
    return Receivers(list(queues), people)


def customers_to_name(user):
    """Return the customers with a number whom this person sees, as a contact card may name them."""
    theirs = visible_conversations(user).filter(customer=OuterRef("pk"))
    return Customer.objects.filter(Exists(theirs)).exclude(phone=None).exclude(phone="")


def known_people(user) -> list[Customer]:
    """Return those whom this person has most probably in mind: who wrote last."""
    recent = visible_conversations(user).order_by("-last_message_at", "-id")
    ids = list(dict.fromkeys(recent.values_list("customer_id", flat=True)[: 4 * PEOPLE_SHOWN]))
    people = Customer.objects.exclude(phone=None).exclude(phone="").in_bulk(ids)
    return [people[key] for key in ids if key in people][:PEOPLE_SHOWN]


def people_to_receive():
    """Return the people who can hold a conversation."""
    return User.objects.active().exclude(role=Role.VIEWER)


def ready_people() -> list[User]:
    """Return them with their load, online and free ones first."""
    load = Count("conversations", filter=Q(conversations__state=State.ACTIVE))
    return sorted(people_to_receive().annotate(load=load), key=_readiness)


def closing_reasons(conversation: Conversation):
    """Return the reasons for closing of this queue and those of all."""
    of_queue = Q(queue=conversation.queue_id) | Q(queue=None)
    return ClosingReason.objects.filter(of_queue, is_active=True)


def _readiness(person) -> tuple:
    """Online before away before offline; free before full; less busy first; then by name."""
    presence = [Availability.ONLINE, Availability.AWAY, Availability.OFFLINE]
    is_full = person.load >= person.capacity
    return (presence.index(person.availability), is_full, person.load, str(person))
