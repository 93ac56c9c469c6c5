"""What the browser tests' house is furnished with: run in the house's own settings, prints JSON."""

import json

import django

CUSTOMERS = 120


def main() -> None:
    django.setup()
    people = _people()
    _leave_in_peace()
    customers = _customers()
    told = {
        "sessions": _sessions(people),
        "customers": customers,
        "late": _late_customer(),
        "long": _long_thread(people),
    }
    print(json.dumps(told))


def _people() -> dict:
    from accounts.models import User
    from accounts.models.users import Role
    from conversations.models import Queue
    from conversations.tests.factories import QueueFactory
    from helpdesk.testing.cast import create_person

    support, finance = Queue.objects.get(), QueueFactory(name="Financeiro", position=2)
    people = {
        "ana": create_person("ana", "Ana Souza", Role.AGENT, support),
        "tiago": create_person("tiago", "Tiago Bastos", Role.AGENT, support),
        "bruno": create_person("bruno", "Bruno Lima", Role.AGENT, finance),
        "celia": create_person("celia", "Célia Ramos", Role.SUPERVISOR, support, finance),
        "vera": create_person("vera", "Vera Nunes", Role.VIEWER, support),
        "davi": create_person("davi", "Davi Prado", Role.ADMIN),
    }
    User.objects.update(availability="online")
    return people


def _leave_in_peace() -> None:
    """The customers below wait for as long as the tests run; nobody is to be told of each."""
    from accounts.models import SiteSetting

    SiteSetting.objects.create(key="waiting_notice_minutes", value=0)


def _sessions(people: dict) -> dict[str, str]:
    from django.test import Client

    sessions = {}
    for name, person in people.items():
        client = Client()
        client.force_login(person)
        sessions[name] = client.cookies["sessionid"].value
    return sessions


def _customers() -> list[dict]:
    """People who wait in the first queue, each for one test."""
    from conversations.models import CannedResponse, Channel, Queue
    from conversations.tests.factories import ContactFactory, CustomerFactory
    from helpdesk.testing.cast import waiting_conversation

    CannedResponse.objects.create(shortcut="oi", body="Oi, {{customer.first_name}}, bom dia!")
    CannedResponse.objects.create(shortcut="boleto", body="Segue o boleto.")
    channel, queue = Channel.objects.get(), Queue.objects.in_order().first()
    customers = []
    for number in range(CUSTOMERS + 1):  # the last one is late, see below
        phone = f"55119860{number:05d}"
        customer = CustomerFactory(name=f"Cliente{number:02d} Silva", phone=f"+{phone}")
        contact = ContactFactory(channel=channel, customer=customer)
        conversation = waiting_conversation(contact, queue)
        customers.append(
            {"name": customer.name, "phone": phone, "conversation": str(conversation.pk)}
        )
    return customers[:CUSTOMERS]


def _late_customer() -> dict:
    """Somebody who wrote more than a day ago, and a template to write to them with."""
    from django.utils import timezone

    from conversations.models import Contact, Template, Waba
    from conversations.providers.cloud.templates import components_of
    from conversations.tests.templates.conftest import VISIT

    contact = Contact.objects.order_by("-pk").first()
    waba = contact.channel.waba or Waba.objects.create(waba_id="4711")
    type(contact.channel).objects.filter(pk=contact.channel_id).update(waba=waba)
    Template.objects.create(
        waba=waba, name="visita_marcada", status="APPROVED", category="UTILITY",
        parameter_format="named", components=components_of(VISIT),
    )  # fmt: skip
    Contact.objects.filter(pk=contact.pk).update(
        window_expires_at=timezone.now() - timezone.timedelta(hours=1)
    )
    return {"conversation": str(contact.conversations.get().pk)}


def _long_thread(people: dict, length: int = 400) -> dict:
    """A conversation that is longer than a page holds, with an own and a foreign one before it."""
    from django.utils import timezone

    from conversations.models import Channel, Message, Queue, State
    from conversations.tests.factories import (
        ContactFactory,
        ConversationFactory,
        CustomerFactory,
        InboundMessageFactory,
    )

    customer = CustomerFactory(name="Longa Conversa", phone="+5511986199999")
    contact = ContactFactory(channel=Channel.objects.get(), customer=customer)
    support, finance = Queue.objects.in_order()[:2]
    begin = timezone.now() - timezone.timedelta(days=3)
    for queue, days in ((finance, 9), (support, 6)):
        at = begin - timezone.timedelta(days=days)
        closed = ConversationFactory(
            contact=contact, queue=queue, state=State.CLOSED, opened_at=at, protocol=f"2026{days}-1"
        )
        for number in range(5):
            InboundMessageFactory(
                conversation=closed, body=f"protocolo antigo {number:02d}.", sort_at=at
            )
    thread = ConversationFactory(
        contact=contact, queue=support, state=State.ACTIVE, assignee=people["celia"],
        opened_at=begin,
    )  # fmt: skip
    lines = [
        InboundMessageFactory.build(
            conversation=thread, body=f"linha {number:05d}.\n" + "e mais\n" * (number % 4),
            sort_at=begin + timezone.timedelta(minutes=10 * number), conversation_state="active",
        )
        for number in range(length)
    ]  # fmt: skip
    lines[-2].reply_to = lines[7]
    Message.objects.bulk_create(lines)
    thread.last_message_at = lines[-1].sort_at
    thread.last_message = lines[-1]
    thread.save()
    return {
        "path": f"/conversations/{thread.pk}/", "phone": "5511986199999",
        "first": str(lines[0].pk), "middle": str(lines[length // 2].pk),
    }  # fmt: skip


if __name__ == "__main__":
    main()
