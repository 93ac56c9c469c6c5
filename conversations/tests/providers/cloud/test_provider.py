import json
from types import SimpleNamespace

import pytest

from conversations.providers.base import OutboundMessage
from conversations.providers.cloud.client import GraphClient
from conversations.providers.cloud.provider import CloudProvider
from conversations.tests.providers.cloud.graph_server import ACCEPTED, error, send
from conversations.tests.providers.cloud.test_client import close

CHANNEL = SimpleNamespace(phone_number_id="106540352242922", access_token="token")
TEXT = OutboundMessage(to="5511987654321", kind="text", body="Olá", attempt_id="a-1")


@pytest.fixture
def provider(graph, settings):
    settings.WHATSAPP_GRAPH_URL = graph.url
    settings.WHATSAPP_GRAPH_VERSION = "v25.0"
    return CloudProvider(GraphClient(connect_timeout=0.3, read_timeout=0.3))


def test_an_accepted_message_gives_both_ids(provider, graph):
    result = provider.send(CHANNEL, TEXT)
    assert result.accepted and not result.ambiguous and result.error is None
    assert (result.provider_id, result.wa_id) == ("wamid.new", "551187654321")
    assert graph.requests[0].path == "/v25.0/106540352242922/messages"
    assert graph.requests[0].body["biz_opaque_callback_data"] == "a-1"


def test_the_recipients_business_scoped_id_comes_back(provider, graph):
    graph.says(200, ACCEPTED | {"contacts": [{"user_id": "BR.1"}]})
    message = OutboundMessage(to="BR.1", kind="text", body="Olá", to_is_bsuid=True)
    assert provider.send(CHANNEL, message).bsuid == "BR.1"


@pytest.mark.parametrize(
    ("code", "decision"),
    [
        (190, "channel"),
        (130429, "retry"),
        (131047, "never"),
        (132001, "template"),
        (131048, "wait"),
    ],
)
def test_a_refusal_is_decided_by_its_code(provider, graph, code, decision):
    graph.says(400, error(code, error_data={"details": "Because."}, fbtrace_id="T"))
    result = provider.send(CHANNEL, TEXT)
    assert not result.accepted and not result.ambiguous
    assert (result.error.code, result.error.decision) == (code, decision)
    assert (result.error.details, result.error.trace_id) == ("Because.", "T")


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_an_outage_without_words_is_retried(provider, graph, status):
    graph.says(status, b"<html>")
    result = provider.send(CHANNEL, TEXT)
    assert result.error.decision == "retry"
    assert result.error.retry_after > 0


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"messages":[]}', b'{"messages":[{"id":""}]}', b"<html>"]
)
def test_an_acceptance_without_a_message_id_is_ambiguous(provider, graph, body):
    graph.says(200, body)
    result = provider.send(CHANNEL, TEXT)
    assert result.ambiguous and result.error is None and not result.accepted


def test_a_cut_after_accepting_is_ambiguous(provider, graph):
    graph.answer = close
    assert provider.send(CHANNEL, TEXT).ambiguous


def test_a_time_out_is_ambiguous(provider, graph):
    graph.answer = lambda handler: graph.done.wait()
    assert provider.send(CHANNEL, TEXT).ambiguous


def test_a_time_out_behind_a_gateway_is_ambiguous(provider, graph):
    graph.says(504, b"<html>")
    assert provider.send(CHANNEL, TEXT).ambiguous


def test_a_refusal_whose_reason_is_cut_off_is_retried(provider, graph):
    def half(handler):
        send(handler, 400, b'{"error":', length=1000)
        close(handler)

    graph.answer = half
    assert provider.send(CHANNEL, TEXT).error.decision == "retry"


def test_a_server_that_is_away_is_retried_with_growing_delays(provider, settings):
    settings.WHATSAPP_GRAPH_URL = "http://127.0.0.1:1"
    first, third = (
        provider.send(
            CHANNEL, OutboundMessage("5511987654321", "text", "x", attempt_number=n)
        ).error
        for n in (1, 3)
    )
    assert first.decision == third.decision == "retry"
    assert third.retry_after > first.retry_after * 2


def test_a_message_beyond_the_limits_is_never_sent(provider, graph):
    result = provider.send(CHANNEL, OutboundMessage("5511987654321", "text", "x" * 5000))
    assert result.error.decision == "never"
    assert "4096" in result.error.details
    assert not graph.requests


def test_a_channel_without_token_stops(provider, graph):
    channel = SimpleNamespace(phone_number_id="1", access_token="")
    assert provider.send(channel, TEXT).error.decision == "channel"
    assert not graph.requests


def test_a_number_id_cannot_leave_its_place_in_the_path(provider, graph):
    provider.send(SimpleNamespace(phone_number_id="../me?x=", access_token="t"), TEXT)
    assert graph.requests[0].path == "/v25.0/..%2Fme%3Fx%3D/messages"


@pytest.mark.parametrize("typing", [True, False])
def test_reading_is_told_with_or_without_typing(provider, graph, typing):
    graph.says(200, {"success": True})
    assert provider.mark_read(CHANNEL, "wamid.1", typing=typing)
    body = graph.requests[0].body
    assert (body["status"], body["message_id"], "typing_indicator" in body) == (
        "read",
        "wamid.1",
        typing,
    )


def test_reading_that_is_refused_is_no_success(provider, graph):
    graph.says(400, error(131009))
    assert not provider.mark_read(CHANNEL, "wamid.1")


def health(**more):
    return {
        "id": "1",
        "status": "CONNECTED",
        "health_status": {"can_send_message": "AVAILABLE"},
    } | more


def test_a_healthy_number_is_ok(provider, graph):
    graph.says(200, health(quality_rating="GREEN"))
    state = provider.check_health(CHANNEL)
    assert state["ok"] and state["detail"] == ""
    assert state["raw"]["quality_rating"] == "GREEN"
    assert graph.requests[0].path.startswith("/v25.0/106540352242922?fields=health_status")


def test_a_blocked_number_says_why(provider, graph):
    problem = {"error_code": 141006, "error_description": "Payment.", "possible_solution": "Pay."}
    entity = {"entity_type": "WABA", "can_send_message": "BLOCKED", "errors": [problem]}
    graph.says(
        200, health(health_status={"can_send_message": "BLOCKED", "entities": [entity, entity]})
    )
    state = provider.check_health(CHANNEL)
    assert not state["ok"]
    assert state["detail"] == "Payment. Pay."


def test_a_disconnected_number_is_not_ok(provider, graph):
    graph.says(200, health(status="DISCONNECTED"))
    assert not provider.check_health(CHANNEL)["ok"]


def test_a_refused_check_carries_the_error(provider, graph):
    graph.says(401, error(190))
    state = provider.check_health(CHANNEL)
    assert not state["ok"] and state["detail"]
    assert state["error"].decision == "channel"


@pytest.mark.parametrize(
    "raw",
    [{"health_status": []}, {"health_status": {"entities": [7, {"errors": 7}]}}, {"status": 5}],
)
def test_a_strange_answer_about_health_raises_nothing(provider, graph, raw):
    graph.says(200, json.dumps(raw).encode())
    provider.check_health(CHANNEL)
