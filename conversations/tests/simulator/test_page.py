import pytest
from django.urls import reverse

from conversations.models import SimulatorMessage, SimulatorPhone, SimulatorSetting
from conversations.providers.cloud.error_table import RULES
from conversations.providers.simulator import phone as acts
from conversations.tests.simulator.bodies import message
from conversations.tests.simulator.test_kinds import last_value

pytestmark = [pytest.mark.urls("conversations.tests.simulator.urls"), pytest.mark.django_db]
HTMX = {"HTTP_HX_REQUEST": "true"}


def address(name: str, phone=None, **arguments) -> str:
    return reverse(f"simulator:{name}", kwargs={"phone_id": phone.pk} if phone else arguments)


@pytest.fixture
def page(client_of, ana):
    return client_of(ana)


def test_an_agent_sees_the_phone_and_the_log(page, phone):
    acts.say(phone, "oi, tô sem internet")
    answer = page.get(address("page"), {"phone": phone.pk})
    assert answer.status_code == 200
    assert "oi, tô sem internet" in answer.content.decode()


def test_whoever_is_not_logged_in_is_sent_to_the_login(client, phone):
    assert client.get(address("page")).status_code == 302
    assert client.post(address("write", phone), {"text": "oi"}).status_code == 302
    assert not SimulatorMessage.objects.exists()


def test_a_viewer_is_refused(client_of, vera, phone):
    assert client_of(vera).get(address("page")).status_code == 403
    assert client_of(vera).post(address("write", phone), {"text": "oi"}).status_code == 403


def test_without_the_simulator_nothing_is_here(page, phone, settings):
    settings.SIMULATOR = False
    assert page.get(address("page")).status_code == 404


def test_an_unknown_phone_is_not_found(page, simulator):
    assert page.get(address("page"), {"phone": "x"}).status_code == 404
    assert page.get(address("page"), {"phone": simulator.pk}).status_code == 404


def test_acts_are_refused_by_get(page, phone):
    assert page.get(address("write", phone)).status_code == 405


def test_writing_without_javascript_leads_back_to_the_page(page, phone):
    answer = page.post(address("write", phone), {"text": "oi", "kind": "text"})
    assert answer.status_code == 302
    assert SimulatorMessage.objects.get().payload["text"]["body"] == "oi"


def test_writing_with_htmx_answers_with_the_screen(page, phone):
    answer = page.post(address("write", phone), {"text": "oi", "kind": "text"}, **HTMX)
    assert 'id="ph-chat"' in answer.content.decode()


def test_an_empty_message_is_refused_in_words(page, phone):
    answer = page.post(address("write", phone), {"text": " ", "kind": "text"}, **HTMX)
    assert answer.status_code == 409
    assert "toast" in answer.content.decode()


def test_the_screen_is_not_sent_again_while_nothing_changes(page, phone):
    first = page.get(address("live", phone))
    assert page.get(address("live", phone), {"seen": first["X-Seen"]}).status_code == 204
    acts.say(phone, "oi")
    assert page.get(address("live", phone), {"seen": first["X-Seen"]}).status_code == 200


def test_a_message_can_be_changed_reacted_to_and_deleted(page, phone):
    said = acts.say(phone, "oi")
    page.post(address("write", phone), {"text": "olá", "edit": said.wamid})
    page.post(address("react", phone), {"reaction": f"{said.wamid} 👍"})
    page.post(address("revoke", phone), {"message": said.wamid})
    kinds = SimulatorMessage.objects.order_by("accepted_at").values_list("kind", flat=True)
    assert list(kinds) == ["text", "edit", "reaction", "revoke"]


def test_the_window_can_be_closed_and_opened(page, phone):
    from django.utils import timezone

    from conversations.providers.simulator.accept import window_is_open

    for wanted in (False, True):
        page.post(address("window", phone), {"open": int(wanted)})
        phone.refresh_from_db()
        assert window_is_open(phone, timezone.now()) is wanted


def test_a_new_customer_gets_a_phone_on_the_same_number(page, phone, simulator):
    answer = page.post(
        address("add_phone"), {"name": "Bia", "number": "+55 21 98888-7777", "phone": phone.pk}
    )
    bia = SimulatorPhone.objects.get(name="Bia")
    assert answer["Location"].endswith(str(bia.pk))
    assert (bia.channel, bia.wa_id) == (simulator, "5521988887777")


def test_a_customer_without_a_number_has_a_username(page, phone):
    page.post(address("add_phone"), {"name": "Bia Lua", "number": "", "phone": phone.pk})
    bia = SimulatorPhone.objects.get(name="Bia Lua")
    assert (bia.wa_id, bia.username) == ("", "bia.lua")


