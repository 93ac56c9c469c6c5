"""The table of spec/03, 4.8, row by row."""

import pytest

from conversations.providers.cloud.error_table import RULES
from conversations.providers.cloud.errors import (
    explain,
    from_response,
    from_status_error,
    not_sent,
    retry_delay,
    rule_of,
)

TABLE = {
    "channel": [0, 190, 3, 10, 200, 299, 131005, 33, 368, 131031, 131037, 131042, 131045, 133010,
                133000, 133005, 133008, 133009, 133006, 134011],
    "retry": [1, 131000, 2, 131016, 133004, 130429, 131056, 131057, 2494100, 135000],
    "wait": [4, 80007, 131048, 131049, 131064, 133015, 133016],
    "never": [100, 130403, 130472, 130497, 131008, 131009, 131021, 131026, 131030, 131047, 131050,
              131051, 131052, 131053, 131060, 131062, 131063, 137000, 2388039, 2388040, 2388047,
              2388072, 2388073, 2388293, 2388299, 2388019, 999999, 300, None],
    "template": [132000, 132012, 132018, 132001, 132005, 132007, 132015, 132016, 132068, 132069],
}  # fmt: skip
ROWS = [(code, decision) for decision, codes in TABLE.items() for code in codes]


def response(code, attempt=1, **more):
    return from_response(400, {"error": {"code": code, "message": "m"} | more}, attempt)


@pytest.mark.parametrize(("code", "decision"), ROWS)
def test_a_code_has_its_decision_in_responses_and_statuses(code, decision):
    assert response(code).decision == decision
    assert from_status_error({"code": code}).decision == decision


@pytest.mark.parametrize(("code", "decision"), ROWS)
def test_only_what_is_tried_again_has_a_delay(code, decision):
    delay = response(code).retry_after
    if decision in ("retry", "wait"):
        assert delay > 0
    if decision in ("never", "channel"):
        assert delay is None


@pytest.mark.parametrize("code", RULES)
def test_every_code_has_words_for_people(code):
    reason, advice = explain(code)
    assert reason.endswith(".") and advice.endswith(".")


def test_the_status_and_the_title_do_not_decide():
    error = {"error": {"code": 131047, "type": "Rate limit hit"}}
    assert from_response(503, error).decision == from_response(200, error).decision == "never"


@pytest.mark.parametrize(
    ("status", "decision"),
    [(500, "retry"), (503, "retry"), (429, "retry"), (404, "never"), (401, "never")],
)
@pytest.mark.parametrize("body", [None, {}, {"error": "no"}, [], {"error": {"code": "x"}}])
def test_without_a_readable_error_the_status_decides(status, decision, body):
    assert from_response(status, body).decision == decision


def test_the_pair_rate_waits_four_to_the_power_of_n():
    delays = [retry_delay(131056, attempt, random=lambda: 0.0) for attempt in (1, 2, 3, 4)]
    assert delays == [1, 4, 16, 64]


def test_jitter_only_adds():
    assert retry_delay(131016, 1, random=lambda: 0.0) == 2
    assert 2 < retry_delay(131016, 1, random=lambda: 0.999) < 2.5


def test_delays_grow_to_a_limit():
    assert retry_delay(131016, 11, random=lambda: 0.0) == 600
    assert retry_delay(4, 3, random=lambda: 0.0) == 300


@pytest.mark.parametrize("code", [code for code, rule in RULES.items() if rule.attempts])
def test_attempts_come_to_an_end(code):
    last = rule_of(code).attempts
    assert response(code, last - 1).decision in ("retry", "wait")
    ended = response(code, last)
    assert (ended.decision, ended.retry_after) == ("never", None)


def test_an_unknown_code_that_calls_itself_transient_is_retried_a_few_times():
    assert response(999999, is_transient=True).decision == "retry"
    assert response(999999, attempt=4, is_transient=True).decision == "never"


def test_a_number_that_is_not_ours_stops_the_channel():
    assert response(100, error_subcode=33).decision == "channel"
    assert response(100, error_subcode=7).decision == "never"


def test_the_details_are_metas_most_exact_words():
    data = {"error_data": {"details": "exact"}, "fbtrace_id": "T" * 200}
    error = response(100, **data)
    assert error.details == "exact"
    assert len(error.trace_id) == 120
    assert response(100).details == "m"
    assert from_response(502, None).details == "HTTP 502"


def test_what_was_not_sent_is_retried_without_end_but_more_and_more_seldom():
    first, late = (not_sent("refused", attempt) for attempt in (1, 100))
    assert first.decision == late.decision == "retry"
    assert first.retry_after < 3
    assert 600 <= late.retry_after < 750


@pytest.mark.parametrize("error", [None, [], "x", {"code": []}, {"error_data": 7, "code": 1e9}])
def test_a_strange_error_is_not_retried(error):
    assert from_status_error(error).decision == "never"
