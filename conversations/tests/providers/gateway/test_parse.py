"""Each event of the gateway, and each kind of message, as the house hears it."""

from datetime import UTC, datetime

import pytest

from conversations.providers.base import (
    AccountNotice,
    EditReceived,
    InvalidPayload,
    MessageReceived,
    ReactionReceived,
    RevokeReceived,
    StatusReceived,
)
from conversations.providers.gateway.parse import instance_of, parse_body, work_parts
from conversations.tests.providers.gateway import wires as w

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
VCARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Ana Silva\nTEL;type=CELL;waid=5511911112222:+55 11 91111-2222\nEND:VCARD"


def events_of(body) -> list:
    return [event for events in parse_body(w.to_bytes(body), NOON).values() for _, event in events]


def event_of(body):
    [event] = events_of(body)
    return event


def read(message: dict, **more) -> MessageReceived:
    return event_of(w.upsert(w.element(message, **more)))


@pytest.mark.parametrize("event", ["messages.upsert", "MESSAGES_UPSERT"])
def test_a_text_names_its_writer_and_its_second(event):
    received = event_of(w.upsert(w.said("Olá", messageTimestamp=1763640000), event=event))
    assert (received.body, received.kind) == ("Olá", "text")
    assert (received.sender.phone, received.sender.name) == ("5511987654321", "Zeca")
    assert received.occurred_at == datetime.fromtimestamp(1763640000, UTC)
    assert (received.provider_id, received.phone_number_id) == ("3EB0A1", w.INSTANCE)


FILES = {
    "imageMessage": "image", "videoMessage": "video", "ptvMessage": "video",
    "audioMessage": "audio", "documentMessage": "document", "stickerMessage": "sticker",
}  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), FILES.items())
def test_a_file_is_asked_for_by_its_message(name, kind):
    wire = {
        "url": "https://mmg.whatsapp.net/x",
        "mimetype": "x/y",
        "caption": "veja",
        "jpegThumbnail": "AAAA",
    }
    received = read({name: wire, "messageContextInfo": {}, "base64": "AAAA"})
    assert (received.kind, received.body) == (kind, "veja")
    assert (received.media.media_id, received.media.mime_type) == ("3EB0A1", "x/y")
    assert "AAAA" not in str(received.payload)


def test_a_voice_note_and_a_document_say_what_they_are():
    assert read({"audioMessage": {"mimetype": "audio/ogg; codecs=opus", "ptt": True}}).media.voice
    assert read({"documentMessage": {"fileName": "conta.pdf"}}).media.filename == "conta.pdf"
    assert read({"stickerMessage": {"isAnimated": True}}).media.animated


OTHERS = [
    ({"conversation": "Oi"}, "text", "Oi"),
    ({"extendedTextMessage": {"text": "Veja https://a.b"}}, "text", "Veja https://a.b"),
    ({"ephemeralMessage": {"message": {"extendedTextMessage": {"text": "some"}}}}, "text", "some"),
    ({"viewOnceMessageV2": {"message": {"imageMessage": {"caption": "uma vez"}}}}, "image", "uma vez"),
    ({"ephemeralMessage": {"message": {"viewOnceMessage": {"message": {"conversation": "fundo"}}}}},
     "text", "fundo"),
    ({"documentWithCaptionMessage": {"message": {"documentMessage": {"caption": "contrato"}}}},
     "document", "contrato"),
    ({"messageContextInfo": {"x": 1}, "conversation": "segunda chave"}, "text", "segunda chave"),
    ({"locationMessage": {"degreesLatitude": -23.5, "degreesLongitude": -46.6, "name": "Casa"}},
     "location", "Casa"),
    ({"liveLocationMessage": {"degreesLatitude": -23.5, "degreesLongitude": -46.6}},
     "location", "-23.5, -46.6"),
    ({"contactMessage": {"displayName": "Ana Silva", "vcard": VCARD}}, "contacts", "Ana Silva"),
    ({"contactsArrayMessage": {"contacts": [{"vcard": VCARD}, {"displayName": "Bia"}]}},
     "contacts", "Ana Silva, Bia"),
    ({"listResponseMessage": {"title": "Segunda via", "singleSelectReply": {"selectedRowId": "2"}}},
     "interactive", "Segunda via"),
    ({"buttonsResponseMessage": {"selectedButtonId": "sim", "selectedDisplayText": "Sim"}},
     "interactive", "Sim"),
    ({"templateButtonReplyMessage": {"selectedId": "p", "selectedDisplayText": "Pagar"}},
     "button", "Pagar"),
    ({"pollCreationMessageV3": {"name": "Qual?", "options": [{"optionName": "A"}, {"optionName": "B"}]}},
     "unsupported", "Qual?\n- A\n- B"),
    ({"futureMessage": {"x": 1}}, "unsupported", ""),
    ({"locationMessage": {"degreesLatitude": "aqui"}}, "unsupported", ""),
    (None, "unsupported", ""),
]  # fmt: skip


