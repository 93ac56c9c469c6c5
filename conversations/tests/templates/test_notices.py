"""What WhatsApp announces about templates, through the front door."""

import pytest

from conversations.models import Template
from conversations.tests.factories import ChannelFactory
from helpdesk.testing.webhooks import drain, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def template(channel):
    from conversations.models import Waba

    channel.waba = Waba.objects.create(waba_id="4711")
    channel.save()
    return Template.objects.create(
        waba=channel.waba, name="aviso", status="APPROVED", category="UTILITY", provider_id="99"
    )


@pytest.fixture
def announce(client, channel, template):
    def run(field, at=1_790_000_000, **value):
        value = {
            "message_template_id": 99, "message_template_name": "aviso",
            "message_template_language": "pt_BR", **value,
        }  # fmt: skip
        change = {"field": field, "value": value}
        entry = {"id": "4711", "time": at, "changes": [change]}
        body = {"object": "whatsapp_business_account", "entry": [entry]}
        assert post(client, channel, body).status_code == 200
        drain()
        template.refresh_from_db()

    return run


@pytest.mark.parametrize(
    ("event", "status"),
    [
        ("APPROVED", "APPROVED"), ("REJECTED", "REJECTED"), ("PENDING", "PENDING"),
        ("PAUSED", "PAUSED"), ("DISABLED", "DISABLED"), ("FLAGGED", "APPROVED"),
        ("REINSTATED", "APPROVED"), ("IN_APPEAL", "IN_APPEAL"), ("ARCHIVED", "ARCHIVED"),
        ("LIMIT_EXCEEDED", "LIMIT_EXCEEDED"), ("LOCKED", "LOCKED"), ("UNARCHIVED", "APPROVED"),
        ("PENDING_DELETION", "PENDING_DELETION"), ("DELETED", "DELETED"), ("NEVER_HEARD", "NEVER_HEARD"),
    ],
)  # fmt: skip
def test_each_event_becomes_a_status(announce, template, event, status):
    announce("message_template_status_update", event=event, reason="NONE")
    assert template.status == status


def test_a_rejection_keeps_its_reason_and_what_to_do(announce, template):
    info = {"reason": "Reads like marketing.", "recommendation": "Choose MARKETING."}
    announce(
        "message_template_status_update", event="REJECTED", reason="INCORRECT_CATEGORY",
        rejection_info=info,
    )  # fmt: skip
    assert template.rejected_reason == "INCORRECT_CATEGORY"
    assert template.notice == "Reads like marketing. Choose MARKETING."


@pytest.mark.parametrize(
    "field", ["message_template_quality_update", "message_template_status_update"]
)
def test_a_quality_is_known_by_its_content_also_under_the_wrong_field(announce, template, field):
    announce(field, previous_quality_score="GREEN", new_quality_score="RED")
    assert (template.quality, template.status) == ("RED", "APPROVED")


def test_a_category_to_come_is_told_and_the_change_is_made_when_it_comes(announce, template):
    announce(
        "template_category_update", new_category="UTILITY", correct_category="MARKETING",
        category_update_timestamp=1_790_500_000,
    )  # fmt: skip
    assert template.category == "UTILITY" and "Becomes Marketing on" in template.notice
    announce("template_category_update", previous_category="UTILITY", new_category="MARKETING")
    assert (template.category, template.notice) == ("MARKETING", "")


def test_an_older_status_that_comes_late_changes_nothing(announce, template):
    announce("message_template_status_update", at=1_790_000_900, event="PAUSED")
    announce("message_template_status_update", at=1_790_000_000, event="APPROVED")
    assert template.status == "PAUSED"


@pytest.mark.parametrize("value", [{"event": None}, {"event": []}, {"event": {"a": 1}}, {}])
def test_an_announcement_that_says_nothing_is_no_fault(announce, template, value):
    from conversations.models import WorkItem

    announce("message_template_status_update", **value)
    assert template.status == "APPROVED" and not WorkItem.objects.parked().exists()


def test_another_account_does_not_touch_ours(client, channel, template):
    other = ChannelFactory()
    value = {
        "event": "DISABLED", "message_template_name": "aviso", "message_template_language": "pt_BR",
    }  # fmt: skip
    change = {"field": "message_template_status_update", "value": value}
    body = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}
    post(client, other, body)
    drain()
    template.refresh_from_db()
    assert template.status == "APPROVED"
