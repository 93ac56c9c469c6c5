"""The simulator as a gateway: from the QR code to the ticks, all over HTTP."""

import base64

import pytest
import requests
from django.urls import reverse
from django.utils import timezone

from conversations.actions import attachments, outbox
from conversations.actions import gateway as actions
from conversations.models import (
    Attachment,
    AttachmentState,
    Channel,
    ChannelStatus,
    Conversation,
    GatewaySession,
    Message,
    ProviderName,
    SenderKind,
    SessionState,
    SimulatorCall,
    SimulatorDelivery,
    SimulatorInstance,
    SimulatorMessage,
    SimulatorSetting,
    State,
    Status,
)
from conversations.providers import registry
from conversations.providers.gateway.provider import GatewayProvider
from conversations.providers.simulator import gateway_sessions, odd, phone
from conversations.providers.simulator.pump import Pump
from conversations.tests.factories import ChannelFactory, OutboundMessageFactory
from helpdesk.testing.webhooks import drain

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "a-key-that-nobody-guesses"
ZECA = "5511987654321"


@pytest.fixture
def house(live_server, settings):
    """This house, its own simulated gateway set up."""
    settings.BASE_URL = live_server.url
    settings.GATEWAY_URL = f"{live_server.url}/simulator/gateway"
    settings.GATEWAY_API_KEY = KEY
    registry.register(GatewayProvider())
    yield live_server.url
    registry._providers.pop("gateway")


@pytest.fixture
def channel(house, cast):
    """A number to be connected by QR code, leading to Suporte."""
    return ChannelFactory(
        name="Loja", badge="LOJ", provider=ProviderName.GATEWAY, phone_number_id="",
        display_phone_number="", default_queue=cast.support, status="disconnected",
    )  # fmt: skip


@pytest.fixture
def tell(house):
    """Carry what the gateway has to say to our door, over HTTP, and work on it: tell()."""
    pump = Pump(None)

    def carry() -> None:
        SimulatorDelivery.objects.pending().update(due_at=timezone.now())
        with requests.Session() as session:
            while pump.deliver_next(session):
                pass
        assert not SimulatorDelivery.objects.pending().exists()
        drain()

    return carry


@pytest.fixture
def connected(channel, celia, tell):
    """The number, its code read by the business's phone; Zeca has a phone as well."""
    actions.connect(channel, by=celia)
    channel.refresh_from_db()
    gateway_sessions.read_code(channel)
    tell()
    channel.refresh_from_db()
    return channel


@pytest.fixture
def zeca(connected):
    from conversations.providers.simulator.setup import ensure_phone

    return ensure_phone(connected, "Zeca", ZECA)


@pytest.fixture
def talk(zeca, tell, ana):
    """A conversation that Zeca has begun and Ana holds."""
    phone.say(zeca, "Estou sem sinal")
    tell()
    conversation = Conversation.objects.get(channel=zeca.channel)
    Message.objects.filter(status=Status.QUEUED).delete()
    Conversation.objects.filter(pk=conversation.pk).update(state=State.ACTIVE, assignee=ana)
    conversation.refresh_from_db()
    return conversation


@pytest.fixture
def answer(talk):
    """Send something of ours to Zeca: answer("text", kind=..., payload=...); returns the message."""

    def send(body="Já estou vendo", **fields) -> Message:
        given = {"sender": SenderKind.AGENT, "status": Status.QUEUED, "provider_id": None}
        given |= {"conversation": talk, "body": body, "next_attempt_at": timezone.now()}
        message = OutboundMessageFactory(**(given | fields))
        while outbox.send_due(talk.channel_id):
            pass
        message.refresh_from_db()
        return message

    return send


def call(house, method, route, body=None, key=KEY):
    return requests.request(
        method, f"{house}/simulator/gateway/{route}", json=body, headers={"apikey": key}, timeout=20
    )


# --- The session


def test_a_number_is_connected_by_reading_its_code(channel, client_of, celia, ana, tell):
    page = client_of(celia).post(
        reverse("conversations:gateway_connect", args=[channel.pk]),
        {"number": "+55 11 3000-0000"},
        headers={"HX-Request": "true"},
    )
    session = GatewaySession.objects.get(channel=channel)
    assert session.code_image.startswith("data:image/png;base64,")
    assert session.code_image in page.content.decode() and len(session.pairing_code) == 8
    someone = channel.simulator_phones.first()
    simulator = client_of(ana)
    shown = simulator.get(reverse("simulator:page"), {"phone": someone.pk}).content.decode()
    assert "Read the code with our own phone" in shown
    simulator.post(reverse("simulator:pair", args=[someone.pk]))
    tell()
    session.refresh_from_db()
    channel.refresh_from_db()
    assert session.state == SessionState.OPEN and channel.status == ChannelStatus.CONNECTED
    assert channel.display_phone_number == "+55 (11) 3000-0000"


