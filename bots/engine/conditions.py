"""Tests on what is known, for the condition block."""

from collections.abc import Callable, Mapping
from typing import Any

from bots.engine.context import lookup
from bots.engine.text import fold


def _is(known: Any, wanted: str) -> bool:
    return fold(str(known if known is not None else "")) == fold(wanted)


def _contains(known: Any, wanted: str) -> bool:
    if isinstance(known, (list, tuple)):
        return any(_is(one, wanted) for one in known)
    return fold(wanted) in fold(str(known if known is not None else ""))


def _is_set(known: Any, wanted: str) -> bool:
    return known not in (None, "", [], ())


def _number(value: Any) -> float | None:
    try:
        return float(str(value).replace(",", "."))
    except ValueError:
        return None


def _compared(known: Any, wanted: str, compare: Callable[[float, float], bool]) -> bool:
    one, other = _number(known), _number(wanted)
    return one is not None and other is not None and compare(one, other)


OPERATORS: dict[str, Callable[[Any, str], bool]] = {
    "is": _is,
    "is_not": lambda known, wanted: not _is(known, wanted),
    "contains": _contains,
    "is_set": _is_set,
    "is_not_set": lambda known, wanted: not _is_set(known, wanted),
    "more_than": lambda known, wanted: _compared(known, wanted, float.__gt__),
    "less_than": lambda known, wanted: _compared(known, wanted, float.__lt__),
}


def holds(test: Mapping[str, Any], variables: Mapping[str, Any]) -> bool:
    """Whether a test {field, operator, value} is true; an unknown operator never is."""
    compare = OPERATORS.get(str(test.get("operator", "is")))
    known = lookup(variables, str(test.get("field", "")))
    return compare is not None and compare(known, str(test.get("value", "")))
