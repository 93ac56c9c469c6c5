"""Forks by what is known about the customer, the channel, the time or the answers."""

from collections.abc import Iterator

from bots.engine.blocks.base import Block, Outcome, Surroundings, leave
from bots.engine.conditions import OPERATORS, holds
from bots.engine.flow import Node
from bots.engine.problems import Problem


class Condition(Block):
    """data: tests [{field, operator, value}], match (all or any). exits: yes, no."""

    kind = "condition"

    def exits(self, node: Node) -> tuple[str, ...]:
        """Both ways."""
        return ("yes", "no")

    def enter(self, node: Node, around: Surroundings) -> Outcome:
        """Go the way the tests say."""
        results = [holds(test, _known(around)) for test in node.list_of("tests")]
        fits = any(results) if node.text("match") == "any" else all(results)
        return leave("yes" if fits else "no")

    def problems(self, node: Node) -> Iterator[Problem]:
        """A condition that asks nothing, or in an unknown way."""
        tests = node.list_of("tests")
        if not tests:
            yield Problem("no_tests", node.id)
        for test in tests:
            if not test.get("field") or test.get("operator", "is") not in OPERATORS:
                yield Problem("unknown_test", node.id, str(test.get("field", "")))


def _known(around: Surroundings) -> dict:
    now = around.now
    time = {"hour": now.hour, "weekday": now.weekday(), "date": now.date().isoformat()}
    return {**around.variables, "time": time}
