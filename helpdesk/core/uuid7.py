"""Time-ordered identifiers (RFC 9562, version 7), so that new rows land at the end of an index."""

import os
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def uuid7() -> uuid.UUID:
    """Return a new UUIDv7; within one process each is greater than the one before.

    The 12 bits after the milliseconds carry the sub-millisecond part (RFC 9562, 6.2, method 3);
    when the clock stands still or steps back, the last value is counted up instead.
    """
    global _last
    with _lock:
        nanoseconds = time.time_ns()
        milliseconds, rest = divmod(nanoseconds, 1_000_000)
        stamp = (milliseconds << 12) | (rest * 4096 // 1_000_000)
        _last = max(stamp, _last + 1)
        stamp = _last
    random_bits = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    value = (stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62 | random_bits
    return uuid.UUID(int=value)
