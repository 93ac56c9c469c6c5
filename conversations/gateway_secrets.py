"""The two secrets of a gateway's webhook: one in its path, one in its header.

Paths stand in logs of proxies, so what stands there must not tell the header: it is derived from
the header's secret, and not the other way round.
"""

import hashlib
import hmac

from conversations.models import Channel

HEADER = "X-Gateway-Secret"


def path_secret(channel: Channel) -> str:
    """Return what stands at the end of the webhook's path, '' for a channel without a secret."""
    if not channel.webhook_secret:
        return ""
    key = channel.webhook_secret.encode()
    return hmac.new(key, b"path:" + channel.pk.bytes, hashlib.sha256).hexdigest()[:40]


def fits_path(channel: Channel, given: str) -> bool:
    """Whether a path's last part is this channel's; never for a channel without a secret."""
    expected = path_secret(channel)
    return bool(expected) and hmac.compare_digest(expected.encode(), given.encode())


def fits_header(channel: Channel, given: str) -> bool:
    """Whether a header is this channel's; never for a channel without a secret."""
    expected = channel.webhook_secret
    return bool(expected) and hmac.compare_digest(expected.encode(), given.encode())