def test_the_phone_can_end_the_session(connected, client_of, ana, tell):
    someone = connected.simulator_phones.first()
    client_of(ana).post(reverse("simulator:unpair", args=[someone.pk]))
    tell()
    session = GatewaySession.objects.get(channel=connected)
    assert (session.state, session.reason) == (SessionState.CLOSED, 401)
    with pytest.raises(phone.PhoneError, match="not connected"):
        phone.say(someone, "Alguém aí?")


def test_we_can_end_the_session_and_connect_again(connected, celia, tell):
    actions.log_out(connected, by=celia)
    tell()
    instance = SimulatorInstance.objects.get()
    assert instance.state == SimulatorInstance.State.CLOSED
    actions.connect(connected, by=celia)
    gateway_sessions.read_code(connected)
    tell()
    assert GatewaySession.objects.get().state == SessionState.OPEN


def test_the_next_codes_come_by_themselves_until_one_is_read(channel, celia, tell):
    actions.connect(channel, by=celia)
    channel.refresh_from_db()
    first = GatewaySession.objects.get().code_image
    assert SimulatorDelivery.objects.pending().filter(kind="qrcode.updated").count() == 4
    tell()
    shown = GatewaySession.objects.get()
    assert shown.state == SessionState.CONNECTING and shown.code_image not in ("", first)
    actions.connect(channel, by=celia)
    gateway_sessions.read_code(channel)
    assert not SimulatorDelivery.objects.pending().filter(kind="qrcode.updated").exists()
    tell()
    assert GatewaySession.objects.get().state == SessionState.OPEN


def test_a_code_is_read_once(connected):
    with pytest.raises(phone.PhoneError, match="no code"):
        gateway_sessions.read_code(connected)


# --- The way of a text


def test_a_text_and_its_answer_go_the_whole_way(talk, zeca, answer, tell):
    assert [m.body for m in talk.messages.filter(sender=SenderKind.CUSTOMER)] == ["Estou sem sinal"]
    assert zeca.messages.get().status == SimulatorMessage.Status.DELIVERED
    sent = answer()
    assert sent.status == Status.SENT
    on_phone = zeca.messages.get(direction="out")
    assert (on_phone.payload["text"]["body"], on_phone.wamid) == (sent.body, sent.provider_id)
    tell()
    sent.refresh_from_db()
    assert sent.status == Status.READ and sent.delivered_at
    assert talk.messages.filter(sender=SenderKind.AGENT).count() == 1  # told of, not repeated


def test_the_phone_shows_the_answer_on_its_page(answer, zeca, client_of, ana):
    answer("Já estou vendo")
    page = client_of(ana).get(reverse("simulator:page"), {"phone": zeca.pk}).content.decode()
    assert "Já estou vendo" in page and "Loja" in page and "Window closed" not in page


def test_what_is_typed_on_our_own_phone_is_an_echo(talk, zeca, tell):
    odd.send(zeca, "typed_by_us", "Respondo do celular")
    tell()
    echo = talk.messages.get(body="Respondo do celular")
    assert echo.is_outbound and echo.status != Status.QUEUED


def test_somebody_without_a_visible_number_is_answered_by_the_privacy_id(connected, tell, ana):
    lia = connected.simulator_phones.get(name="Lia")
    phone.say(lia, "Oi")
    tell()
    talk = Conversation.objects.get(channel=connected)
    Message.objects.filter(status=Status.QUEUED).delete()
    Conversation.objects.filter(pk=talk.pk).update(state=State.ACTIVE, assignee=ana)
    OutboundMessageFactory(
        conversation=talk, body="Olá", sender=SenderKind.AGENT, status=Status.QUEUED,
        provider_id=None, next_attempt_at=timezone.now(),
    )  # fmt: skip
    outbox.send_due(connected.pk)
    assert lia.messages.get(direction="out").payload["text"]["body"] == "Olá"


def test_a_number_without_whatsapp_is_refused_for_good(talk, zeca, answer):
    zeca.on_whatsapp = False
    zeca.save()
    message = answer()
    assert (message.status, message.error_code) == (Status.FAILED, 131026)


