"""The same code as separate processes, on PostgreSQL and Redis."""

import pytest
import requests

from helpdesk.testing.processes import environment_for, manage, running, servers_under_test

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
NEEDS_SERVERS = (
    "embedded there is one process only; this runs where DATABASE_URL and REDIS_URL are set"
)


@pytest.fixture
def environment(tmp_path):
    servers = servers_under_test()
    if not servers:
        pytest.skip(NEEDS_SERVERS)
    return environment_for(tmp_path, DEMO="off", SIMULATOR="off", **servers)


def test_each_process_starts_serves_and_stops_cleanly(environment):
    assert "administrator: " in manage(environment, "prepare")
    assert "administrator: " not in manage(environment, "prepare")

    with running(environment, "web", "drain", "worker", "beat") as processes:
        page = requests.get(f"{environment['BASE_URL']}/accounts/login/", timeout=10)
        codes = {name: process.stop() for name, process in processes.items()}

    assert page.status_code == 200
    assert codes == dict.fromkeys(["web", "drain", "worker", "beat"], 0)
    assert [name for name, process in processes.items() if "Traceback" in process.log()] == []


def test_the_socket_process_is_ready_by_itself(environment):
    manage(environment, "prepare")
    with running(environment, "sockets") as processes:
        assert processes["sockets"].stop() == 0
