"""The small cast that every test knows.

Ana     agent of Suporte          sees Suporte, takes and answers there
Bruno   agent of Financeiro       sees Financeiro only
Célia   supervisor of both        sees and steers both, configures them
Davi    administrator             sees and changes everything
Vera    viewer of Suporte         reads Suporte, changes nothing
Zeca    customer                  writes on the cast's channel, which leads to Suporte
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from accounts.models.users import Role
from conversations.models import (
    Channel,
    Contact,
    Conversation,
    ConversationEvent,
    Customer,
    EventKind,
    Queue,
    State,
)
from conversations.tests.factories import (
    ChannelFactory,
    ContactFactory,
    ConversationFactory,
    CustomerFactory,
    InboundMessageFactory,
    QueueFactory,
    QueueMembershipFactory,
)

PASSWORD = "uma senha bem comprida"


@dataclass(frozen=True)
class Cast:
    ana: User
    bruno: User
    celia: User
    davi: User
    vera: User
    support: Queue
    finance: Queue
    channel: Channel
    zeca: Customer
    contact: Contact


def create_cast() -> Cast:
    """Write the people, their queues, a connected channel and the customer Zeca."""
    support = QueueFactory(name="Suporte", position=1)
    finance = QueueFactory(name="Financeiro", position=2)
    channel = ChannelFactory(name="Principal", badge="P", default_queue=support)
    zeca = CustomerFactory(name="Zeca Pereira", phone="+5511987654321")
    return Cast(
        ana=create_person("ana", "Ana Souza", Role.AGENT, support),
        bruno=create_person("bruno", "Bruno Lima", Role.AGENT, finance),
        celia=create_person("celia", "Célia Ramos", Role.SUPERVISOR, support, finance),
        davi=create_person("davi", "Davi Rocha", Role.ADMIN),
        vera=create_person("vera", "Vera Nunes", Role.VIEWER, support),
        support=support,
        finance=finance,
        channel=channel,
        zeca=zeca,
        contact=ContactFactory(channel=channel, customer=zeca),
    )


def create_person(username: str, full_name: str, role: str, *queues: Queue) -> User:
    """Write a user who works in these queues and logs in with PASSWORD."""
    user = User.objects.create_user(
        username, f"{username}@provedor.test", PASSWORD, full_name=full_name, role=role
    )
    for queue in queues:
        QueueMembershipFactory(queue=queue, user=user)
    return user


def waiting_conversation(
    contact: Contact, queue: Queue, *, body="Estou sem internet"
) -> Conversation:
    """Write a conversation that waits in a queue: one unread message, opened and queued events."""
    at = timezone.now() - timedelta(minutes=5)
    conversation = ConversationFactory(
        contact=contact,
        queue=queue,
        state=State.QUEUED,
        opened_at=at,
        queued_at=at,
        awaiting_reply_since=at,
        last_customer_message_at=at,
        last_message_preview=body,
        unread_count=1,
        version=1,
        last_event_sequence=2,
    )
    message = InboundMessageFactory(
        conversation=conversation, body=body, sort_at=at, version=1, conversation_state=State.QUEUED
    )
    Conversation.objects.filter(pk=conversation.pk).update(last_message=message)
    opened = {"sequence": 1, "kind": EventKind.OPENED, "to_state": State.BOT}
    queued = {
        "sequence": 2,
        "kind": EventKind.QUEUED,
        "from_state": State.BOT,
        "to_state": State.QUEUED,
    }
    for event in (opened, queued):
        ConversationEvent.objects.create(
            conversation=conversation,
            channel=contact.channel,
            to_queue=queue,
            version=1,
            occurred_at=at,
            **event,
        )
    conversation.refresh_from_db()
    return conversation
