"""Keyword rules: which of them fits what the customer wrote."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import regex

from bots.engine.events import RuleHit
from bots.engine.text import contains_phrase, fold, words

REGEX_TIME_LIMIT_SECONDS = 0.05
MATCHES = ("any", "all", "exact", "contains", "regex")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. terms: words or phrases; with match 'regex' the patterns.

    A lower priority is tried first. queues and channels: keys where it holds, empty for all.
    """

    id: str
    terms: tuple[str, ...]
    match: str = "any"
    priority: int = 100
    reply: str = ""
    queue: str | None = None
    flow: str = ""
    queues: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()

    def applies_in(self, queue: str, channel: str) -> bool:
        """Whether the rule holds in this queue and on this channel."""
        return (not self.queues or queue in self.queues) and (
            not self.channels or channel in self.channels
        )


def first_hit(
    rules: Iterable[Rule], text: str, queue: str = "", channel: str = ""
) -> RuleHit | None:
    """Return the first fitting rule's outcome by priority, None when no rule fits.

    Accents and capitals never count; any, all and exact look at whole words. Regular expressions
    see the folded text and are given up after REGEX_TIME_LIMIT_SECONDS, as if they did not fit.
    """
    if not words(text):
        return None
    for rule in sorted(rules, key=lambda rule: (rule.priority, rule.id)):
        if rule.applies_in(queue, channel) and fits(rule, text):
            return RuleHit(rule.id, flow=rule.flow, queue=rule.queue, reply=rule.reply)
    return None


def fits(rule: Rule, text: str) -> bool:
    """Whether a rule fits a text."""
    if rule.match == "contains":
        return any(fold(term) in fold(text) for term in rule.terms if term)
    if rule.match == "regex":
        return any(_found(pattern, fold(text)) for pattern in rule.terms)
    said = words(text)
    phrases = [words(term) for term in rule.terms]
    if rule.match == "exact":
        return said in phrases
    if rule.match == "all":
        return bool(phrases) and all(contains_phrase(said, phrase) for phrase in phrases)
    return any(contains_phrase(said, phrase) for phrase in phrases)


def pattern_error(pattern: str) -> str:
    """Return what is wrong with a regular expression, '' when nothing is."""
    try:
        regex.compile(pattern)
    except regex.error as error:
        return str(error)
    return ""


def _found(pattern: str, text: str) -> bool:
    compiled = _compiled(pattern)
    if compiled is None:
        return False
    try:
        return compiled.search(text, timeout=REGEX_TIME_LIMIT_SECONDS) is not None
    except TimeoutError:
        return False


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> "regex.Pattern | None":
    try:
        return regex.compile(pattern, regex.IGNORECASE)
    except regex.error:
        return None
