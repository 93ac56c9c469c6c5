"""Whose an update is: senders, parts, positions, statuses, echoes, calls, account notices."""

import json

import pytest

from conversations.providers.base import (
    AccountNotice,
    InvalidPayload,
    MessageReceived,
    StatusReceived,
    WorkPart,
)
from conversations.providers.cloud.parse import parse_body, parse_events, work_parts
from conversations.tests.providers import payloads as p


def events_of(body: dict) -> list:
    return [event for _, event in parse_events(p.to_bytes(body))]


def part(sender: str, number: str = p.PHONE_NUMBER_ID) -> WorkPart:
    return WorkPart(number, sender)


def test_parts_stand_in_order_of_first_appearance():
    body = p.envelope(
        p.text_message(sender="551187654321"),
        p.text_message(sender="14155550100"),
        p.text_message(sender="5511987654321"),
        statuses=[p.status("wamid.x", recipient="14155550199")],
    )
    assert work_parts(p.to_bytes(body)) == [
        part("5511987654321"),
        part("14155550100"),
        part("14155550199"),
    ]


def test_positions_count_within_a_part():
    senders = ["14155550100", "14155550101", "14155550100"]
    body = p.to_bytes(
        p.envelope(*[p.text_message(str(i), sender=s) for i, s in enumerate(senders)])
    )
    read = [(position, event.body) for position, event in parse_events(body, part(senders[0]))]
    assert read == [(0, "0"), (1, "2")]
    assert len(parse_events(body)) == 3


def test_one_body_may_mix_numbers():
    one, other = (p.envelope(p.text_message(), phone_number_id=number) for number in ("1", "2"))
    one["entry"] += other["entry"]
    assert work_parts(p.to_bytes(one)) == [part(p.ZECA, "1"), part(p.ZECA, "2")]


def test_a_part_is_found_again_without_its_account():
    body = p.to_bytes(p.envelope(p.text_message()))
    assert work_parts(body)[0].waba_id == p.WABA_ID
    assert len(parse_body(body)[WorkPart(p.PHONE_NUMBER_ID, p.ZECA)]) == 1


def test_a_customer_without_phone_is_known_by_the_business_scoped_id():
    wire = p.text_message(sender="", from_user_id=p.ZECA_BSUID)
    contacts = [{"profile": {"username": "zeca"}, "user_id": p.ZECA_BSUID}]
    body = p.envelope(wire, contacts=contacts)
    [event] = events_of(body)
    assert work_parts(p.to_bytes(body)) == [part(p.ZECA_BSUID)]
    assert (event.sender.phone, event.sender.bsuid, event.sender.name) == ("", p.ZECA_BSUID, "zeca")


def test_contacts_are_matched_by_id_and_not_by_place():
    body = p.envelope(
        p.text_message(sender="14155550100"),
        p.text_message(sender="", from_user_id=p.ZECA_BSUID),
        contacts=[
            p.contact(name="Zeca", user_id=p.ZECA_BSUID),
            p.contact("14155550100", "Yara"),
        ],
    )
    yara, zeca = events_of(body)
    assert (yara.sender.name, zeca.sender.name) == ("Yara", "Zeca")
    assert (zeca.sender.phone, zeca.sender.wa_id) == ("", p.ZECA)
    assert work_parts(p.to_bytes(body))[1] == part(p.ZECA)


def test_a_number_without_the_ninth_digit_finds_its_contact():
    [event] = events_of(p.envelope(p.text_message(sender="551187654321"), contacts=[p.contact()]))
    assert (event.sender.phone, event.sender.wa_id, event.sender.name) == (
        "551187654321",
        p.ZECA,
        "Zeca",
    )


def test_an_id_in_the_place_of_the_number_is_an_id():
    [event] = events_of(p.envelope(p.text_message(sender=p.ZECA_BSUID)))
    assert (event.sender.phone, event.sender.bsuid) == ("", p.ZECA_BSUID)


def test_a_system_message_needs_no_contacts():
    [event] = events_of(p.envelope(p.message("system", {"body": "novo número"}), contacts=[]))
    assert (event.kind, event.sender.phone) == ("system", p.ZECA)


@pytest.mark.parametrize("name", ["sent", "delivered", "read", "played", "deleted", "warning", "x"])
def test_a_status_is_kept_whatever_its_name(name):
    wire = p.status(
        "wamid.1", name, biz_opaque_callback_data="attempt", pricing={"type": "regular"}
    )
    [event] = events_of(p.envelope(statuses=[wire]))
    assert isinstance(event, StatusReceived)
    assert (event.provider_id, event.status, event.attempt_id) == ("wamid.1", name, "attempt")
    assert (event.pricing, event.raw) == ({"type": "regular"}, wire)
    assert event.sender.phone == p.ZECA


