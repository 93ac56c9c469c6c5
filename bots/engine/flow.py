"""A published flow as the engine reads it.

A flow as JSON (what editors write, and what is imported and exported):

    {"schema": 1,
     "start": "menu",
     "settings": {"max_failures": 3, "person_words": ["ouvidoria"],
                  "texts": {"not_understood": "...", "handing_over": "...", "failed": "...",
                            "closed": "...", "choose": "..."}},
     "nodes": {"menu": {"kind": "menu", "title": "shown in the editor",
                        "data": {what the block's docstring names},
                        "exits": {"name of the way out": "id of the next node"},
                        "position": {"x": 0, "y": 0}}}}

Kinds are in `blocks/__init__.py`. Blocks that wait also have the exits `invalid` (not understood
too often), `no_answer` (with data.timeout_minutes) and `person`; left out, the conversation goes
to its queue, or stays where it is when nobody answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SCHEMA = 1
DEFAULT_MAX_FAILURES = 3


class InvalidFlow(ValueError):
    """A definition that has not the shape of a flow; the text says where."""


@dataclass(frozen=True, slots=True)
class Node:
    """One step. exits: name of the way out -> id of the next node."""

    id: str
    kind: str
    title: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    exits: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What people read: the title, or the id where there is none."""
        return self.title or self.id

    def text(self, key: str) -> str:
        """Return a text of the node's data, '' when there is none."""
        value = self.data.get(key)
        return value if isinstance(value, str) else ""

    def number(self, key: str, default: float = 0) -> float:
        """Return a number of the node's data."""
        value = self.data.get(key)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return value if is_number else default

    def list_of(self, key: str) -> list[Mapping[str, Any]]:
        """Return the objects of a list of the node's data."""
        value = self.data.get(key)
        items = value if isinstance(value, list) else []
        return [item for item in items if isinstance(item, Mapping)]


@dataclass(frozen=True, slots=True)
class Flow:
    """One version of a flow. key is the same for all versions."""

    key: str
    version: str
    start: str
    nodes: Mapping[str, Node]
    max_failures: int = DEFAULT_MAX_FAILURES
    texts: Mapping[str, str] = field(default_factory=dict)
    person_words: tuple[str, ...] = ()


def parse(definition: Mapping[str, Any], key: str = "", version: str = "") -> Flow:
    """Return the flow that a definition describes (see above).

    Raises InvalidFlow when the shape is wrong. Whether it makes sense is asked of `validate`.
    """
    nodes = _object(definition, "nodes")
    settings = _object(definition, "settings", optional=True)
    start = definition.get("start")
    if not isinstance(start, str):
        raise InvalidFlow("'start' has to name a node.")
    return Flow(
        key=key,
        version=version,
        start=start,
        nodes={node_id: _node(node_id, data) for node_id, data in nodes.items()},
        max_failures=_max_failures(settings.get("max_failures")),
        texts=_strings(settings.get("texts") or {}, "settings.texts"),
        person_words=_words(settings.get("person_words")),
    )


def _object(data: Any, key: str, *, optional: bool = False) -> Mapping[str, Any]:
    value = data.get(key) if isinstance(data, Mapping) else None
    if value is None and optional:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidFlow(f"'{key}' has to be an object.")
    return value


def _node(node_id: str, data: Any) -> Node:
    if not isinstance(data, Mapping) or not isinstance(data.get("kind"), str):
        raise InvalidFlow(f"Node '{node_id}' has to be an object with a kind.")
    return Node(
        id=node_id,
        kind=data["kind"],
        title=data["title"] if isinstance(data.get("title"), str) else "",
        data=_object(data, "data", optional=True),
        exits=_strings(data.get("exits") or {}, f"{node_id}.exits"),
    )


def _strings(data: Any, where: str) -> Mapping[str, str]:
    if not isinstance(data, Mapping) or not all(isinstance(one, str) for one in data.values()):
        raise InvalidFlow(f"'{where}' has to be an object of texts.")
    return {key: value for key, value in data.items() if value}


def _max_failures(value: Any) -> int:
    is_count = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return value if is_count else DEFAULT_MAX_FAILURES


def _words(value: Any) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
