"""Nobody changes or deletes an entry: not by the ORM, not by SQL, on either database."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from accounts.actions.audit import record
from accounts.audit.append_only import forgetting
from accounts.models import AuditEntry
from accounts.models.audit import AppendOnly, AuditKind

pytestmark = pytest.mark.django_db
TABLE = AuditEntry._meta.db_table


@pytest.fixture
def entry():
    return record(AuditKind.COMMAND, target="manage.py rotate_keys")


def run(sql, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_saving_again_is_refused(entry):
    entry.target_label = "something else"
    with pytest.raises(AppendOnly):
        entry.save()
    with pytest.raises(AppendOnly):
        AuditEntry.objects.get(pk=entry.pk).save()


def test_deleting_is_refused(entry):
    with pytest.raises(AppendOnly):
        entry.delete()
    with pytest.raises(AppendOnly):
        AuditEntry.objects.all().delete()


def test_a_querysets_ways_to_write_are_refused(entry):
    with pytest.raises(AppendOnly):
        AuditEntry.objects.update(kind=AuditKind.LOGIN)
    with pytest.raises(AppendOnly):
        AuditEntry._base_manager.filter(pk=entry.pk).update(kind=AuditKind.LOGIN)
    with pytest.raises(AppendOnly):
        AuditEntry.objects.bulk_update([entry], ["kind"])
    with pytest.raises(AppendOnly):
        AuditEntry.objects.bulk_create(
            [entry], update_conflicts=True, unique_fields=["id"], update_fields=["kind"]
        )


def test_a_second_entry_under_the_same_key_never_replaces_the_first(entry):
    forged = AuditEntry(pk=entry.pk, kind=AuditKind.LOGIN, source="page")
    with pytest.raises(DatabaseError), transaction.atomic():
        forged.save()
    assert AuditEntry.objects.get(pk=entry.pk).kind == AuditKind.COMMAND


@pytest.mark.parametrize("sql", [f"UPDATE {TABLE} SET kind = 'login'", f"DELETE FROM {TABLE}"])
def test_plain_sql_is_refused_by_the_database(entry, sql):
    with pytest.raises(DatabaseError, match="append-only"):
        run(sql)
    assert AuditEntry.objects.get().kind == AuditKind.COMMAND


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_truncating_is_refused_by_the_database(entry):
    with pytest.raises(DatabaseError, match="append-only"):
        run(f"TRUNCATE {TABLE}")
    assert AuditEntry.objects.count() == 1


def test_an_update_is_refused_even_while_retention_is_at_work(entry):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), forgetting():
        run(f"UPDATE {TABLE} SET kind = 'login'")


def test_the_way_for_retention_closes_behind_it(entry):
    with transaction.atomic(), forgetting():
        pass
    with pytest.raises(DatabaseError, match="append-only"):
        run(f"DELETE FROM {TABLE}")


def test_an_entry_outlives_whom_it_tells_of(cast):
    entry = record(AuditKind.LOGIN, actor=cast.bruno, target=cast.bruno)
    cast.bruno.delete()
    kept = AuditEntry.objects.get(pk=entry.pk)
    assert (kept.actor_id, kept.actor_name, kept.target_label) == (
        entry.actor_id,
        "Bruno Lima",
        "Bruno Lima",
    )


@pytest.mark.django_db(transaction=True)
def test_emptying_the_whole_database_empties_the_trail(entry):
    call_command("flush", interactive=False, verbosity=0)
    assert not AuditEntry.objects.exists()
