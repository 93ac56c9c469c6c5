"""What the browser tests' house is furnished with: run in the house's own settings, prints JSON."""

import json

import django

CUSTOMERS = 60


def main() -> None:
    django.setup()
    people = _people()
    customers = _customers()
    told = {"sessions": _sessions(people), "customers": customers, "late": _late_customer()}
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
    }
    User.objects.update(availability="online")
    return people


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


if __name__ == "__main__":
    main()
