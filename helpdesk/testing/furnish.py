"""What a house of helpdesk/testing/house.py is furnished with; run in the house's own settings.

python -m helpdesk.testing.furnish bot people channels=50
"""

import sys

import django

from helpdesk.testing.graph_server import NUMBER

RULES = 40  # keyword rules; more replies to one customer would be paced: 6 s each after 40
SESSIONS = 20


def keyword(number: int) -> str:
    """Return a word that no menu of ours could take for one of its own."""
    consonants = "bdfgkvxz"
    first, second = divmod(number, len(consonants))
    return f"qui{consonants[first]}u{consonants[second]}aqui"


def reply_to(number: int) -> str:
    """Return what the bot answers to the keyword of this number."""
    return f"Resposta {number:02d}"


def bot() -> None:
    """Keyword rules, one per word: whatever order words come in, each brings its own answer."""
    from bots.models import Bot, KeywordRule

    default = Bot.objects.get(is_default=True)
    KeywordRule.objects.bulk_create(
        KeywordRule(bot=default, words=keyword(number), reply=reply_to(number))
        for number in range(RULES)
    )


def people() -> None:
    """Ana and Bruno, agents of the first queue; they log in with the cast's password."""
    from accounts.models.users import Role
    from conversations.models import Queue
    from helpdesk.testing.cast import create_person

    queue = Queue.objects.get()
    create_person("ana", "Ana Souza", Role.AGENT, queue)
    create_person("bruno", "Bruno Lima", Role.AGENT, queue)


def fast_channel() -> None:
    """A number that WhatsApp lets send 1,000 messages a second (spec/03, 4.5)."""
    from conversations.models import Channel

    Channel.objects.update(messages_per_second=1000)


def channels(count: int) -> None:
    """As many numbers as `count` says, all of the first one's account, each its own outbox."""
    from conversations.models import Channel

    first = Channel.objects.get()
    Channel.objects.bulk_create(
        Channel(
            name=f"Number {number}",
            badge=f"{number:03X}",
            provider=first.provider,
            phone_number_id=channel_number(number),
            waba=first.waba,
            access_token=first.access_token,
            app_secret=first.app_secret,
            default_queue=first.default_queue,
            status=first.status,
        )
        for number in range(1, count)
    )


def channel_number(number: int) -> str:
    """Return the phone number id of a channel by its place; the first is the house's own."""
    return str(int(NUMBER.phone_number_id) + number * 1000)


def sessions() -> None:
    """Print the session cookies of SESSIONS open browsers of Ana's, and the id of her queue."""
    from django.test import Client

    from accounts.models import User
    from conversations.models import Queue

    ana = User.objects.get(username="ana")
    for _browser in range(SESSIONS):
        client = Client()
        client.force_login(ana)
        print("session", client.cookies["sessionid"].value)
    print("queue", Queue.objects.get().pk)


FURNITURE = {
    "bot": bot,
    "people": people,
    "fast_channel": fast_channel,
    "channels": channels,
    "sessions": sessions,
}


def main(names: list[str]) -> None:
    django.setup()
    for name in names:
        name, _, count = name.partition("=")
        FURNITURE[name](*([int(count)] if count else []))


if __name__ == "__main__":
    main(sys.argv[1:])