def test_a_failed_status_says_why():
    [event] = events_of(p.envelope(statuses=[p.failed("wamid.1", 131047, "Re-engagement message")]))
    assert (event.error_code, event.error_details) == (131047, "Re-engagement message")


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"recipient": "551187654321"}, p.ZECA),
        ({"recipient_id": None, "recipient_user_id": p.ZECA_BSUID}, p.ZECA_BSUID),
        (
            {
                "recipient": "group-id",
                "recipient_type": "group",
                "recipient_participant_id": p.ZECA,
            },
            p.ZECA,
        ),
        ({"recipient": "group-id", "recipient_type": "group"}, ""),
        ({"recipient_id": None}, ""),
    ],
)
def test_a_status_belongs_to_its_recipient(more, key):
    body = p.to_bytes(p.envelope(statuses=[p.status("wamid.1", **more)]))
    assert work_parts(body) == [part(key)]
    assert isinstance(parse_events(body)[0][1], StatusReceived)


def test_the_status_of_a_call_is_no_status_of_a_message():
    body = p.to_bytes(p.envelope(statuses=[p.status("wacid.1")]))
    assert work_parts(body) == [part(p.ZECA)]
    assert isinstance(parse_events(body)[0][1], AccountNotice)


def test_errors_without_a_message_become_notices():
    [event] = events_of(p.envelope(errors=[{"code": 131000}]))
    assert isinstance(event, AccountNotice)
    assert (event.phone_number_id, event.payload) == (
        p.PHONE_NUMBER_ID,
        {"errors": [{"code": 131000}]},
    )


def test_what_we_typed_on_the_phone_belongs_to_the_customer():
    body = p.echo(p.text_message("Já resolvemos"))
    [event] = events_of(body)
    assert work_parts(p.to_bytes(body)) == [part(p.ZECA)]
    assert event.echo
    assert event.recipient.phone == p.ZECA
    assert event.sender.phone == p.BUSINESS_NUMBER
    assert event.body == "Já resolvemos"


def test_a_reaction_made_on_the_phone_is_an_echo_as_well():
    [event] = events_of(p.echo(p.reaction("wamid.1")))
    assert event.echo and event.emoji == "👍"


def call(**more):
    wire = {"id": "wacid.1", "from": p.ZECA, "to": p.BUSINESS_NUMBER, "event": "terminate"}
    wire |= {"direction": "USER_INITIATED", "timestamp": p.now(), "status": "FAILED"} | more
    head = {"metadata": {"phone_number_id": p.PHONE_NUMBER_ID}}
    return p.account_envelope(p.change("calls", head | {"calls": [wire]}))


def test_a_missed_call_is_an_entry_that_opens_the_window():
    [event] = events_of(call())
    assert isinstance(event, MessageReceived)
    assert (event.kind, event.provider_id, event.has_content) == ("system", "wacid.1", False)
    assert event.payload["opens_window"] and event.payload["type"] == "call"


@pytest.mark.parametrize(
    "more", [{"event": "connect"}, {"status": "COMPLETED"}, {"direction": "BUSINESS_INITIATED"}]
)
def test_other_news_of_calls_are_notices(more):
    [event] = events_of(call(**more))
    assert isinstance(event, AccountNotice)


@pytest.mark.parametrize(
    "field",
    ["message_template_status_update", "phone_number_quality_update", "account_update", "history",
     "smb_app_state_sync", "a_field_of_the_future"],
)  # fmt: skip
def test_account_fields_belong_to_the_account(field):
    wire = {"event": "APPROVED", "message_template_id": 5}
    body = p.account_envelope(p.change(field, wire), time=1750000000)
    [event] = events_of(body)
    assert work_parts(p.to_bytes(body)) == [WorkPart("", p.WABA_ID)]
    assert (event.waba_id, event.field_name, event.payload) == (p.WABA_ID, field, wire)
    assert event.occurred_at.timestamp() == 1750000000


def test_the_same_notice_twice_has_the_same_id():
    one, same, other = (
        events_of(p.account_envelope(p.change("account_update", {"event": name}), time=1750000000))[
            0
        ]
        for name in ("A", "A", "B")
    )
    assert one.notice_id == same.notice_id != other.notice_id


