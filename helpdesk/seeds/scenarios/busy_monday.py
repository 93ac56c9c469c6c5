"""Monday, nine in the morning, after a storm: long queues, full hands, a bot that hardly keeps up."""

from itertools import product

from django.core.management.base import CommandError

from conversations.models import Contact, Status
from helpdesk.seeds.installation import first_start
from helpdesk.seeds.provider import Provider, furnish
from helpdesk.seeds.scenarios.demo import HANDING_OVER, begin
from helpdesk.seeds.story import Story

FIRST_NAMES = [
    "Adriana", "Bernardo", "Cecília", "Denise", "Evandro", "Fabiana", "Geraldo", "Heloísa", "Ivan",
    "Jussara", "Kátia", "Leonardo",
]  # fmt: skip
LAST_NAMES = ["Almeida", "Barbosa", "Cardoso", "Dias", "Esteves", "Freitas", "Guimarães", "Hermes"]
COMPLAINTS = [
    "Bom dia, a internet caiu com a chuva", "Sem sinal desde as 4 da manhã",
    "Luz vermelha no aparelho", "O poste caiu aqui na frente e o cabo foi junto",
    "Internet voltando e caindo toda hora", "Preciso trabalhar, quando volta?",
    "A televisão também parou", "Quero falar com alguém agora",
]  # fmt: skip
# The rest, twelve, are closed.
WITH_BOT, WAITING, ACTIVE = 12, 48, 24


def seed() -> list[str]:
    """Tell 96 conversations; customers who have an open one already are left out.

    Raises CommandError without the simulator, on whose number they would write.
    """
    lines = first_start()
    world = furnish()
    if world.channel is None:
        raise CommandError("This scenario needs the simulator: SIMULATOR=on")
    for number, (last, first) in enumerate(product(LAST_NAMES, FIRST_NAMES)):
        visitor = world.visitor(f"{first} {last}", f"55009922{number:05d}")
        if not visitor.conversations.open().exists():
            tell(world, visitor, number)
    return [*lines, *world.logins()]


def tell(world: Provider, visitor: Contact, number: int) -> None:
    text = COMPLAINTS[number % len(COMPLAINTS)]
    if number < WITH_BOT:
        # The bot itself answers these once it runs.
        Story(visitor, minutes_ago=number / 10).writes(text).end()
        return
    queue = (world.support, world.support, world.visits, world.finance)[number % 4]
    story = begin(visitor, 3 + number * 1.5, text)
    story.writes("Falar com atendente", picks="pessoa").answers(HANDING_OVER, after=0.1)
    story.waits(queue, reason="asked_for_person")
    if number >= WITH_BOT + WAITING:
        serve(world, story, number)
    story.end()


def serve(world: Provider, story: Story, number: int) -> None:
    agent = (world.juliana, world.patricia, world.marcos)[number % 3]
    story.takes(agent, after=2)
    story.answers("Bom dia! Estamos com uma equipe na rua, já verifico o seu endereço.", by=agent)
    if number >= WITH_BOT + WAITING + ACTIVE:
        story.writes("Voltou aqui, obrigado!", after=5).closes(world.resolved, by=agent)
    elif number % 2:
        story.writes("Quanto tempo ainda?", after=4)
    else:
        story.answers("Previsão de retorno: 11 horas.", by=agent, status=Status.DELIVERED)
