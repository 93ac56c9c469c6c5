"""Leases: a row says who may do a piece of background work, until when, and with which fence.

Time is the database's, so that hosts with differing clocks agree. The order of locks is the order
of names. See the model for why these are rows and not advisory locks.
"""

import os
import socket
import uuid
from collections.abc import Iterable, Mapping

from django.db import connection, transaction
from django.db.models import Q

from helpdesk.core.models import Lease


class LeaseLost(Exception):
    """Somebody else has taken over; whatever was done under the lease must be rolled back."""


def new_holder() -> str:
    """Return a name for this worker that no other worker, host or earlier start shares."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"


def acquire(name: str, holder: str, seconds: float) -> int | None:
    """Take the lease when nobody holds it; return its fence, or None when it is held.

    Also None when this very holder still holds it: see `renew`.
    """
    return acquire_many([name], holder, seconds).get(name)


def acquire_many(names: Iterable[str], holder: str, seconds: float) -> dict[str, int]:
    """Take those of the leases that are free or expired, in one statement; return their fences."""
    names = sorted(set(names))
    if not names:
        return {}

    expiry, lifetime = _database_time(seconds)
    now, no_time = _database_time(0)
    rows = ", ".join([f"(%s, %s, 1, {expiry})"] * len(names))
    values = [value for name in names for value in (name, holder, lifetime)]
    sql = (
        f"INSERT INTO core_lease AS held (name, holder, fence, expires_at) VALUES {rows}"
        " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = held.fence + 1,"
        f" expires_at = excluded.expires_at WHERE held.expires_at <= {now} RETURNING name, fence"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, no_time])
        return dict(cursor.fetchall())


def renew(name: str, holder: str, fence: int, seconds: float) -> bool:
    """Hold the lease for `seconds` from now; False when somebody else has taken it over."""
    return name in renew_many({name: fence}, holder, seconds)


def renew_many(fences: Mapping[str, int], holder: str, seconds: float) -> set[str]:
    """Hold the leases for `seconds` from now, in one statement; return those that are still ours."""
    if not fences:
        return set()

    expiry, lifetime = _database_time(seconds)
    pairs = ", ".join(["(%s, %s)"] * len(fences))
    values = [value for pair in sorted(fences.items()) for value in pair]
    sql = (
        f"UPDATE core_lease SET expires_at = {expiry}"
        f" WHERE holder = %s AND (name, fence) IN (VALUES {pairs}) RETURNING name"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [lifetime, holder, *values])
        return {name for (name,) in cursor.fetchall()}


def release(name: str, holder: str, fence: int) -> bool:
    """Give the lease back so that the next one need not wait; False when it was not ours any more.

    The fence stays in the row: the next holder's is greater.
    """
    return name in renew_many({name: fence}, holder, 0)


def is_held(name: str) -> bool:
    """Say whether anybody holds the lease at this moment."""
    now, no_time = _database_time(0)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM core_lease WHERE name = %s AND expires_at > {now}", [name, no_time]
        )
        return cursor.fetchone() is not None


def guard(fences: Mapping[str, int]) -> None:
    """Lock the lease rows until the end of the transaction; raise LeaseLost unless all are ours.

    `fences` maps names to the fences that `acquire` gave. While the transaction runs, nobody can
    take the leases over, so what it writes is written by their only holder.
    Raises TransactionManagementError outside a transaction: the lock would mean nothing.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("guard() needs a transaction.")

    locked = Lease.objects.select_for_update(no_key=True).order_by("name")
    found = dict(locked.filter(Q(name__in=list(fences))).values_list("name", "fence"))
    lost = sorted(name for name, fence in fences.items() if found.get(name) != fence)
    if lost:
        raise LeaseLost(", ".join(lost))


def _database_time(seconds: float) -> tuple[str, str]:
    """The SQL of 'in so many seconds' with one placeholder, and the placeholder's value."""
    if connection.vendor == "postgresql":
        return "statement_timestamp() + %s::interval", f"{seconds} seconds"
    else:
        return "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', %s)", f"{seconds} seconds"
