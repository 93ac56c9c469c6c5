import time

import pytest

from bots.engine.events import MessageIn
from bots.engine.keywords import REGEX_TIME_LIMIT_SECONDS, Rule, first_hit, fits, pattern_error
from bots.tests.engine.flows import flow_of, said, talk, transfer_in


@pytest.mark.parametrize(
    ("match", "terms", "text", "expected"),
    [
        ("any", ["boleto", "fatura"], "cadê meu BOLETO?", True),
        ("any", ["segunda via"], "quero a segunda  via", True),
        ("any", ["boleto"], "boletos", False),
        ("any", ["conexão"], "minha conexao caiu", True),
        ("all", ["internet", "lenta"], "lenta demais essa internet", True),
        ("all", ["internet", "lenta"], "internet caiu", False),
        ("exact", ["oi"], "Oi!", True),
        ("exact", ["oi"], "oi tudo bem", False),
        ("contains", ["bolet"], "boletos", True),
        ("contains", ["ção"], "instalacao", True),
        ("regex", [r"\b2a?\s*via\b"], "preciso da 2ª via", True),
        ("regex", ["("], "(", False),
        ("all", [], "oi", False),
    ],
)
def test_a_rule_fits(match, terms, text, expected):
    assert fits(Rule("r", tuple(terms), match), text) is expected


def test_a_runaway_expression_is_given_up_within_its_time():
    started = time.perf_counter()
    assert not fits(Rule("r", (r"(a|a|aa)+$",), "regex"), "a" * 60 + "b")
    assert time.perf_counter() - started < REGEX_TIME_LIMIT_SECONDS * 20


def test_what_is_wrong_with_an_expression_is_said():
    assert pattern_error("(") and not pattern_error("a+")


def test_the_lowest_priority_number_goes_first():
    rules = [
        Rule("b", ("oi",), priority=20, reply="segundo"),
        Rule("a", ("oi",), priority=10, reply="primeiro"),
    ]
    assert first_hit(rules, "oi").reply == "primeiro"


def test_a_rule_holds_only_in_its_queues_and_channels():
    rule = Rule("r", ("oi",), queues=frozenset({"q"}), channels=frozenset({"c"}))
    assert first_hit([rule], "oi", "q", "c")
    assert not first_hit([rule], "oi", "q", "other") and not first_hit([rule], "oi", "other", "c")


def hit(text, **rule):
    return MessageIn(text, rule=first_hit([Rule("r", (text,), "exact", **rule)], text))


def test_a_rule_answers_before_the_menu_is_offered():
    last, actions = talk(flow_of(), hit("horario", reply="Das 8h às 20h, {{customer.first_name}}."))
    assert said(actions)[0] == "Das 8h às 20h, Zeca."
    assert last.state.node == "menu"


def test_a_rule_answers_where_the_menu_would_not_understand_and_counts_no_failure():
    last, actions = talk(flow_of(), "oi", hit("horario", reply="Das 8h às 20h."))
    assert said(actions)[1:] == ["Das 8h às 20h."]
    assert (last.state.node, last.state.failures) == ("menu", 0)


def test_an_answer_that_the_menu_understands_goes_before_a_rule():
    _, actions = talk(flow_of(), "oi", hit("sinal", reply="Regra."))
    assert transfer_in(actions).queue == "support"


def test_a_rule_hands_over_to_a_queue():
    _, actions = talk(flow_of(), hit("cancelar", queue="night"))
    assert transfer_in(actions).reason == "keyword" and transfer_in(actions).queue == "night"


def test_a_rule_to_a_flow_that_is_gone_is_no_rule():
    last, actions = talk(flow_of(), hit("visita", flow="gone"))
    assert last.state.node == "menu" and len(said(actions)) == 1
