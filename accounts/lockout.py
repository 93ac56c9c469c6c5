"""Too many wrong passwords: counted in the cache, which production's processes share (Redis).

Counted are a name with an address (5 in 15 minutes), an address (50), and a name from all
addresses together (100), which stops guessing from very many addresses; whoever is logged in at an
address is not kept out there by what others try elsewhere. Each attempt is counted before the
password is looked at, so that attempts at the same moment cannot slip through together, and
taken back when the password was right.
"""

import hashlib
import ipaddress
import time
from contextlib import suppress

from django.core.cache import cache

from accounts.addresses import client_address
from accounts.models import User, UserSession

WINDOW_SECONDS = 15 * 60
FAILURES_PER_NAME_AND_ADDRESS = 5
FAILURES_PER_ADDRESS = 50
FAILURES_PER_NAME = 100
ADDRESSES_REMEMBERED = 200


class Counter:
    """Attempts under one key; the window begins with the first and ends 15 minutes later."""

    def __init__(self, key: str, limit: int):
        self.key, self.limit = f"lockout:{key}", limit

    def count(self) -> bool:
        """Count one attempt; False when it is one too many."""
        if cache.add(self.key, 0, WINDOW_SECONDS):
            cache.set(f"{self.key}:until", time.time() + WINDOW_SECONDS, WINDOW_SECONDS)
        try:
            return cache.incr(self.key) <= self.limit
        except ValueError:
            return True  # the window ended between the two calls

    def is_full(self) -> bool:
        return cache.get(self.key, 0) >= self.limit

    def take_back(self) -> None:
        # A window that has ended has nothing to take back.
        with suppress(ValueError):
            cache.decr(self.key)

    def seconds_left(self) -> int:
        until = cache.get(f"{self.key}:until", time.time() + WINDOW_SECONDS)
        return max(1, int(until - time.time()))

    def forget(self) -> None:
        cache.delete_many([self.key, f"{self.key}:until"])


class Attempt:
    """One try to log in: `begin()`, then `succeeded()` when the password was right."""

    def __init__(self, request, login: str, user: User | None):
        self.address = client_address(request)
        self.user = user
        self.name = account_name(user, login)
        self.pair = _pair(self.name, self.address)
        self.by_address = _by_address(self.address)
        self.by_name = Counter(f"name:{self.name}", FAILURES_PER_NAME)
        self.counted: list[Counter] = []

    def begin(self) -> int:
        """Count this attempt; return for how many seconds it is refused, 0 when it may go on."""
        _remember_address(self.name, self.address)
        self.counted = [self.pair, self.by_address]
        if not self._is_at_home():
            self.counted.append(self.by_name)
        refused = [counter.seconds_left() for counter in self.counted if not counter.count()]
        return max(refused, default=0)

    def succeeded(self) -> None:
        for counter in self.counted:
            counter.take_back()
        self.pair.forget()

    def _is_at_home(self) -> bool:
        if self.user is None:
            return False
        return UserSession.objects.filter(user=self.user, address=self.address).exists()


def unlock(user: User) -> None:
    """Forget all failures of somebody: with each address they came from, and of these addresses."""
    name = account_name(user, "")
    for address in cache.get(_addresses_key(name), []):
        _pair(name, address).forget()
        _by_address(address).forget()
    Counter(f"name:{name}", FAILURES_PER_NAME).forget()
    cache.delete(_addresses_key(name))


def is_news(user: User | None, request) -> bool:
    """Whether this locking has not been told yet; at most once in 15 minutes per name and address."""
    name = f"lockout:told:{account_name(user, '')}:{_key(client_address(request))}"
    return cache.add(name, True, WINDOW_SECONDS)


def is_locked(user: User) -> bool:
    """Whether somebody is kept out at any address from which they came lately."""
    name = account_name(user, "")
    counters = [_pair(name, address) for address in cache.get(_addresses_key(name), [])]
    return any(counter.is_full() for counter in counters)


def account_name(user: User | None, login: str) -> str:
    """Return one name for both the username and the e-mail address of somebody."""
    return f"user-{user.pk.hex}" if user else f"login-{hash_of(login)}"


def hash_of(login: str) -> str:
    return hashlib.sha256(login.strip().lower().encode(errors="replace")).hexdigest()[:32]


def _pair(name: str, address: str) -> Counter:
    return Counter(f"pair:{name}:{_key(address)}", FAILURES_PER_NAME_AND_ADDRESS)


def _by_address(address: str) -> Counter:
    return Counter(f"address:{_key(address)}", FAILURES_PER_ADDRESS)


def _key(address: str) -> str:
    """Return what counts as one address: of IPv6 the first 64 bits, the rest is free to choose."""
    ip = ipaddress.ip_address(address)
    if ip.version == 6:
        return ipaddress.ip_network((ip, 64), strict=False).network_address.exploded.replace(
            ":", ""
        )
    return address


def _addresses_key(name: str) -> str:
    return f"lockout:addresses:{name}"


def _remember_address(name: str, address: str) -> None:
    key = _addresses_key(name)
    known = cache.get(key, [])
    if address not in known:
        cache.set(key, [*known, address][-ADDRESSES_REMEMBERED:], WINDOW_SECONDS * 2)
