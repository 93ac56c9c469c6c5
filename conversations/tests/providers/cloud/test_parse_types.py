"""Every type of spec/03, 2.1: what an agent reads of it, and that nothing is thrown away."""

from datetime import UTC, datetime

import pytest

from conversations.providers.base import (
    EditReceived,
    MessageReceived,
    ReactionReceived,
    RevokeReceived,
)
from conversations.providers.cloud.parse import parse_events
from conversations.tests.providers import payloads as p

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def only_event(*messages, **more):
    [(position, event)] = parse_events(p.to_bytes(p.envelope(*messages, **more)))
    assert position == 0
    return event


CARD = {"name": {"formatted_name": "Maria Souza"}, "phones": [{"phone": "+55 11 91234-5678"}]}
ORDER = {"catalog_id": "1", "product_items": [{"product_retailer_id": "fibra-500", "quantity": 2}]}
SYSTEM = {"type": "user_changed_number", "body": "Zeca mudou de número", "wa_id": "5511912345678"}

# type, its object, kind, body
TYPES = [
    ("text", {"body": "oi"}, "text", "oi"),
    ("location", {"latitude": -23.5, "longitude": -46.6}, "location", "-23.5, -46.6"),
    (
        "location",
        {"latitude": 1, "longitude": 2, "name": "Loja", "address": "Rua A"},
        "location",
        "Loja, Rua A",
    ),
    (
        "contacts",
        [CARD, {"name": {"first_name": "Ana", "last_name": "Lima"}}],
        "contacts",
        "Maria Souza, Ana Lima",
    ),
    ("contacts", [{"phones": [{"phone": "190"}]}], "contacts", "190"),
    ("button", {"payload": "YES", "text": "Sim"}, "button", "Sim"),
    ("button", {"payload": "YES"}, "button", "YES"),
    ("order", ORDER, "order", "2 × fibra-500"),
    ("order", {**ORDER, "text": "Quero este"}, "order", "Quero este"),
    ("system", SYSTEM, "system", "Zeca mudou de número"),
    ("request_welcome", None, "system", ""),
    (
        "interactive",
        {"type": "button_reply", "button_reply": {"id": "1", "title": "Boleto"}},
        "interactive",
        "Boleto",
    ),
    (
        "interactive",
        {"type": "list_reply", "list_reply": {"id": "2", "title": "Suporte", "description": "d"}},
        "interactive",
        "Suporte",
    ),
    (
        "interactive",
        {"type": "call_permission_reply", "call_permission_reply": {"response": "accept"}},
        "interactive",
        "accept",
    ),
    ("interactive", {"type": "hologram_reply", "hologram_reply": {"id": "1"}}, "unsupported", ""),
    ("unknown", None, "unsupported", ""),
    ("hologram", {"depth": 3}, "unsupported", ""),
    ("text", ["not", "an", "object"], "unsupported", ""),
    ("text", {"body": 7}, "unsupported", ""),
    ("location", {"latitude": "north"}, "unsupported", ""),
    ("contacts", {"name": "not a list"}, "unsupported", ""),
    ("reaction", {"emoji": "👍"}, "unsupported", ""),
    ("edit", {"message": {}}, "unsupported", ""),
    ("revoke", None, "unsupported", ""),
]


@pytest.mark.parametrize(("type_name", "wire", "kind", "body"), TYPES)
def test_a_type_becomes_a_kind_with_what_a_person_reads(type_name, wire, kind, body):
    event = only_event(p.message(type_name, wire))
    assert isinstance(event, MessageReceived)
    assert (event.kind, event.body) == (kind, body)
    assert event.payload["type"] == type_name
    if type_name != "text" or kind == "unsupported":
        assert event.payload.get(type_name) == wire


@pytest.mark.parametrize(
    ("type_name", "kind"),
    [("image", "image"), ("video", "video"), ("audio", "audio"), ("voice", "audio"),
     ("document", "document"), ("sticker", "sticker")],
)  # fmt: skip
def test_media_keep_what_is_needed_to_fetch_them(type_name, kind):
    event = only_event(
        p.media_message(type_name, "x/y", caption="Olhe", filename="conta.pdf", url="https://a/b")
    )
    assert (event.kind, event.body) == (kind, "Olhe")
    assert event.media.media_id == "1037543291543636"
    assert (event.media.mime_type, event.media.filename, event.media.url) == (
        "x/y",
        "conta.pdf",
        "https://a/b",
    )
    assert event.media.sha256
    assert event.payload[type_name]["id"] == event.media.media_id


@pytest.mark.parametrize(
    ("type_name", "flag"), [("audio", True), ("audio", False), ("voice", None)]
)
def test_a_voice_note_is_told_from_other_audio(type_name, flag):
    wire = {} if flag is None else {"voice": flag}
    assert only_event(p.media_message(type_name, **wire)).media.voice is (flag is not False)


def test_an_animated_sticker_is_told_from_a_still_one():
    assert only_event(p.media_message("sticker", animated=True)).media.animated


