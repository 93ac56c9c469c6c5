"""Which bots, rules and flows there are at this moment: read once per batch."""

import time
from collections.abc import Iterator, Mapping
from functools import lru_cache
from uuid import UUID

from django.conf import settings

from bots.engine import flow as engine_flow
from bots.engine.events import RuleHit
from bots.engine.keywords import Rule, first_hit
from bots.models import Bot, Flow, FlowVersion, KeywordRule
from conversations.models import Conversation

PARSED_VERSIONS_KEPT = 256
# What somebody changes in bots and rules holds for what is said two seconds later. In tests at once.
KEPT_SECONDS = 0 if settings.TESTING else 2


class Catalogue:
    """The bots that answer, their rules, and the published flows by key."""

    def __init__(self):
        self.flows = PublishedFlows()
        self._default: Bot | None = None
        self._by_channel: dict[UUID, Bot] = {}
        self._rules: dict[UUID, list[Rule]] = {}
        for bot in Bot.objects.answering().select_related("flow").prefetch_related("channels"):
            self._add(bot)
        for rule in (
            KeywordRule.objects.filter(is_active=True)
            .select_related("flow")
            .prefetch_related("queues", "channels")
        ):
            self._rules.setdefault(rule.bot_id, []).append(_rule(rule))

    def bot_for(self, conversation: Conversation) -> Bot | None:
        """Return who answers on the conversation's channel, None when nobody does."""
        return self._by_channel.get(conversation.channel_id, self._default)

    def rule_hit(self, bot: Bot, conversation: Conversation, text: str) -> RuleHit | None:
        """Return what the bot's first fitting keyword rule says to do."""
        rules = self._rules.get(bot.pk, ())
        return first_hit(rules, text, str(conversation.queue_id), str(conversation.channel_id))

    def _add(self, bot: Bot) -> None:
        if bot.is_default:
            self._default = bot
        for channel in bot.channels.all():
            self._by_channel.setdefault(channel.pk, bot)


_kept: tuple[float, Catalogue | None] = (0.0, None)


def current_catalogue() -> Catalogue:
    """Return the bots, rules and flows, at most KEPT_SECONDS old."""
    global _kept
    until, catalogue = _kept
    if catalogue is None or time.monotonic() >= until:
        catalogue = Catalogue()
        _kept = (time.monotonic() + KEPT_SECONDS, catalogue)
    return catalogue


class PublishedFlows(Mapping):
    """The published flows by key, loaded when one is looked up."""

    def __init__(self):
        self._versions: dict[str, UUID] | None = None

    def __getitem__(self, key: str) -> engine_flow.Flow:
        """Load what is looked up."""
        return parsed_version(self._known()[key])

    def __contains__(self, key) -> bool:
        """Whether such a flow is published, without loading it."""
        return bool(key) and key in self._known()

    def __iter__(self) -> Iterator[str]:
        """Go through what is known."""
        return iter(self._known())

    def __len__(self) -> int:
        """How many are known."""
        return len(self._known())

    def _known(self) -> dict[str, UUID]:
        if self._versions is None:
            published = Flow.objects.filter(published__isnull=False)
            self._versions = dict(published.values_list("key", "published_id"))
        return self._versions


@lru_cache(maxsize=PARSED_VERSIONS_KEPT)
def parsed_version(version_id: UUID) -> engine_flow.Flow:
    """Return a published version as the engine reads it. Published ones never change."""
    version = FlowVersion.objects.select_related("flow").get(pk=version_id)
    return engine_flow.parse(version.definition, key=version.flow.key, version=str(version.pk))


def _rule(rule: KeywordRule) -> Rule:
    return Rule(
        id=str(rule.pk),
        terms=rule.terms,
        match=rule.match,
        priority=rule.priority,
        reply=rule.reply,
        queue=str(rule.queue_id or "") if rule.hands_over else None,
        flow=rule.flow.key if rule.flow_id else "",
        queues=frozenset(str(queue.pk) for queue in rule.queues.all()),
        channels=frozenset(str(channel.pk) for channel in rule.channels.all()),
    )
