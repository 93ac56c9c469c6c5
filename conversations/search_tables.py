"""SQLite's index of message texts: an FTS5 table without contents, kept true by triggers.

Messages have no integer key and SQLite may renumber its own, so a table beside gives each message
a number; it grows with time, which makes the newest hits the first. A migration that changes the
columns of messages makes SQLite build that table anew, without its triggers: `mend` notices.
PostgreSQL has an index on an expression instead (migration 'search').
"""

from django.db import connections

NUMBERS = "conversations_searchedmessage"
WORDS = "conversations_messagewords"
MESSAGES = "conversations_message"

_IS_SHOWN = "{row}.body <> '' AND {row}.revoked_at IS NULL"
_NUMBER = f"FROM {NUMBERS} WHERE message_id = {{row}}.id AND {_IS_SHOWN}"
_ENTER = f"""
    INSERT OR IGNORE INTO {NUMBERS} (message_id)
    SELECT new.id WHERE {_IS_SHOWN.format(row="new")};
    INSERT INTO {WORDS} (rowid, body) SELECT id, new.body {_NUMBER.format(row="new")};
"""
# An FTS5 table without contents forgets a text by hearing it once more.
_FORGET = f"""
    INSERT INTO {WORDS} ({WORDS}, rowid, body)
    SELECT 'delete', id, old.body {_NUMBER.format(row="old")};
"""
TRIGGERS = {
    "conversations_words_insert": f"AFTER INSERT ON {MESSAGES} BEGIN {_ENTER} END",
    "conversations_words_update": f"""AFTER UPDATE OF body, revoked_at ON {MESSAGES}
        WHEN old.body <> new.body OR (old.revoked_at IS NULL) <> (new.revoked_at IS NULL)
        BEGIN {_FORGET} {_ENTER} END""",
    "conversations_words_delete": f"""AFTER DELETE ON {MESSAGES}
        BEGIN {_FORGET} DELETE FROM {NUMBERS} WHERE message_id = old.id; END""",
}


def install(connection) -> None:
    """Make the tables and triggers, and read in every message there is."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {NUMBERS}"
            " (id INTEGER PRIMARY KEY AUTOINCREMENT, message_id char(32) NOT NULL UNIQUE)"
        )
        cursor.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {WORDS} USING fts5"
            " (body, content='', prefix='2 3', tokenize='unicode61 remove_diacritics 2')"
        )
        for name, what in TRIGGERS.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(f"CREATE TRIGGER {name} {what}")
        cursor.execute(f"INSERT INTO {WORDS} ({WORDS}) VALUES ('delete-all')")
        cursor.execute(f"DELETE FROM {NUMBERS}")
        shown = _IS_SHOWN.format(row="message")
        cursor.execute(
            f"INSERT INTO {NUMBERS} (message_id) SELECT id FROM {MESSAGES} AS message"
            f" WHERE {shown} ORDER BY sort_at, id"
        )
        cursor.execute(
            f"INSERT INTO {WORDS} (rowid, body) SELECT number.id, message.body"
            f" FROM {NUMBERS} AS number JOIN {MESSAGES} AS message ON message.id = message_id"
        )


def remove(connection) -> None:
    with connection.cursor() as cursor:
        for name in TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        cursor.execute(f"DROP TABLE IF EXISTS {WORDS}")
        cursor.execute(f"DROP TABLE IF EXISTS {NUMBERS}")


def mend(connection) -> bool:
    """Make the index anew where its triggers were lost; False when nothing was to be done."""
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type IN ('trigger', 'table')")
        names = {name for (name,) in cursor.fetchall()}
    if WORDS not in names or set(TRIGGERS) <= names:
        return False
    install(connection)
    return True


def after_migrations(sender, using: str, **kwargs) -> None:
    mend(connections[using])
