from dataclasses import replace
from datetime import timedelta

import pytest

from bots.engine.actions import Close, WaitUntil
from bots.engine.blocks import BLOCKS
from bots.engine.context import QueueFacts
from bots.engine.events import Resumed, Started, TimedOut
from bots.tests.engine.flows import CONTEXT, NOW, flow_of, said, talk, transfer_in

END = {"kind": "close", "data": {"text": "fim"}}


@pytest.mark.parametrize("kind", BLOCKS)
def test_each_block_is_registered_under_its_own_kind(kind):
    assert BLOCKS[kind].kind == kind


def test_a_message_is_said_with_its_variables():
    text = "{{customer.first_name}}, {{site.name}}, {{protocol}}{{nothing.here}}"
    nodes = {
        "start": {"kind": "message", "data": {"text": text}, "exits": {"next": "end"}},
        "end": END,
    }
    last, actions = talk(flow_of(nodes), Started())
    assert said(actions) == ["Zeca, Fibra, 20261120-000001", "fim"]
    assert isinstance(actions[-1], Close) and last.state.is_over


def test_what_a_customer_writes_is_never_filled_in():
    last, _ = talk(flow_of(), "oi", "2")
    _, actions = talk(flow_of(), "{{protocol}}", state=last.state)
    assert said(actions)[0] == "Anotei: {{protocol}}."


def test_a_question_keeps_its_answer():
    last, _ = talk(flow_of(), "oi", "2", "Rua das Flores, 10")
    assert last.state.answers == {"address": "Rua das Flores, 10"}


@pytest.mark.parametrize(
    ("answer", "kept"), [("tenho 3 aparelhos", "3"), ("2,5", "2.5"), ("dois ou 3 ou 4", None)]
)
def test_a_question_for_a_number_takes_only_one(answer, kept):
    nodes = {
        "start": {
            "kind": "question",
            "data": {"text": "?", "answer": "number"},
            "exits": {"next": "end"},
        },
        "end": END,
    }
    last, _ = talk(flow_of(nodes), "oi", answer)
    assert last.state.answers.get("start") == kept
    assert last.state.failures == (0 if kept else 1)


@pytest.mark.parametrize(
    ("answer", "end"), [("sim", "a"), ("Não.", "b"), ("1", "a"), ("claro que sim", "a")]
)
def test_a_yes_or_no_question_forks(answer, end):
    nodes = {
        "start": {
            "kind": "question",
            "data": {"text": "?", "answer": "yes_no"},
            "exits": {"yes": "a", "no": "b"},
        },
        "a": {"kind": "close", "data": {"text": "a"}},
        "b": {"kind": "close", "data": {"text": "b"}},
    }
    _, actions = talk(flow_of(nodes), "oi", answer)
    assert said(actions)[-1] == end


def test_after_its_own_number_of_tries_a_question_leaves_by_invalid():
    nodes = {
        "start": {
            "kind": "question",
            "data": {
                "text": "?",
                "answer": "number",
                "retries": 2,
                "not_understood": "Só o número.",
            },
            "exits": {"next": "end", "invalid": "help"},
        },
        "help": {"kind": "transfer", "data": {"text": "Deixa comigo.", "reason": "no_number"}},
        "end": END,
    }
    _, actions = talk(flow_of(nodes), "oi", "a", "b")
    assert said(actions) == ["?", "Só o número.", "Deixa comigo."]
    assert transfer_in(actions).reason == "no_number"


@pytest.mark.parametrize(("is_open", "text"), [(True, "aberto"), (False, "fechado")])
def test_the_flow_forks_by_business_hours(is_open, text):
    nodes = {
        "start": {"kind": "hours", "exits": {"open": "a", "closed": "b"}},
        "a": {"kind": "close", "data": {"text": "aberto"}},
        "b": {"kind": "close", "data": {"text": "fechado"}},
    }
    context = replace(CONTEXT, queues={"support": QueueFacts("support", is_open=is_open)})
    _, actions = talk(flow_of(nodes), "oi", context=context)
    assert said(actions) == [text]


def test_a_hand_over_outside_business_hours_says_so_and_still_queues():
    nodes = {"start": {"kind": "transfer", "data": {"queue": "night"}}}
    _, actions = talk(flow_of(nodes), "oi")
    assert said(actions) == ["Volte às 8h."]
    assert transfer_in(actions).queue == "night"


@pytest.mark.parametrize(
    ("tests", "text"),
    [
        ([{"field": "customer.city", "operator": "is", "value": "santos"}], "sim"),
        ([{"field": "customer.city", "operator": "is", "value": "Recife"}], "não"),
        ([{"field": "customer.tags", "operator": "contains", "value": "VIP"}], "sim"),
        ([{"field": "customer.plan", "operator": "is_set"}], "não"),
        ([{"field": "time.hour", "operator": "less_than", "value": "18"}], "sim"),
        ([{"field": "customer.city", "operator": "is_odd", "value": "santos"}], "não"),
    ],
)
def test_the_flow_forks_by_what_is_known(tests, text):
    nodes = {
        "start": {"kind": "condition", "data": {"tests": tests}, "exits": {"yes": "a", "no": "b"}},
        "a": {"kind": "close", "data": {"text": "sim"}},
        "b": {"kind": "close", "data": {"text": "não"}},
    }
    _, actions = talk(flow_of(nodes), "oi")
    assert said(actions) == [text]


def test_a_wait_goes_on_when_its_time_has_come():
    nodes = {
        "start": {"kind": "wait", "data": {"minutes": 5}, "exits": {"next": "end"}},
        "end": END,
    }
    first, actions = talk(flow_of(nodes), "oi")
    assert actions == [WaitUntil(NOW + timedelta(minutes=5))]
    still, actions = talk(flow_of(nodes), "alô?", state=first.state)
    assert actions == [] and still.state == first.state
    _, actions = talk(flow_of(nodes), TimedOut(), state=first.state, now=NOW + timedelta(minutes=5))
    assert said(actions) == ["fim"]


def test_a_jump_starts_another_flow():
    other = flow_of(
        {
            "start": {"kind": "message", "data": {"text": "outro"}, "exits": {"next": "ask"}},
            "ask": {"kind": "question", "data": {"text": "?"}},
        }
    )
    nodes = {"start": {"kind": "jump", "data": {"flow": "other"}}}
    last, actions = talk(
        flow_of(nodes), "oi", flows={"other": replace(other, key="other", version="7")}
    )
    assert said(actions) == ["outro", "?"]
    assert (last.state.flow, last.state.version, last.state.node) == ("other", "7", "ask")


def test_given_back_by_a_person_the_flow_begins_anew():
    last, _ = talk(flow_of(), "oi", "atendente")
    again, actions = talk(flow_of(), Resumed(), state=last.state)
    assert again.state.node == "menu" and not again.state.is_over
    assert len(said(actions)) == 1
