"""The whole way, both directions, against a gateway over HTTP."""

import base64
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from conversations.actions import attachments, outbox
from conversations.actions.conversations import take
from conversations.actions.messages import send_message
from conversations.actions.receipts import send_receipt
from conversations.models import (
    Attachment,
    AttachmentState,
    Channel,
    Contact,
    Conversation,
    Customer,
    CustomerIdentity,
    Message,
    Origin,
    SendAttempt,
    SenderKind,
    State,
    Status,
    WorkItem,
)
from conversations.tests.factories import OutboundMessageFactory
from conversations.tests.providers.gateway import wires as w
from helpdesk.core.uuid7 import uuid7
from helpdesk.testing.gateway_server import PIXEL

pytestmark = pytest.mark.django_db
ZECA = "5511987654321"


@pytest.fixture
def talk(server, connected, tell, ana):
    """A conversation that Zeca has begun and Ana holds."""
    server.customer_says("provedor", ZECA, "Estou sem sinal")
    tell()
    conversation = Conversation.objects.get(channel=connected)
    Message.objects.filter(status=Status.QUEUED).delete()
    Conversation.objects.filter(pk=conversation.pk).update(state=State.ACTIVE, assignee=ana)
    conversation.refresh_from_db()
    return conversation


@pytest.fixture
def queued(talk):
    """Build a message that waits to be sent: queued("text", kind=..., payload=...)."""

    def build(body="Olá", **fields) -> Message:
        given = {"sender": SenderKind.AGENT, "status": Status.QUEUED, "provider_id": None}
        given |= {"conversation": talk, "body": body, "next_attempt_at": timezone.now()}
        return OutboundMessageFactory(**(given | fields))

    return build


def sent_now(server, channel) -> dict:
    outbox.send_due(channel.pk)
    return server.sent[-1]


def test_a_question_its_answer_and_the_ticks(server, connected, tell, ana):
    server.customer_says("provedor", ZECA, "Estou sem sinal")
    tell()
    conversation = Conversation.objects.get(channel=connected)
    assert conversation.customer.phone == f"+{ZECA}"
    Conversation.objects.filter(pk=conversation.pk).update(
        state=State.QUEUED, queued_at=timezone.now()
    )
    conversation.refresh_from_db()
    take(conversation, by=ana)
    answer = send_message(conversation, by=ana, body="Já estou vendo", client_token=uuid7())
    while outbox.send_due(connected.pk):
        pass
    assert [one["body"] for one in server.sent][-1] == {"number": ZECA, "text": "Já estou vendo"}
    answer.refresh_from_db()
    assert answer.status == Status.SENT
    tell()
    answer.refresh_from_db()
    assert answer.status == Status.READ and answer.delivered_at
    said = Message.objects.filter(conversation=conversation, sender=SenderKind.AGENT)
    assert said.count() == 1  # what the gateway tells of our own message is no second one


def test_a_number_with_a_qr_code_knows_no_service_window(talk):
    Contact.objects.update(window_expires_at=timezone.now() - timedelta(days=3))
    contact = Contact.objects.select_related("channel").get(pk=talk.contact_id)
    assert contact.window_is_open(timezone.now())


OUTBOUND = [
    ({"body": "Olá"}, "sendText", {"number": ZECA, "text": "Olá"}),
    ({"body": "Escolha", "kind": "interactive",
      "payload": {"type": "button", "buttons": [{"id": "1", "title": "Sim"}, {"id": "2", "title": "Não"}]}},
     "sendText", {"number": ZECA, "text": "Escolha\n\n1. Sim\n2. Não"}),
    ({"body": "", "kind": "location", "payload": {"latitude": -23.5, "longitude": -46.6, "name": "Loja"}},
     "sendLocation", {"number": ZECA, "latitude": -23.5, "longitude": -46.6, "name": "Loja",
                      "address": "-23.5, -46.6"}),
    ({"body": "", "kind": "contacts",
      "payload": {"contacts": [{"name": {"formatted_name": "Ana"}, "phones": [{"phone": "+55 11 91111-2222"}]}]}},
     "sendContact", {"number": ZECA, "contact": [{"fullName": "Ana", "wuid": "5511911112222",
                                                  "phoneNumber": "+55 11 91111-2222"}]}),
    ({"body": "", "kind": "reaction", "payload": {"message_id": "3EB0T", "emoji": "👍"}},
     "sendReaction", {"key": {"id": "3EB0T", "remoteJid": w.ZECA_JID, "fromMe": False}, "reaction": "👍"}),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "route", "body"), OUTBOUND)
