"""Meta's error codes: what to do about each, and what to tell people (spec/03, 4.8). Pure.

The code and its details decide, never a title or an HTTP status; only an answer without a
readable error is judged by its status.
"""

import random as random_module
from collections.abc import Callable
from typing import Any

from conversations.providers.base import ProviderError
from conversations.providers.cloud.error_table import (
    PERMISSION_CODES,
    RULES,
    UNKNOWN,
    UNREACHABLE,
    Rule,
    describe,
)
from conversations.providers.cloud.wire import mapping, text, whole_number

Random = Callable[[], float]  # 0.0 <= x < 1.0

JITTER = 0.25  # of the delay, added
WRONG_OBJECT = (100, 33)  # code, subcode: the number id is not ours, or the token may not use it
MAX_TRACE_ID = 120

# 131026 is final for a number as it was written; a Brazilian one is worth one try in its other
# spelling (phone_numbers.other_variant), which only the outbox can decide.
OTHER_SPELLING_CODE = 131026


def from_response(
    http_status: int,
    body: Any,
    attempt_number: int = 1,
    random: Random = random_module.random,
) -> ProviderError:
    """Return what a refused request means; body is its JSON, or None when it was not readable."""
    error = mapping(mapping(body).get("error"))
    code = whole_number(error.get("code"))
    rule = _rule_of_error(code, error) if code is not None else _rule_of_status(http_status)
    return ProviderError(
        code=code,
        decision=_decision(rule, attempt_number),
        details=_details(error) or ("" if error else f"HTTP {http_status}"),
        title=text(error.get("error_user_title")) or text(error.get("type")),
        trace_id=text(error.get("fbtrace_id"), MAX_TRACE_ID),
        http_status=http_status,
        retry_after=_delay(rule, attempt_number, random),
    )


def from_status_error(
    error: Any, attempt_number: int = 1, random: Random = random_module.random
) -> ProviderError:
    """Return what an element of statuses[].errors[] means; the same codes as in responses."""
    error = mapping(error)
    code = whole_number(error.get("code"))
    rule = _rule_of_error(code, error)
    return ProviderError(
        code=code,
        decision=_decision(rule, attempt_number),
        details=_details(error),
        title=text(error.get("title")),
        retry_after=_delay(rule, attempt_number, random),
    )


def not_sent(
    details: str, attempt_number: int = 1, random: Random = random_module.random
) -> ProviderError:
    """Return the error of a request that surely never reached the provider; it may be repeated."""
    return ProviderError(
        code=None,
        # No limit of attempts: the message is as good as new. The outbox ends it by its age.
        decision="retry",
        details=f"{UNREACHABLE.reason} ({details})",
        retry_after=_backoff(UNREACHABLE, attempt_number, random),
    )


def retry_delay(
    code: int | None, attempt_number: int, random: Random = random_module.random
) -> float | None:
    """Return the seconds to wait after this attempt (counted from 1), None for codes never retried."""
    return _delay(rule_of(code), attempt_number, random)


def rule_of(code: int | None) -> Rule:
    """Return the rule of a code; an unknown one is never retried."""
    if code in RULES:
        return RULES[code]
    return RULES[10] if code in PERMISSION_CODES else UNKNOWN


def explain(code: int | None) -> tuple[str, str]:
    """Return (what happened, what to do) as English source strings for gettext."""
    return describe(rule_of(code))


def _rule_of_error(code: int | None, error: dict) -> Rule:
    if (code, whole_number(error.get("error_subcode"))) == WRONG_OBJECT:
        return RULES[33]  # every message of this channel would fail alike
    if rule_of(code) is UNKNOWN and error.get("is_transient") is True:
        return RULES[1]
    return rule_of(code)


def _rule_of_status(http_status: int) -> Rule:
    if http_status == 429:
        return RULES[130429]
    if http_status >= 500:
        return RULES[2]
    return UNKNOWN


def _decision(rule: Rule, attempt_number: int) -> str:
    """The rule's decision, until its attempts are used up."""
    if rule.attempts is not None and attempt_number >= rule.attempts:
        return "never"
    return rule.decision


def _delay(rule: Rule, attempt_number: int, random: Random) -> float | None:
    if rule.delay is None or _decision(rule, attempt_number) == "never":
        return None
    return _backoff(rule, attempt_number, random)


def _backoff(rule: Rule, attempt_number: int, random: Random) -> float:
    exponent = min(max(attempt_number, 1) - 1, 30)
    delay = min(rule.delay * rule.factor**exponent, rule.longest)
    return delay * (1 + JITTER * random())


def _details(error: dict) -> str:
    details = text(mapping(error.get("error_data")).get("details"))
    return details or text(error.get("error_user_msg")) or text(error.get("message"))
