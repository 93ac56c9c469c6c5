"""What the gateway's refusals mean (spec/03, 5.1). Pure.

The Cloud API's codes stand for what they have in common, so that the house acts and speaks alike:
131026 for a number without WhatsApp, 190 for a wrong key, 2 for a gateway that is down.
"""

from typing import Any

from conversations.providers.base import ProviderError
from conversations.providers.cloud.errors import Random, random_module, retry_delay
from conversations.providers.cloud.wire import mapping, text

NO_WHATSAPP = 131026
WRONG_KEY = 190
UNAVAILABLE = 2
TOO_MANY = 130429
MAX_DETAILS = 500
CLOSED_WORDS = ("connection closed", "not connected", "disconnected")


def from_response(
    http_status: int, body: Any, attempt_number: int = 1, random: Random = random_module.random
) -> ProviderError:
    """Return what a refused request means; body is its JSON, or None when it was not readable."""
    details = said(body) or f"HTTP {http_status}"
    code, decision = _judged(http_status, body, details)
    delay = retry_delay(code, attempt_number, random) if decision == "retry" else None
    return ProviderError(
        code=code,
        decision=decision if delay is not None or decision != "retry" else "never",
        details=details,
        title=text(mapping(body).get("error"), 100),
        http_status=http_status,
        retry_after=delay,
    )


def said(body: Any) -> str:
    """Return the gateway's own words: response.message, which is a text or a list of anything."""
    message = mapping(mapping(body).get("response")).get("message") or mapping(body).get("message")
    parts = message if isinstance(message, list) else [message]
    return " ".join(filter(None, map(_words, parts)))[:MAX_DETAILS]


def has_no_whatsapp(body: Any) -> bool:
    """Whether a refusal says that the number is not on WhatsApp."""
    message = mapping(mapping(body).get("response")).get("message")
    entries = message if isinstance(message, list) else []
    return any(mapping(entry).get("exists") is False for entry in entries)


def _judged(http_status: int, body: Any, details: str) -> tuple[int | None, str]:
    if has_no_whatsapp(body):
        return NO_WHATSAPP, "never"
    if http_status in (401, 403):
        return WRONG_KEY, "channel"
    # Unknown instance, or one that has lost its connection: every message would fail alike.
    if http_status == 404 or any(words in details.lower() for words in CLOSED_WORDS):
        return None, "channel"
    if http_status == 429:
        return TOO_MANY, "retry"
    return (UNAVAILABLE, "retry") if http_status >= 500 else (None, "never")


def _words(part: Any) -> str:
    if isinstance(part, dict):
        return text(part.get("message")) or text(part.get("number"))
    return " ".join(map(text, part)) if isinstance(part, list) else text(part)
