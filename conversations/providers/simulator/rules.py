"""The small questions that validation asks of a JSON object; each raises GraphError. Pure.

Codes as Meta uses them: 131008 for what is missing, 100 for what has the wrong shape or length,
131009 for a value that cannot be.
"""

import json
from typing import Any

from conversations.providers.simulator.errors import GraphError


def mapping(value: Any, path: str, *, allowed: set[str] | None = None) -> dict[str, Any]:
    """Return the value when it is an object with no other keys than the allowed ones."""
    if not isinstance(value, dict):
        raise GraphError(100, f"Param {path} must be a JSON object.")
    for key in value:
        if allowed is not None and key not in allowed:
            raise GraphError(100, f'Unexpected key "{key}" on param "{path}".')
    return value


def required(holder: dict[str, Any], key: str, path: str) -> Any:
    """Return what stands under a key that must be there."""
    if holder.get(key) is None:
        raise GraphError(131008, f"Parameter '{_join(path, key)}' is mandatory.")
    return holder[key]


def text(holder: dict[str, Any], key: str, path: str, *, longest: int, shortest: int = 1) -> str:
    """Return a mandatory text of `shortest` to `longest` characters."""
    value = required(holder, key, path)
    if not isinstance(value, str):
        raise GraphError(100, f"Param {_join(path, key)} must be a string.")
    if not shortest <= len(value) <= longest:
        raise GraphError(
            100,
            f"Param {_join(path, key)} must have {shortest} to {longest} characters, has {len(value)}.",
        )
    return value


def optional_text(holder: dict[str, Any], key: str, path: str, *, longest: int) -> None:
    """Check a text that may be left out."""
    if key in holder:
        text(holder, key, path, longest=longest)


def optional_boolean(holder: dict[str, Any], key: str, path: str) -> None:
    """Check a truth value that may be left out."""
    if key in holder and not isinstance(holder[key], bool):
        raise GraphError(100, f"Param {_join(path, key)} must be a boolean.")


def number(holder: dict[str, Any], key: str, path: str, *, limit: float) -> float:
    """Return a mandatory number between -limit and limit; a text that holds one will do."""
    value = required(holder, key, path)
    try:
        amount = float(value)
    except (TypeError, ValueError):
        raise GraphError(100, f"Param {_join(path, key)} must be a number.") from None
    if isinstance(value, bool) or not -limit <= amount <= limit:
        raise GraphError(131009, f"Param {_join(path, key)} must be between -{limit} and {limit}.")
    return amount


def sequence(
    holder: dict[str, Any], key: str, path: str, *, longest: int, shortest: int = 1
) -> list[Any]:
    """Return a mandatory list of `shortest` to `longest` items."""
    value = required(holder, key, path)
    if not isinstance(value, list):
        raise GraphError(100, f"Param {_join(path, key)} must be a list.")
    if not shortest <= len(value) <= longest:
        raise GraphError(
            131009,
            f"Param {_join(path, key)} must have {shortest} to {longest} items, has {len(value)}.",
        )
    return value


def one_of(holder: dict[str, Any], key: str, path: str, choices) -> str:
    """Return a mandatory value out of a few."""
    value = required(holder, key, path)
    if not isinstance(value, str) or value not in choices:
        names = ", ".join(sorted(choices))
        raise GraphError(100, f"Param {_join(path, key)} must be one of {{{names}}}.")
    return value


def unique(values: list[str], what: str) -> None:
    """Refuse values that are there twice."""
    if len(set(values)) != len(values):
        raise GraphError(
            131009, f"{what} must be unique: {json.dumps(values, ensure_ascii=False)}."
        )


def _join(path: str, key: str) -> str:
    return f"{path}['{key}']" if path else key
