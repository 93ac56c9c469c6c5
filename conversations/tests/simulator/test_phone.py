import pytest

from conversations.models import SimulatorDelivery, SimulatorMessage
from conversations.providers.simulator import phone as acts
from conversations.providers.simulator import screen
from conversations.providers.simulator.accept import accept
from conversations.tests.simulator.bodies import buttons, message, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def receive(simulator, switches):
    """A message of ours arrives on the phone: `receive(buttons("Sim"))` -> wamid."""
    from conversations.models import SimulatorSetting

    def arrive(body) -> str:
        answer, _early = accept(simulator, body, body["type"], SimulatorSetting.current())
        return answer["messages"][0]["id"]

    return arrive


def last_update() -> dict:
    entry = SimulatorDelivery.objects.order_by("-id").first().entry
    return entry["changes"][0]["value"]["messages"][0]


def test_tapping_a_button_answers_with_its_id_title_and_the_message(phone, receive):
    wamid = receive(buttons("Sim", "Não"))
    acts.tap(phone, wamid, "b1")
    update = last_update()
    assert update["interactive"] == {
        "type": "button_reply",
        "button_reply": {"id": "b1", "title": "Não"},
    }
    assert update["context"]["id"] == wamid


def test_tapping_a_row_answers_as_a_list_reply(phone, receive):
    acts.tap(phone, receive(rows(2, 1)), "1-0")
    assert last_update()["interactive"]["list_reply"] == {"id": "1-0", "title": "Item 0"}


def test_a_button_that_is_not_there_cannot_be_tapped(phone, receive):
    wamid = receive(buttons("Sim"))
    with pytest.raises(acts.PhoneError):
        acts.tap(phone, wamid, "b9")


def test_a_message_of_another_phone_cannot_be_touched(phone, simulator):
    other = simulator.simulator_phones.exclude(pk=phone.pk).first()
    said = acts.say(other, "oi")
    with pytest.raises(acts.PhoneError):
        acts.react(phone, said.wamid, "👍")


def test_a_reply_quotes_its_message(phone, receive):
    wamid = receive(message())
    acts.say(phone, "sim", reply_to=wamid)
    assert last_update()["context"] == {"from": "551130000000", "id": wamid}
    assert screen.bubbles(phone)[-1].quoted == "Olá"


def test_a_reaction_is_shown_on_its_message_and_can_be_taken_away(phone, receive):
    wamid = receive(message())
    acts.react(phone, wamid, "👍")
    assert screen.bubbles(phone)[0].reactions == ["👍"]
    acts.react(phone, wamid, "")
    assert "emoji" not in last_update()["reaction"]
    assert screen.bubbles(phone)[0].reactions == []


def test_an_edit_changes_the_phones_own_text_and_tells_us(phone):
    said = acts.say(phone, "tnho dúvida")
    acts.edit(phone, said.wamid, "tenho dúvida")
    assert last_update()["edit"]["original_message_id"] == said.wamid
    [bubble] = screen.bubbles(phone)
    assert (bubble.text, bubble.message.edited_at is None) == ("tenho dúvida", False)


def test_a_deleted_message_stays_as_a_trace(phone):
    said = acts.say(phone, "oi")
    acts.revoke(phone, said.wamid)
    assert last_update()["revoke"] == {"original_message_id": said.wamid}
    [bubble] = screen.bubbles(phone)
    assert bubble.text == ""


def test_a_message_that_failed_is_not_on_the_screen(phone, receive):
    acts.move_window(phone, is_open=False)
    receive(message())
    assert SimulatorMessage.objects.get().status == "failed"
    assert screen.bubbles(phone) == []


def test_clearing_hides_what_was_and_keeps_it_readable_for_us(phone, receive):
    said = acts.say(phone, "oi")
    acts.clear(phone)
    phone.refresh_from_db()
    assert screen.bubbles(phone) == []
    assert SimulatorMessage.objects.filter(wamid=said.wamid).exists()


def test_with_receipts_on_opening_a_look_at_the_phone_reads_what_it_got(phone, receive, switches):
    switches(read_receipts="open")
    wamid = receive(message())
    SimulatorMessage.objects.filter(wamid=wamid).update(status="delivered")
    acts.look_at(phone)
    acts.look_at(phone)
    assert SimulatorDelivery.objects.filter(kind="read").count() == 1
