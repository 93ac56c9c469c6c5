"""Whether a flow makes sense, before it meets customers."""

from collections.abc import Iterator, Mapping
from typing import Any

from bots.engine.blocks import BLOCKS
from bots.engine.flow import Flow, InvalidFlow, Node, parse
from bots.engine.problems import ERROR, WARNING, Problem


def validate(definition: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with a definition: first the flow as a whole, then node by node."""
    try:
        flow = parse(definition)
    except InvalidFlow as error:
        return [Problem("invalid", detail=str(error))]
    reached = _reachable(flow)
    problems = list(_whole(flow))
    for node in flow.nodes.values():
        problems += _of_node(flow, node)
        if node.id not in reached:
            problems.append(Problem("unreachable", node.id, severity=WARNING))
    return problems


def has_errors(problems: list[Problem]) -> bool:
    """Whether one of the problems keeps the flow from being published."""
    return any(problem.severity == ERROR for problem in problems)


def _whole(flow: Flow) -> Iterator[Problem]:
    if flow.start not in flow.nodes:
        yield Problem("no_start", detail=flow.start)
    for node_id in _on_endless_loops(flow):
        yield Problem("endless_loop", node_id)


def _of_node(flow: Flow, node: Node) -> Iterator[Problem]:
    block = BLOCKS.get(node.kind)
    if block is None:
        yield Problem("unknown_kind", node.id, node.kind)
        return
    yield from block.problems(node)
    yield from _exit_problems(flow, node)


def _exit_problems(flow: Flow, node: Node) -> Iterator[Problem]:
    block = BLOCKS[node.kind]
    needed = block.exits(node)
    for exit in needed:
        if exit not in node.exits:
            yield Problem("dead_end" if needed == ("next",) else "missing_branch", node.id, exit)
    for exit, target in node.exits.items():
        if target not in flow.nodes:
            yield Problem("missing_target", node.id, exit)
        if exit not in (*needed, *block.optional_exits(node)):
            yield Problem("unknown_exit", node.id, exit, WARNING)


def _reachable(flow: Flow) -> set[str]:
    reached: set[str] = set()
    ahead = [flow.start]
    while ahead:
        node = flow.nodes.get(ahead.pop())
        if node and node.id not in reached:
            reached.add(node.id)
            ahead += node.exits.values()
    return reached


def _on_endless_loops(flow: Flow) -> Iterator[str]:
    """Yield nodes from which one comes back without ever waiting for the customer."""
    onward = {
        node.id: set(node.exits.values())
        for node in flow.nodes.values()
        if node.kind in BLOCKS and not BLOCKS[node.kind].waits
    }
    for node_id in onward:
        seen: set[str] = set()
        ahead = list(onward[node_id])
        while ahead:
            other = ahead.pop()
            if other in onward and other not in seen:
                seen.add(other)
                ahead += onward[other]
        if node_id in seen:
            yield node_id
