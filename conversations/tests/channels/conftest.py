import pytest

from conversations.models import Waba
from conversations.tests.outbox.conftest import graph, queued, with_ana  # noqa: F401
from conversations.tests.providers import payloads


@pytest.fixture
def waba(channel):
    """The account of the cast's number, as the builders of webhooks name it."""
    row = Waba.objects.create(waba_id=payloads.WABA_ID, name="Provedor", portfolio_limit=10_000)
    channel.waba = row
    channel.display_phone_number = payloads.BUSINESS_NUMBER
    channel.save()
    return row
