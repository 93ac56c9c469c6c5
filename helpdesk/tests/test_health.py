import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from helpdesk import health

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _forget_migrations():
    health._migrations_seen.update(applied=False, pending=0, at=0.0)


def test_live_asks_nobody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/health").json() == {"status": "ok"}


def test_ready_names_every_part(client):
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    parts = ("database", "broker", "channel_layer", "migrations")
    assert answer.json() == {"status": "ok", "checks": dict.fromkeys(parts, "ok")}


@pytest.mark.parametrize("part", ["database", "broker", "channel_layer", "migrations"])
def test_a_part_that_fails_is_named_without_details(client, monkeypatch, part):
    def fails():
        raise ConnectionError("password=secret")

    monkeypatch.setitem(health.CHECKS, part, fails)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"][part] == "failed (ConnectionError)"
    assert "secret" not in answer.content.decode()


def test_migrations_that_wait_are_told(client):
    row = MigrationRecorder.Migration.objects.filter(app="core").get()
    MigrationRecorder(connection).record_unapplied("core", row.name)
    try:
        answer = client.get("/health/ready")
    finally:
        MigrationRecorder(connection).record_applied("core", row.name)
    assert answer.status_code == 503
    assert "manage.py migrate" in answer.json()["checks"]["migrations"]


def test_once_applied_the_migrations_are_not_looked_at_again(client, monkeypatch):
    client.get("/health/ready")
    monkeypatch.setattr(health, "pending_migrations", lambda: 1 / 0)
    assert client.get("/health/ready").status_code == 200


def test_posting_is_refused(client):
    assert client.post("/health").status_code == 405