@pytest.mark.parametrize(("message", "kind", "body"), OTHERS)
def test_every_kind_of_message_is_an_entry(message, kind, body):
    received = read(message)
    assert (received.kind, received.body) == (kind, body)


def test_payloads_speak_the_words_that_pages_and_bots_know():
    place = read(OTHERS[7][0]).payload["location"]
    assert (place["latitude"], place["name"]) == (-23.5, "Casa")
    card = read(OTHERS[9][0]).payload["contacts"][0]
    assert card["phones"] == [{"phone": "+55 11 91111-2222", "wa_id": "5511911112222"}]
    assert read(OTHERS[11][0]).payload["interactive"]["list_reply"]["id"] == "2"
    assert read(OTHERS[12][0]).payload["interactive"]["button_reply"]["id"] == "sim"
    assert read(OTHERS[15][0]).payload["unsupported_type"] == "futureMessage"


@pytest.mark.parametrize(
    "value", [1763640000, "1763640000", {"low": 1763640000, "high": 0, "unsigned": True}]
)
def test_a_time_may_be_a_number_a_string_or_a_long(value):
    received = event_of(w.upsert(w.said(messageTimestamp=value)))
    assert received.occurred_at == datetime.fromtimestamp(1763640000, UTC)


def test_several_messages_in_one_body_keep_their_order():
    parts = parse_body(w.to_bytes(w.upsert(w.said("um", "1"), w.said("dois", "2"))), NOON)
    [events] = parts.values()
    assert [(position, event.body) for position, event in events] == [(0, "um"), (1, "dois")]


@pytest.mark.parametrize("beside", [True, False])
def test_a_quote_names_its_message(beside):
    context = {"stanzaId": "3EB0Q", "quotedMessage": {"conversation": "antes"}}
    message = {
        "extendedTextMessage": {"text": "sim"} | ({} if beside else {"contextInfo": context})
    }
    received = read(message, **({"contextInfo": context} if beside else {}))
    assert received.reply_to_provider_id == "3EB0Q"


def test_a_forward_and_an_advertisement_are_marked():
    often = {"isForwarded": True, "forwardingScore": 7}
    assert read({"conversation": "x"}, contextInfo=often).payload["context"] == {
        "frequently_forwarded": True
    }
    ad = {"externalAdReply": {"title": "Fibra", "sourceUrl": "https://fb.me/1", "sourceId": "9"}}
    referral = read({"conversation": "x"}, contextInfo=ad).payload["referral"]
    assert (referral["headline"], referral["source_id"]) == ("Fibra", "9")


def test_a_person_known_by_a_privacy_id_alone_is_somebody():
    received = event_of(w.upsert(w.said(jid=w.ZECA_LID)))
    assert (received.sender.lid, received.sender.phone) == (w.ZECA_LID, "")
    assert received.sender.answer_to == w.ZECA_LID


@pytest.mark.parametrize("place", ["remoteJidAlt", "senderPn"])
def test_a_privacy_id_with_its_number_is_both_and_is_answered_where_it_wrote(place):
    received = event_of(
        w.upsert(w.said(jid=w.ZECA_LID, key={place: "5511987654321:12@s.whatsapp.net"}))
    )
    assert (received.sender.lid, received.sender.phone) == (w.ZECA_LID, "5511987654321")
    assert received.sender.answer_to == w.ZECA_LID


@pytest.mark.parametrize(
    "jid", ["1203630@g.us", "status@broadcast", "123@newsletter", "", "x" * 400]
)
def test_a_group_or_a_broadcast_is_no_customer_and_is_kept_all_the_same(jid):
    notice = event_of(w.upsert(w.said(jid=jid, key={"participant": w.ZECA_JID})))
    assert isinstance(notice, AccountNotice)
    assert (notice.field_name, notice.sender) == ("messages.upsert", None)
    assert notice.payload["message"] == {"conversation": "Oi"}


