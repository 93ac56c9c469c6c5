"""Who hears of what is written in a room, and when that ends."""

from uuid import uuid4

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.test import Client

from conversations import live
from conversations.actions import rooms
from conversations.actions.assignment import set_queues
from conversations.tests.pages.test_live import heard, socket_of, watching
from helpdesk.core.hub import get_hub

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


@pytest_asyncio.fixture(autouse=True)
async def hub():
    yield
    await get_hub().close()


@sync_to_async
def write(room, by, body="oi"):
    return rooms.write(room, by=by, body=body, client_token=uuid4())


@sync_to_async
def caught_up(user, room, since):
    client = Client()
    client.force_login(user)
    return client.get(f"/team/{room.pk}/changes/", {"since": since}).content.decode()


async def test_the_push_is_the_very_fragment_of_the_catch_up(ana, davi, room):
    async with socket_of(davi, f"room:{room.pk}") as socket:
        await write(room, ana)
        event = await heard(socket, "room.changed")
        assert (event["previous"], event["version"]) == (0, 1)
        assert event["html"] == await caught_up(davi, room, 0)


async def test_who_sees_the_queue_is_nudged_and_so_is_the_other_of_two(ana, bruno, celia, room):
    async with socket_of(celia, f"queue:{room.queue_id}") as socket:
        await write(room, ana)
        await heard(socket, "rooms.changed")
    direct = await sync_to_async(rooms.open_direct)(by=ana, other=bruno)
    async with socket_of(bruno) as socket:
        await write(direct, ana)
        await heard(socket, "rooms.changed")


async def test_an_outsider_is_refused_and_hears_nothing(ana, bruno, room):
    names = [f"room:{room.pk}", f"room:{uuid4()}", "room:x"]
    async with socket_of(bruno) as socket:
        assert (await watching(socket, *names))["refused"] == names
        await write(room, ana)
        assert await socket.receive_nothing(timeout=0.3)


async def test_who_leaves_the_queue_is_told_and_hears_nothing_more(ana, celia, room):
    async with socket_of(ana, f"room:{room.pk}") as socket:
        await sync_to_async(set_queues)(ana.pk, [])
        await sync_to_async(live.access_changed)(ana.pk)
        assert (await heard(socket, "revoked"))["watch"] == f"room:{room.pk}"
        await heard(socket, "access.changed")
        await write(room, celia)
        assert await socket.receive_nothing(timeout=0.3)


async def test_who_goes_out_of_an_open_room_hears_nothing_more(ana, bruno):
    room = await sync_to_async(rooms.create_room)(by=ana, name="Avisos")
    await sync_to_async(rooms.join)(room, by=bruno)
    async with socket_of(bruno, f"room:{room.pk}") as socket:
        await sync_to_async(rooms.leave)(room, by=bruno)
        await heard(socket, "revoked")
        await heard(socket, "access.changed")
        await write(room, ana)
        assert await socket.receive_nothing(timeout=0.3)


async def test_the_heartbeat_tells_the_versions_of_rooms_too(ana, room):
    await write(room, ana)
    async with socket_of(ana, f"room:{room.pk}") as socket:
        await socket.send_json_to({"ping": 1})
        assert (await heard(socket, "pong"))["versions"] == {str(room.pk): 1}


async def test_who_reads_another_language_asks_for_it(ana, davi, room):
    davi.language = "en"
    await davi.asave()
    async with socket_of(davi, f"room:{room.pk}") as socket:
        await write(room, ana)
        event = await heard(socket, "room.changed")
        assert ("html" in event) == (await sync_to_async(_language)(davi) == _site_language())


def _language(user):
    from accounts.middleware import language_of

    return language_of(user)


def _site_language():
    from django.conf import settings

    return settings.LANGUAGE_CODE
