"""Who hears of what: the announcements, and the websocket that passes them on."""

from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client

from accounts.models import User
from conversations import live
from conversations.actions import conversations as actions
from conversations.actions import messages
from conversations.consumers import CLOSE_NOT_LOGGED_IN, LiveConsumer
from conversations.models import QueueMembership
from helpdesk.core.hub import get_hub
from helpdesk.routing import websocket_application

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
application = LiveConsumer.as_asgi()


@pytest_asyncio.fixture(autouse=True)
async def hub():
    yield
    await get_hub().close()


@asynccontextmanager
async def socket_of(user, *watch):
    socket = WebsocketCommunicator(application, "/ws/")
    socket.scope["user"] = user
    await socket.connect()
    # Also with nothing to watch: the answer says that the socket hears what it is to hear.
    await watching(socket, *watch)
    yield socket
    await socket.disconnect()


async def watching(socket, *names):
    await socket.send_json_to({"watch": list(names)})
    return await socket.receive_json_from(timeout=5)


async def heard(socket, kind):
    """Return the next event of this type; others in between are passed over."""
    while (event := await socket.receive_json_from(timeout=5))["type"] != kind:
        pass
    return event


take = sync_to_async(actions.take)
write_note = sync_to_async(messages.add_note)


async def test_who_looks_at_a_conversation_receives_what_changed(ana, davi, conversation):
    name = f"conversation:{conversation.pk}"
    async with socket_of(davi, name) as socket:
        before = conversation.version
        await take(conversation, by=ana)
        event = await heard(socket, "conversation.changed")
        assert (event["previous"], event["version"]) == (before, conversation.version)
        assert f'data-assignee="{ana.pk}"' in event["html"]


async def test_the_push_is_the_very_fragment_of_the_catch_up(ana, davi, conversation):
    async with socket_of(davi, f"conversation:{conversation.pk}") as socket:
        before = conversation.version
        await take(conversation, by=ana)
        event = await heard(socket, "conversation.changed")
        assert event["html"] == await _caught_up(davi, conversation, before)


@sync_to_async
def _caught_up(user, conversation, since):
    client = Client()
    client.force_login(user)
    return client.get(
        f"/conversations/{conversation.pk}/changes/", {"since": since}
    ).content.decode()


async def test_who_sees_the_queue_is_nudged(ana, celia, conversation, support):
    async with socket_of(celia, f"queue:{support.pk}") as socket:
        await take(conversation, by=ana)
        event = await heard(socket, "conversations.changed")
        assert event["ids"] == [str(conversation.pk)]


async def test_an_assignee_is_nudged_without_watching_anything(ana, conversation):
    async with socket_of(ana) as socket:
        await take(conversation, by=ana)
        await heard(socket, "conversations.changed")


async def test_nothing_is_rendered_for_what_nobody_watches(ana, conversation, monkeypatch):
    rendered = []
    monkeypatch.setattr(live, "render_changes", lambda *args: rendered.append(args))
    await take(conversation, by=ana)
    assert rendered == []


async def test_what_is_foreign_and_what_does_not_exist_are_refused_alike(
    bruno, conversation, support
):
    names = [f"conversation:{conversation.pk}", f"conversation:{uuid4()}", f"queue:{support.pk}"]
    names += [f"queue:{uuid4()}", "conversation:x", "planet:1", "user:1", ""]
    async with socket_of(bruno) as socket:
        answer = await watching(socket, *names)
        assert answer == {"type": "watching", "watching": [], "refused": names}


async def test_an_outsider_hears_nothing(ana, bruno, conversation, support):
    async with socket_of(bruno, f"conversation:{conversation.pk}", f"queue:{support.pk}") as socket:
        await take(conversation, by=ana)
        assert await socket.receive_nothing(timeout=0.3)


@pytest.mark.parametrize("nonsense", ["x", 7, None, {"a": 1}, [1, None, {}], ["conversation:"]])
async def test_nonsense_is_answered_and_the_socket_lives(ana, nonsense):
    async with socket_of(ana) as socket:
        await socket.send_json_to({"watch": nonsense})
        assert (await socket.receive_json_from())["watching"] == []
        await socket.send_json_to({"ping": 1})
        assert await heard(socket, "pong")


