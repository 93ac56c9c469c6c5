"""Who looks at a conversation and who writes there: real sockets, and what the customer sees."""

from uuid import uuid4

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.core.cache import cache
from django.utils import timezone

from accounts.actions.users import deactivate_user
from conversations import events, live
from conversations.actions import conversations as actions
from conversations.actions import receipts
from conversations.models import Channel, Contact, ProviderName, QueueMembership
from conversations.tests.pages.test_live import heard, socket_of, watching
from helpdesk.core.hub import get_hub

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
take = sync_to_async(actions.take)


@pytest_asyncio.fixture(autouse=True)
async def hub():
    await sync_to_async(cache.clear)()
    yield
    await get_hub().close()


def name_of(conversation):
    return f"conversation:{conversation.pk}"


async def looks(socket, conversation):
    """Let a socket look; its pong says that the house has heard it."""
    await socket.send_json_to({"look": name_of(conversation)})
    await socket.send_json_to({"ping": 1})
    await heard(socket, "pong")


async def nothing_of_viewers(socket, kind="viewer."):
    """Whether a socket hears nothing of this kind until its next pong."""
    await socket.send_json_to({"ping": 1})
    while (event := await socket.receive_json_from(timeout=5))["type"] != "pong":
        if event["type"].startswith(kind):
            return False
    return True


async def test_two_who_look_hear_of_each_other(ana, celia, conversation):
    name = name_of(conversation)
    async with socket_of(ana, name) as first, socket_of(celia, name) as second:
        await looks(first, conversation)
        await second.send_json_to({"look": name})
        newcomer = await heard(first, "viewer.here")
        assert (newcomer["user"], newcomer["name"]) == (str(celia.pk), str(celia))
        known = await heard(second, "viewer.here")
        while known["user"] != str(ana.pk):
            known = await heard(second, "viewer.here")
        assert known["name"] == str(ana)


async def test_nobody_hears_of_oneself(ana, conversation):
    async with socket_of(ana, name_of(conversation)) as socket:
        await looks(socket, conversation)
        assert await nothing_of_viewers(socket)


@pytest.mark.parametrize("way", ["looks away", "opens another", "closes the tab"])
async def test_who_leaves_is_gone_at_once(ana, celia, conversation, way):
    name = name_of(conversation)
    async with socket_of(ana, name) as stays:
        async with socket_of(celia, name) as leaves:
            await looks(leaves, conversation)
            here = await heard(stays, "viewer.here")
            if way == "looks away":
                await leaves.send_json_to({"look": ""})
            elif way == "opens another":
                await watching(leaves)
            else:
                await leaves.disconnect()
            assert (await heard(stays, "viewer.gone"))["viewer"] == here["viewer"]


async def test_who_loses_the_right_is_gone_at_once(ana, celia, conversation):
    name = name_of(conversation)
    async with socket_of(celia, name) as stays, socket_of(ana, name) as loses:
        await looks(loses, conversation)
        here = await heard(stays, "viewer.here")
        await QueueMembership.objects.filter(user=ana).adelete()
        await sync_to_async(live.access_changed)(ana.pk)
        assert (await heard(stays, "viewer.gone"))["viewer"] == here["viewer"]
        await heard(loses, "revoked")
        await loses.send_json_to({"look": name})
        await loses.send_json_to({"writes": name})
        assert await nothing_of_viewers(stays)


async def test_who_is_deactivated_is_gone_at_once(ana, celia, conversation):
    name = name_of(conversation)
    async with socket_of(celia, name) as stays, socket_of(ana, name) as loses:
        await looks(loses, conversation)
        await heard(stays, "viewer.here")
        await sync_to_async(deactivate_user)(ana)
        assert await heard(stays, "viewer.gone")


@pytest.mark.parametrize("claim", ["foreign", "unknown", "a queue", "not watched", 7, None, ["x"]])
async def test_one_cannot_claim_to_look_at_what_one_does_not_watch(
    ana, bruno, conversation, finance, claim
):
    name = name_of(conversation)
    claims = {
        "foreign": name,
        "unknown": f"conversation:{uuid4()}",
        "a queue": f"queue:{finance.pk}",
        "not watched": name,
    }
    said = claims[claim] if isinstance(claim, str) else claim
    liar = ana if claim == "not watched" else bruno
    watched = {"foreign": [name], "a queue": [f"queue:{finance.pk}"]}.get(str(claim), [])
    async with socket_of(ana, name) as witness, socket_of(liar, *watched) as socket:
        await socket.send_json_to({"look": said})
        await socket.send_json_to({"writes": said})
        await socket.send_json_to({"ping": 1})
        assert await heard(socket, "pong")
        assert await nothing_of_viewers(witness)


async def test_colleagues_hear_who_writes_and_a_note_is_told_as_one(ana, celia, conversation):
    name = name_of(conversation)
    async with socket_of(ana, name) as reader, socket_of(celia, name) as writer:
        await looks(writer, conversation)
        here = await heard(reader, "viewer.here")
        await writer.send_json_to({"writes": name, "note": True})
        event = await heard(reader, "viewer.writes")
        assert (event["viewer"], event["note"]) == (here["viewer"], True)
        await writer.send_json_to({"writes": name})
        assert await nothing_of_viewers(reader), "not more than once a second"


async def test_a_viewer_looks_and_does_not_write(ana, vera, conversation):
    name = name_of(conversation)
    async with socket_of(ana, name) as reader, socket_of(vera, name) as viewer:
        await looks(viewer, conversation)
        await heard(reader, "viewer.here")
        await viewer.send_json_to({"writes": name})
        await looks(viewer, conversation)
        assert await nothing_of_viewers(reader, "viewer.writes")


@pytest.fixture
def shown():
    """The conversations whose customers were to see that somebody writes."""
    ids = []

    def note(conversation_id, **_):
        ids.append(conversation_id)

    events.agent_writes.connect(note)
    yield ids
    events.agent_writes.disconnect(note)


async def test_the_customer_sees_the_holder_writing_once_in_twenty_seconds(
    ana, conversation, shown
):
    await take(conversation, by=ana)
    name = name_of(conversation)
    async with socket_of(ana, name) as socket:
        await looks(socket, conversation)
        await socket.send_json_to({"writes": name})
        await looks(socket, conversation)
    assert shown == [conversation.pk]
    assert not await sync_to_async(receipts.agent_writes)(conversation.pk, by=ana)


async def test_a_note_is_not_shown_to_the_customer(ana, conversation, shown):
    await take(conversation, by=ana)
    name = name_of(conversation)
    async with socket_of(ana, name) as socket:
        await looks(socket, conversation)
        await socket.send_json_to({"writes": name, "note": True})
        await looks(socket, conversation)
    assert shown == []


@pytest.mark.parametrize("reason", ["not the holder", "the window is closed", "no such provider"])
async def test_nothing_is_shown_where_it_would_be_wrong(ana, celia, conversation, shown, reason):
    await take(conversation, by=ana)
    writer = celia if reason == "not the holder" else ana
    if reason == "the window is closed":
        await Contact.objects.aupdate(window_expires_at=timezone.now())
    if reason == "no such provider":
        await Channel.objects.aupdate(provider=ProviderName.GATEWAY)
    assert not await sync_to_async(receipts.agent_writes)(conversation.pk, by=writer)
    assert shown == []
