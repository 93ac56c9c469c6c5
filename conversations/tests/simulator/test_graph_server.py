import json

import pytest
import requests

from conversations.tests.simulator.bodies import buttons, message
from conversations.tests.simulator.receiver import receiving
from helpdesk.testing.graph_server import GraphServer

SECRET = "app secret"
FAST = (0.0, 0.02, 0.04)


@pytest.fixture
def receiver():
    with receiving(SECRET) as receiver:
        yield receiver


@pytest.fixture
def graph(receiver):
    with GraphServer(
        webhook_url=receiver.url + "/hook", app_secret=SECRET, receipt_delays=FAST
    ) as graph:
        yield graph


def post(graph, body=None, **headers):
    return requests.post(
        f"{graph.url}/v25.0/123/messages",
        json=message() if body is None else body,
        headers={"Authorization": "Bearer token", **headers},
        timeout=5,
    )


def test_a_message_is_accepted_and_its_signed_statuses_follow(graph, receiver):
    answer = post(graph, message(biz_opaque_callback_data="attempt")).json()
    assert answer["contacts"] == [{"input": "+5511987654321", "wa_id": "5511987654321"}]
    updates = receiver.wait_for(3)
    assert [update["status"] for update in updates] == ["sent", "delivered", "read"]
    assert {update["id"] for update in updates} == {answer["messages"][0]["id"]}
    assert {update["biz_opaque_callback_data"] for update in updates} == {"attempt"}
    assert all(fits for _body, fits in receiver.bodies)


def test_accepted_requests_are_logged_as_json_lines(tmp_path):
    log = tmp_path / "requests.jsonl"
    with GraphServer(log=log) as graph:
        wamid = post(graph).json()["messages"][0]["id"]
        post(graph, buttons())
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(line["wamid"], line["body"]["type"]) for line in lines] == [(wamid, "text")]


def test_an_invalid_body_is_refused_with_an_error_object(graph):
    answer = post(graph, buttons("1", "2", "3", "4"))
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == 131009
    assert graph.state()["refused"] == 1


def test_a_request_without_a_token_is_refused(graph):
    assert post(graph, Authorization="").json()["error"]["code"] == 200


def test_faults_follow_their_script(graph):
    graph.script_faults("throttle*2,unavailable,error=131031")
    codes = [post(graph).json()["error"]["code"] for _ in range(4)]
    assert codes == [130429, 130429, 131016, 131031]
    assert post(graph).status_code == 200


def test_a_cut_connection_leaves_an_accepted_message_without_an_answer(graph, receiver):
    graph.script_faults("cut")
    with pytest.raises(requests.ConnectionError):
        post(graph)
    assert len(graph.accepted) == 1
    assert [update["status"] for update in receiver.wait_for(3)] == ["sent", "delivered", "read"]


def test_a_status_can_come_before_the_answer(graph, receiver):
    graph.script_faults("status_first")
    wamid = post(graph).json()["messages"][0]["id"]
    arrived = receiver.updates()
    assert [(u["id"], u["status"]) for u in arrived[:2]] == [(wamid, "sent"), (wamid, "delivered")]


def test_a_message_can_fail_later_with_a_code(graph, receiver):
    graph.script_faults("failed=131026")
    assert post(graph).status_code == 200
    [update] = receiver.wait_for(1)
    assert update["status"] == "failed"
    assert update["errors"][0]["code"] == 131026


def test_faults_can_be_a_function_of_the_body(receiver):
    from helpdesk.testing.graph_faults import Fault

    def faults(body, asked):
        return Fault("throttle") if "x" in body["text"]["body"] else Fault()

    with GraphServer(faults=faults) as graph:
        assert post(graph, message("text", {"body": "xis"})).status_code == 429
        assert post(graph).status_code == 200


def test_a_webhook_is_repeated_until_it_is_answered_with_200(graph, receiver):
    receiver.answers = [500, 503]
    graph.customer_says("551187654321", "oi", name="Zeca")
    [received] = receiver.wait_for(1)
    assert received["from"] == "551187654321"
    assert graph.drain(5)
    assert len(receiver.bodies) == 1


def test_statuses_can_come_in_batches(receiver):
    url = receiver.url + "/hook"
    with GraphServer(webhook_url=url, app_secret=SECRET, batch_statuses=50, senders=1) as graph:
        for _ in range(20):
            post(graph)
        receiver.wait_for(60)
    assert len(receiver.bodies) < 15


def test_another_process_scripts_faults_and_customers_over_http(graph, receiver):
    requests.post(f"{graph.url}/_control/faults", data="throttle", timeout=5)
    assert post(graph).status_code == 429
    said = requests.post(
        f"{graph.url}/_control/customer", json={"from": "5511987654321", "text": "oi"}, timeout=5
    )
    assert receiver.wait_for(1)[0]["id"] == said.json()["id"]
    assert requests.get(f"{graph.url}/_control/state", timeout=5).json()["refused"] == 1


def test_health_answers_as_for_a_connected_number(graph):
    answer = requests.get(
        f"{graph.url}/v25.0/123?fields=health_status",
        headers={"Authorization": "Bearer t"},
        timeout=5,
    ).json()
    assert answer["health_status"]["can_send_message"] == "AVAILABLE"


def test_marking_as_read_is_answered_with_success(graph):
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.x"}
    assert post(graph, body).json() == {"success": True}
    assert graph.read_receipts == ["wamid.x"]
