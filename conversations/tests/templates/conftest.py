import pytest
import requests

from conversations.models import SimulatorDelivery, SimulatorTemplate, Template
from conversations.providers.cloud.templates import Button, Content, components_of
from conversations.providers.simulator.deliveries import deliver
from conversations.providers.simulator.setup import ensure_phone, ensure_simulator_channel
from conversations.tests.factories import ContactFactory, ConversationFactory
from helpdesk.testing.webhooks import drain

VISIT = Content(
    body="Oi, {{nome}}! Sua visita está marcada para {{data}}, de manhã.",
    footer="Provedor",
    buttons=(Button("quick_reply", "Confirmar"), Button("quick_reply", "Remarcar")),
    examples={"body.nome": "Zeca", "body.data": "20/11"},
)


@pytest.fixture
def simulator(cast, settings, live_server):
    """The simulated number, reached over HTTP."""
    settings.SIMULATOR = True
    settings.BASE_URL = live_server.url
    return ensure_simulator_channel(cast.support)


@pytest.fixture
def approved(simulator):
    """A template that we and the simulated WhatsApp have alike, approved."""
    fields = {
        "name": "visita_marcada", "language": "pt_BR", "category": "UTILITY", "status": "APPROVED",
        "components": components_of(VISIT), "waba": simulator.waba,
    }  # fmt: skip
    SimulatorTemplate.objects.create(template_id="7" * 17, parameter_format="NAMED", **fields)
    return Template.objects.create(provider_id="7" * 17, parameter_format="named", **fields)


@pytest.fixture
def with_zeca(simulator, cast):
    """Ana holds a conversation with Zeca on the simulated number; he has a phone there."""
    ensure_phone(simulator, "Zeca", "5511987654321")
    contact = ContactFactory(channel=simulator, customer=cast.zeca)
    return ConversationFactory(contact=contact, assignee=cast.ana, state="active")


@pytest.fixture
def announce():
    """Let the simulator deliver what it has to say, signed and over HTTP, and work on it."""

    def run():
        with requests.Session() as session:
            for delivery in SimulatorDelivery.objects.pending().order_by("due_at", "id"):
                assert deliver([delivery], session)
        drain()

    return run
