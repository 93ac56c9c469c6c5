"""What is known of a channel, in the reader's language: from codes and facts, never from sentences."""

from django.utils.translation import gettext as _

from conversations.models import Channel, PauseCause
from conversations.providers.cloud.errors import explain

QUALITY_WORDS = {
    "GREEN": ("ok", lambda: _("high")),
    "YELLOW": ("wait", lambda: _("medium")),
    "RED": ("bad", lambda: _("low")),
}


def pause_text(channel: Channel) -> str:
    """Say why a channel does not send; '' when it does."""
    if not channel.paused_reason:
        return ""
    facts = channel.paused_facts or {}
    if channel.paused_reason == PauseCause.PERSON:
        said = _("Paused by %(person)s.") % {"person": facts.get("by", "")}
        return " ".join(filter(None, [said, facts.get("reason", "")]))
    if channel.paused_reason == PauseCause.ERROR:
        return error_text(facts.get("code"), facts.get("details", ""))
    return channel.paused_reason  # as it was written before pauses had a cause


def error_text(code: int | None, details: str = "") -> str:
    """Say what an error means and what to do; the provider's own words stand in brackets."""
    said = f"({details})" if details else ""
    if code is None:
        return " ".join(
            filter(None, [_("WhatsApp cannot be reached or refuses the number."), said])
        )
    reason, advice = explain(code)
    return " ".join(filter(None, [_(reason), _(advice), said, f"[{code}]"]))


def health_text(channel: Channel) -> str:
    """Say what the last check found, in a sentence or two."""
    return health_words(channel.health or {})


def health_words(health: dict) -> str:
    """Say what a check found; `health` as actions/channels.py keeps it."""
    if not health:
        return _("Not checked yet.")
    error = health.get("error")
    if error:
        return error_text(error.get("code"), error.get("details", ""))
    complaints = " ".join(health.get("complaints") or [])
    if health.get("ok"):
        return " ".join(filter(None, [_("The number can send messages."), complaints]))
    return complaints or health.get("detail") or _("The number is not connected.")


def quality_of(channel: Channel) -> tuple[str, str]:
    """Return the tone and the word for a number's quality; ('', '') when nothing is known."""
    tone, word = QUALITY_WORDS.get(fact(channel, "quality"), ("", lambda: ""))
    return tone, word()


def limit_of(channel: Channel) -> str:
    """Say how many customers may be written to by template in 24 hours: '250', '2K', 'no limit'."""
    tier = fact(channel, "limit")
    if tier in ("TIER_UNLIMITED", "UNLIMITED"):
        return _("no limit")
    return tier.removeprefix("TIER_") if tier != "TIER_NOT_SET" else ""


def fact(channel: Channel, name: str) -> str:
    """Return one of the facts of the last check or announcement, '' when it is not known."""
    return str(((channel.health or {}).get("facts") or {}).get(name) or "")


def throughput_of(channel: Channel) -> str:
    """Say how many messages a second the number may carry (spec/03, 4.4)."""
    levels = {"STANDARD": _("80/s"), "HIGH": _("1,000/s")}
    level = fact(channel, "throughput")
    return levels.get(level, "" if level == "NOT_APPLICABLE" else level)
