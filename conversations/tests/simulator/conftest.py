import threading
from datetime import timedelta

import pytest
import requests
from django.utils import timezone

from conversations.models import SimulatorSetting
from conversations.providers.simulator.pump import Pump
from conversations.providers.simulator.setup import ensure_phone, ensure_simulator_channel
from conversations.tests.factories import QueueFactory
from conversations.tests.simulator.bodies import message
from conversations.tests.simulator.receiver import receiving

NUMBER = "5511987654321"


@pytest.fixture
def simulator(db, settings):
    """The simulated channel, with Zeca's phone, which has just written."""
    settings.SIMULATOR = True
    return ensure_simulator_channel(QueueFactory())


@pytest.fixture
def phone(simulator):
    return ensure_phone(
        simulator, "Zeca", NUMBER, last_wrote_at=timezone.now() - timedelta(hours=1)
    )


@pytest.fixture
def switches(db):
    """Set the simulator's switches: `switches(throttle_percent=100)`."""

    def switch(**values):
        SimulatorSetting.objects.update_or_create(pk=1, defaults=values)

    return switch


@pytest.fixture
def receiver(simulator):
    """Stands where our webhook is."""
    with receiving(simulator.app_secret) as receiver:
        yield receiver


@pytest.fixture
def pump(transactional_db, receiver):
    """A running pump that delivers to the receiver."""
    stop = threading.Event()
    thread = threading.Thread(target=Pump(stop, receiver.url).run)
    thread.start()
    yield receiver
    stop.set()
    thread.join()


@pytest.fixture
def graph(live_server, simulator, settings):
    """Calls the Graph endpoints over HTTP: `graph("messages", body)`."""
    settings.BASE_URL = live_server.url

    def call(edge="messages", body=None, *, method="POST", token=None, object_id=None, **options):
        path = f"/simulator/graph/v25.0/{object_id or simulator.phone_number_id}"
        headers = {"Authorization": f"Bearer {simulator.access_token if token is None else token}"}
        if method == "POST" and "files" not in options:
            options["json"] = message(to="+" + NUMBER) if body is None else body
        url = f"{live_server.url}{path}{'/' + edge if edge else ''}"
        return requests.request(method, url, headers=headers, timeout=20, **options)

    return call
