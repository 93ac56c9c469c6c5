"""How often somebody may do something: a fixed window counted in the cache."""

from django.core.cache import cache

from helpdesk.core import clock


def allow(key: str, limit: int, seconds: int) -> bool:
    """Count one use of `key`; False from the use after `limit` on, until the window has passed.

    `key` names what is done and who does it, such as 'invite:<user id>'. Windows are aligned to the
    clock, so up to twice `limit` may fall into any period of `seconds`.
    """
    window = int(clock.now().timestamp()) // seconds
    name = f"rate:{key}:{window}"
    cache.add(name, 0, timeout=seconds * 2)
    try:
        return cache.incr(name) <= limit
    except ValueError:
        # Thrown out of a full cache between the two calls: better once too often than refused.
        return True
