"""A database that was started anew costs no webhook."""

import pytest
from django.db import connection

from conversations.models import WebhookEvent
from conversations.tests.providers import payloads
from helpdesk.testing.webhooks import post

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_webhook_is_stored_although_its_kept_connection_was_cut(client, channel):
    body = payloads.envelope(payloads.text_message(), phone_number_id=channel.phone_number_id)
    assert post(client, channel, body).status_code == 200
    cut(connection)
    assert post(client, channel, body).status_code == 200
    assert WebhookEvent.objects.count() == 2


def cut(connection) -> None:
    """Close the connection at its other end, as a restart of the server does."""
    if connection.vendor == "postgresql":
        import psycopg

        kept = connection.connection
        with psycopg.connect(kept.info.dsn, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 2000)", [kept.info.backend_pid])
    else:
        connection.close()
