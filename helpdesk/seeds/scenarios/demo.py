"""What a newcomer finds: a small provider with some conversations in every state."""

from bots.actions.sessions import advance
from conversations.models import Contact, Conversation, Status
from helpdesk.seeds.installation import first_start
from helpdesk.seeds.once import once
from helpdesk.seeds.provider import Provider, furnish
from helpdesk.seeds.story import Story

MENU = {
    "type": "list",
    "button": "Ver opções",
    "sections": [
        {
            "title": "",
            "rows": [
                {"id": "sem-sinal", "title": "Estou sem sinal"},
                {"id": "boleto", "title": "Segunda via do boleto"},
                {"id": "planos", "title": "Planos e upgrade"},
                {"id": "pessoa", "title": "Falar com atendente"},
            ],
        }
    ],
}
# What customers send beside text, as WhatsApp words it.
PLACE = {
    "type": "location",
    "location": {
        "latitude": -19.9321, "longitude": -43.9378, "name": "Casa nova",
        "address": "Rua das Palmeiras, 80",
    },
}  # fmt: skip
CARD = {
    "type": "contacts",
    "contacts": [
        {
            "name": {"formatted_name": "Reinaldo Carvalho"},
            "phones": [{"phone": "+55 00 99111-0099", "wa_id": "5500991110099"}],
        }
    ],
}
FORWARDED = {"type": "text", "context": {"forwarded": True}}
HANDING_OVER = "Certo! Vou chamar uma pessoa da nossa equipe."


def seed() -> list[str]:
    """Make it where nobody has written yet; return the new logins."""
    return [*first_start(), *demo()]


def demo() -> list[str]:
    """Furnish a new database; return the logins to show at the screen, [] the next time.

    A database in which somebody has already written is left alone. Without the simulator nobody
    has written: there is no number on which they could have.
    """
    with once("demo") as is_first:
        if not is_first or Conversation.objects.exists():
            return []
        provider = furnish()
        if provider.channel:
            tell_all(provider)
    return provider.logins()


def tell_all(provider: Provider) -> None:
    tell_closed(provider)
    tell_active(provider)
    tell_waiting(provider)
    tell_with_bot(provider)


def begin(visitor: Contact, minutes_ago: float, text: str) -> Story:
    """A customer writes for the first time and gets the bot's menu."""
    story = Story(visitor, minutes_ago=minutes_ago).writes(text)
    return story.answers(f"Como posso ajudar, {visitor.customer.first_name}?", menu=MENU, after=0.2)


def tell_closed(world: Provider) -> None:
    story = begin(
        world.visitor(
            "Sebastião Moura", "5500991110001", city="Alto Belo", neighbourhood="Centro", plan="300 mega", contract="10231", due_day=10,
        ),
        60 * 20, "Olá, minha internet está lenta",
    )  # fmt: skip
    story.writes("Estou sem sinal", picks="sem-sinal").answers(HANDING_OVER, after=0.1)
    story.waits(world.support, reason="asked_for_person").takes(world.juliana, after=6)
    story.answers(
        "Olá, Sebastião! Aqui é a Juliana. A lentidão é em todos os aparelhos?", by=world.juliana
    )
    story.writes("Só no celular, no quarto", after=3)
    story.answers(
        "O quarto fica longe do aparelho? Mudei o canal do seu Wi-Fi, teste agora por favor.",
        by=world.juliana,
        after=4,
    )
    story.writes("Melhorou muito! Obrigado", after=5)
    story.closes(world.resolved, by=world.juliana).end()

    story = begin(
        world.visitor(
            "Cláudia Ribeiro", "5500991110002", city="Alto Belo", neighbourhood="Vila Nova", plan="500 mega", contract="10877", due_day=5,
        ),
        60 * 5, "Oi, preciso do boleto deste mês",
    )  # fmt: skip
    story.writes("Segunda via do boleto", picks="boleto").answers(HANDING_OVER, after=0.1)
    story.waits(world.finance, reason="boleto").takes(world.marcos, after=2)
    story.answers(
        "Oi, Cláudia! Enviei o boleto para o seu e-mail e o código vai aqui embaixo.",
        by=world.marcos,
    )
    story.answers(
        "00190.00009 01234.567890 12345.678904 1 99990000009990", by=world.marcos, after=0.5
    )
    story.writes("Recebi, obrigada!", after=8)
    story.closes(world.finance.closing_reasons.first(), by=world.marcos).end()


