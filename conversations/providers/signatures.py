"""X-Hub-Signature-256: HMAC-SHA256 of the raw body with the app secret (spec/03, 1.2). Pure."""

import hashlib
import hmac

PREFIX = "sha256="


def sign(secret: str, body: bytes) -> str:
    """Return the header value Meta would send for this body."""
    return PREFIX + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def fits(secret: str, body: bytes, header: str | None) -> bool:
    """Say whether a header signs this body, in constant time; an empty secret never fits."""
    if not secret or not header:
        return False
    # Bytes, because compare_digest refuses text outside ASCII, which anybody may send us.
    return hmac.compare_digest(sign(secret, body).encode(), header.encode("utf-8", "replace"))