def test_the_business_number_cannot_be_a_customer(page, phone, simulator):
    data = {"name": "Nós", "number": simulator.display_phone_number, "phone": phone.pk}
    page.post(address("add_phone"), data)
    assert not SimulatorPhone.objects.filter(name="Nós").exists()


SWITCHES = {
    "read_receipts": "always", "read_after_ms": 1500, "answer_delay_ms": 0, "webhook_delay_ms": 0,
    "duplicate_percent": 0, "batch_size": 1, "server_error_percent": 0, "throttle_percent": 25,
    "cut_percent": 0, "media_error_percent": 0, "media_fault": "missing", "media_delay_ms": 0,
    "error_code": "",
}  # fmt: skip


def test_the_switches_are_kept_and_can_all_be_taken_back(page, phone):
    page.post(address("faults"), SWITCHES)
    assert SimulatorSetting.current().throttle_percent == 25
    page.post(address("faults"), {"reset": "1"})
    assert not SimulatorSetting.current().has_faults


def test_a_percentage_over_a_hundred_is_refused(page, phone):
    page.post(address("faults"), {**SWITCHES, "throttle_percent": 101})
    assert SimulatorSetting.current().throttle_percent == 0


def test_an_outage_is_one_switch(page, phone):
    page.post(address("outage"), {"out": "1"})
    assert SimulatorSetting.current().is_out
    page.post(address("outage"), {"out": "0"})
    assert not SimulatorSetting.current().is_out


def test_clearing_the_log_keeps_what_is_still_to_be_delivered(page, phone, simulator):
    acts.say(phone, "oi")
    assert simulator.simulator_deliveries.count() == 1
    page.post(address("clear_log"), {"phone": phone.pk})
    assert simulator.simulator_deliveries.count() == 1
    simulator.simulator_deliveries.update(delivered_at="2026-01-01T00:00Z")
    page.post(address("clear_log"), {"phone": phone.pk})
    assert simulator.simulator_deliveries.count() == 0


def test_a_delivered_webhook_can_be_delivered_again(page, phone, simulator):
    acts.say(phone, "oi")
    simulator.simulator_deliveries.update(delivered_at="2026-01-01T00:00Z")
    delivery = simulator.simulator_deliveries.get()
    page.post(address("repeat", delivery_id=delivery.pk), {"phone": phone.pk})
    delivery.refresh_from_db()
    assert delivery.delivered_at is None


def test_what_a_customer_writes_cannot_become_markup(page, phone):
    acts.say(phone, "<script>alert(1)</script>")
    html = page.get(address("live", phone)).content.decode()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


CHANGES = {
    "read_receipts": "never", "read_after_ms": 5, "answer_delay_ms": 5, "webhook_delay_ms": 5,
    "duplicate_percent": 5, "batch_size": 5, "server_error_percent": 5, "throttle_percent": 5,
    "cut_percent": 5, "media_error_percent": 5, "media_fault": "damaged", "media_delay_ms": 5,
    "error_code": 131047, "reorder": True, "error_is_late": True, "status_first": True,
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_every_switch_of_the_page_is_kept_and_shown(page, phone, name):
    page.post(address("faults"), {**SWITCHES, name: CHANGES[name]})
    assert getattr(SimulatorSetting.current(), name) == CHANGES[name]
    assert f'name="{name}"' in page.get(address("page")).content.decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [("media_fault", "burnt"), ("error_code", "7"), ("media_delay_ms", -1), ("batch_size", 0)],
)
def test_a_switch_cannot_be_set_to_what_there_is_not(page, phone, name, value):
    page.post(address("faults"), {**SWITCHES, "throttle_percent": 7, name: value})
    assert SimulatorSetting.current().throttle_percent == 0


@pytest.mark.parametrize("is_late", [False, True], ids=["at once", "as a failed status"])
def test_every_code_of_the_table_comes_as_it_was_chosen(page, client, phone, simulator, is_late):
    url = reverse("simulator:messages", args=["v25.0", simulator.phone_number_id])
    headers = {"Authorization": f"Bearer {simulator.access_token}"}
    for code in RULES:
        late = {"error_is_late": True} if is_late else {}
        page.post(
            address("faults"), {**SWITCHES, "throttle_percent": 0, "error_code": code, **late}
        )
        answer = client.post(url, message(), content_type="application/json", headers=headers)
        if is_late:
            update = last_value()["statuses"][0]
            assert (answer.status_code, update["errors"][0]["code"]) == (200, code)
        else:
            assert (answer.status_code >= 400, answer.json()["error"]["code"]) == (True, code)
