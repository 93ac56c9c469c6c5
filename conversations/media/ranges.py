"""The Range header of a request for a file (RFC 9110, 14)."""

import re

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class Unsatisfiable(ValueError):
    """A range that begins behind the file's end."""


def wanted_range(header: str, size: int) -> tuple[int, int] | None:
    """Return first and last byte that are asked for, or None for the whole file.

    What is not understood, several ranges included, means the whole file, as the standard allows.
    Raises Unsatisfiable.
    """
    match = _ONE_RANGE.fullmatch(header.strip())
    if match is None or match[1] == match[2] == "":
        return None
    first, last = match[1], match[2]
    if first == "":
        return _last_bytes(int(last), size)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise Unsatisfiable
    return int(first), min(int(last) if last else size - 1, size - 1)


def _last_bytes(count: int, size: int) -> tuple[int, int]:
    if not count or not size:
        raise Unsatisfiable
    return max(0, size - count), size - 1
