"""Events, actions and states as JSON and back, so that steps are stored and replayed."""

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any

from bots.engine import actions, events
from bots.engine.context import Context
from bots.engine.state import SessionState

_NAMED = {
    one.__name__: one
    for one in (
        *typing.get_args(events.Event),
        *typing.get_args(actions.Action),
        SessionState,
        Context,
    )
}


def to_json(thing: Any) -> dict[str, Any]:
    """Return an event, action, state or context as JSON data that names its type.

    What has its default value is left out: most of a step's facts are empty.
    """
    return {"type": type(thing).__name__, **_plain_fields(thing)}


def from_json(data: dict[str, Any]) -> Any:
    """Return what `to_json` was given. Unknown fields are left out, missing ones take defaults.

    So rows written by another release can be read. Raises KeyError for an unknown type.
    """
    return _build(_NAMED[data["type"]], data)


def _plain_fields(thing: Any) -> dict[str, Any]:
    defaults = _defaults(type(thing))
    values = {one.name: getattr(thing, one.name) for one in fields(thing)}
    return {
        name: _plain(value)
        for name, value in values.items()
        if name not in defaults or value != defaults[name]
    }


@cache
def _defaults(kind: type) -> dict[str, Any]:
    plain = {one.name: one.default for one in fields(kind) if one.default is not MISSING}
    made = {
        one.name: one.default_factory()
        for one in fields(kind)
        if one.default_factory is not MISSING
    }
    return plain | made


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return _plain_fields(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return value


def _build(kind: type, data: dict[str, Any]) -> Any:
    known = _field_types(kind)
    return kind(**{name: _restored(known[name], data[name]) for name in known if name in data})


@cache
def _field_types(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _restored(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    for option in _options(kind):
        if is_dataclass(option):
            return _build(option, value)
        if option is datetime:
            return datetime.fromisoformat(value)
        if typing.get_origin(option) is tuple:
            return tuple(value)
        if _is_mapping_of_dataclasses(option):
            return {key: _build(typing.get_args(option)[1], one) for key, one in value.items()}
    return value


def _is_mapping_of_dataclasses(kind: Any) -> bool:
    return typing.get_origin(kind) is Mapping and is_dataclass(typing.get_args(kind)[1])


def _options(kind: Any) -> tuple[Any, ...]:
    is_union = typing.get_origin(kind) in (types.UnionType, typing.Union)
    return typing.get_args(kind) if is_union else (kind,)
