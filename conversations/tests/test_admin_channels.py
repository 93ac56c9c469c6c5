import pytest
from django.db import connection
from django.urls import reverse

from conversations.admin.secrets import SECRETS
from conversations.models import Channel


@pytest.fixture
def address(channel):
    return reverse("admin:conversations_channel_change", args=[channel.pk])


def form(channel, **changes):
    return {
        "name": channel.name, "badge": channel.badge, "badge_hue": 1, "provider": "cloud",
        "phone_number_id": channel.phone_number_id, "messages_per_second": 80, "is_active": "on",
        "default_queue": channel.default_queue_id, **changes,
    }  # fmt: skip


def test_secrets_are_never_shown_again(davi, client_of, channel, address):
    content = client_of(davi).get(address).content.decode()
    for name in SECRETS:
        assert not getattr(channel, name) or getattr(channel, name) not in content
        assert f'name="new_{name}"' in content


def test_empty_secret_fields_keep_what_is_there(davi, client_of, channel, address):
    assert client_of(davi).post(address, form(channel, name="Outro")).status_code == 302
    after = Channel.objects.get(pk=channel.pk)
    assert after.name == "Outro"
    assert after.access_token == channel.access_token


def test_a_secret_is_replaced_or_removed(davi, client_of, channel, address):
    changes = {"new_access_token": "token-novo", "removed_secrets": ["app_secret"]}
    assert client_of(davi).post(address, form(channel, **changes)).status_code == 302
    after = Channel.objects.get(pk=channel.pk)
    assert after.access_token == "token-novo"
    assert after.app_secret == ""
    assert after.verify_token == channel.verify_token


def test_the_administration_opens_although_the_key_of_the_secrets_is_lost(
    davi, client_of, channel, address
):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE conversations_channel SET access_token = 'sealed with another key'")
    client = client_of(davi)
    assert client.get(reverse("admin:conversations_channel_changelist")).status_code == 200
    assert client.get(address).status_code == 200
    assert client.post(address, form(channel, new_access_token="novo")).status_code == 302
    assert Channel.objects.get(pk=channel.pk).access_token == "novo"


def test_a_paused_channel_sends_again_by_hand(davi, client_of, channel):
    Channel.objects.filter(pk=channel.pk).update(paused_reason="190")
    form = {"action": "resume_sending", "_selected_action": [str(channel.pk)]}
    client_of(davi).post(reverse("admin:conversations_channel_changelist"), form)
    assert Channel.objects.get(pk=channel.pk).paused_reason == ""
