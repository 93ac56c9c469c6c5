"""Circuit breakers: what has failed several times in a row is left alone for a while.

The state is shared by all processes: in Redis, or in rows where there is none. A breaker whose own
store is away lets everything through. Limits per service stand in 08-operations.md.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.dispatch import Signal

from helpdesk.core import clock
from helpdesk.core.breaker_stores import RedisStore, RowStore, Stored

log = structlog.get_logger(__name__)
ERROR_LENGTH = 300

# Sent with `state` (BreakerState), after the fact, by whoever made it so; nobody waits for receivers.
breaker_opened = Signal()
breaker_closed = Signal()


@dataclass(frozen=True)
class BreakerState:
    """What a page shows of a breaker."""

    name: str
    state: str  # closed | open | half_open
    failures: int
    opened_at: datetime | None
    tries_again_at: datetime | None
    last_error: str


@dataclass(frozen=True)
class CircuitBreaker:
    """Opens after `failures` failures in a row; after `reset_seconds` one probe may pass.

    The probe's success closes it, its failure keeps it open for another `reset_seconds`; so does
    a probe of which nothing is heard. Call outside of transactions that may be rolled back.
    """

    name: str
    failures: int
    reset_seconds: int

    def allow(self) -> bool:
        """Say whether to try. When open and due, exactly one caller hears True: it is the probe."""
        try:
            stored = _store().read(self.name)
            if stored is None or stored.opened_at is None:
                return True
            due = clock.now() - timedelta(seconds=self.reset_seconds)
            return stored.opened_at <= due and _store().take_probe(self.name, due, clock.now())
        except Exception as error:
            return self._without_store(error)

    def record_success(self) -> None:
        """Close the breaker and forget its failures."""
        try:
            stored = _store().read(self.name)
            if stored is not None and (stored.failures or stored.opened_at):
                self.reset()
        except Exception as error:
            self._without_store(error)

    def record_failure(self, error: object) -> None:
        """Count a failure; the one that reaches the limit opens the breaker.

        `error` is kept for the page (300 characters): no personal data, no secrets.
        """
        text = str(error)[:ERROR_LENGTH].replace("\0", "")
        try:
            opened = _store().add_failure(self, text, clock.now())
        except Exception as failure:
            self._without_store(failure)
        else:
            if opened:
                log.warning("breaker.opened", breaker=self.name, error=text)
                breaker_opened.send_robust(CircuitBreaker, state=self.state())

    def reset(self) -> None:
        """Close the breaker by hand."""
        _store().clear(self.name)
        log.info("breaker.closed", breaker=self.name)
        breaker_closed.send_robust(CircuitBreaker, state=self.state())

    def state(self) -> BreakerState:
        """Return its present state."""
        return _present(
            _store().read(self.name) or Stored(self.name, 0, self.reset_seconds, None, "")
        )

    def _without_store(self, error: Exception) -> bool:
        log.warning("breaker.store_failed", breaker=self.name, error=repr(error))
        return True


def breaker(name: str, failures: int = 3, reset_seconds: int = 30) -> CircuitBreaker:
    """Return the breaker of this name (up to 120 characters); all with one name share their state."""
    return CircuitBreaker(name, failures, reset_seconds)


def known(name: str) -> CircuitBreaker | None:
    """Return the breaker of this name if it has ever seen a failure, to be reset by hand."""
    stored = _store().read(name)
    return stored and CircuitBreaker(name, stored.failures, stored.reset_seconds)


def all_states() -> list[BreakerState]:
    """Return the states of all breakers that have ever seen a failure, by name."""
    return sorted(
        (_present(stored) for stored in _store().read_all()), key=lambda state: state.name
    )


def _present(stored: Stored) -> BreakerState:
    tries_again_at = stored.opened_at and stored.opened_at + timedelta(seconds=stored.reset_seconds)
    if tries_again_at is None:
        state = "closed"
    elif tries_again_at > clock.now():
        state = "open"
    else:
        state = "half_open"
    opened_at = stored.opened_at and stored.opened_at.astimezone(UTC)
    return BreakerState(
        stored.name, state, stored.failures, opened_at, tries_again_at, stored.last_error
    )


def _store() -> RedisStore | RowStore:
    return RedisStore() if settings.REDIS_URL else RowStore()
