"""Properties: no update is lost, whatever a body holds; nothing raises but InvalidPayload."""

import copy
import json
import logging
from datetime import UTC, datetime
from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.providers.base import InvalidPayload, MessageReceived
from conversations.providers.cloud.parse import parse_body, parse_events, work_parts
from conversations.tests.providers import payloads as p

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
people = st.sampled_from([p.ZECA, "551187654321", "14155550100", p.ZECA_BSUID])
messages = st.one_of(
    st.builds(lambda body, who: p.text_message(body, sender=who), st.text(max_size=20), people),
    st.builds(lambda who: p.media_message("document", sender=who, filename="a.pdf"), people),
    st.builds(lambda who: p.list_reply(sender=who), people),
    st.builds(lambda who: p.reaction("wamid.1", sender=who), people),
    st.builds(lambda who: p.flow_reply('{"a":1}', sender=who), people),
    st.builds(lambda who: p.message("contacts", [{"name": {"formatted_name": "A"}}], sender=who), people),
    st.builds(lambda: p.message("text", {"body": "x"}, sender="", from_user_id=p.ZECA_BSUID)),
    st.builds(lambda: p.message("edit", {"original_message_id": "1", "message": p.text_message()})),
)  # fmt: skip
statuses = st.builds(lambda who: p.failed("wamid.1", recipient=who), people)
numbers = st.sampled_from(["1", "2"])
envelopes = st.builds(
    lambda some, more, number: p.envelope(*some, statuses=more, errors=[{}], phone_number_id=number),
    st.lists(messages, max_size=4), st.lists(statuses, max_size=3), numbers,
)  # fmt: skip
others = st.one_of(
    st.builds(lambda some: p.echo(*some), st.lists(messages, max_size=2).map(
        lambda some: [item for item in some if "from" in item])),
    st.just(p.account_envelope(p.change("account_update", {"event": "X"}), time=1750000000)),
    st.just(p.account_envelope(p.change("user_preferences", {"user_preferences": [{"wa_id": "1"}]}))),
    st.just(p.account_envelope(p.change("calls", {"calls": [{"from": p.ZECA, "event": "terminate"}]}))),
)  # fmt: skip


def joined(parts: list[dict]) -> dict:
    return {**parts[0], "entry": list(chain.from_iterable(part["entry"] for part in parts))}


bodies = st.lists(st.one_of(envelopes, others), min_size=1, max_size=4).map(joined)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(
        st.characters(codec=None), max_size=8) | st.sampled_from(["text", "messages", "x" * 300]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def places(tree, path=()):
    """Every place in a JSON tree, as a path of keys."""
    yield path
    steps = (
        tree.items()
        if isinstance(tree, dict)
        else enumerate(tree)
        if isinstance(tree, list)
        else ()
    )
    for key, inner in steps:
        yield from places(inner, (*path, key))


@st.composite
def damaged_bodies(draw):
    tree = {"root": copy.deepcopy(draw(bodies))}
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from([path for path in places(tree) if path]))
        holder = tree
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = draw(anything)
    return p.to_bytes(tree["root"])


@settings(max_examples=150, deadline=None)
@given(bodies)
def test_every_update_belongs_to_exactly_one_part(body):
    raw = p.to_bytes(body)
    parts = work_parts(raw)
    by_part = {part: parse_events(raw, part, NOON) for part in parts}
    assert len(set(parts)) == len(parts)
    assert list(chain.from_iterable(by_part.values())) == parse_events(raw, None, NOON)
    assert parts == list(parse_body(raw))
    for events in by_part.values():
        assert [position for position, _ in events] == list(range(len(events)))


@settings(max_examples=100, deadline=None)
@given(st.lists(messages, min_size=1, max_size=6))
def test_no_message_is_lost(some):
    read = {event.provider_id for _, event in parse_events(p.to_bytes(p.envelope(*some)))}
    assert read == {item["id"] for item in some}


@settings(max_examples=400, deadline=None)
@given(damaged_bodies())
def test_a_damaged_body_raises_nothing_but_invalid_payload(raw):
    try:
        parts = parse_body(raw)
    except InvalidPayload:
        return
    assert list(parts) == work_parts(raw)
    for part, events in parts.items():
        assert len(part.phone_number_id) <= 64 and len(part.sender) <= 255
        for _, event in events:
            json.dumps(
                getattr(event, "payload", None), allow_nan=False, ensure_ascii=False
            ).encode()
            if isinstance(event, MessageReceived):
                assert event.provider_id and len(event.provider_id) <= 255


@settings(max_examples=150, deadline=None)
@given(st.lists(messages, min_size=1, max_size=3), anything, st.data())
def test_a_damaged_update_leaves_the_others_alone(some, junk, data):
    whole = p.text_message("inteira", sender="14155550199")
    broken = [junk if data.draw(st.booleans()) else item for item in some]
    body = p.envelope(*some)
    body["entry"][0]["changes"][0]["value"]["messages"] = [*broken, whole]
    read = [event for _, event in parse_events(p.to_bytes(body))]
    assert len(read) == len(broken) + 1
    assert [event for event in read if getattr(event, "body", "") == "inteira"]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        ["text", "image", "contacts", "interactive", "order", "button", "location", "edit"]
    ),
    anything,
)
def test_a_wire_object_of_the_wrong_shape_is_read_without_the_last_net(kind, junk):
    heard = []
    handler = logging.Handler()
    handler.emit = heard.append
    reader = logging.getLogger("conversations.providers.cloud.parse_messages")
    reader.addHandler(handler)
    try:
        [(_, event)] = parse_events(p.to_bytes(p.envelope(p.message(kind, junk))))
    finally:
        reader.removeHandler(handler)
    assert event.provider_id
    assert not heard
