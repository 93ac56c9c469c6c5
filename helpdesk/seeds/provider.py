"""A small internet provider: its four queues, its team, its replies, and a simulated number."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from accounts.models.users import Role
from conversations.models import Channel, ClosingReason, Contact, Queue, Tag
from conversations.providers.simulator.setup import ensure_simulator_channel
from helpdesk.seeds import furniture
from helpdesk.seeds.installation import create_first_queue, new_password

CANNED = [
    (
        "bomdia",
        "Bom dia, {{customer.first_name}}! Meu nome é {{agent.first_name}}, em que posso ajudar?",
    ),
    ("aguarde", "Só um momento, por favor. Estou verificando aqui no sistema."),
    ("protocolo", "O número do seu protocolo é {{protocol}}."),
    ("obrigado", "Nós que agradecemos! Precisando, é só chamar por aqui."),
]
CANNED_OF_QUEUES = {
    "support": [
        ("reiniciar", "Desligue o aparelho da tomada por 30 segundos e ligue de novo. Leva uns 3 minutos para voltar."),
        ("luzes", "Pode me dizer quais luzes estão acesas no aparelho, e de que cor?"),
        ("velocidade", "Faça um teste pelo cabo em um computador, sem outros aparelhos usando a rede, e me mande o resultado."),
    ],
    "finance": [
        ("boleto", "Segue a segunda via do seu boleto. O código de barras vai na próxima mensagem."),
        ("pix", "Nossa chave Pix é o CNPJ da empresa. Depois de pagar, mande o comprovante por aqui."),
        ("religa", "Pagamento localizado. A liberação acontece em até 30 minutos."),
    ],
    "sales": [("planos", "Temos 300, 500 e 700 mega, todos com instalação grátis e Wi-Fi incluso. Qual combina com você?")],
    "visits": [("visita", "Nosso técnico vai até você em horário comercial. Prefere de manhã ou à tarde?")],
}  # fmt: skip

# The others are there to be assigned to; nobody needs to hash and print passwords for them.
LOG_IN = ("renata", "juliana", "marcos")


@dataclass(frozen=True)
class Provider:
    channel: Channel | None  # the simulated number, where there is a simulator
    front: Queue
    support: Queue
    finance: Queue
    sales: Queue
    visits: Queue
    juliana: User
    marcos: User
    patricia: User
    renata: User
    otavio: User
    tags: dict[str, Tag]
    resolved: ClosingReason
    passwords: dict[str, str]  # of those who are new, by username

    def visitor(self, name: str, number: str, **facts) -> Contact:
        """Return a customer who writes on the provider's number."""
        return furniture.contact(self.channel, name, number, timezone.now(), **facts)

    def logins(self) -> list[str]:
        """Return what the person at the screen has to know to log in as somebody of the team."""
        return [
            f"{getattr(self, username).role}: {username}  password: {password}"
            for username, password in self.passwords.items()
        ]


def furnish() -> Provider:
    """Return the provider, made as far as it is not there yet."""
    queues = make_queues()
    people, passwords = make_people(queues)
    make_canned_responses(queues)
    return Provider(
        channel=ensure_simulator_channel(queues["front"]) if settings.SIMULATOR else None,
        **queues,
        **people,
        tags={name: furniture.tag(name, hue) for name, hue in (("VIP", 1), ("Rompimento", 4), ("Cobrança", 6))},
        resolved=ClosingReason.objects.get(queue=None, name="Resolvido"),
        passwords=passwords,
    )  # fmt: skip


def make_queues() -> dict[str, Queue]:
    return {
        "front": create_first_queue(),
        "support": furniture.queue(
            "Suporte técnico", hue=2, position=1,
            reasons=("Sinal restabelecido", "Configuração de Wi-Fi", "Encaminhado para visita"),
        ),
        "finance": furniture.queue(
            "Financeiro", hue=3, position=2, reasons=("Boleto enviado", "Negociação", "Religação"),
        ),
        "sales": furniture.queue(
            "Comercial", hue=4, position=3, reasons=("Venda feita", "Sem interesse", "Sem cobertura"),
        ),
        "visits": furniture.queue(
            "Instalação e visita", hue=5, position=4, reasons=("Visita agendada", "Visita cancelada"),
        ),
    }  # fmt: skip


def make_people(queues: dict[str, Queue]) -> tuple[dict[str, User], dict[str, str]]:
    """Return the team, and the passwords of those who log in and are new."""
    front, support, finance, sales, visits = queues.values()
    everywhere = [front, support, finance, sales, visits]
    team = {
        "renata": ("Renata Moraes", Role.SUPERVISOR, everywhere),
        "juliana": ("Juliana Alves", Role.AGENT, [front, support, visits]),
        "marcos": ("Marcos Teixeira", Role.AGENT, [front, finance, sales]),
        "patricia": ("Patrícia Gomes", Role.AGENT, [support, visits]),
        "otavio": ("Otávio Prado", Role.VIEWER, everywhere),
    }
    people, passwords = {}, {}
    for username, (name, role, places) in team.items():
        password = new_password() if username in LOG_IN else None
        people[username], is_new = furniture.person(username, name, role, places, password)
        if is_new and password:
            passwords[username] = password
    return people, passwords


def make_canned_responses(queues: dict[str, Queue]) -> None:
    for shortcut, body in CANNED:
        furniture.canned(shortcut, body)
    for key, replies in CANNED_OF_QUEUES.items():
        for shortcut, body in replies:
            furniture.canned(shortcut, body, queue=queues[key])
