"""The page of a number with a QR code: who may, what it shows, what its buttons do."""

import pytest
from django.test import Client
from django.urls import reverse

from conversations.actions import gateway as actions
from conversations.models import GatewaySession, SessionState

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
VERBS = ["gateway_connect", "gateway_reconnect", "gateway_log_out"]


def address(name, channel) -> str:
    return reverse(f"conversations:{name}", args=[channel.pk])


def of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_page_warns_that_this_is_not_official(server, channel, celia):
    page = of(celia).get(address("gateway", channel)).content.decode()
    assert "Not an official connection" in page and "may ban the number" in page
    assert "<html" in page


def test_the_fragment_alone_comes_by_htmx(server, channel, celia):
    answer = of(celia).get(address("gateway", channel), headers=HTMX).content.decode()
    assert 'id="gateway"' in answer and "<html" not in answer


def test_the_code_is_shown_and_can_be_typed(server, channel, celia):
    answer = of(celia).post(
        address("gateway_connect", channel), {"number": "+55 11 3000-0000"}, headers=HTMX
    )
    page = answer.content.decode()
    session = GatewaySession.objects.get(channel=channel)
    assert session.code_image in page and session.pairing_code in page
    assert answer.status_code == 200


def test_an_old_code_is_shown_as_expired(server, channel, celia):
    actions.connect(channel, by=celia)
    page = of(celia).get(address("gateway", channel), headers=HTMX).content.decode()
    assert "data-old" not in page
    GatewaySession.objects.update(code_at="2026-01-01T00:00:00Z")
    page = of(celia).get(address("gateway", channel), headers=HTMX).content.decode()
    assert "data-old" in page


def test_what_the_gateway_refuses_is_told_in_a_sentence(server, channel, celia, settings):
    settings.GATEWAY_API_KEY = "another-key"
    answer = of(celia).post(address("gateway_connect", channel), headers=HTMX)
    assert answer.status_code == 409
    assert "The gateway refuses the key" in answer.content.decode()


def test_without_htmx_one_comes_back_to_the_page(server, channel, celia):
    answer = of(celia).post(address("gateway_connect", channel))
    assert answer.status_code == 302 and answer.url == address("gateway", channel)


def test_reconnect_and_log_out_do_what_they_say(server, connected, celia):
    assert of(celia).post(address("gateway_reconnect", connected), headers=HTMX).status_code == 200
    assert of(celia).post(address("gateway_log_out", connected), headers=HTMX).status_code == 200
    assert GatewaySession.objects.get(channel=connected).state == SessionState.CLOSED


@pytest.mark.parametrize("name", ["gateway", *VERBS])
def test_only_those_who_configure_queues_of_theirs_may(server, channel, cast, finance, name):
    method = "get" if name == "gateway" else "post"
    for person, status in [(cast.ana, 403), (cast.vera, 403)]:
        assert getattr(of(person), method)(address(name, channel)).status_code == status
    assert "/login/" in getattr(Client(), method)(address(name, channel)).url
    cast.celia.queues.remove(cast.support)
    assert getattr(of(cast.celia), method)(address(name, channel)).status_code == 404


def test_a_number_of_another_sort_has_no_such_page(cast):
    assert of(cast.celia).get(address("gateway", cast.channel)).status_code == 404


@pytest.mark.parametrize("name", VERBS)
def test_doing_needs_a_post(server, channel, celia, name):
    assert of(celia).get(address(name, channel)).status_code == 405
