"""Each row of spec/03, 2.1 and 2.2: posted to the webhook, drained, and seen by Ana on her page."""

import pytest

from conversations.models import Conversation, Customer
from conversations.tests.providers import payloads
from conversations.tests.providers.kinds import KINDS
from helpdesk.testing.webhooks import drain, post, receive

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("conversation")]


def page_of(client) -> str:
    conversation = Conversation.objects.get()
    return client.get(f"/conversations/{conversation.pk}/").content.decode()


@pytest.mark.parametrize("name", KINDS)
def test_ana_sees_every_kind(client, client_of, ana, channel, name):
    kind = KINDS[name]
    receive(client, channel, kind.wire(), **kind.more)
    page = page_of(client_of(ana))
    for part in kind.shows:
        assert part in page, part
    for part in kind.hides:
        assert part not in page, part
    assert Conversation.objects.get().last_message_preview == kind.preview


def test_a_reaction_comes_and_goes(client, client_of, ana, channel):
    message = payloads.text_message("Resolvido!")
    receive(client, channel, message)
    receive(client, channel, payloads.reaction(message["id"], "❤️"))
    assert "❤️" in page_of(client_of(ana))
    for gone in (None, ""):
        receive(client, channel, payloads.reaction(message["id"], "😀"))
        receive(client, channel, payloads.reaction(message["id"], gone))
        assert "😀" not in page_of(client_of(ana))


def test_an_edit_shows_the_new_text_and_keeps_the_old_ones(client, client_of, ana, channel):
    message = payloads.text_message("Rua A, 10")
    receive(client, channel, message)
    for text in ("Rua A, 11", "Rua A, 12"):
        receive(client, channel, payloads.edit(message["id"], text))
    page = page_of(client_of(ana))
    history = page.partition('<details class="edits">')[2].partition("</details>")[0]
    assert "<s>Rua A, 10</s>" in history and "<s>Rua A, 11</s>" in history
    assert '<span class="text">Rua A, 12</span>' in page
    assert Conversation.objects.get().last_message_preview == "Rua A, 12"


def test_a_revoke_folds_the_text_away(client, client_of, ana, channel):
    message = payloads.text_message("minha senha é 1234")
    receive(client, channel, message)
    receive(client, channel, payloads.revoke(message["id"]))
    page = page_of(client_of(ana))
    assert "The customer deleted this message." in page
    assert "1234" in page.partition('<details class="retracted">')[2].partition("</details>")[0]
    assert Conversation.objects.get().last_message_preview == "Deleted message"


def test_a_quote_names_the_original_and_leads_to_it(client, client_of, ana, channel):
    message = payloads.text_message("Qual o valor?")
    receive(client, channel, message)
    context = {"from": payloads.ZECA, "id": message["id"]}
    receive(client, channel, payloads.text_message("Alguém?", context=context))
    original = Conversation.objects.get().messages.get(body="Qual o valor?")
    assert f'href="#m-{original.pk}" data-jump' in page_of(client_of(ana))


def test_what_is_typed_on_the_phone_is_marked(client, client_of, ana, channel):
    body = payloads.echo(
        payloads.text_message("Já vamos aí"), phone_number_id=channel.phone_number_id
    )
    post(client, channel, body)
    drain()
    page = page_of(client_of(ana))
    assert "Já vamos aí" in page and "Typed on the phone" in page


@pytest.mark.parametrize(("status", "is_missed"), [("FAILED", True), ("COMPLETED", False)])
def test_a_call_nobody_took_is_an_entry(client, client_of, ana, channel, status, is_missed):
    receive(client, channel, payloads.text_message("oi"))
    call = payloads.call(status, phone_number_id=channel.phone_number_id)
    post(client, channel, call)
    drain()
    assert ('data-entry="call"' in page_of(client_of(ana))) == is_missed
    preview = Conversation.objects.get().last_message_preview
    assert (preview == "Missed call") == is_missed


def test_a_message_of_a_kind_nobody_knows_is_an_entry_that_says_so(client, client_of, ana, channel):
    receive(client, channel, payloads.message("hologram", {"depth": 3}))
    assert "The customer sent “hologram”." in page_of(client_of(ana))


HOSTILE = [
    payloads.message("location", {"latitude": 1e308, "longitude": "x"}),
    payloads.message("contacts", [{"name": 7, "phones": "x", "org": [], "emails": [None, {}]}]),
    payloads.message("order", {"product_items": [{"quantity": [], "item_price": "NaN"}]}),
    payloads.message(
        "order", {"product_items": [{"quantity": "1e9", "item_price": {}}], "text": 3}
    ),
    payloads.flow_reply('{"a": {"b": [1, {"c": "<script>"}]}}'),
    payloads.text_message(referral={"source_url": "javascript:alert(1)", "headline": "<b>x</b>"}),
    payloads.text_message(context={"forwarded": "yes", "referred_product": 4}),
    payloads.message("system", {"type": ["x"], "wa_id": {}}),
    payloads.message("unsupported", errors=[{"code": "x"}, 4], unsupported={"type": {"x": 1}}),
]


@pytest.mark.parametrize("message", HOSTILE, ids=range(len(HOSTILE)))
def test_what_cannot_be_is_shown_without_harm(client, client_of, ana, channel, message):
    receive(client, channel, message)
    page = page_of(client_of(ana))
    assert "javascript:" not in page and "<b>x</b>" not in page and "<script>" not in page


def test_ana_adds_the_customer_of_a_card(client, client_of, ana, channel):
    receive(client, channel, KINDS["contacts"].wire())
    conversation = Conversation.objects.get()
    message = conversation.messages.get(kind="contacts")
    address = f"/conversations/{conversation.pk}/customers/"
    for _time in range(2):
        answer = client_of(ana).post(address, {"card": f"{message.pk}:0"}, follow=True)
        assert "Dona Ivone" in answer.content.decode()
    assert Customer.objects.get(name="Dona Ivone").phone == "+5521988887777"


@pytest.mark.parametrize("card", ["", "x", "0", f"{payloads.ZECA}:0", "a" * 36 + ":0", "%s:9"])
def test_a_card_that_is_none_adds_nobody(client, client_of, ana, channel, card):
    receive(client, channel, KINDS["contacts"].wire())
    conversation = Conversation.objects.get()
    message = conversation.messages.get(kind="contacts")
    before = Customer.objects.count()
    address = f"/conversations/{conversation.pk}/customers/"
    data = {"card": card % message.pk if "%s" in card else card}
    answer = client_of(ana).post(address, data, headers={"HX-Request": "true"})
    assert answer.status_code in (404, 409)
    assert Customer.objects.count() == before


def test_whoever_may_not_change_the_conversation_adds_nobody(
    client, client_of, vera, bruno, channel
):
    receive(client, channel, KINDS["contacts"].wire())
    conversation = Conversation.objects.get()
    message = conversation.messages.get(kind="contacts")
    address = f"/conversations/{conversation.pk}/customers/"
    assert client_of(vera).post(address, {"card": f"{message.pk}:0"}).status_code == 403
    assert client_of(bruno).post(address, {"card": f"{message.pk}:0"}).status_code == 404
    assert not Customer.objects.filter(name="Dona Ivone").exists()
