"""The triggers that keep anybody from changing or deleting the audit trail.

Only retention and `manage.py flush` get past them (accounts/audit/append_only.py).
"""

from django.db import migrations

TABLE = "accounts_auditentry"
REFUSAL = "The audit trail is append-only."

POSTGRESQL = [
    f"""
    CREATE FUNCTION accounts_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'UPDATE' AND current_setting('ramal.audit_retention', true) = 'on' THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
    END
    $$
    """,
    f"""
    CREATE TRIGGER accounts_audit_append_only BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_append_only()
    """,
    f"""
    CREATE TRIGGER accounts_audit_no_truncate BEFORE TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_append_only()
    """,
]
POSTGRESQL_BACK = [
    f"DROP TRIGGER accounts_audit_no_truncate ON {TABLE}",
    f"DROP TRIGGER accounts_audit_append_only ON {TABLE}",
    "DROP FUNCTION accounts_audit_append_only()",
]
# A change of the table's columns makes SQLite build it anew, without its triggers: a migration that
# does so has to run these again. accounts/tests/audit/test_append_only.py notices.
SQLITE = [
    f"""
    CREATE TRIGGER accounts_audit_no_update BEFORE UPDATE ON {TABLE}
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
    """,
    f"""
    CREATE TRIGGER accounts_audit_no_delete BEFORE DELETE ON {TABLE} WHEN audit_retention() = 0
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
    """,
]
SQLITE_BACK = ["DROP TRIGGER accounts_audit_no_update", "DROP TRIGGER accounts_audit_no_delete"]


def protect(apps, schema_editor):
    run(schema_editor, {"postgresql": POSTGRESQL, "sqlite": SQLITE})


def unprotect(apps, schema_editor):
    run(schema_editor, {"postgresql": POSTGRESQL_BACK, "sqlite": SQLITE_BACK})


def run(schema_editor, statements):
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(protect, unprotect)]