def test_a_stop_of_marketing_names_the_customer():
    wire = {
        "wa_id": p.ZECA,
        "category": "marketing_messages",
        "value": "stop",
        "timestamp": 1750000000,
    }
    head = {"metadata": {"phone_number_id": p.PHONE_NUMBER_ID}}
    body = p.account_envelope(p.change("user_preferences", head | {"user_preferences": [wire]}))
    [event] = events_of(body)
    assert work_parts(p.to_bytes(body)) == [part(p.ZECA)]
    assert (event.sender.phone, event.payload) == (p.ZECA, {"user_preferences": [wire]})
    assert event.occurred_at.timestamp() == 1750000000


def test_a_changed_business_scoped_id_names_the_new_one():
    wire = {"user_id": {"previous": "BR.1", "current": "BR.2"}}
    body = p.account_envelope(p.change("user_id_update", {"user_id_update": [wire]}))
    assert events_of(body)[0].sender.bsuid == "BR.2"


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"[]", b"7", b'"text"', b"{}", b"[" * 100_000, b"\xff\xfe\x00",
             b'{"object":"whatsapp_business_account"}',
             b'{"object":"whatsapp_business_account","entry":{}}'],
)  # fmt: skip
@pytest.mark.parametrize("read", [work_parts, parse_body])
def test_a_body_that_is_no_envelope_is_refused(read, body):
    with pytest.raises(InvalidPayload):
        read(body)


def test_another_object_is_ignored():
    body = b'{"object":"instagram","entry":[{"id":"1"}]}'
    assert work_parts(body) == []
    assert parse_body(body) == {}


@pytest.mark.parametrize(
    "entry",
    [7, "entry", [], {"id": "1"}, {"id": "1", "changes": 7}, {"changes": [7]},
     {"changes": [{"field": "messages"}]}, {"changes": [{"field": [], "value": []}]},
     {"changes": [{"field": "messages", "value": {"messages": {}, "metadata": 7, "x": 1}}]},
     {"changes": [{"field": "messages", "value": {"messages": [7]}}]},
     {"changes": [{"field": "messages", "value": {"messages": [{"type": "text"}]}}]},
     {"changes": [{"field": "messages", "value": {"messages": {"a": 1}, "contacts": [7]}}]},
     {"changes": [{"field": "messages", "value": {"statuses": [{"id": 7.5}]}}]},
     {"changes": [{"field": "calls", "value": {"calls": [{}], "errors": [[]]}}]}],
)  # fmt: skip
def test_what_cannot_be_attributed_becomes_a_notice(entry):
    body = {"object": "whatsapp_business_account", "entry": [entry]}
    events = events_of(body)
    assert events
    assert all(isinstance(event, AccountNotice) for event in events)


def test_a_message_without_an_id_gets_the_same_one_each_time():
    wire = p.text_message(id=None)
    one, same = (events_of(p.envelope(wire))[0] for _ in range(2))
    assert one.provider_id == same.provider_id
    assert one.provider_id.startswith("sha256:")


def test_an_overlong_id_is_shortened_the_same_wherever_it_is_named():
    long = "wamid." + "x" * 400
    message, reply = events_of(
        p.envelope(p.text_message(id=long), p.text_message(context={"id": long}))
    )
    assert message.provider_id == reply.reply_to_provider_id
    assert len(message.provider_id) <= 255
    assert message.payload["id"] == long


def test_characters_that_databases_refuse_are_replaced():
    body = p.to_bytes(p.envelope(p.text_message("a\x00b\ud800c😀", contexto={"\x00": "\udfff"})))
    [(_, event)] = parse_events(body)
    assert event.body == "a\ufffdb\ufffdc😀"
    assert event.payload["contexto"] == {"\ufffd": "\ufffd"}


def test_numbers_that_databases_refuse_become_text():
    body = p.to_bytes(p.envelope(p.message("hologram", "NUMBER")))
    for number in (b"NaN", b"Infinity", b"1e999", b"9" * 5000):
        [(_, event)] = parse_events(body.replace(b'"NUMBER"', number))
        assert event.payload["hologram"] == number.decode()
        json.dumps(event.payload, allow_nan=False)


def test_endless_depth_is_cut():
    body = p.to_bytes(p.envelope(p.message("hologram", "DEEP")))
    deep = b"[" * 500 + b"]" * 500
    [(_, event)] = parse_events(body.replace(b'"DEEP"', deep))
    assert json.dumps(event.payload).count("[") < 50
