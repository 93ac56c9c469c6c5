from bots.models.bots import Bot
from bots.models.flows import Flow, FlowVersion, PublishedVersionIsFixed, VersionState
from bots.models.keyword_rules import KeywordRule, Match
from bots.models.sessions import BotSession, BotStep

__all__ = [
    "Bot", "BotSession", "BotStep", "Flow", "FlowVersion", "KeywordRule", "Match",
    "PublishedVersionIsFixed", "VersionState",
]  # fmt: skip
