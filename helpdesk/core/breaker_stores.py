"""Where circuit breakers keep their state: a Redis hash each, or a row each."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import redis
from django.conf import settings
from django.db.models import F

from helpdesk.core.models import CircuitBreakerState

PREFIX = "ramal:breaker:"
REDIS_SECONDS = 1  # a slow store must not slow down what the breaker protects

# Pushing the opening forward is what makes a probe: whoever comes later finds the breaker closed
# to them for another period.
TAKE_PROBE = """
local opened = tonumber(redis.call('HGET', KEYS[1], 'opened_at'))
if not opened or opened > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'opened_at', ARGV[2])
return 1
"""
ADD_FAILURE = """
redis.call('HSET', KEYS[1], 'last_error', ARGV[1], 'reset_seconds', ARGV[2])
if redis.call('HINCRBY', KEYS[1], 'failures', 1) < tonumber(ARGV[3]) then return 0 end
return redis.call('HSETNX', KEYS[1], 'opened_at', ARGV[4])
"""


@dataclass(frozen=True)
class Stored:
    """The state of a breaker as it is kept."""

    name: str
    failures: int
    reset_seconds: int
    opened_at: datetime | None
    last_error: str


class RowStore:
    """Rows of CircuitBreakerState."""

    def read(self, name: str) -> Stored | None:
        """Return the state, or None when the breaker has never seen a failure."""
        return next(self._read(CircuitBreakerState.objects.filter(name=name)), None)

    def read_all(self) -> list[Stored]:
        """Return all states."""
        return list(self._read(CircuitBreakerState.objects.all()))

    def take_probe(self, name: str, due: datetime, now: datetime) -> bool:
        """Move the opening from `due` or before to `now`; True for the one caller who did."""
        rows = CircuitBreakerState.objects.filter(name=name, opened_at__lte=due)
        return rows.update(opened_at=now) == 1

    def add_failure(self, breaker, error: str, now: datetime) -> bool:
        """Count a failure; True when it is the one that opens the breaker."""
        CircuitBreakerState.objects.bulk_create(
            [CircuitBreakerState(name=breaker.name)], ignore_conflicts=True
        )
        rows = CircuitBreakerState.objects.filter(name=breaker.name)
        rows.update(
            failures=F("failures") + 1, last_error=error, reset_seconds=breaker.reset_seconds
        )
        too_many = rows.filter(opened_at=None, failures__gte=breaker.failures)
        return too_many.update(opened_at=now) == 1

    def clear(self, name: str) -> None:
        """Forget the failures."""
        CircuitBreakerState.objects.filter(name=name).update(failures=0, opened_at=None)

    def _read(self, rows):
        columns = ("name", "failures", "reset_seconds", "opened_at", "last_error")
        return (Stored(*row) for row in rows.values_list(*columns))


class RedisStore:
    """Hashes in Redis; moments are seconds since 1970."""

    def read(self, name: str) -> Stored | None:
        """Return the state, or None when the breaker has never seen a failure."""
        values = _redis().hgetall(PREFIX + name)
        if not values:
            return None
        opened_at = values.get("opened_at")
        return Stored(
            name,
            int(values.get("failures", 0)),
            int(values.get("reset_seconds", 30)),
            opened_at and datetime.fromtimestamp(float(opened_at), UTC),
            values.get("last_error", ""),
        )

    def read_all(self) -> list[Stored]:
        """Return all states."""
        names = [key.removeprefix(PREFIX) for key in _redis().scan_iter(match=PREFIX + "*")]
        return [stored for stored in map(self.read, names) if stored is not None]

    def take_probe(self, name: str, due: datetime, now: datetime) -> bool:
        """Move the opening from `due` or before to `now`; True for the one caller who did."""
        arguments = due.timestamp(), now.timestamp()
        return bool(_redis().eval(TAKE_PROBE, 1, PREFIX + name, *arguments))

    def add_failure(self, breaker, error: str, now: datetime) -> bool:
        """Count a failure; True when it is the one that opens the breaker."""
        arguments = error, breaker.reset_seconds, breaker.failures, now.timestamp()
        return bool(_redis().eval(ADD_FAILURE, 1, PREFIX + breaker.name, *arguments))

    def clear(self, name: str) -> None:
        """Forget the failures."""
        with _redis().pipeline() as pipeline:
            pipeline.hset(PREFIX + name, "failures", 0).hdel(PREFIX + name, "opened_at").execute()


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_timeout=REDIS_SECONDS,
        socket_connect_timeout=REDIS_SECONDS,
    )
