import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from accounts import two_factor
from accounts.tests.people import code_of, is_logged_in, log_in, switch_on
from conversations.models import Channel
from helpdesk.core import fields

# What the fixtures write is encrypted with the key of the tests.
OLD, NEW = settings.FERNET_KEYS[0], Fernet.generate_key().decode()


@pytest.fixture(name="keys")
def keys_in_use(settings):
    def use(*given):
        settings.FERNET_KEYS = list(given)
        fields.fernet.cache_clear()

    yield use
    fields.fernet.cache_clear()


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token FROM conversations_channel")
        return cursor.fetchone()[0]


def test_after_a_rotation_the_old_key_is_not_needed(keys, channel):
    keys(OLD)
    channel.access_token = "segredo"
    channel.save()
    keys(NEW, OLD)
    before = stored()
    call_command("rotate_keys")
    keys(NEW)
    assert Channel.objects.get(pk=channel.pk).access_token == "segredo"
    assert stored() != before


def test_second_factors_are_rotated_too(keys, ana, client, client_of):
    keys(OLD)
    secret = switch_on(client_of(ana))
    keys(NEW, OLD)
    call_command("rotate_keys")
    keys(NEW)
    assert two_factor.recovery_codes_left(ana) == 10
    log_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert is_logged_in(client)


def test_a_secret_that_no_key_opens_is_told_and_kept(keys, channel):
    keys(OLD)
    channel.access_token = "segredo"
    channel.save()
    before = stored()
    keys(NEW)
    with pytest.raises(CommandError):
        call_command("rotate_keys")
    assert stored() == before