# --- What a phone can do


@pytest.mark.parametrize("kind", ["image", "video", "audio", "document", "sticker"])
def test_a_file_of_the_phone_lands_as_its_kind(zeca, tell, kind):
    phone.send(zeca, kind, caption="Veja")
    tell()
    attachment = Attachment.objects.get(message__kind=kind)
    attachments.carry(attachment.pk)
    attachment.refresh_from_db()
    held = zeca.channel.simulator_media.get()
    assert attachment.state == AttachmentState.STORED and attachment.size == held.size


@pytest.mark.parametrize(("kind", "field"), [("location", "location"), ("contacts", "contacts")])
def test_a_place_and_a_card_land_as_their_kind(zeca, tell, kind, field):
    phone.send(zeca, kind)
    tell()
    message = Message.objects.get(kind=kind)
    assert message.payload[field]


def test_reaction_edit_and_revoke_change_the_message_they_are_about(talk, zeca, answer, tell):
    ours = answer()
    tell()
    phone.react(zeca, ours.provider_id, "👍")
    first = zeca.messages.get(kind="text", direction="in")
    phone.edit(zeca, first.wamid, "Voltou o sinal")
    tell()
    ours.refresh_from_db()
    said = talk.messages.get(provider_id=first.wamid)
    assert ours.reactions.get().emoji == "👍"
    assert said.body == "Voltou o sinal" and said.edited_at
    phone.revoke(zeca, first.wamid)
    tell()
    said.refresh_from_db()
    assert said.revoked_at


def test_a_quote_names_what_it_answers(talk, zeca, answer, tell):
    ours = answer()
    tell()
    phone.say(zeca, "Obrigado", reply_to=ours.provider_id)
    tell()
    assert talk.messages.get(body="Obrigado").reply_to_provider_id == ours.provider_id


def test_an_advert_and_a_forwarded_text_say_so(zeca, tell):
    odd.send(zeca, "advert", "Quero o plano")
    odd.send(zeca, "forwarded", "Olhem")
    tell()
    assert Message.objects.get(body="Quero o plano").payload["referral"]["headline"]
    assert Message.objects.get(body="Olhem").payload["context"] == {"forwarded": True}


def test_what_a_gateway_does_not_hear_of_is_not_offered(zeca, client_of, ana):
    page = client_of(ana).get(reverse("simulator:page"), {"phone": zeca.pk}).content.decode()
    assert 'value="advert"' in page and 'value="order"' not in page
    with pytest.raises(phone.PhoneError):
        odd.send(zeca, "order")


# --- What we send


OURS = [
    ({"kind": "location", "payload": {"latitude": -23.5, "longitude": -46.6, "name": "Loja"}},
     "location", {"latitude": -23.5, "longitude": -46.6, "name": "Loja", "address": "-23.5, -46.6"}),
    ({"kind": "contacts", "payload": {"contacts": [
        {"name": {"formatted_name": "Ana"}, "phones": [{"phone": "+55 11 91111-2222"}]}]}},
     "contacts", [{"name": {"formatted_name": "Ana"},
                   "phones": [{"phone": "+55 11 91111-2222", "wa_id": "5511911112222"}]}]),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "kind", "part"), OURS)
def test_what_we_send_stands_on_the_phone_as_its_kind(zeca, answer, fields, kind, part):
    assert answer("", **fields).status == Status.SENT
    assert zeca.messages.get(direction="out").payload[kind] == part


def test_a_reaction_of_ours_stands_at_its_message(zeca, answer):
    first = zeca.messages.get()
    answer("", kind="reaction", payload={"message_id": first.wamid, "emoji": "🙏"})
    kept = zeca.messages.get(direction="out")
    assert (kept.target_wamid, kept.payload["reaction"]["emoji"]) == (first.wamid, "🙏")


def test_a_file_of_ours_is_kept_as_it_was_sent(house, zeca):
    content = bytes(range(256)) * 40
    body = {
        "number": ZECA, "mediatype": "document", "mimetype": "application/pdf",
        "media": base64.b64encode(content).decode(), "fileName": "conta.pdf", "caption": "Eis",
    }  # fmt: skip
    name = zeca.channel.gateway_instance
    told = call(house, "POST", f"message/sendMedia/{name}", body)
    assert told.status_code == 201 and told.json()["message"]["documentMessage"]
    part = zeca.messages.get().payload["document"]
    assert (part["filename"], part["caption"]) == ("conta.pdf", "Eis")
    asked = {"message": {"key": {"id": told.json()["key"]["id"]}}}
    fetched = call(house, "POST", f"chat/getBase64FromMediaMessage/{name}", asked).json()
    assert base64.b64decode(fetched["base64"]) == content
    logged = SimulatorCall.objects.get(path__contains="sendMedia")
    assert len(logged.body["media"]) < 50  # the log keeps no files


