"""A house whose number is connected to a gateway; webhooks wait until tell() carries them."""

from urllib.parse import urlsplit

import pytest

from conversations.actions import gateway as actions
from conversations.models import ProviderName
from conversations.providers import registry
from conversations.providers.gateway.provider import GatewayProvider
from conversations.tests.factories import ChannelFactory
from helpdesk.testing.gateway_server import GatewayServer
from helpdesk.testing.webhooks import drain


@pytest.fixture
def server(settings, client):
    """A gateway on real HTTP, whose webhooks the test's client carries to our door."""

    def deliver(url, headers, body) -> int:
        path = urlsplit(url).path
        answer = client.generic(
            "POST", path, body, content_type="application/json", headers=headers
        )
        return answer.status_code

    with GatewayServer(api_key="a-key-nobody-guesses", deliver=deliver) as running:
        settings.GATEWAY_URL, settings.GATEWAY_API_KEY = running.url, running.api_key
        registry.register(GatewayProvider())
        yield running
    registry._providers.pop("gateway")


@pytest.fixture
def channel(cast):
    """A number to be connected by QR code, leading to Suporte."""
    return ChannelFactory(
        name="Laboratório", badge="LAB", provider=ProviderName.GATEWAY, phone_number_id="",
        gateway_instance="provedor", default_queue=cast.support, status="disconnected",
    )  # fmt: skip


@pytest.fixture
def tell(server):
    """Carry what the gateway has to say to our door, and work on it: tell()."""

    def carry() -> None:
        server.flush()
        drain()

    return carry


@pytest.fixture
def connected(server, channel, celia, tell):
    """The channel, its telephone connected."""
    actions.connect(channel, by=celia)
    server.scan("provedor")
    tell()
    channel.refresh_from_db()
    return channel
