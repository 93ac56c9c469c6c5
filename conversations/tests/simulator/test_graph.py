from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from conversations.models import (
    SimulatorCall,
    SimulatorDelivery,
    SimulatorMessage,
    SimulatorTemplate,
)
from conversations.providers.simulator import phone as acts
from conversations.providers.simulator.setup import ensure_phone
from conversations.tests.simulator.bodies import buttons, message

pytestmark = [pytest.mark.urls("conversations.tests.simulator.urls"), pytest.mark.django_db]


@pytest.fixture
def graph(client, simulator):
    """Calls the Graph endpoints: `graph("messages", body)`. Over HTTP: test_provider, test_faults."""

    def call(edge="messages", body=None, *, method="POST", token=None, object_id=None, **data):
        path = f"/simulator/graph/v25.0/{object_id or simulator.phone_number_id}/{edge}".rstrip("/")
        headers = {"Authorization": f"Bearer {simulator.access_token if token is None else token}"}
        if data or method == "GET":
            return client.generic(method, path, QUERY_STRING=urlencode(data), headers=headers)
        body = message() if body is None else body
        return client.post(path, body, content_type="application/json", headers=headers)

    return call


def code_of(answer) -> int:
    return answer.json()["error"]["code"]


def kinds() -> list[str]:
    return list(SimulatorDelivery.objects.order_by("due_at").values_list("kind", flat=True))


def test_a_message_is_accepted_stored_and_answered_as_meta_does(graph, phone):
    answer = graph(body=message(to="+55 11 98765-4321"))
    assert answer.status_code == 200
    assert answer.json()["contacts"] == [{"input": "+55 11 98765-4321", "wa_id": "5511987654321"}]
    kept = SimulatorMessage.objects.get(wamid=answer.json()["messages"][0]["id"])
    assert (kept.phone, kept.status) == (phone, "accepted")
    assert kinds() == ["sent", "delivered", "read"]


def test_a_number_is_found_without_its_ninth_digit_and_answered_in_its_own_spelling(
    graph, simulator
):
    ensure_phone(simulator, "Antiga", "551187654321", last_wrote_at=timezone.now())
    contact = graph(body=message(to="+5511987654321")).json()["contacts"][0]
    assert contact["wa_id"] == "551187654321"


def test_somebody_without_a_number_is_written_to_by_user_id(graph, simulator):
    lia = ensure_phone(simulator, "Lia", user_id="BR.1", last_wrote_at=timezone.now())
    body = {**message(), "recipient": "BR.1"}
    del body["to"]
    assert graph(body=body).json()["contacts"] == [{"input": "BR.1", "user_id": "BR.1"}]
    assert lia.messages.count() == 1


def test_outside_the_window_a_message_is_accepted_and_then_fails_with_131047(graph, phone):
    acts.move_window(phone, is_open=False)
    assert graph().status_code == 200
    [delivery] = SimulatorDelivery.objects.all()
    [error] = delivery.entry["changes"][0]["value"]["statuses"][0]["errors"]
    assert error["code"] == 131047


def test_a_number_that_nobody_has_is_accepted_and_then_fails_with_131026(graph, phone):
    assert graph(body=message(to="+5511911112222")).status_code == 200
    assert SimulatorMessage.objects.get().error_code == 131026
    assert kinds() == ["failed"]


def test_a_reaction_only_gets_sent(graph, phone):
    said = acts.say(phone, "oi")
    assert (
        graph(body=message("reaction", {"message_id": said.wamid, "emoji": "👍"})).status_code
        == 200
    )
    assert kinds()[1:] == ["sent"]


def test_our_own_number_cannot_be_the_recipient(graph, simulator, phone):
    assert code_of(graph(body=message(to=simulator.display_phone_number))) == 131021


def test_an_unknown_template_is_refused_and_an_approved_one_passes_a_closed_window(
    graph, simulator, phone
):
    acts.move_window(phone, is_open=False)
    body = message("template", {"name": "aviso", "language": {"code": "pt_BR"}})
    assert code_of(graph(body=body)) == 132001
    SimulatorTemplate.objects.create(
        waba=simulator.waba, template_id="7", name="aviso", language="pt_BR", status="APPROVED"
    )
    assert graph(body=body).status_code == 200
    assert SimulatorMessage.objects.get().status == "accepted"


@pytest.mark.parametrize(("token", "code"), [("", 200), ("wrong", 190)])
def test_a_call_without_the_right_token_is_refused(graph, phone, token, code):
    assert code_of(graph(token=token)) == code
    assert not SimulatorMessage.objects.exists()


def test_an_unknown_number_is_answered_as_metas_code_100(graph, phone):
    assert code_of(graph(object_id="123")) == 100


def test_an_invalid_body_is_refused_and_shown_in_the_log(graph, phone):
    answer = graph(body=buttons("1", "2", "3", "4"))
    assert (answer.status_code, code_of(answer)) == (400, 131009)
    call = SimulatorCall.objects.get()
    assert (call.error_code, call.body["type"]) == (131009, "interactive")


def test_a_body_that_is_not_json_is_refused(graph, phone):
    assert code_of(graph(body="{")) == 100


def test_marking_as_read_colours_the_customers_ticks_and_shows_typing(graph, phone):
    said = acts.say(phone, "oi")
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": said.wamid}
    assert graph(body={**body, "typing_indicator": {"type": "text"}}).json() == {"success": True}
    said.refresh_from_db()
    phone.refresh_from_db()
    assert said.status == "read"
    assert phone.typing_until > timezone.now()


def test_health_and_number_info_answer_the_fields_that_were_asked_for(graph, simulator):
    answer = graph("", method="GET", fields="health_status,quality_rating").json()
    assert set(answer) == {"id", "health_status", "quality_rating"}
    assert answer["health_status"]["can_send_message"] == "AVAILABLE"


def test_the_account_lists_its_numbers_and_templates(graph, simulator):
    account = simulator.waba.waba_id
    numbers = graph("phone_numbers", method="GET", object_id=account).json()["data"]
    assert [number["id"] for number in numbers] == [simulator.phone_number_id]
    assert graph("message_templates", method="GET", object_id=account).json()["data"] == []


def test_an_uploaded_file_is_described_and_handed_out_to_the_token_only(
    client, graph, simulator, tmp_path, settings
):
    settings.MEDIA_ROOT = tmp_path
    token = {"Authorization": f"Bearer {simulator.access_token}"}
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.4 teste", "application/pdf")
    data = {"messaging_product": "whatsapp", "type": "application/pdf", "file": file}
    path = f"/simulator/graph/v25.0/{simulator.phone_number_id}/media"
    media_id = client.post(path, data, headers=token).json()["id"]
    described = graph("", method="GET", object_id=media_id).json()
    assert (described["mime_type"], described["file_size"]) == ("application/pdf", 14)
    path = described["url"].removeprefix(settings.BASE_URL)
    assert client.get(path, headers=token).getvalue() == b"%PDF-1.4 teste"
    assert client.get(path).status_code == 403
