"""One valid object each, with the fewest fields. A test states what matters to it."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from conversations.models import (
    Channel,
    ChannelStatus,
    Contact,
    Conversation,
    Customer,
    CustomerIdentity,
    IdentityKind,
    Message,
    Origin,
    ProviderName,
    Queue,
    QueueMembership,
    SenderKind,
    State,
    Status,
)


class QueueFactory(DjangoModelFactory):
    class Meta:
        model = Queue

    name = factory.Sequence(lambda n: f"Fila {n}")


class QueueMembershipFactory(DjangoModelFactory):
    class Meta:
        model = QueueMembership


class ChannelFactory(DjangoModelFactory):
    """A connected Cloud API number with secrets of its own."""

    class Meta:
        model = Channel

    name = factory.Sequence(lambda n: f"Canal {n}")
    badge = factory.Sequence(lambda n: f"{n:X}"[-3:])
    provider = ProviderName.CLOUD
    phone_number_id = factory.Sequence(lambda n: str(100_000_000 + n))
    access_token = factory.Sequence(lambda n: f"access-token-{n}")
    app_secret = factory.Sequence(lambda n: f"app-secret-{n}")
    verify_token = factory.Sequence(lambda n: f"verify-token-{n}")
    default_queue = factory.SubFactory(QueueFactory)
    status = ChannelStatus.CONNECTED


class CustomerFactory(DjangoModelFactory):
    """A customer with a Brazilian mobile and the two identities that it gives."""

    class Meta:
        model = Customer
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Cliente {n}")
    phone = factory.Sequence(lambda n: f"+55119{80_000_000 + n}")

    @factory.post_generation
    def identities(self, create, extracted, **kwargs):
        if create and self.phone:
            number = self.phone.removeprefix("+")
            for kind in (IdentityKind.PHONE, IdentityKind.WA_ID):
                CustomerIdentity.objects.create(
                    customer=self, kind=kind, value=number, raw_value=number
                )


class ContactFactory(DjangoModelFactory):
    """A customer on a channel who wrote a moment ago: the service window is open."""

    class Meta:
        model = Contact

    channel = factory.SubFactory(ChannelFactory)
    customer = factory.SubFactory(CustomerFactory)
    send_to = factory.LazyAttribute(
        lambda contact: (contact.customer.phone or "").removeprefix("+")
    )
    last_inbound_at = factory.LazyFunction(timezone.now)
    window_expires_at = factory.LazyAttribute(
        lambda contact: contact.last_inbound_at and contact.last_inbound_at + timedelta(hours=24)
    )


class ConversationFactory(DjangoModelFactory):
    """An open conversation with the bot; give `state`, `queue`, `assignee` for another turn."""

    class Meta:
        model = Conversation

    contact = factory.SubFactory(ContactFactory)
    customer = factory.SelfAttribute("contact.customer")
    channel = factory.SelfAttribute("contact.channel")
    queue = factory.SelfAttribute("channel.default_queue")
    protocol = factory.Sequence(lambda n: f"20261005-{n:06d}")
    opened_at = factory.LazyFunction(timezone.now)
    last_message_at = factory.SelfAttribute("opened_at")
    queued_at = factory.LazyAttribute(
        lambda conversation: conversation.opened_at if conversation.state == State.QUEUED else None
    )
    closed_at = factory.LazyAttribute(
        lambda conversation: timezone.now() if conversation.state == State.CLOSED else None
    )
    state = State.BOT


class MessageFactory(DjangoModelFactory):
    """A message of a conversation. Does not touch the conversation's counters."""

    class Meta:
        model = Message
        abstract = True

    conversation = factory.SubFactory(ConversationFactory)
    channel = factory.SelfAttribute("conversation.channel")
    contact = factory.SelfAttribute("conversation.contact")
    provider_id = factory.Sequence(lambda n: f"wamid.TEST{n:08d}")
    body = factory.Sequence(lambda n: f"Mensagem {n}")
    sort_at = factory.LazyFunction(timezone.now)


class InboundMessageFactory(MessageFactory):
    sender = SenderKind.CUSTOMER
    origin = Origin.PROVIDER
    status = Status.RECEIVED
    provider_at = factory.SelfAttribute("sort_at")


class OutboundMessageFactory(MessageFactory):
    """A text of an agent that WhatsApp has; `status=Status.QUEUED, provider_id=None` waits."""

    sender = SenderKind.AGENT
    origin = Origin.PAGE
    status = Status.SENT
