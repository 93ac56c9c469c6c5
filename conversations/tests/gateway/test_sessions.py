"""Connecting by QR or pairing code, what is told about a session, and how it comes back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.actions import gateway as actions
from conversations.actions.channels import pause_for_error
from conversations.actions.errors import Refused
from conversations.gateway_secrets import HEADER
from conversations.models import (
    Channel,
    ChannelStatus,
    GatewaySession,
    Notice,
    NoticeKind,
    SessionState,
)
from conversations.providers.base import ProviderError
from helpdesk.core.breaker import breaker

pytestmark = pytest.mark.django_db


def session_of(channel) -> GatewaySession:
    return GatewaySession.objects.get(channel=channel)


def status_of(channel) -> str:
    return Channel.objects.get(pk=channel.pk).status


def check_again(channel) -> None:
    """Let 30 s pass for the check, and what has to wait be due."""
    past = timezone.now() - timedelta(seconds=31)
    GatewaySession.objects.filter(channel=channel).update(checked_at=past)
    GatewaySession.objects.filter(channel=channel, restart_at__isnull=False).update(restart_at=past)
    actions.check_due()


def test_connecting_makes_the_instance_with_a_webhook_that_has_two_secrets(server, channel, celia):
    actions.connect(channel, by=celia)
    webhook = server.instances["provedor"].webhook
    channel.refresh_from_db()
    assert webhook["headers"] == {HEADER: channel.webhook_secret}
    assert "/api/v1/webhooks/gateway/provedor/" in webhook["url"]
    assert channel.webhook_secret not in webhook["url"]
    assert (webhook["base64"], webhook["byEvents"], webhook["enabled"]) == (False, False, True)
    assert session_of(channel).code_image.startswith("data:image/png;base64,")
    assert status_of(channel) == ChannelStatus.CONNECTING


def test_a_channel_without_an_instances_name_gets_one(server, channel, celia):
    Channel.objects.filter(pk=channel.pk).update(gateway_instance="")
    actions.connect(channel, by=celia)
    assert list(server.instances) == [Channel.objects.get(pk=channel.pk).gateway_instance]


def test_an_instance_that_is_there_is_used_again_with_our_webhook(server, channel, celia):
    actions.connect(channel, by=celia)
    server.instances["provedor"].webhook = {}
    actions.connect(channel, by=celia)
    assert len(server.instances) == 1
    assert server.instances["provedor"].webhook["headers"]


def test_a_name_with_odd_characters_is_quoted(server, channel, celia, tell):
    Channel.objects.filter(pk=channel.pk).update(gateway_instance="Provedor São/João 2")
    actions.connect(channel, by=celia)
    server.scan("Provedor São/João 2")
    tell()
    assert session_of(channel).state == SessionState.OPEN


def test_a_pairing_code_is_asked_for_by_number(server, channel, celia):
    session = actions.connect(channel, by=celia, number="+55 (11) 3000-0000")
    assert session.pairing_code
    assert server.instances["provedor"].number == "551130000000"


@pytest.mark.parametrize("number", ["123", "não sei", "9" * 30])
def test_a_number_that_is_none_is_refused(server, channel, celia, number):
    with pytest.raises(Refused):
        actions.connect(channel, by=celia, number=number)
    assert not server.instances


def test_a_wrong_key_and_a_gateway_that_is_away_are_told(server, channel, celia, settings):
    settings.GATEWAY_API_KEY = "another-key"
    with pytest.raises(Refused, match="GATEWAY_API_KEY"):
        actions.connect(channel, by=celia)
    settings.GATEWAY_URL = "http://127.0.0.1:9"
    with pytest.raises(Refused, match="does not answer"):
        actions.connect(channel, by=celia)


def test_the_next_code_replaces_the_last(server, channel, celia, tell):
    actions.connect(channel, by=celia)
    first = session_of(channel).code_image
    code = server.rotate("provedor")
    tell()
    assert session_of(channel).code_image == code["base64"] != first


def test_a_code_grows_old(server, channel, celia):
    actions.connect(channel, by=celia)
    session = session_of(channel)
    assert not session.code_is_old
    session.code_at -= timedelta(seconds=61)
    assert session.code_is_old


def test_a_telephone_that_reads_the_code_is_connected(server, connected):
    session = session_of(connected)
    assert (session.state, session.code_image, session.code_at) == (SessionState.OPEN, "", None)
    assert connected.status == ChannelStatus.CONNECTED
    assert connected.display_phone_number == "+55 (11) 3000-0000"


def test_codes_that_are_used_up_are_told(server, channel, celia, tell):
    actions.connect(channel, by=celia)
    server.exhaust("provedor")
    tell()
    assert session_of(channel).state == SessionState.REFUSED
    assert not session_of(channel).code_image
    actions.connect(channel, by=celia)
    assert session_of(channel).code_image


def test_the_same_news_twice_is_one_happening(server, connected, tell):
    server.drop("provedor", 428)
    waiting = server.webhooks._waiting
    item = waiting.get()
    waiting.put(item)
    waiting.put(item)
    tell()
    assert [line["kind"] for line in session_of(connected).history] == ["asked", "open", "close"]


def test_a_lost_connection_is_restarted_after_a_while(server, connected, tell):
    server.drop("provedor", 428)
    tell()
    assert status_of(connected) == ChannelStatus.DISCONNECTED
    assert session_of(connected).restart_at > timezone.now()
    assert "POST /instance/restart/provedor" not in server.calls
    check_again(connected)
    assert "POST /instance/restart/provedor" in server.calls
    server.scan("provedor")
    tell()
    assert session_of(connected).state == SessionState.OPEN
    assert session_of(connected).restarts == 0


def test_restarts_grow_rarer_and_end(server, connected, tell):
    server.drop("provedor", 428)
    tell()
    for _ in range(16):
        check_again(connected)
    assert server.calls.count("POST /instance/restart/provedor") == 6


@pytest.mark.parametrize("reason", [401, 402, 403, 406])
def test_a_session_that_needs_a_new_code_is_left_alone(server, connected, tell, reason):
    server.drop("provedor", reason)
    tell()
    check_again(connected)
    assert "POST /instance/restart/provedor" not in server.calls
    assert (session_of(connected).reason, session_of(connected).restart_at) == (reason, None)


def test_a_banned_number_is_blocked(server, connected, tell):
    server.drop("provedor", 403)
    tell()
    assert status_of(connected) == ChannelStatus.BLOCKED


def test_a_log_out_at_the_telephone_is_told(server, connected, tell):
    server.log_out("provedor")
    tell()
    assert session_of(connected).reason == 401
    notice = Notice.objects.open().get(channel=connected)
    assert notice.kind == NoticeKind.CHANNEL_STOPPED
    server.scan("provedor")
    tell()
    assert not Notice.objects.open().exists()


def test_what_a_closed_session_has_stopped_goes_on_when_it_is_open(server, connected, tell):
    error = ProviderError(None, "channel", details="Connection Closed")
    pause_for_error(connected, error)
    server.drop("provedor", 428)
    server.scan("provedor")
    tell()
    assert Channel.objects.get(pk=connected.pk).paused_reason == ""


def test_the_check_finds_what_no_webhook_has_told(server, connected):
    server.instances["provedor"].state = "close"
    check_again(connected)
    assert session_of(connected).state == SessionState.CLOSED
    server.instances["provedor"].state = "open"
    check_again(connected)
    assert session_of(connected).state == SessionState.OPEN


def test_a_session_is_checked_once_in_thirty_seconds(server, connected):
    check_again(connected)
    asked = server.calls.count("GET /instance/connectionState/provedor")
    assert actions.check_due() == 0
    assert server.calls.count("GET /instance/connectionState/provedor") == asked


def test_a_gateway_that_is_away_changes_no_session_and_opens_the_breaker(
    server, connected, settings
):
    settings.GATEWAY_URL = "http://127.0.0.1:9"
    for _ in range(4):
        check_again(connected)
    assert session_of(connected).state == SessionState.OPEN
    assert breaker("whatsapp.gateway").state().state == "open"


def test_logging_out_ends_the_session_there_and_here(server, connected, celia, tell):
    actions.log_out(connected, by=celia)
    tell()
    assert server.instances["provedor"].state == "close"
    assert session_of(connected).state == SessionState.CLOSED
    assert not Notice.objects.open().exists()  # whoever did it knows it
    actions.log_out(connected, by=celia)  # over already: nothing to complain about


def test_reconnecting_by_hand_restarts(server, connected, celia):
    actions.reconnect(connected, by=celia)
    assert "POST /instance/restart/provedor" in server.calls
    assert session_of(connected).history[-1]["by"] == "Célia Ramos"


def test_without_a_gateway_nothing_is_checked(channel, db):
    GatewaySession.objects.create(channel=channel, state=SessionState.OPEN)
    assert actions.check_due() == 0
