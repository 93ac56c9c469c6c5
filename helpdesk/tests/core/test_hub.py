import asyncio

import pytest
import pytest_asyncio
from channels.layers import get_channel_layer
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.urls import path, re_path

from helpdesk.core import hub as hub_module
from helpdesk.core import sockets
from helpdesk.core.announce import announce_now
from helpdesk.core.hub import Event, get_hub
from helpdesk.core.sockets import ClosedConsumer, HubConsumer

# Channels closes old connections around each event, also those that other tests have left open.
pytestmark = [pytest.mark.asyncio, pytest.mark.django_db]


class EchoConsumer(HubConsumer):
    async def receive_json(self, content, **kwargs):
        if "join" in content:
            await self.join(content["join"])
        elif "leave" in content:
            await self.leave(content["leave"])
        await self.send_json({"joined": sorted(self.joined)})


application = URLRouter(
    [path("ws/", EchoConsumer.as_asgi()), re_path("", ClosedConsumer.as_asgi())]
)


@pytest_asyncio.fixture(autouse=True)
async def _hub():
    yield
    await get_hub().close()


async def connected(*groups):
    socket = WebsocketCommunicator(application, "/ws/")
    assert (await socket.connect())[0]
    for group in groups:
        await socket.send_json_to({"join": group})
        assert group in (await socket.receive_json_from())["joined"]
    return socket


async def test_members_hear_and_outsiders_hear_nothing():
    member, outsider = await connected("queue.1"), await connected("queue.2")

    announce_now("queue.1", {"type": "t", "n": 1})

    assert await member.receive_json_from() == {"type": "t", "n": 1}
    assert await outsider.receive_nothing()
    await asyncio.gather(member.disconnect(), outsider.disconnect())


async def test_who_has_left_hears_nothing_more():
    socket = await connected("queue.1", "queue.2")
    await socket.send_json_to({"leave": "queue.1"})
    assert await socket.receive_json_from() == {"joined": ["queue.2"]}

    announce_now("queue.1", {"type": "t"})

    assert await socket.receive_nothing()
    await socket.disconnect()


async def test_the_layer_knows_one_channel_however_many_sockets_there_are():
    first, second = await connected("queue.1"), await connected("queue.1")
    added = []
    layer = get_channel_layer()
    works, layer.group_add = layer.group_add, lambda *args: added.append(args)
    try:
        third = await connected("queue.1")
    finally:
        layer.group_add = works

    assert added == []
    assert get_hub().sockets() == 3
    await asyncio.gather(first.disconnect(), second.disconnect(), third.disconnect())
    assert get_hub().sockets() == 0


async def test_the_group_leaves_the_layer_with_its_last_member():
    first, second = await connected("queue.1"), await connected("queue.1")
    await first.disconnect()
    assert "queue.1" in get_hub()._on_layer

    await second.disconnect()

    assert "queue.1" not in get_hub()._on_layer


async def test_joining_and_leaving_at_once_ends_as_the_last_one_said():
    hub, ear = get_hub(), Ear()
    await asyncio.gather(*(act("g.1", ear) for _ in range(5) for act in (hub.join, hub.leave)))
    assert "g.1" not in hub._on_layer

    await asyncio.gather(hub.leave("g.1", ear), hub.join("g.1", ear))

    assert "g.1" in hub._on_layer


async def test_when_beats_were_lost_every_socket_is_told_to_catch_up(monkeypatch):
    monkeypatch.setattr(hub_module, "BEAT_SECONDS", 0.05)
    layer = get_channel_layer()
    socket = await connected("queue.1")
    works, layer.send = layer.send, failing
    await asyncio.sleep(0.15)

    layer.send = works

    assert await socket.receive_json_from() == {"type": "live.gap"}
    await socket.disconnect()


async def failing(*args):
    raise ConnectionError


async def test_a_browser_that_does_not_read_is_closed():
    socket = SlowSocket()
    for number in range(sockets.WAITING_LIMIT_EVENTS + 2):
        socket.deliver(Event("g", f'{{"n":{number}}}'))
        await asyncio.sleep(0)

    await asyncio.sleep(0.01)

    assert socket.sent[-1] == {"type": "websocket.close", "code": sockets.CLOSE_TRY_AGAIN}


async def test_a_frame_that_is_too_large_closes_the_socket():
    socket = await connected()
    await socket.send_to(text_data='{"x": "%s"}' % ("a" * sockets.FRAME_LIMIT_BYTES))
    assert await closed_with(socket) == sockets.CLOSE_TOO_LARGE


async def test_too_many_frames_close_the_socket():
    socket = await connected()
    for _ in range(2 * sockets.FRAMES_PER_SECOND + 2):
        await socket.send_to(text_data="[]")
    assert await closed_with(socket) == sockets.CLOSE_TOO_MANY_FRAMES


@pytest.mark.parametrize("nonsense", ["no json", "[1]", "null", '"text"', "{"])
async def test_what_is_no_json_object_is_ignored(nonsense):
    socket = await connected()
    await socket.send_to(text_data=nonsense)
    await socket.send_json_to({"join": "queue.1"})
    assert await socket.receive_json_from() == {"joined": ["queue.1"]}
    await socket.disconnect()


async def test_an_address_without_a_socket_is_closed():
    socket = WebsocketCommunicator(application, "/elsewhere/")
    assert not (await socket.connect())[0]


async def closed_with(socket):
    message = await socket.receive_output()
    assert message["type"] == "websocket.close"
    return message["code"]


class Ear:
    def deliver(self, event):
        pass


class SlowSocket(HubConsumer):
    def __init__(self):
        super().__init__()
        self.sent = []
        self.base_send = self.send_slowly

    async def send_slowly(self, message):
        if message["type"] == "websocket.send":
            await asyncio.Event().wait()
        self.sent.append(message)
