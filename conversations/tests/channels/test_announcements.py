"""What Meta announces of accounts and numbers: the effect, and the notice that people read."""

import pytest

from conversations.models import Channel, ChannelStatus, Notice, NoticeKind, Waba
from conversations.tests.providers import payloads
from helpdesk.testing.webhooks import drain, post

NUMBER = {"display_phone_number": payloads.BUSINESS_NUMBER}
ANNOUNCED = {
    "banned": (
        "account_update",
        {
            "event": "DISABLED_UPDATE",
            "ban_info": {"waba_ban_state": "DISABLE", "waba_ban_date": "5"},
        },
        NoticeKind.ACCOUNT,
    ),
    "restricted": (
        "account_update",
        {
            "event": "ACCOUNT_RESTRICTION",
            "restriction_info": [{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING"}],
        },
        NoticeKind.ACCOUNT,
    ),
    "violation": (
        "account_update",
        {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SCAM"}},
        NoticeKind.ACCOUNT,
    ),
    "deleted": ("account_update", {"event": "ACCOUNT_DELETED"}, NoticeKind.ACCOUNT),
    "removed": ("account_update", {"event": "PARTNER_REMOVED"}, NoticeKind.ACCOUNT),
    "review": ("account_review_update", {"decision": "REJECTED"}, NoticeKind.REVIEW),
    "alert": (
        "account_alerts",
        {
            "entity_type": "WABA",
            "entity_id": payloads.WABA_ID,
            "alert_info": {
                "alert_severity": "CRITICAL",
                "alert_status": "ACTIVE",
                "alert_type": "INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED",
                "alert_description": "Verify the business.",
            },
        },
        NoticeKind.ALERT,
    ),
    "quality": (
        "phone_number_quality_update",
        NUMBER | {"event": "FLAGGED", "current_limit": "TIER_1K", "old_limit": "TIER_10K"},
        NoticeKind.QUALITY,
    ),
    "name": (
        "phone_number_name_update",
        NUMBER | {"decision": "REJECTED", "requested_verified_name": "Provedor X"},
        NoticeKind.NAME,
    ),
    "limit": (
        "business_capability_update",
        {"max_daily_conversations_per_business": 1000},
        NoticeKind.LIMIT,
    ),
    "security": (
        "security",
        NUMBER | {"event": "PIN_CHANGED", "requester": "1"},
        NoticeKind.SECURITY,
    ),
}
every_announcement = pytest.mark.parametrize(
    ("field", "value", "kind"), ANNOUNCED.values(), ids=ANNOUNCED
)


def announce(client, channel, field, value, **more):
    body = payloads.account_envelope(payloads.change(field, value), **more)
    assert post(client, channel, body).status_code == 200
    drain()


@every_announcement
def test_an_announcement_becomes_one_notice_however_often_it_is_told(
    client, client_of, celia, davi, channel, waba, field, value, kind
):
    announce(client, channel, field, value, time=1)
    announce(client, channel, field, value, time=1)  # delivered again
    announce(client, channel, field, value, time=2)  # said again
    notice = Notice.objects.get()
    assert notice.kind == kind
    for person in (celia, davi):
        shown = client_of(person).get("/channels/").content.decode()
        assert f'id="notice-{notice.pk}"' in shown
        assert str(notice.get_kind_display()) in shown


@every_announcement
def test_whoever_has_no_queue_of_the_number_is_not_told(
    client, client_of, celia, channel, waba, field, value, kind
):
    celia.queues.clear()
    announce(client, channel, field, value)
    assert 'id="notice-' not in client_of(celia).get("/channels/").content.decode()


@pytest.mark.parametrize(
    ("announced", "status"),
    [
        ("banned", ChannelStatus.BLOCKED),
        ("deleted", ChannelStatus.BLOCKED),
        ("removed", ChannelStatus.DISCONNECTED),
        ("restricted", ChannelStatus.CONNECTED),
    ],
)
def test_the_numbers_of_an_account_in_trouble_are_unwell(client, channel, waba, announced, status):
    field, value, _kind = ANNOUNCED[announced]
    announce(client, channel, field, value)
    channel.refresh_from_db()
    waba.refresh_from_db()
    assert (channel.status, waba.trouble) == (status, value["event"])
    assert channel.checked_at is None  # the next round asks Meta for it first


def test_a_ban_that_is_lifted_ends_its_notice(client, channel, waba):
    announce(client, channel, *ANNOUNCED["banned"][:2])
    lifted = {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}}
    announce(client, channel, "account_update", lifted)
    waba.refresh_from_db()
    assert (waba.trouble, Notice.objects.open().count()) == ("", 0)


def test_the_portfolios_limit_is_kept_and_a_rise_is_no_notice(client, channel, waba):
    value = {"max_daily_conversations_per_business": 100_000, "max_phone_numbers_per_business": 25}
    announce(client, channel, "business_capability_update", value)
    assert Waba.objects.get().portfolio_limit == 100_000
    assert not Notice.objects.exists()


def test_throughput_and_limit_of_a_number_are_kept_and_shown(
    client, client_of, davi, channel, waba
):
    value = NUMBER | {"event": "THROUGHPUT_UPGRADE", "current_limit": "TIER_100K"}
    announce(client, channel, "phone_number_quality_update", value)
    facts = Channel.objects.get(pk=channel.pk).health["facts"]
    assert facts == {"limit": "TIER_100K", "throughput": "HIGH"}
    shown = client_of(davi).get(f"/channels/{channel.pk}/").content.decode()
    assert "100K" in shown and "1,000/s" in shown


def test_quality_that_recovers_ends_its_notice(client, channel, waba):
    announce(client, channel, *ANNOUNCED["quality"][:2])
    announce(client, channel, "phone_number_quality_update", NUMBER | {"event": "UNFLAGGED"})
    assert Notice.objects.get().resolved_at


@pytest.mark.parametrize("field", sorted({field for field, _value, _kind in ANNOUNCED.values()}))
@pytest.mark.parametrize("value", [{}, {"event": 7, "decision": [], "alert_info": "x"}])
def test_nonsense_harms_nobody(client, channel, waba, field, value):
    announce(client, channel, field, value)
    channel.refresh_from_db()
    assert channel.status == ChannelStatus.CONNECTED