def test_what_we_type_on_the_phone_is_an_echo_to_the_customer():
    echo = event_of(w.upsert(w.said("Já vou", ours=True)))
    assert echo.echo and echo.recipient.phone == "5511987654321"
    assert "via_api" not in echo.payload


def test_what_was_sent_through_the_gateway_says_so():
    assert event_of(w.upsert(w.said(ours=True), event="send.message")).payload["via_api"]


@pytest.mark.parametrize("emoji", ["👍", ""])
def test_a_reaction_names_its_message(emoji):
    reaction = event_of(
        w.upsert(w.element({"reactionMessage": {"key": {"id": "3EB0T"}, "text": emoji}}))
    )
    assert isinstance(reaction, ReactionReceived)
    assert (reaction.target_provider_id, reaction.emoji) == ("3EB0T", emoji)


STATUSES = [
    ("ERROR", "failed"), ("PENDING", "pending"), ("SERVER_ACK", "sent"), ("DELIVERY_ACK", "delivered"),
    ("READ", "read"), ("PLAYED", "played"), ("DELETED", "deleted"), ("NEW_WORD", "new_word"), (3, "delivered"),
]  # fmt: skip


@pytest.mark.parametrize(("word", "status"), STATUSES)
def test_a_status_is_told_in_our_words(word, status):
    event = event_of(w.status("3EB0S", word))
    assert isinstance(event, StatusReceived)
    assert (event.provider_id, event.status) == ("3EB0S", status)


def test_a_status_of_the_customers_own_message_says_nothing_about_ours():
    assert isinstance(event_of(w.status("3EB0S", "READ", ours=False)), AccountNotice)


def protocol(kind, **more):
    key = {"remoteJid": w.ZECA_JID, "fromMe": False, "id": "3EB0T"}
    return {"key": key, "type": kind, **more}


@pytest.mark.parametrize("kind", [14, "MESSAGE_EDIT"])
def test_an_edit_holds_the_new_words(kind):
    data = protocol(kind, editedMessage={"conversation": "certo"}, timestampMs="1763640000500")
    edit = event_of(w.envelope("messages.edited", data))
    assert isinstance(edit, EditReceived)
    assert (edit.target_provider_id, edit.body) == ("3EB0T", "certo")
    assert edit.occurred_at.timestamp() == 1763640000.5


@pytest.mark.parametrize("kind", [0, "REVOKE"])
def test_a_deletion_may_come_as_an_edit(kind):
    revoke = event_of(w.envelope("messages.edited", protocol(kind)))
    assert isinstance(revoke, RevokeReceived) and revoke.target_provider_id == "3EB0T"


def test_another_protocol_message_is_kept():
    assert isinstance(event_of(w.envelope("messages.edited", protocol(5))), AccountNotice)


def test_a_deletion_names_its_message():
    data = {"remoteJid": w.ZECA_JID, "fromMe": False, "id": "3EB0T", "status": "DELETED"}
    revoke = event_of(w.envelope("messages.delete", data))
    assert isinstance(revoke, RevokeReceived) and revoke.target_provider_id == "3EB0T"


@pytest.mark.parametrize(
    "name",
    ["connection.update", "QRCODE_UPDATED", "status.instance", "logout.instance", "new.event"],
)
def test_news_of_the_session_is_a_notice_about_its_instance(name):
    body = w.to_bytes(w.envelope(name, {"state": "open"}))
    [notice] = events_of(w.envelope(name, {"state": "open"}))
    assert (notice.field_name, notice.phone_number_id) == (
        name.lower().replace("_", "."),
        w.INSTANCE,
    )
    assert [part.sender for part in work_parts(body)] == [""]
    assert instance_of(body) == w.INSTANCE


def test_the_same_news_later_is_other_news_and_a_second_delivery_is_not():
    first = w.envelope("connection.update", {"state": "open"})
    later = {**first, "date_time": "2026-11-20T10:00:00.000Z"}
    ids = [event_of(body).notice_id for body in (first, first, later)]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"event": 5.5}', b"\xff", b"[" * 100_000])
def test_what_is_not_the_gateways_is_invalid(raw):
    with pytest.raises(InvalidPayload):
        work_parts(raw)
