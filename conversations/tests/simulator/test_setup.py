import pytest

from conversations.models import Channel, SimulatorPhone
from conversations.providers.simulator.provider import SimulatorProvider
from conversations.providers.simulator.setup import ensure_phone, ensure_simulator_channel
from conversations.tests.factories import QueueFactory

pytestmark = pytest.mark.django_db


def test_the_simulated_number_is_written_once_and_keeps_its_secrets():
    queue = QueueFactory()
    first = ensure_simulator_channel(queue)
    second = ensure_simulator_channel(queue)
    assert first == second
    assert Channel.objects.get().access_token == first.access_token != ""
    assert (first.badge, first.status, first.provider) == ("SIM", "connected", "simulator")


def test_a_phone_is_one_with_and_without_the_ninth_digit(simulator):
    phone = ensure_phone(simulator, "Ana", "5511987654321")
    assert ensure_phone(simulator, "Ana", "551187654321") == phone


def test_the_demonstration_has_a_number_without_ninth_digit_and_somebody_without_number(simulator):
    numbers = set(SimulatorPhone.objects.values_list("wa_id", flat=True))
    assert "" in numbers
    assert any(len(number) == 12 for number in numbers)


def test_the_provider_sends_to_our_own_graph_endpoints(simulator, settings):
    settings.BASE_URL = "http://localhost:1234"
    assert SimulatorProvider().base_url(simulator) == "http://localhost:1234/simulator/graph"
