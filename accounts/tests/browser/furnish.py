"""The people of the browser tests' house: run in the house's own settings, prints JSON."""

import json

import django


def main() -> None:
    django.setup()
    from django.test import Client

    from accounts.models.users import Role
    from conversations.models import Queue
    from helpdesk.testing.cast import create_person

    support = Queue.objects.in_order().first()
    people = [
        create_person("davi", "Davi Rocha", Role.ADMIN),
        create_person("celia", "Célia Ramos", Role.SUPERVISOR, support),
        create_person("ana", "Ana Souza", Role.AGENT, support),
        create_person("tiago", "Tiago Bastos", Role.AGENT, support),
    ]
    sessions = {}
    for person in people:
        client = Client()
        client.force_login(person)
        sessions[person.username] = client.cookies["sessionid"].value
    print(json.dumps({"sessions": sessions, "queue": support.name}))


if __name__ == "__main__":
    main()
