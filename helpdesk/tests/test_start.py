"""`manage.py start`, as a newcomer's machine runs it: started, killed, started again, stopped."""

import re
import signal

import pytest
import requests
from django.conf import settings

from helpdesk.testing.processes import RunningProcess, environment_for, running, wait_until_ready

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(
        bool(settings.DATABASE_URL), reason="the embedded default: tested where no servers are"
    ),
]


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """Start once, kill as a power cut would, start again; the second start is what is looked at."""
    environment = environment_for(tmp_path_factory.mktemp("installation"))
    first = RunningProcess("start", environment).start()
    try:
        wait_until_ready(environment)
    finally:
        first.kill()
    second = RunningProcess("start", environment).start()
    try:
        seconds = wait_until_ready(environment)
        yield environment, second, seconds
    finally:
        second.kill()


def test_a_start_after_a_power_cut_answers(installation):
    """How fast stands in benchmarks/bench_start.py: a clock in a test only measures its neighbours."""
    environment, process, _seconds = installation
    assert process.is_alive
    assert requests.get(f"{environment['BASE_URL']}/health/ready", timeout=10).ok


def test_the_login_is_printed_once(installation):
    _environment, process, _seconds = installation
    assert len(re.findall(r"^administrator: ", process.log(), re.MULTILINE)) == 1


def test_the_address_is_printed_at_every_start(installation):
    environment, process, _seconds = installation
    assert process.log().count(f"{environment['BASE_URL']}  (Ctrl-C stops it)") == 2


def test_the_login_page_comes_with_its_style(installation):
    environment, _process, _seconds = installation
    page = requests.get(f"{environment['BASE_URL']}/accounts/login/", timeout=10)
    sheets = re.findall(r'href="(/static/[^"]+\.css)"', page.text)

    assert page.status_code == 200
    assert sheets
    assert all(requests.get(environment["BASE_URL"] + s, timeout=10).ok for s in sheets)


def test_a_second_one_on_the_same_data_is_refused(installation):
    environment, _process, _seconds = installation
    other = RunningProcess("start", environment_for_same_data(environment)).start()
    assert other._process.wait(20) != 0
    assert "Another one is running" in other.log()


def environment_for_same_data(environment):
    return environment | {"PORT": "1"}


def test_no_thread_has_died(installation):
    _environment, process, _seconds = installation
    assert "thread.died" not in process.log()
    assert "Traceback" not in process.log()


def test_ctrl_c_stops_it_cleanly(tmp_path):
    environment = environment_for(tmp_path, DEMO="off")
    with running(environment) as processes:
        start = processes["start"]
        assert start.stop(signal.SIGINT) == 0
    assert '"still_busy": []' in start.log()
    assert "Traceback" not in start.log()


def test_a_port_that_is_taken_is_told_in_a_sentence(tmp_path, installation):
    environment, _process, _seconds = installation
    other = RunningProcess(
        "start", environment_for(tmp_path, environment["PORT"], DEMO="off")
    ).start()
    assert other._process.wait(30) != 0
    assert f"Port {environment['PORT']} is taken" in other.log()
