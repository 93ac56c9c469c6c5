"""Reading JSON that cannot be trusted: every function takes anything and never raises. Pure."""

import hashlib
import json
import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from conversations.providers.base import InvalidPayload

MAX_ID = 255  # the columns that hold ids
MAX_DEPTH = 40  # levels kept; Meta's own objects have about ten
MAX_INTEGER_DIGITS = 18  # fits 64 bits everywhere; longer ones stay text
EARLIEST = datetime(2009, 1, 1, tzinfo=UTC)  # WhatsApp's first year
FUTURE_TOLERANCE = timedelta(days=1)

# What databases refuse: U+0000 (PostgreSQL) and halves of surrogate pairs (not encodable).
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def decode(body: bytes) -> Any:
    """Return the JSON of a body; raises InvalidPayload. Numbers no database takes stay text."""
    try:
        return _DECODER.decode(body.decode("utf-8-sig", "replace"))
    except ValueError as error:
        raise InvalidPayload("The body is not JSON.") from error
    except RecursionError as error:
        raise InvalidPayload("The body is nested too deeply.") from error


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= MAX_INTEGER_DIGITS else digits


def _number(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_number, parse_constant=str)


def clean(value: Any, depth: int = 0) -> Any:
    """Return the same JSON without characters that databases refuse and without endless depth."""
    if isinstance(value, str):
        return (
            value
            if value.isascii() and "\x00" not in value
            else _FORBIDDEN.sub(_REPLACEMENT, value)
        )
    if not isinstance(value, dict | list):
        return value
    if depth >= MAX_DEPTH:
        return _REPLACEMENT  # the raw body keeps the rest
    if isinstance(value, list):
        return [clean(item, depth + 1) for item in value]
    return {clean(key): clean(item, depth + 1) for key, item in value.items()}


def text(value: Any, limit: int | None = None) -> str:
    """Return a string or whole number as clean text, cut at limit characters; '' for all else."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return ""
    return clean(value)[:limit]


def identifier(value: Any, limit: int = MAX_ID) -> str:
    """Return an id; one too long for its column becomes a hash, the same wherever it is named."""
    plain = text(value)
    if len(plain) <= limit:
        return plain
    return f"sha256:{hashlib.sha256(plain.encode()).hexdigest()}"[:limit]


def mapping(value: Any) -> dict[str, Any]:
    """Return the object, or an empty one."""
    return value if isinstance(value, dict) else {}


def first(value: Any) -> dict[str, Any]:
    """Return the first object of a list, or an empty one."""
    return mapping(value[0]) if isinstance(value, list) and value else {}


def whole_number(value: Any) -> int | None:
    """Return an error code or the like, None when it is not one (or fits no integer column)."""
    digits = text(value)
    if not re.fullmatch(r"-?[0-9]{1,9}", digits):
        return None
    return int(digits)


def moment(value: Any, received_at: datetime) -> tuple[datetime, bool]:
    """Return (time of unix seconds, True), or (received_at, False) when that time cannot be."""
    try:
        seconds = float(value) if isinstance(value, str | int | float) else math.nan
        occurred_at = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return received_at, False
    if EARLIEST <= occurred_at <= received_at + FUTURE_TOLERANCE:
        return occurred_at, True
    return received_at, False


def digest(*values: Any) -> str:
    """Return 'sha256:...' of JSON values: the id of what came without one."""
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"