def tell_active(world: Provider) -> None:
    story = begin(
        world.visitor(
            "Rosângela Pires", "5500991110003", city="Alto Belo", neighbourhood="Jardim das Flores", plan="500 mega", contract="10644", due_day=15,
        ),
        48, "Olá, desde ontem sem internet",
    )  # fmt: skip
    story.contact.customer.tags.add(world.tags["Rompimento"])
    story.writes("Estou sem sinal", picks="sem-sinal").answers(HANDING_OVER, after=0.1)
    story.waits(world.support, reason="asked_for_person").takes(world.juliana, after=9)
    story.answers("Olá, Rosângela! Já estou olhando o seu sinal.", by=world.juliana, after=1)
    story.answers(
        "Potência da ONU em -31 dBm, parece rompimento no cabo.", by=world.juliana, is_note=True
    )
    story.answers(
        "O sinal está fraco no cabo até a sua casa. Posso agendar um técnico para hoje?",
        by=world.juliana,
        status=Status.DELIVERED,
    )
    story.writes("Pode sim, estou em casa", after=11).writes(
        "Vai demorar muito? Trabalho em casa", after=6
    ).end()

    story = begin(
        world.visitor(
            "Edson Vieira", "5500991110004", city="Ribeirão Claro", neighbourhood="Centro", plan="300 mega", contract="11020", due_day=20,
        ),
        35, "Paguei ontem e continua bloqueado",
    )  # fmt: skip
    story.contact.customer.tags.add(world.tags["Cobrança"])
    story.writes("Falar com atendente", picks="pessoa").answers(HANDING_OVER, after=0.1)
    story.waits(world.finance, reason="asked_for_person").takes(world.marcos, after=4)
    story.answers("Olá, Edson! Pode me mandar o comprovante, por favor?", by=world.marcos)
    story.writes("Vou procurar aqui", after=2)
    story.answers(
        "Fico no aguardo. Assim que chegar, libero na hora.", by=world.marcos, after=1
    ).end()


def tell_waiting(world: Provider) -> None:
    waiting = [
        ("Aparecida Lopes", "5500991110005", 26, world.support, "Luz vermelha piscando no aparelho", "Alto Belo"),
        ("Josué Martins", "5500991110006", 17, world.support, "Caiu tudo aqui na rua toda", "Ribeirão Claro"),
        ("Vanessa Duarte", "5500991110007", 8, world.finance, "Veio um valor errado na minha fatura", "Alto Belo"),
        ("Mercado São Jorge", "5500991110008", 5, world.sales, "Quero internet para a loja nova", "Ribeirão Claro"),
        ("Tiago Barreto", "5500991110009", 3, world.visits, "O técnico não veio ontem", "Alto Belo"),
    ]  # fmt: skip
    for name, number, minutes_ago, queue, text, city in waiting:
        story = begin(world.visitor(name, number, city=city), minutes_ago, text)
        story.writes("Falar com atendente", picks="pessoa", after=0.5).answers(
            HANDING_OVER, after=0.1
        )
        story.waits(queue, reason="asked_for_person")
        if minutes_ago > 10:
            story.writes("Alguém pode me atender, por favor?", after=minutes_ago / 2)
        story.end()

    # One that has already been answered and was handed on, with a word for whoever takes it.
    story = begin(
        world.visitor("Neusa Carvalho", "5500991110010", plan="700 mega"),
        55,
        "Quero mudar de endereço",
    )
    story.writes("Falar com atendente", picks="pessoa").waits(
        world.front, reason="asked_for_person"
    )
    story.takes(world.marcos, after=5).answers("Oi, Neusa! Para qual endereço?", by=world.marcos)
    story.writes("Rua das Palmeiras, 80, Vila Nova", after=4)
    story.writes("Casa nova, Rua das Palmeiras, 80", content=PLACE)
    story.writes("Reinaldo Carvalho", content=CARD, after=0.5)
    story.writes("É o número do meu marido, ele recebe o técnico", content=FORWARDED, after=0.5)
    story.waits(
        world.visits,
        by=world.marcos,
        reason="Mudança de endereço",
        note="Já confirmei que há cobertura.",
        after=3,
    ).end()


def tell_with_bot(world: Provider) -> None:
    """These have just written: the real bot answers them, as it would."""
    fresh = [
        ("Helena Prates", "5500991110011", 1.5, "Oi"),
        ("Gilberto Nunes", "5500991110012", 0.7, "Olá, queria saber dos planos"),
    ]
    told = [
        Story(world.visitor(name, number), minutes_ago=minutes_ago).writes(text).end()
        for name, number, minutes_ago, text in fresh
    ]
    advance([conversation.pk for conversation in told])
