from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import audit
from accounts.models import AuditEntry, SiteSetting
from accounts.models.audit import AuditKind
from accounts.tasks import prune_audit
from helpdesk.celery import app

pytestmark = pytest.mark.django_db


def write(days_ago: int) -> AuditEntry:
    at = timezone.now() - timedelta(days=days_ago)
    return AuditEntry.objects.create(kind=AuditKind.LOGIN, source="page", occurred_at=at)


def test_only_what_is_older_than_the_setting_goes_and_that_is_told():
    SiteSetting.objects.create(key="audit_retention_days", value=100)
    write(101), write(102)
    kept = write(99)
    prune_audit.run()
    assert set(AuditEntry.objects.filter(kind=AuditKind.LOGIN)) == {kept}
    told = AuditEntry.objects.get(kind=AuditKind.RETENTION)
    assert (told.source, told.facts) == ("system", {"entries": 2, "older_than_days": 100})


def test_two_years_are_kept_unless_somebody_says_otherwise():
    write(729)
    assert audit.prune() == 0


def test_no_setting_empties_the_trail():
    SiteSetting.objects.create(key="audit_retention_days", value=0)
    kept, gone = write(89), write(91)
    assert audit.prune() == 1
    assert AuditEntry.objects.filter(pk=kept.pk).exists()
    assert not AuditEntry.objects.filter(pk=gone.pk).exists()


def test_nothing_to_delete_is_no_entry():
    assert audit.prune() == 0
    assert not AuditEntry.objects.exists()


def test_many_go_in_steps(monkeypatch):
    monkeypatch.setattr(audit, "PRUNE_AT_ONCE", 2)
    for _number in range(5):
        write(1_000)
    assert audit.prune() == 5


def test_the_calendar_knows_the_task():
    assert "accounts.tasks.prune_audit" in {
        entry["task"] for entry in app.conf.beat_schedule.values()
    }