def test_our_read_receipt_is_seen_on_the_phone(talk, zeca):
    first = zeca.messages.get()
    assert GatewayProvider().mark_read(zeca.channel, first.wamid, to=ZECA)
    first.refresh_from_db()
    assert first.status == SimulatorMessage.Status.READ


# --- The gateway's manners


@pytest.mark.parametrize("key", ["", "wrong", KEY + "x"])
@pytest.mark.parametrize("route", ["instance/fetchInstances", "instance/connectionState/x"])
def test_a_wrong_key_is_refused(house, db, key, route):
    answer = call(house, "GET", route, key=key)
    assert answer.status_code == 401 and answer.json()["error"] == "Unauthorized"


def test_an_instances_own_token_opens_its_own_addresses_only(house, connected):
    token = SimulatorInstance.objects.get().token
    name = connected.gateway_instance
    state = call(house, "GET", f"instance/connectionState/{name}", key=token)
    assert state.json()["instance"]["state"] == "open"
    assert call(house, "GET", "instance/fetchInstances", key=token).status_code == 401


REFUSED = [
    ("GET", "instance/connectionState/nobody", None, 404),
    ("GET", "instance/nothing", None, 404),
    ("POST", "instance/create", {"instanceName": "stranger", "integration": "WHATSAPP-BAILEYS"}, 400),
    ("POST", "instance/create", {}, 400),
    ("POST", "message/sendText/{i}", {"number": ZECA}, 400),
    ("POST", "message/sendText/{i}", {"number": ZECA, "text": ["x"]}, 400),
    ("POST", "message/sendText/{i}", {"number": "5500000000000", "text": "x"}, 400),
    ("POST", "message/sendMedia/{i}", {"number": ZECA, "mediatype": "image", "media": "???"}, 400),
    ("POST", "message/sendMedia/{i}", {"number": ZECA, "mediatype": "x", "media": "aGk="}, 400),
    ("POST", "message/sendContact/{i}", {"number": ZECA, "contact": ["x"]}, 400),
    ("POST", "message/sendReaction/{i}", {"key": {}, "reaction": "x"}, 400),
    ("POST", "chat/getBase64FromMediaMessage/{i}", {"message": "x"}, 400),
    ("POST", "chat/whatsappNumbers/{i}", {}, 400),
    ("POST", "webhook/set/{i}", {"webhook": {"url": "http://elsewhere.example/x"}}, 400),
]  # fmt: skip


def test_what_is_wrong_is_refused_as_the_gateway_refuses(house, zeca):
    for method, route, body, status in REFUSED:
        asked = route.format(i=zeca.channel.gateway_instance)
        answer = call(house, method, asked, body)
        assert (answer.status_code, answer.json()["status"]) == (status, status), (route, body)
    assert not zeca.messages.exists()


def test_numbers_are_looked_up(house, zeca):
    route = f"chat/whatsappNumbers/{zeca.channel.gateway_instance}"
    known, unknown = call(house, "POST", route, {"numbers": [ZECA, "5500000000000"]}).json()
    assert (known["exists"], unknown["exists"]) == (True, False)


def test_the_log_shows_no_secret(house, connected, client_of, ana):
    channel = Channel.objects.get(pk=connected.pk)
    someone = connected.simulator_phones.first()
    page = client_of(ana).get(reverse("simulator:page"), {"phone": someone.pk}).content.decode()
    token = SimulatorInstance.objects.get().token
    assert "instance/create" in page
    assert channel.webhook_secret not in page and token not in page and KEY not in page


def test_an_outage_is_an_outage_of_the_gateway_too(house, zeca):
    SimulatorSetting.objects.update_or_create(pk=1, defaults={"server_error_percent": 100})
    assert not GatewayProvider().check_health(zeca.channel)["ok"]


def test_another_gateway_leaves_nothing_to_play_with(house, zeca, settings, client_of, ana):
    settings.GATEWAY_URL = "http://gateway.example"
    assert call(house, "GET", "instance/fetchInstances").status_code == 404
    shown = client_of(ana).get(reverse("simulator:page"), {"phone": zeca.pk})
    assert shown.status_code == 404
