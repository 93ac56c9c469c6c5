import hashlib
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from conversations.models import SimulatorCall, SimulatorMessage
from conversations.providers.cloud.error_table import RULES
from conversations.providers.simulator import phone as acts
from conversations.providers.simulator.forms import FaultsForm

pytestmark = [
    pytest.mark.urls("conversations.tests.simulator.urls"),
    pytest.mark.django_db(transaction=True),
]


def test_throttling_answers_429_with_130429(graph, phone, switches):
    switches(throttle_percent=100)
    answer = graph()
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, 130429)


def test_an_outage_answers_503_to_every_call(graph, phone, switches):
    switches(server_error_percent=100)
    assert graph().status_code == 503
    assert graph("", method="GET").status_code == 503


def test_a_chosen_code_is_answered_at_once(graph, phone, switches):
    switches(error_code=131031)
    assert graph().json()["error"]["code"] == 131031
    assert not SimulatorMessage.objects.exists()


def test_a_chosen_code_can_come_later_as_a_failed_status(graph, phone, switches, pump):
    switches(error_code=131053, error_is_late=True)
    assert graph().status_code == 200
    [update] = pump.wait_for(1)
    assert (update["status"], update["errors"][0]["code"]) == ("failed", 131053)


def test_a_cut_connection_leaves_the_message_accepted_and_its_statuses_on_their_way(
    graph, phone, switches, pump
):
    switches(cut_percent=100)
    with pytest.raises(requests.ConnectionError):
        graph()
    assert [update["status"] for update in pump.wait_for(3)] == ["sent", "delivered", "read"]
    assert SimulatorCall.objects.get().http_status == 0


def test_a_late_answer_keeps_its_client_waiting_although_the_message_was_taken(
    graph, phone, switches
):
    switches(answer_delay_ms=300)
    before = time.monotonic()
    assert graph().ok
    assert time.monotonic() - before >= 0.3


def test_statuses_can_come_before_the_answer(graph, phone, switches, receiver, settings):
    switches(status_first=True, read_receipts="never")
    settings.BASE_URL = receiver.url
    answered = graph().json()["messages"][0]["id"]
    statuses = [(update["id"], update["status"]) for update in receiver.updates()]
    assert statuses == [(answered, "sent"), (answered, "delivered")]


def test_a_duplicated_webhook_arrives_twice(phone, switches, pump):
    switches(duplicate_percent=100)
    acts.say(phone, "oi")
    first, second = pump.wait_for(2)
    assert first == second


def test_a_batch_gathers_updates_in_one_body(phone, switches, pump):
    switches(batch_size=3)
    for text in ("um", "dois", "três"):
        acts.say(phone, text)
    updates = pump.wait_for(3)
    assert [update["text"]["body"] for update in updates] == ["um", "dois", "três"]
    assert len(pump.bodies) == 1


def test_out_of_order_lets_updates_overtake_each_other(phone, switches, pump):
    switches(reorder=True)
    written = [acts.say(phone, str(number)).wamid for number in range(20)]
    arrived = [update["id"] for update in pump.wait_for(20)]
    assert sorted(arrived) == sorted(written)
    assert arrived != written


@pytest.fixture
def media_id(graph, phone, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    data = {"messaging_product": "whatsapp", "type": "application/pdf"}
    files = {"file": ("nota.pdf", b"%PDF-1.4 nota", "application/pdf")}
    return graph("media", data=data, files=files).json()["id"]


@pytest.fixture
def download(graph, simulator, media_id):
    """Resolve and fetch the file: (status, type, content, the description)."""

    def fetch(described=None):
        described = described or graph("", method="GET", object_id=media_id).json()
        headers = {"Authorization": f"Bearer {simulator.access_token}"}
        answer = requests.get(described["url"], headers=headers, timeout=20)
        return answer.status_code, answer.headers["Content-Type"], answer.content, described

    return fetch


def test_a_file_is_fetched_from_the_address_it_was_given(download):
    assert download()[:3] == (200, "application/pdf", b"%PDF-1.4 nota")


def test_an_address_ends_after_five_minutes(graph, media_id):
    described = graph("", method="GET", object_id=media_id).json()
    [ends_at] = parse_qs(urlsplit(described["url"]).query)["ext"]
    assert 290 <= int(ends_at) - time.time() <= 300


def test_an_address_cannot_be_made_up(download, graph, media_id):
    described = graph("", method="GET", object_id=media_id).json()
    changed = described["url"].replace("ext=1", "ext=2")
    assert download({"url": changed})[0] == 404


def test_missing_files_are_refused(graph, media_id, switches):
    switches(media_error_percent=100)
    assert graph("", method="GET", object_id=media_id).status_code == 404


def test_addresses_can_have_expired(download, switches):
    switches(media_error_percent=100, media_fault="expired")
    assert download()[0] == 404


def test_a_damaged_file_does_not_have_its_hash(download, switches):
    switches(media_error_percent=100, media_fault="damaged")
    _status, _type, content, described = download()
    assert len(content) == described["file_size"]
    assert hashlib.sha256(content).hexdigest() != described["sha256"]


def test_a_file_can_be_called_what_it_is_not(download, switches):
    switches(media_error_percent=100, media_fault="mislabelled")
    _status, mime_type, content, described = download()
    assert mime_type == described["mime_type"] == "image/png"
    assert content.startswith(b"%PDF")


def test_files_can_be_slow(download, switches):
    switches(media_delay_ms=300)
    before = time.monotonic()
    assert download()[0] == 200
    assert time.monotonic() - before >= 0.3


def test_every_code_of_the_table_can_be_chosen(simulator):
    choices = {code for code, _title in FaultsForm().fields["error_code"].choices}
    assert set(RULES) - choices == set()
