import pytest

from bots.engine.person import asks_for_person
from bots.tests.engine.flows import flow_of, said, talk, transfer_in


@pytest.mark.parametrize(
    "text",
    ["atendente", "ATENDENTE!!", "quero falar com um atendente", "atendete", "humano", "pessoa",
     "quero falar com uma pessoa", "falar com alguém por favor", "me passa pra uma pessoa",
     "Falar com atendente", "preciso de um humano agora", "não quero robô"],
)  # fmt: skip
def test_a_person_is_asked_for(text):
    assert asks_for_person(text)


@pytest.mark.parametrize(
    "text",
    ["", "oi", "sou pessoa física", "minha internet caiu essa semana", "tem gente sem sinal na rua",
     "quanto custa o plano", "estou atento", "alguém cortou o cabo"],
)  # fmt: skip
def test_a_person_is_not_asked_for(text):
    assert not asks_for_person(text)


@pytest.mark.parametrize("before", [[], ["oi"], ["oi", "2"]])
def test_asking_for_a_person_always_leads_to_one(before):
    _, actions = talk(flow_of(), *before, "quero um atendente")
    assert transfer_in(actions).reason == "asked_for_person"


def test_a_flow_may_lead_those_who_ask_for_a_person_its_own_way():
    nodes = {
        "start": {
            "kind": "question",
            "data": {"text": "?"},
            "exits": {"next": "bye", "person": "desk"},
        },
        "desk": {"kind": "transfer", "data": {"queue": "night", "text": "Já chamo."}},
        "bye": {"kind": "close"},
    }
    _, actions = talk(flow_of(nodes), "oi", "atendente")
    assert said(actions) == ["?", "Já chamo.", "Volte às 8h."]
    assert transfer_in(actions).queue == "night"


def test_a_flow_may_name_more_words_for_a_person():
    flow = flow_of(
        {"start": {"kind": "question", "data": {"text": "?"}}}, person_words=["ouvidoria"]
    )
    _, actions = talk(flow, "oi", "ouvidoria!")
    assert transfer_in(actions).reason == "asked_for_person"
