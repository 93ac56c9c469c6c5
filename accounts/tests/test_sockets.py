"""Whose websocket opens, and when it closes."""

import json
from datetime import timedelta

import pytest
import pytest_asyncio
from allauth.mfa.models import Authenticator
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions.sessions import end_sessions
from accounts.actions.users import change_role, deactivate_user, require_new_password
from accounts.models import SiteSetting, User, UserSession
from conversations.consumers import CLOSE_NOT_LOGGED_IN
from helpdesk.core.hub import get_hub
from helpdesk.routing import websocket_application

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


@pytest_asyncio.fixture(autouse=True)
async def hub():
    yield
    await get_hub().close()


@sync_to_async
def log_in(user) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


async def open_socket(key):
    headers = [
        (b"origin", b"http://localhost"), (b"host", b"localhost"),
        (b"cookie", f"sessionid={key}".encode()),
    ]  # fmt: skip
    socket = WebsocketCommunicator(websocket_application, "/ws/", headers=headers)
    await socket.connect()
    return socket


async def closing_code(socket):
    while True:
        output = await socket.receive_output(timeout=5)
        if output["type"] == "websocket.close":
            return output["code"]


async def is_open(socket) -> bool:
    await socket.send_json_to({"ping": 1})
    while True:
        output = await socket.receive_output(timeout=5)
        if output["type"] == "websocket.close":
            return False
        if "pong" in output.get("text", ""):
            return True


async def test_whoever_is_logged_in_has_one(ana):
    socket = await open_socket(await log_in(ana))
    assert await is_open(socket)
    await socket.disconnect()


@pytest.mark.parametrize("end", [end_sessions, deactivate_user])
async def test_it_closes_when_the_session_is_ended(ana, end):
    socket = await open_socket(await log_in(ana))
    assert await is_open(socket)
    await sync_to_async(end)(ana)
    assert await closing_code(socket) == CLOSE_NOT_LOGGED_IN


async def test_another_session_of_the_same_person_stays_open(ana):
    here, there = await log_in(ana), await log_in(ana)
    sockets = [await open_socket(here), await open_socket(there)]
    await sync_to_async(end_sessions)(ana, keep=here)
    assert await closing_code(sockets[1]) == CLOSE_NOT_LOGGED_IN
    assert await is_open(sockets[0])
    await sockets[0].disconnect()


async def test_what_a_new_role_does_not_see_is_revoked(davi, ana, conversation):
    await User.objects.acreate(username="root", role="admin", full_name="Outra")
    socket = await open_socket(await log_in(davi))
    await socket.send_json_to({"watch": [f"conversation:{conversation.pk}"]})
    assert await is_open(socket)
    await sync_to_async(change_role)(davi, "agent")
    while (event := await socket.receive_json_from(timeout=5))["type"] != "revoked":
        pass
    assert event["watch"] == f"conversation:{conversation.pk}"
    await socket.disconnect()


async def test_a_session_whose_time_is_over_opens_none(ana):
    key = await log_in(ana)
    await UserSession.objects.filter(session_key=key).aupdate(
        last_seen_at=timezone.now() - timedelta(hours=2)
    )
    assert await closing_code(await open_socket(key)) == CLOSE_NOT_LOGGED_IN


async def test_who_has_to_choose_a_password_first_has_none(ana):
    key = await log_in(ana)
    await User.objects.filter(pk=ana.pk).aupdate(must_change_password=True)
    assert await closing_code(await open_socket(key)) == CLOSE_NOT_LOGGED_IN


async def test_who_has_to_set_up_a_second_factor_first_has_none(ana):
    await SiteSetting.objects.acreate(key="two_factor_roles", value=["agent"])
    assert await closing_code(await open_socket(await log_in(ana))) == CLOSE_NOT_LOGGED_IN


@sync_to_async
def need_a_second_factor(davi, roles):
    """As the administrator does it, in the administration."""
    client = Client()
    client.force_login(davi)
    answer = client.post(
        reverse("admin:accounts_sitesetting_add"),
        {"key": "two_factor_roles", "value": json.dumps(roles)},
    )
    assert answer.status_code == 302


async def test_it_closes_when_a_second_factor_becomes_necessary(davi, ana):
    key = await log_in(ana)
    socket, other = await open_socket(key), await open_socket(await log_in(davi))
    assert await is_open(socket)
    await need_a_second_factor(davi, ["agent"])
    assert await closing_code(socket) == CLOSE_NOT_LOGGED_IN
    assert await is_open(other)
    await other.disconnect()


async def test_whoever_has_a_second_factor_keeps_theirs(davi, ana):
    await Authenticator.objects.acreate(user=ana, type=Authenticator.Type.TOTP, data={})
    socket = await open_socket(await log_in(ana))
    await need_a_second_factor(davi, ["agent"])
    assert await is_open(socket)
    await socket.disconnect()


async def test_it_closes_when_a_new_password_has_to_be_chosen(ana):
    socket = await open_socket(await log_in(ana))
    assert await is_open(socket)
    await sync_to_async(require_new_password)(ana)
    assert await closing_code(socket) == CLOSE_NOT_LOGGED_IN
