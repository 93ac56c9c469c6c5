"""The simulator as a provider: the Cloud API's own words, sent to ourselves."""

from django.conf import settings

from conversations.providers.cloud.provider import CloudProvider


class SimulatorProvider(CloudProvider):
    """Sends over HTTP to the Graph endpoints of simulator/graph.py."""

    name = "simulator"

    def base_url(self, channel) -> str:
        """Return where our own Graph endpoints are, without version."""
        return f"{settings.BASE_URL}/simulator/graph"
