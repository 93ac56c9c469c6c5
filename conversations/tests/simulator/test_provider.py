import pytest

from conversations.models import SimulatorMessage
from conversations.providers.base import OutboundMessage
from conversations.providers.simulator.provider import SimulatorProvider
from conversations.tests.simulator.conftest import NUMBER

pytestmark = [
    pytest.mark.urls("conversations.tests.simulator.urls"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def send(live_server, simulator, phone, settings):
    settings.BASE_URL = live_server.url

    def send():
        message = OutboundMessage(to=NUMBER, kind="text", body="Olá", attempt_id="tentativa")
        return SimulatorProvider().send(simulator, message)

    return send


def test_what_our_provider_sends_is_accepted_by_the_contract(send):
    result = send()
    assert result.accepted
    kept = SimulatorMessage.objects.get(wamid=result.provider_id)
    assert kept.payload["biz_opaque_callback_data"] == "tentativa"


def test_a_cut_connection_is_an_unknown_outcome_for_our_provider(send, switches):
    switches(cut_percent=100)
    result = send()
    assert result.ambiguous
    assert SimulatorMessage.objects.count() == 1


def test_throttling_is_something_to_be_tried_again(send, switches):
    switches(throttle_percent=100)
    result = send()
    assert (result.error.code, result.error.decision) == (130429, "retry")


def test_the_simulated_number_is_healthy_until_it_is_out_of_service(send, simulator, switches):
    assert SimulatorProvider().check_health(simulator)["ok"]
    switches(server_error_percent=100)
    assert not SimulatorProvider().check_health(simulator)["ok"]


def test_a_read_receipt_is_accepted(send, simulator, phone):
    from conversations.providers.simulator import phone as acts

    said = acts.say(phone, "oi")
    assert SimulatorProvider().mark_read(simulator, said.wamid, typing=True)
