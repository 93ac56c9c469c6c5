"""Properties: whatever a body holds, nothing raises but InvalidPayload and nothing is dropped."""

import copy
import json
import logging
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.providers.base import InvalidPayload, MessageReceived
from conversations.providers.gateway.contents import READERS
from conversations.providers.gateway.parse import parse_body, work_parts
from conversations.tests.providers.cloud.test_parse_anything import anything, places
from conversations.tests.providers.gateway import wires as w
from conversations.tests.providers.gateway.test_parse import OTHERS, protocol

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
jids = st.sampled_from([w.ZECA_JID, w.ZECA_LID, "1203@g.us", "status@broadcast"])
elements = st.builds(
    lambda one, jid, ours: w.element(one[0], jid=jid, ours=ours), st.sampled_from(OTHERS), jids, st.booleans()
)  # fmt: skip
bodies = st.one_of(
    st.lists(elements, min_size=1, max_size=3).map(lambda some: w.upsert(*some)),
    st.builds(lambda word: w.status("3EB0S", word), st.sampled_from(["READ", "DELETED", 4])),
    st.just(w.envelope("messages.edited", protocol(14, editedMessage={"conversation": "x"}))),
    st.just(w.envelope("messages.delete", {"remoteJid": w.ZECA_JID, "id": "1"})),
    st.just(w.envelope("connection.update", {"state": "open", "statusReason": 200})),
)


@st.composite
def damaged_bodies(draw):
    tree = {"root": copy.deepcopy(draw(bodies))}
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from([path for path in places(tree) if path]))
        holder = tree
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = draw(anything)
    return w.to_bytes(tree["root"])


@settings(max_examples=400, deadline=None)
@given(damaged_bodies())
def test_a_damaged_body_raises_nothing_but_invalid_payload(raw):
    try:
        parts = parse_body(raw, NOON)
    except InvalidPayload:
        return
    assert list(parts) == work_parts(raw)
    data = json.loads(raw).get("data")
    expected = len(data) if isinstance(data, list) and data else 1
    assert sum(map(len, parts.values())) in {expected, 1}
    for part, events in parts.items():
        assert len(part.phone_number_id) <= 64 and len(part.sender) <= 255
        for _, event in events:
            payload = getattr(event, "payload", None)
            json.dumps(payload, allow_nan=False, ensure_ascii=False).encode()
            if isinstance(event, MessageReceived):
                assert event.provider_id and len(event.provider_id) <= 255


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(READERS)), anything)
def test_a_content_of_the_wrong_shape_is_read_without_the_last_net(name, junk):
    heard = []
    handler = logging.Handler()
    handler.emit = heard.append
    reader = logging.getLogger("conversations.providers.gateway.parse_messages")
    reader.addHandler(handler)
    try:
        parts = parse_body(w.to_bytes(w.upsert(w.element({name: junk}))), NOON)
    finally:
        reader.removeHandler(handler)
    [[(_, event)]] = parts.values()
    assert event.provider_id
    assert not heard
