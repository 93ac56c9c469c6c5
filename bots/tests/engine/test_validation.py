import pytest

from bots.engine.validation import has_errors, validate
from bots.tests.engine.flows import MENU


def codes(nodes, start="start"):
    return {(one.code, one.node) for one in validate({"start": start, "nodes": nodes})}


END = {"kind": "close"}
SAY = {"text": "oi"}


def test_a_good_flow_has_no_problems():
    assert validate(MENU) == []


@pytest.mark.parametrize(
    "definition",
    [{}, {"nodes": []}, {"nodes": {"a": 1}, "start": "a"}, [], {"nodes": {}, "start": 3}],
)
def test_what_is_no_flow_is_said_to_be_none(definition):
    assert [one.code for one in validate(definition)] == ["invalid"]


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ({"other": END}, ("no_start", "")),
        ({"start": END, "alone": END}, ("unreachable", "alone")),
        ({"start": {"kind": "message", "data": SAY}}, ("dead_end", "start")),
        ({"start": {"kind": "message", "data": {}, "exits": {"next": "e"}}, "e": END}, ("empty_text", "start")),
        ({"start": {"kind": "hours", "exits": {"open": "e"}}, "e": END}, ("missing_branch", "start")),
        ({"start": {"kind": "hours", "exits": {"open": "e", "closed": "x"}}, "e": END}, ("missing_target", "start")),
        ({"start": {"kind": "teleport"}}, ("unknown_kind", "start")),
        ({"start": {"kind": "message", "data": SAY, "exits": {"next": "start"}}}, ("endless_loop", "start")),
        ({"start": {"kind": "wait", "exits": {"next": "start"}}}, ("no_time", "start")),
        ({"start": {"kind": "condition", "exits": {"yes": "e", "no": "e"}}, "e": END}, ("no_tests", "start")),
        ({"start": {"kind": "menu", "data": SAY}}, ("no_options", "start")),
        ({"start": {"kind": "menu", "data": {**SAY, "options": [{"id": "a", "title": "x" * 25}]}, "exits": {"a": "start"}}}, ("long_label", "start")),
        ({"start": {"kind": "menu", "data": {**SAY, "options": [{"id": "a", "title": "Não"}, {"id": "b", "title": "nao"}]}, "exits": {"a": "start", "b": "start"}}}, ("same_option_title", "start")),
    ],
)  # fmt: skip
def test_a_problem_is_found(nodes, expected):
    assert expected in codes(nodes)


def test_a_menu_may_lead_back_to_itself():
    nodes = {"start": {"kind": "question", "data": SAY, "exits": {"next": "start"}}}
    assert codes(nodes) == set()


def test_an_unreachable_node_is_only_a_warning():
    assert not has_errors(validate({"start": "start", "nodes": {"start": END, "alone": END}}))
