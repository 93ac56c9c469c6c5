"""Who works at the provider: 40 queues, 300 people, 200 numbers, 30 tags. Few rows, by the ORM."""

from accounts.models import User
from accounts.models.users import Role
from benchmarks import history_texts as texts
from conversations.models import (
    Channel,
    ChannelStatus,
    ProviderName,
    Queue,
    QueueMembership,
    Tag,
)

QUEUES, PEOPLE, CHANNELS = 40, 300, 200
QUEUES_OF_ONE = 3
DEPARTMENTS = ("Suporte", "Financeiro", "Comercial", "Retenção", "Instalação")


def add_people() -> None:
    """Write queues, people with their queues, numbers and tags."""
    queues = Queue.objects.bulk_create(
        Queue(
            name=f"{DEPARTMENTS[n % len(DEPARTMENTS)]} {texts.CITIES[n // 5 * 2]}",
            position=n,
            hue=n % 6 + 1,
        )
        for n in range(QUEUES)
    )
    people = User.objects.bulk_create(_person(n) for n in range(PEOPLE))
    QueueMembership.objects.bulk_create(
        QueueMembership(user=person, queue=queues[(n + step * 7) % QUEUES])
        for n, person in enumerate(people)
        for step in range(QUEUES_OF_ONE if person.role != Role.SUPERVISOR else QUEUES // 7 + 1)
    )
    Channel.objects.bulk_create(
        Channel(
            name=f"Número {n}", badge=f"{n:X}", badge_hue=n % 6 + 1, provider=ProviderName.CLOUD,
            phone_number_id=str(10**9 + n), status=ChannelStatus.CONNECTED,
            default_queue=queues[n % QUEUES],
        )
        for n in range(CHANNELS)
    )  # fmt: skip
    Tag.objects.bulk_create(Tag(name=name, hue=n % 6 + 1) for n, name in enumerate(texts.TAGS))


def _person(n: int) -> User:
    """The first is the administrator, nine are supervisors, all others agents."""
    role = Role.ADMIN if n == 0 else Role.SUPERVISOR if n < 10 else Role.AGENT
    first, last = texts.FIRST_NAMES[n % 50], texts.LAST_NAMES[n // 7 % 44]
    return User(
        username=f"pessoa{n:03d}", email=f"pessoa{n:03d}@provedor.test", password="!",
        full_name=f"{first} {last}", role=role,
    )  # fmt: skip
