"""The secrets by which a webhook is recognised, kept in memory for a few seconds."""

import time
from dataclasses import dataclass

from django.conf import settings

from conversations.models import Channel

KEPT_SECONDS = 5


@dataclass(frozen=True)
class Secret:
    """An app secret, and the numbers it may speak for."""

    value: str
    phone_number_ids: frozenset[str]
    foreign_ids: frozenset[str]
    is_global: bool = False

    def authorizes(self, phone_number_id: str) -> bool:
        """Whether a body signed with this secret may tell about this number.

        Account-level news has no number. WHATSAPP_APP_SECRET also speaks for numbers that no
        channel has (they are parked as unknown), never for a channel with a secret of its own.
        """
        if not phone_number_id or phone_number_id in self.phone_number_ids:
            return True
        return self.is_global and phone_number_id not in self.foreign_ids


class _Kept:
    def __init__(self):
        self.secrets: list[Secret] = []
        self.verify_tokens: list[str] = []
        self.until = 0.0


_kept = _Kept()


def known_secrets() -> list[Secret]:
    """Return each distinct secret of the active channels, and WHATSAPP_APP_SECRET."""
    return _fresh().secrets


def known_verify_tokens() -> list[str]:
    """Return the verify tokens of the active channels, and WHATSAPP_VERIFY_TOKEN."""
    return _fresh().verify_tokens


def forget() -> None:
    """Read the channels again at the next request."""
    _kept.until = 0.0


def _fresh() -> _Kept:
    if time.monotonic() >= _kept.until:
        channels = list(
            Channel.objects.active().only("phone_number_id", "app_secret", "verify_token")
        )
        _kept.secrets = _secrets(channels)
        tokens = {channel.verify_token for channel in channels} | {settings.WHATSAPP_VERIFY_TOKEN}
        _kept.verify_tokens = sorted(tokens - {""})
        _kept.until = time.monotonic() + KEPT_SECONDS
    return _kept


def _secrets(channels: list[Channel]) -> list[Secret]:
    numbers: dict[str, set[str]] = {}
    for channel in channels:
        if channel.phone_number_id:
            numbers.setdefault(channel.app_secret, set()).add(channel.phone_number_id)
    without_secret = numbers.pop("", set())
    with_secret = frozenset().union(*numbers.values()) if numbers else frozenset()
    own = settings.WHATSAPP_APP_SECRET
    secrets = [
        Secret(value, frozenset(ids), with_secret - ids)
        for value, ids in numbers.items()
        if value != own
    ]
    if own:
        ids = frozenset(without_secret | numbers.get(own, set()))
        secrets.append(Secret(own, ids, with_secret - ids, is_global=True))
    return secrets
