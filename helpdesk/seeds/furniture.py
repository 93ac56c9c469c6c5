"""What a scenario is furnished with. Each function makes its thing when it is not there yet."""

from datetime import datetime

from accounts.actions.users import create_user
from accounts.models import User
from conversations import phone_numbers
from conversations.models import (
    CannedResponse,
    Channel,
    ClosingReason,
    Contact,
    Customer,
    CustomerIdentity,
    IdentityKind,
    Queue,
    QueueMembership,
    Tag,
)
from conversations.providers.simulator.setup import ensure_phone


def queue(name: str, *, hue: int, position: int, reasons: tuple[str, ...] = ()) -> Queue:
    made, _created = Queue.objects.get_or_create(
        name=name, defaults={"hue": hue, "position": position}
    )
    for number, reason in enumerate(reasons):
        ClosingReason.objects.get_or_create(queue=made, name=reason, defaults={"position": number})
    return made


def person(username: str, full_name: str, role: str, queues, password: str | None = None) -> tuple:
    """Make somebody who works here; without a password they are there but do not log in.

    Return the user, and whether they are new: the password of who was there stays as it is.
    """
    user = User.objects.filter(username__iexact=username).first()
    is_new = user is None
    if is_new:
        email = f"{username}@provedor.example"
        user = create_user(username, email, password, full_name=full_name, role=role)
    for number, place in enumerate(queues):
        QueueMembership.objects.get_or_create(queue=place, user=user, defaults={"position": number})
    return user, is_new


def canned(shortcut: str, body: str, *, title: str = "", queue: Queue | None = None) -> None:
    CannedResponse.objects.get_or_create(
        shortcut=shortcut, queue=queue, owner=None, defaults={"body": body, "title": title}
    )


def tag(name: str, hue: int) -> Tag:
    return Tag.objects.get_or_create(name=name, defaults={"hue": hue})[0]


def contact(channel: Channel, name: str, number: str, wrote_at: datetime, **facts) -> Contact:
    """Make a customer who writes on the channel, with the simulated phone they write from."""
    digits = phone_numbers.canonical(number)
    identity = CustomerIdentity.objects.filter(kind=IdentityKind.PHONE, value=digits).first()
    customer = identity.customer if identity else new_customer(name, digits, facts)
    ensure_phone(channel, name, number, last_wrote_at=wrote_at)
    return Contact.objects.get_or_create(
        channel=channel, customer=customer, defaults={"send_to": digits}
    )[0]


def new_customer(name: str, digits: str, facts: dict) -> Customer:
    customer = Customer.objects.create(name=name, phone=phone_numbers.e164(digits), **facts)
    for kind in (IdentityKind.PHONE, IdentityKind.WA_ID):
        CustomerIdentity.objects.create(
            customer=customer, kind=kind, value=digits, raw_value=digits
        )
    return customer
