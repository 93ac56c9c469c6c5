"""The one way past the triggers that keep the trail (migration 'audit'): retention, and flush.

PostgreSQL's triggers look at a setting of the session. SQLite has none, so its triggers call a
function that every connection of ours brings along; a foreign tool does not have it and fails.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection as default_connection
from django.db.backends.signals import connection_created

SETTING = "ramal.audit_retention"
FUNCTION = "audit_retention"
_is_open: ContextVar[bool] = ContextVar("audit_retention", default=False)


@contextmanager
def forgetting(connection=default_connection) -> Iterator[None]:
    """Let this connection delete entries inside the block."""
    token = _is_open.set(True)
    try:
        _tell(connection, "on")
        yield
    finally:
        _is_open.reset(token)
        if not connection.needs_rollback:
            _tell(connection, "off")


def connect() -> None:
    """Give SQLite's connections the function that its triggers ask."""
    connection_created.connect(_teach, dispatch_uid="accounts.audit.append_only")


def _tell(connection, value: str) -> None:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        # Inside a transaction for this one only: behind a pooler the next may be somebody else's.
        cursor.execute(
            "SELECT set_config(%s, %s, %s)", [SETTING, value, connection.in_atomic_block]
        )


def _teach(sender, connection, **kwargs) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function(FUNCTION, 0, lambda: int(_is_open.get()))