async def test_what_is_no_longer_named_is_no_longer_heard(ana, davi, conversation):
    async with socket_of(davi, f"conversation:{conversation.pk}") as socket:
        await watching(socket)
        await take(conversation, by=ana)
        assert await socket.receive_nothing(timeout=0.3)


async def test_who_loses_the_conversation_by_a_transfer_is_told_and_hears_nothing_more(
    ana, bruno, conversation, finance
):
    await take(conversation, by=ana)
    async with socket_of(ana, f"conversation:{conversation.pk}") as socket:
        await sync_to_async(actions.transfer)(conversation, by=ana, queue=finance, reason="boleto")
        event = await heard(socket, "revoked")
        assert event["watch"] == f"conversation:{conversation.pk}"
        await write_note(conversation, by=bruno, body="segredo", client_token=uuid4())
        assert await socket.receive_nothing(timeout=0.3)


async def test_a_removed_member_hears_nothing_more(ana, celia, conversation, support):
    async with socket_of(ana, f"conversation:{conversation.pk}", f"queue:{support.pk}") as socket:
        await QueueMembership.objects.filter(user=ana).adelete()
        await sync_to_async(live.access_changed)(ana.pk)
        assert await heard(socket, "revoked")
        await heard(socket, "access.changed")
        await take(conversation, by=celia)
        assert await socket.receive_nothing(timeout=0.3)


async def test_the_heartbeat_notices_a_right_that_has_ended(ana, conversation):
    async with socket_of(ana, f"conversation:{conversation.pk}") as socket:
        await QueueMembership.objects.filter(user=ana).adelete()
        await socket.send_json_to({"ping": 1})
        assert await heard(socket, "revoked")


async def test_the_heartbeat_tells_the_versions_that_are_true_now(ana, conversation):
    async with socket_of(ana, f"conversation:{conversation.pk}") as socket:
        await socket.send_json_to({"ping": 1})
        event = await heard(socket, "pong")
        assert event["versions"] == {str(conversation.pk): conversation.version}


async def test_the_heartbeat_says_that_somebody_is_here(ana, conversation):
    async with socket_of(ana) as socket:
        await socket.send_json_to({"ping": 1})
        await heard(socket, "pong")
        assert (await User.objects.aget(pk=ana.pk)).last_seen_at


async def test_who_was_deactivated_is_put_out(ana):
    async with socket_of(ana) as socket:
        await User.objects.filter(pk=ana.pk).aupdate(is_active=False)
        await socket.send_json_to({"ping": 1})
        output = await socket.receive_output(timeout=5)
        assert (output["type"], output["code"]) == ("websocket.close", CLOSE_NOT_LOGGED_IN)


async def test_who_reads_another_language_is_told_to_ask_for_it(ana, davi, conversation):
    davi.language = "pt-br"
    await davi.asave()
    async with socket_of(davi, f"conversation:{conversation.pk}") as socket:
        await take(conversation, by=ana)
        event = await heard(socket, "conversation.changed")
        assert "html" not in event and event["version"] == conversation.version


async def test_an_announcement_that_fails_does_not_fail_the_action(ana, conversation, monkeypatch):
    def broken(*args):
        raise RuntimeError

    monkeypatch.setattr(live, "announce_now", broken)
    await take(conversation, by=ana)
    await conversation.arefresh_from_db()
    assert conversation.assignee_id == ana.pk


async def test_a_stranger_is_turned_away():
    headers = [(b"origin", b"http://localhost"), (b"host", b"localhost")]
    socket = WebsocketCommunicator(websocket_application, "/ws/", headers=headers)
    await socket.connect()
    output = await socket.receive_output(timeout=5)
    assert (output["type"], output["code"]) == ("websocket.close", CLOSE_NOT_LOGGED_IN)


async def test_another_sites_page_is_turned_away(ana):
    headers = [(b"origin", b"http://elsewhere.test"), (b"host", b"localhost")]
    socket = WebsocketCommunicator(websocket_application, "/ws/", headers=headers)
    is_connected, _code = await socket.connect()
    assert not is_connected