def test_each_kind_leaves_as_the_gateway_wants_it(server, connected, queued, fields, route, body):
    message = queued(**fields)
    assert sent_now(server, connected) | {"id": ""} == {
        "route": route, "instance": "provedor", "body": body, "id": "",
    }  # fmt: skip
    message.refresh_from_db()
    assert (message.status, message.provider_id) == (Status.SENT, server.sent[-1]["id"])


FILES = [
    ("image", {}, "sendMedia", "media", "image/png"),
    ("video", {}, "sendMedia", "media", "video/mp4"),
    ("document", {"filename": "conta.pdf"}, "sendMedia", "media", "application/pdf"),
    ("audio", {}, "sendMedia", "media", "audio/mpeg"),
    ("audio", {"voice": True}, "sendWhatsAppAudio", "audio", "audio/ogg"),
    ("sticker", {}, "sendSticker", "sticker", "image/webp"),
]


@pytest.mark.parametrize(("kind", "payload", "route", "field", "mime_type"), FILES)
def test_a_file_leaves_with_its_message(
    server, connected, queued, kind, payload, route, field, mime_type
):
    content = bytes(range(256)) * 400
    message = queued("", kind=kind, payload=payload)
    Attachment.objects.create(
        message=message, state=AttachmentState.STORED, mime_type=mime_type, size=len(content),
        filename="conta.pdf", file=default_storage.save("out/x", ContentFile(content)),
    )  # fmt: skip
    sent = sent_now(server, connected)
    assert sent["route"] == route
    assert base64.b64decode(sent["body"][field], validate=True) == content


def test_a_quote_names_the_customers_message(server, connected, queued, talk):
    original = talk.messages.get(sender=SenderKind.CUSTOMER)
    queued("Sim", reply_to=original)
    quoted = sent_now(server, connected)["body"]["quoted"]
    assert quoted["key"]["id"] == original.provider_id


REFUSALS = [
    ("no_whatsapp", Status.FAILED, 131026),
    ("error=400", Status.FAILED, None),
    ("unavailable", Status.QUEUED, 2),
]


@pytest.mark.parametrize(("fault", "status", "code"), REFUSALS)
def test_a_refusal_is_told(server, connected, queued, fault, status, code):
    server.script_faults(f"{fault}*2")
    message = queued(payload={"tried_variant": "x"})
    outbox.send_due(connected.pk)
    message.refresh_from_db()
    assert (message.status, message.error_code) == (status, code)


def test_a_session_that_is_gone_stops_the_channel_and_keeps_its_queue(server, connected, queued):
    server.script_faults("closed")
    message = queued()
    outbox.send_due(connected.pk)
    message.refresh_from_db()
    assert message.status == Status.QUEUED
    assert "Connection Closed" in Channel.objects.get(pk=connected.pk).paused_facts["details"]


def test_a_message_without_an_answer_is_settled_by_what_the_gateway_tells(
    server, connected, queued, tell
):
    server.script_faults("cut")
    message = queued("Só uma vez")
    outbox.send_due(connected.pk)
    message.refresh_from_db()
    assert message.status == Status.UNKNOWN
    tell()
    message.refresh_from_db()
    assert (message.status, message.provider_id) == (Status.READ, server.sent[0]["id"])
    assert SendAttempt.objects.get().finished_at
    assert len(server.sent) == 1
    assert Message.objects.filter(body="Só uma vez").count() == 1


