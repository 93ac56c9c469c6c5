import pytest

from conversations.models import SimulatorDelivery, SimulatorMessage
from conversations.providers.simulator import phone as acts
from conversations.tests.simulator.bodies import buttons

pytestmark = [
    pytest.mark.urls("conversations.tests.simulator.urls"),
    pytest.mark.django_db(transaction=True),
]


def test_what_a_customer_writes_arrives_signed(phone, pump):
    said = acts.say(phone, "Olá, ação")
    [received] = pump.wait_for(1)
    assert (received["id"], received["text"]["body"]) == (said.wamid, "Olá, ação")
    assert (received["from"], received["from_user_id"]) == (phone.wa_id, phone.user_id)
    assert [fits for _body, fits in pump.bodies] == [True]


def test_what_was_delivered_shows_two_ticks_on_the_phone(phone, pump):
    said = acts.say(phone, "oi")
    pump.wait_for(1)
    assert eventually(lambda: SimulatorMessage.objects.get(pk=said.pk).status == "delivered")


def test_messages_of_one_phone_arrive_in_order(phone, pump):
    written = [acts.say(phone, str(number)).wamid for number in range(15)]
    assert [update["id"] for update in pump.wait_for(15)] == written


def test_statuses_of_a_message_arrive_as_sent_delivered_read(graph, phone, pump):
    wamid = graph(body=buttons("Sim", "Não")).json()["messages"][0]["id"]
    assert [update["status"] for update in pump.wait_for(3)] == ["sent", "delivered", "read"]
    assert eventually(lambda: SimulatorMessage.objects.get(wamid=wamid).status == "read")


def test_a_webhook_is_repeated_until_it_is_answered_with_200(phone, pump):
    pump.answers = [500, 503]
    acts.say(phone, "oi")
    pump.wait_for(1)
    assert eventually(lambda: SimulatorDelivery.objects.get().delivered_at is not None)
    assert SimulatorDelivery.objects.get().attempts == 3


def test_a_claimed_delivery_is_taken_by_nobody_else(phone, receiver):
    from conversations.models import SimulatorSetting
    from conversations.providers.simulator.deliveries import claim

    acts.say(phone, "oi")
    assert len(claim(SimulatorSetting.current())) == 1
    assert claim(SimulatorSetting.current()) == []


def eventually(question, timeout: float = 5.0) -> bool:
    import time

    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if question():
            return True
        time.sleep(0.02)
    return False
