"""What holds for every flow: the same again, an end, and the same state from stored events."""

import json
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bots.engine import codec
from bots.engine.actions import ENDING
from bots.engine.blocks import BLOCKS
from bots.engine.events import MessageIn, Resumed, RuleHit, Started, TimedOut
from bots.engine.flow import parse
from bots.engine.runner import MAX_NODES_PER_EVENT, step
from bots.engine.state import SessionState
from bots.engine.validation import has_errors, validate
from bots.tests.engine.flows import CONTEXT, NOW

NAMES = st.sampled_from(["a", "b", "c", "d", "e", "gone"])
TEXTS = st.sampled_from(
    ["", "oi", "1", "2", "sim", "não", "atendente", "banana", "Boleto", "12,5", "😀"]
)
OPTIONS = st.lists(
    st.fixed_dictionaries({"id": NAMES, "title": st.sampled_from(["Boleto", "Sinal", "Sim", ""])}),
    max_size=4,
)
DATA = st.fixed_dictionaries(
    {},
    optional={
        "text": st.sampled_from(["", "oi", "{{customer.first_name}}"]),
        "options": OPTIONS,
        "answer": st.sampled_from(["text", "number", "yes_no", "odd"]),
        "minutes": st.integers(-1, 5),
        "timeout_minutes": st.integers(0, 5),
        "retries": st.integers(0, 3),
        "queue": st.sampled_from(["", "night", "gone"]),
        "flow": st.sampled_from(["", "f", "gone"]),
    },
)
EXITS = st.dictionaries(
    st.sampled_from(["next", "yes", "no", "open", "closed", "invalid", "no_answer", "person", "answer", "a", "b", "c"]),
    NAMES,
)  # fmt: skip
NODE = st.fixed_dictionaries(
    {"kind": st.sampled_from([*BLOCKS, "odd"]), "data": DATA, "exits": EXITS}
)
FLOWS = st.builds(
    lambda nodes: {"start": "a", "nodes": nodes},
    st.dictionaries(st.sampled_from(["a", "b", "c", "d", "e"]), NODE, min_size=1),
)
RULES = st.one_of(
    st.none(),
    st.builds(RuleHit, rule=st.just("r"), flow=st.sampled_from(["", "f", "gone"]),
              queue=st.sampled_from([None, "", "night"]), reply=st.sampled_from(["", "regra"])),
)  # fmt: skip
EVENTS = st.lists(
    st.one_of(
        st.builds(
            MessageIn, text=TEXTS, button_id=st.sampled_from(["", "a:a", "b:c", "x"]), rule=RULES
        ),
        st.builds(Started),
        st.builds(Resumed),
        st.builds(TimedOut),
    ),
    max_size=8,
)


def run(definition, events):
    flow = parse(definition, key="f", version="1")
    state, steps = SessionState(), []
    for number, event in enumerate(events):
        result = step(flow, state, event, NOW + timedelta(minutes=number * 3), CONTEXT, {"f": flow})
        state = result.state
        steps.append(result)
    return steps


@settings(max_examples=200, deadline=None)
@given(FLOWS, EVENTS)
def test_the_same_input_always_gives_the_same_output(definition, events):
    assert run(definition, events) == run(definition, events)


@settings(max_examples=200, deadline=None)
@given(FLOWS, EVENTS)
def test_every_step_ends_with_few_actions_and_nothing_after_the_hand_over(definition, events):
    for result in run(definition, events):
        assert len(result.actions) <= MAX_NODES_PER_EVENT * 3
        assert not any(isinstance(action, ENDING) for action in result.actions[:-1])
        assert not (result.error and not result.state.is_over)


@settings(max_examples=200, deadline=None)
@given(FLOWS, EVENTS)
def test_stored_events_give_the_same_state_again(definition, events):
    stored = json.loads(json.dumps([codec.to_json(event) for event in events]))
    steps = run(definition, events)
    again = run(definition, [codec.from_json(event) for event in stored])
    assert again == steps
    for result in steps:
        kept = json.loads(json.dumps(codec.to_json(result.state)))
        assert codec.from_json(kept) == result.state
        assert [codec.from_json(codec.to_json(one)) for one in result.actions] == list(
            result.actions
        )


@settings(max_examples=200, deadline=None)
@given(FLOWS, EVENTS)
def test_a_flow_without_problems_never_fails(definition, events):
    if not has_errors(validate(definition)):
        faults = {result.error.split(":")[0] for result in run(definition, events)}
        assert faults <= {"", "missing_flow", "endless_loop"}


def test_the_context_is_stored_and_comes_back():
    assert codec.from_json(json.loads(json.dumps(codec.to_json(CONTEXT)))) == CONTEXT
