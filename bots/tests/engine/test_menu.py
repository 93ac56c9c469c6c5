from datetime import timedelta

import pytest

from bots.engine.events import MessageIn, TimedOut
from bots.tests.engine.flows import MENU, NOW, flow_of, said, talk, transfer_in


def test_the_first_message_is_answered_with_the_menu():
    last, actions = talk(flow_of(), "oi")
    assert last.state.node == "menu"
    assert said(actions)[0].startswith("Como posso ajudar, Zeca?")


@pytest.mark.parametrize(
    "answer",
    ["1", "1.", "1️⃣", "opção 1", "um", "Estou sem sinal", "ESTOU SEM SINAL", "estou sem sinau",
     "to sem internet aqui em casa", "sinal", "caiu", "estou sem sinla"],
)  # fmt: skip
def test_an_option_is_understood_however_it_is_typed(answer):
    _, actions = talk(flow_of(), "oi", answer)
    assert transfer_in(actions).queue == "support"


def test_an_option_is_understood_by_its_tap():
    _, actions = talk(
        flow_of(), "oi", MessageIn("Estou sem sinal", button_id="menu:signal", kind="interactive")
    )
    assert transfer_in(actions).queue == "support"


def test_a_tap_on_an_older_menu_still_counts():
    _, actions = talk(flow_of(), "oi", "2", MessageIn("Estou sem sinal", button_id="menu:signal"))
    assert transfer_in(actions).queue == "support"


@pytest.mark.parametrize("answer", ["9", "0", "banana", "segunda via e planos", ""])
def test_what_fits_no_option_or_two_is_not_guessed(answer):
    last, actions = talk(flow_of(), "oi", answer)
    assert (last.state.node, last.state.failures) == ("menu", 1)
    assert said(actions)[1].startswith("Não entendi.")


def test_after_three_failures_a_person_takes_over():
    _, actions = talk(flow_of(), "oi", "banana", "abacaxi", "uva")
    assert transfer_in(actions).reason == "bot_failed"


def test_being_understood_makes_good_for_earlier_failures():
    last, actions = talk(flow_of(), "oi", "banana", "abacaxi", "2", "Rua A", "uva")
    assert last.state.failures == 1
    assert transfer_in(actions) is None


def test_a_photo_or_a_voice_note_is_a_failure_too():
    last, _ = talk(flow_of(), "oi", MessageIn("", kind="audio"))
    assert last.state.failures == 1


def test_the_person_who_takes_over_reads_what_was_chosen():
    _, actions = talk(flow_of(), "oi", "1")
    assert transfer_in(actions).summary == "Menu: Estou sem sinal"


def test_after_a_hand_over_the_bot_is_silent():
    last, _ = talk(flow_of(), "oi", "1")
    after, actions = talk(flow_of(), "oi?", state=last.state)
    assert actions == [] and after.state == last.state


def test_no_answer_leaves_by_its_exit_when_the_time_has_come():
    nodes = {**MENU["nodes"], "menu": {**MENU["nodes"]["menu"]}}
    nodes["menu"]["data"] = {**nodes["menu"]["data"], "timeout_minutes": 10}
    nodes["menu"]["exits"] = {**nodes["menu"]["exits"], "no_answer": "bye"}
    flow = flow_of(nodes, start="menu")
    first, _ = talk(flow, "oi")
    assert first.state.waiting_until == NOW + timedelta(minutes=10)
    early, actions = talk(flow, TimedOut(), state=first.state, now=NOW + timedelta(minutes=9))
    assert actions == [] and early.state == first.state
    late, actions = talk(flow, TimedOut(), state=first.state, now=NOW + timedelta(minutes=10))
    assert said(actions) == ["Até mais!"] and late.state.is_over