@pytest.mark.parametrize("with_media", [True, False])
def test_media_that_could_not_be_downloaded_stay_visible(with_media):
    errors = [{"code": 131052, "title": "Media download error"}]
    wire = p.media_message("video", errors=errors)
    if not with_media:
        del wire["video"]
    event = only_event(wire)
    assert event.kind == ("video" if with_media else "unsupported")
    assert event.payload["errors"] == errors
    assert event.payload["type"] == "video"


def test_an_unsupported_message_says_what_it_was():
    errors = [{"code": 131051, "title": "Message type is not supported"}]
    event = only_event(p.message("unsupported", {"type": "poll_creation"}, errors=errors))
    assert event.kind == "unsupported"
    assert event.payload["unsupported_type"] == "poll_creation"
    assert event.payload["errors"] == errors


def test_a_missing_interactive_object_takes_the_errors_of_the_value():
    error = {"code": 131000, "title": "Something went wrong"}
    body = p.to_bytes(p.envelope(p.message("interactive"), errors=[error]))
    message, notice = [event for _, event in parse_events(body)]
    assert message.kind == "unsupported"
    assert message.payload["errors"] == [error]
    assert notice.payload == {"errors": [error]}


def test_the_answers_of_a_flow_are_kept_as_keys_and_values():
    event = only_event(p.flow_reply('{"flow_token":"x","plano":"500","itens":[1,2]}'))
    assert event.kind == "interactive"
    assert event.body == "plano: 500, itens: [1, 2]"
    assert event.payload["answers"]["plano"] == "500"


@pytest.mark.parametrize("response_json", ["{broken", "[1]", "7", "", '{"a":' * 3000])
def test_a_flow_answer_that_is_no_object_still_shows_its_text(response_json):
    event = only_event(p.flow_reply(response_json))
    assert (event.kind, event.body) == ("interactive", "Sent")
    assert "answers" not in event.payload


@pytest.mark.parametrize(("emoji", "read"), [("❤️", "❤️"), ("", ""), (None, "")])
def test_a_reaction_names_its_message_and_an_empty_one_takes_it_away(emoji, read):
    event = only_event(p.reaction("wamid.target", emoji))
    assert isinstance(event, ReactionReceived)
    assert (event.target_provider_id, event.emoji) == ("wamid.target", read)


def test_an_edit_names_its_message_and_carries_the_new_text():
    new = {"type": "text", "text": {"body": "corrigido"}}
    event = only_event(p.message("edit", {"original_message_id": "wamid.first", "message": new}))
    assert isinstance(event, EditReceived)
    assert (event.target_provider_id, event.body, event.payload) == (
        "wamid.first",
        "corrigido",
        new,
    )
    assert event.provider_id


def test_a_revoke_names_its_message():
    event = only_event(p.message("revoke", {"original_message_id": "wamid.first"}))
    assert isinstance(event, RevokeReceived)
    assert event.target_provider_id == "wamid.first"


@pytest.mark.parametrize("type_name", ["system", "request_welcome"])
def test_an_entry_without_content_is_marked_as_such(type_name):
    event = only_event(p.message(type_name, SYSTEM if type_name == "system" else None))
    assert not event.has_content
    assert event.payload.get("opens_window", False) is (type_name == "request_welcome")


def test_what_surrounds_a_message_is_kept():
    around = {
        "context": {"from": p.BUSINESS_NUMBER, "id": "wamid.quoted", "forwarded": True},
        "referral": {"source_id": "42", "ctwa_clid": "c"},
        "identity": {"hash": "h"},
        "group_id": "g",
        "from_parent_user_id": "BR.parent",
    }
    event = only_event(p.text_message(**around))
    assert event.reply_to_provider_id == "wamid.quoted"
    assert event.payload == {"type": "text"} | around


def test_a_text_with_more_than_a_body_keeps_its_object():
    event = only_event(p.message("text", {"body": "oi", "format": "bold"}))
    assert event.payload["text"] == {"body": "oi", "format": "bold"}


def test_what_a_contact_says_beside_name_and_ids_is_kept():
    contacts = [p.contact(identity_key_hash="k", profile={"name": "Zeca", "username": "zeca"})]
    event = only_event(p.text_message(), contacts=contacts)
    assert event.sender.name == "Zeca"
    assert event.payload["contact"] == {
        "identity_key_hash": "k",
        "profile": {"name": "Zeca", "username": "zeca"},
    }


def test_times_are_seconds_of_the_provider_in_utc():
    event = only_event(p.text_message(timestamp="1750000000"))
    assert event.occurred_at == datetime.fromtimestamp(1750000000, UTC)
    assert "timestamp_replaced" not in event.payload


@pytest.mark.parametrize("timestamp", ["99999999999", "0", "soon", None, True, [], 1e300, "-1"])
def test_a_time_that_cannot_be_is_replaced_by_that_of_arrival(timestamp):
    wire = {**p.text_message(), "timestamp": timestamp}
    [(_, event)] = parse_events(p.to_bytes(p.envelope(wire)), received_at=NOON)
    assert event.occurred_at == NOON
    assert event.payload["timestamp_replaced"] == timestamp


def test_a_time_as_a_number_is_understood():
    wire = {**p.text_message(), "timestamp": 1750000000}
    assert only_event(wire).occurred_at == datetime.fromtimestamp(1750000000, UTC)
