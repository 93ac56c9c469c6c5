"""What the search looks into: indexes on the texts of messages, on names and on numbers.

PostgreSQL: the configuration `conversations_portuguese` stems words without their accents;
conversations_words() makes of a message what its index holds (conversations/search_texts.py says
why). Indexes are built without locking the tables, so nothing of this runs in one transaction, and
an interrupted migration is simply run again. SQLite: conversations/search_tables.py.
"""

from django.db import migrations, models
from django.db.utils import ProgrammingError

from conversations import search_tables

EXTENSIONS = ["unaccent", "pg_trgm"]
CONFIGURATIONS = {
    "conversations_portuguese": ("portuguese", "portuguese_stem"),
    "conversations_plain": ("simple", "simple"),
}
WORD_TOKENS = (
    "asciihword, asciiword, hword, hword_asciipart, hword_numpart, hword_part, numhword, numword,"
    " word"
)
PUNCTUATION = " .,;:!?()[]/\\-_*~`\"''\n\r\t\u00a0"
FUNCTIONS = [
    # unaccent() itself counts as changeable, because a dictionary can be replaced.
    """
    CREATE OR REPLACE FUNCTION conversations_plain(text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT lower({schema}.unaccent('{schema}.unaccent'::regdictionary, $1)) $$
    """,
    """
    CREATE OR REPLACE FUNCTION conversations_day(timestamptz) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT floor(date_part('epoch', $1 - timestamptz '1970-01-01 00:00:00+00') / 86400)::integer $$
    """,
    """
    CREATE OR REPLACE FUNCTION conversations_words(body text, at timestamptz) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('{own}.conversations_portuguese'::regconfig, left($1, 20000))
        || to_tsvector('{own}.conversations_plain'::regconfig,
            replace(translate(' ' || left($1, 20000), E'{punctuation}', '{spaces}'),
                ' ', ' b' || ({own}.conversations_day($2) >> 4) || 'z'))
        || array_to_tsvector(ARRAY['~d' || {own}.conversations_day($2),
            '~b' || ({own}.conversations_day($2) >> 4)]) $$
    """,
    # Not safe to run in parallel: the search relies on its stages coming one after the other.
    """
    CREATE OR REPLACE FUNCTION conversations_query(text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL UNSAFE
    AS $$ SELECT to_tsquery('{own}.conversations_portuguese'::regconfig, $1) $$
    """,
    # The planner takes any beginning of a word for a very common one and would rather read every
    # message than the index; compiling the statement would take longer than running it.
    """
    CREATE OR REPLACE FUNCTION conversations_hits(tsquery, timestamptz, timestamptz)
    RETURNS TABLE (id uuid, conversation_id uuid, sort_at timestamptz)
    LANGUAGE sql STABLE PARALLEL UNSAFE ROWS 300
    SET enable_seqscan = off SET enable_indexscan = off SET jit = off AS $$
    SELECT id, conversation_id, sort_at FROM {own}.conversations_message
    WHERE {own}.conversations_words(body, sort_at) @@ $1 AND revoked_at IS NULL AND body <> ''
        AND sort_at + interval '0' >= $2 AND sort_at + interval '0' < $3 $$
    """,
]
INDEXES = {
    "conversations_message_words": "conversations_message USING gin"
    " (conversations_words(body, sort_at)) WITH (gin_pending_list_limit = 256)"
    " WHERE revoked_at IS NULL AND body <> ''",
    "conversations_customer_trigrams": "conversations_customer USING gin"
    " (conversations_plain(name) {schema}.gin_trgm_ops)",
    "conversations_identity_trigrams": "conversations_customeridentity USING gin"
    " (value {schema}.gin_trgm_ops)",
    "conversations_newest": "conversations_conversation (last_message_at DESC, id DESC)",
}
BACK = [
    "DROP FUNCTION IF EXISTS conversations_hits(tsquery, timestamptz, timestamptz)",
    "DROP FUNCTION IF EXISTS conversations_query(text)",
    "DROP FUNCTION IF EXISTS conversations_words(text, timestamptz)",
    "DROP FUNCTION IF EXISTS conversations_day(timestamptz)",
    "DROP FUNCTION IF EXISTS conversations_plain(text)",
    "DROP TEXT SEARCH CONFIGURATION IF EXISTS conversations_portuguese",
    "DROP TEXT SEARCH CONFIGURATION IF EXISTS conversations_plain",
]
NOT_ALLOWED = (
    'The search needs the extensions "unaccent" and "pg_trgm" in the database "{database}", and the'
    ' user "{user}" may not create them. An administrator runs once:'
    ' psql -d {database} -c "CREATE EXTENSION IF NOT EXISTS unaccent"'
    ' -c "CREATE EXTENSION IF NOT EXISTS pg_trgm"  (package postgresql-contrib). Then migrate again.'
)


def install(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            "CREATE INDEX conversations_newest ON conversations_conversation"
            " (last_message_at DESC, id DESC)"
        )
        return search_tables.install(schema_editor.connection)
    with schema_editor.connection.cursor() as cursor:
        names = create_extensions(cursor)
        for name, (source, dictionary) in CONFIGURATIONS.items():
            create_configuration(cursor, name, source, dictionary, names)
        for function in FUNCTIONS:
            cursor.execute(function.format(**names))
        for name, what in INDEXES.items():
            # A build that was interrupted leaves an index that is never used.
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            cursor.execute(f"CREATE INDEX CONCURRENTLY {name} ON {what.format(**names)}")


def create_extensions(cursor) -> dict:
    cursor.execute("SELECT current_database(), current_user, current_schema()")
    database, user, own = cursor.fetchone()
    try:
        for name in EXTENSIONS:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
    except Exception as error:
        raise ProgrammingError(NOT_ALLOWED.format(database=database, user=user)) from error
    cursor.execute(
        "SELECT nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace"
        " WHERE extname = 'unaccent'"
    )
    punctuation = PUNCTUATION.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return {
        "schema": cursor.fetchone()[0],
        "own": own,
        "punctuation": punctuation.replace("\t", "\\t"),
        "spaces": " " * (len(PUNCTUATION) - 1),
    }


def create_configuration(cursor, name, source, dictionary, names):
    cursor.execute(f"SELECT count(*) FROM pg_ts_config WHERE cfgname = '{name}'")
    if cursor.fetchone()[0]:
        return
    cursor.execute(f"CREATE TEXT SEARCH CONFIGURATION {name} (COPY = pg_catalog.{source})")
    cursor.execute(
        f"ALTER TEXT SEARCH CONFIGURATION {name} ALTER MAPPING FOR {WORD_TOKENS}"
        f" WITH {names['schema']}.unaccent, {dictionary}"
    )


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP INDEX conversations_newest")
        return search_tables.remove(schema_editor.connection)
    with schema_editor.connection.cursor() as cursor:
        for name in INDEXES:
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        for statement in BACK:
            cursor.execute(statement)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("conversations", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(install, remove)],
            state_operations=[
                migrations.AddIndex(
                    "conversation",
                    models.Index(
                        models.F("last_message_at").desc(),
                        models.F("id").desc(),
                        name="conversations_newest",
                    ),
                )
            ],
        )
    ]
