"""Years of an internet provider's conversations, written into PostgreSQL in minutes.

    python -m benchmarks.make_history --conversations 1000000 --messages 10000000

makes a database of its own (`--name`, ramal_history) beside the one DATABASE_URL names, migrates it
and fills it. Set-based SQL: what a row says follows from its number alone, so that every run writes
the same. The names and texts: history_texts.py; the shape of the data: benchmarks/README.md.
"""

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from os import environ
from urllib.parse import urlsplit

YEARS = 2
CHUNK = 20_000  # conversations of one INSERT
BIG_CONVERSATION = 10_000
NUMBERS_OF_ONE = 16_384  # a conversation's messages are numbered within this
BIG_TABLES = (
    "customer", "customeridentity", "contact", "conversation", "conversation_tags", "message",
)  # fmt: skip


def main() -> None:
    options = _options()
    url = make_database(options.database_url, options.name)
    environ["DATABASE_URL"] = url
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0", "--skip-checks"], check=True, env=os.environ
    )
    import django

    environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    django.setup()
    counts = fill(options.conversations, options.messages, workers=options.workers, say=print)
    print(url, counts)


def make_database(database_url: str, name: str) -> str:
    """Create the database anew on the server that an address names; return its address."""
    import psycopg

    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlsplit(database_url)._replace(path=f"/{name}").geturl()


def fill(conversations: int, messages: int, *, big=BIG_CONVERSATION, workers=2, say=None) -> dict:
    """Fill the (empty) database of Django's default connection; return how many rows there are."""
    from django.db import connection

    from benchmarks.history_people import add_people
    from benchmarks.history_sql import Statements

    say = say or (lambda *_: None)
    add_people()
    mean = max(2.0, (messages - big) / max(1, conversations - 1))
    statements = Statements(conversations, mean, min(big, NUMBERS_OF_ONE - 1), YEARS)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        indexes = _drop_indexes(cursor)
        statements.prepare(cursor)
        _timed(say, "customers", lambda: statements.customers(cursor))
        _timed(say, "conversations", lambda: statements.conversations(cursor))
    chunks = range(1, conversations + 1, CHUNK)
    _timed(say, "messages", lambda: _in_parallel(statements.messages, chunks, workers))
    _timed(say, "indexes", lambda: _in_parallel(_run, indexes, workers))
    with connection.cursor() as cursor:
        statements.clear(cursor)
        for table in BIG_TABLES:
            cursor.execute(f"ANALYZE conversations_{table}")
        return {table: _count(cursor, table) for table in ("customer", "conversation", "message")}


def _in_parallel(work, items, workers: int) -> None:
    """Call for each item on connections of their own; in this thread when there is one worker."""
    from django.db import connection, connections

    def alone(item):
        try:
            with connection.cursor() as cursor:
                work(cursor, item)
        finally:
            connections.close_all()

    if workers == 1:
        with connection.cursor() as cursor:
            for item in items:
                work(cursor, item)
        return
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(alone, items))


def _drop_indexes(cursor) -> list[str]:
    """Drop what is no constraint; return the statements that make it again, the longest first."""
    tables = [f"conversations_{table}" for table in BIG_TABLES]
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes LEFT JOIN pg_constraint ON conname = indexname"
        " WHERE tablename = ANY(%s) AND conname IS NULL AND indexname <> 'conversations_one_open'"
        " ORDER BY indexdef NOT LIKE '%%gin%%', tablename = 'conversations_message' DESC",
        [tables],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


def _run(cursor, definition: str) -> None:
    cursor.execute("SET maintenance_work_mem = '1GB'")
    cursor.execute("SET max_parallel_maintenance_workers = 0")
    cursor.execute(definition)


def _count(cursor, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM conversations_{table}")
    return cursor.fetchone()[0]


def _timed(say, what: str, work) -> None:
    began = time.monotonic()
    work()
    say(f"{what}: {time.monotonic() - began:.0f} s", flush=True) if say is print else say(what)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.make_history")
    parser.add_argument("--conversations", type=int, default=1_000_000)
    parser.add_argument("--messages", type=int, default=10_000_000)
    parser.add_argument("--name", default="ramal_history", help="of the database; made anew")
    parser.add_argument("--workers", type=int, default=2, help="connections that write")
    parser.add_argument("--database-url", default=environ.get("DATABASE_URL", ""))
    options = parser.parse_args()
    if not options.database_url:
        parser.error("PostgreSQL is needed: set DATABASE_URL")
    return options


if __name__ == "__main__":
    main()