def test_what_is_typed_on_the_phone_is_an_answer_of_ours(server, talk, tell):
    server.typed_on_the_phone("provedor", ZECA, "Já resolvemos")
    tell()
    typed = talk.messages.get(body="Já resolvemos")
    assert (typed.origin, typed.status) == (Origin.PHONE, Status.SENT)


def test_a_privacy_id_and_then_the_number_is_one_customer(server, connected, tell):
    server.customer_says("provedor", ZECA, "sem número", jid=w.ZECA_LID)
    tell()
    customer = Customer.objects.get(identities__value=w.ZECA_LID)
    assert customer.phone is None
    server.customer_says(
        "provedor", ZECA, "com número", jid=w.ZECA_LID, key={"remoteJidAlt": w.ZECA_JID}
    )
    tell()
    assert Conversation.objects.filter(channel=connected).count() == 1
    assert set(
        CustomerIdentity.objects.filter(
            customer=Conversation.objects.get(channel=connected).customer
        ).values_list("kind", flat=True)
    ) >= {"lid", "phone"}
    assert not WorkItem.objects.parked().exists()


def test_a_privacy_id_is_answered_where_it_wrote(server, connected, tell, queued, talk):
    Contact.objects.filter(pk=talk.contact_id).update(send_to=w.ZECA_LID)
    queued("Oi")
    assert sent_now(server, connected)["body"]["number"] == w.ZECA_LID


def test_a_customers_file_is_fetched_within_its_limit(server, connected, tell):
    picture = base64.b64decode(PIXEL)
    server.customer_sends("provedor", ZECA, picture, "image/png", caption="meu modem")
    tell()
    attachment = Attachment.objects.get()
    attachments.carry(attachment.pk)
    attachment.refresh_from_db()
    assert (attachment.state, attachment.size) == (AttachmentState.STORED, len(picture))
    assert attachment.message.body == "meu modem"


def test_a_file_the_gateway_has_lost_says_why(server, connected, tell):
    server.customer_says("provedor", ZECA, message={"imageMessage": {"mimetype": "image/png"}})
    tell()
    attachment = Attachment.objects.get()
    attachments.carry(attachment.pk)
    attachment.refresh_from_db()
    assert attachment.data["trouble"] == "gone"


def test_a_message_read_here_is_read_there(server, talk):
    assert send_receipt(talk.pk)
    [key] = server.read
    assert key["id"] == talk.messages.get(sender=SenderKind.CUSTOMER).provider_id
    assert key["remoteJid"] == w.ZECA_JID


def test_a_reaction_an_edit_and_a_deletion_change_their_message(server, talk, tell):
    target = talk.messages.get(sender=SenderKind.CUSTOMER)
    key = {"id": target.provider_id, "remoteJid": w.ZECA_JID, "fromMe": False}
    server.customer_says("provedor", ZECA, message={"reactionMessage": {"key": key, "text": "❤️"}})
    edited = {"key": key, "type": 14, "editedMessage": {"conversation": "Sem sinal desde ontem"}}
    server.tell("provedor", "messages.edited", edited)
    server.tell("provedor", "messages.delete", key)
    tell()
    target.refresh_from_db()
    assert target.body == "Sem sinal desde ontem"
    assert target.edited_at and target.revoked_at
    assert target.reactions.get().emoji == "❤️"


def test_a_group_makes_no_conversation_and_is_not_lost(server, connected, tell):
    server.customer_says("provedor", ZECA, "no grupo", jid="12036304@g.us")
    tell()
    assert not Conversation.objects.filter(channel=connected).exists()
    assert not WorkItem.objects.unprocessed().exists()


def test_a_reaction_of_ours_told_back_is_not_the_customers(server, connected, talk, queued, tell):
    target = talk.messages.get(sender=SenderKind.CUSTOMER)
    queued("👍", kind="reaction", payload={"message_id": target.provider_id, "emoji": "👍"})
    outbox.send_due(connected.pk)
    tell()
    assert list(target.reactions.values_list("reactor", "emoji")) == [("us", "👍")]
