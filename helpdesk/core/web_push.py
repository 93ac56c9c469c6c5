"""Waking browsers: a payload sealed for one of them (RFC 8291), by a sender that says who it is (RFC 8292).

Written out on `cryptography`, which is here anyway: pywebpush would bring aiohttp and five more
packages for these hundred lines (docs/decisions). Nothing here opens a connection.
"""

import base64
import json
import os
import struct
import time
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CURVE = ec.SECP256R1()
POINT_BYTES, SECRET_BYTES, SALT_BYTES = 65, 16, 16
RECORD_BYTES = 4096
LARGEST_PAYLOAD = 3000  # push services take 4096 bytes with everything
TOKEN_SECONDS = 12 * 3600  # at most 24 h (RFC 8292, section 2)
LAST_RECORD = b"\x02"


class UnusableKeys(ValueError):
    """What the browser gave is no public key, or no secret."""


def new_private_key() -> str:
    """Make a key for VAPID_PRIVATE_KEY: 32 bytes in base64url."""
    number = ec.generate_private_key(CURVE).private_numbers().private_value
    return encoded(number.to_bytes(32, "big"))


def public_key_of(private_key: str) -> str:
    """Return what browsers are given to subscribe with. Raises ValueError for what is no key."""
    return encoded(_point(_private(private_key).public_key()))


def check_keys(public_key: str, auth_secret: str) -> None:
    """Raise UnusableKeys unless a payload can be sealed with what a browser gave."""
    _browser_keys(public_key, auth_secret)


def sealed(
    payload: bytes,
    public_key: str,
    auth_secret: str,
    *,
    sender: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """Return the body of a push: only the browser with these keys can open it.

    `sender` and `salt` are new ones each time; they are named only to compare with the example of
    RFC 8291. Raises UnusableKeys, and ValueError for a payload that is too long.
    """
    if len(payload) > LARGEST_PAYLOAD:
        raise ValueError("The payload is too long for a push.")
    browser, secret = _browser_keys(public_key, auth_secret)
    sender = sender or ec.generate_private_key(CURVE)
    salt = salt or os.urandom(SALT_BYTES)
    ours = _point(sender.public_key())
    shared = sender.exchange(ec.ECDH(), browser)
    seed = _derived(shared, secret, b"WebPush: info\0" + _point(browser) + ours, 32)
    key = _derived(seed, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(seed, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + struct.pack("!IB", RECORD_BYTES, len(ours)) + ours
    return head + AESGCM(key).encrypt(nonce, payload + LAST_RECORD, None)


def headers(endpoint: str, private_key: str, subject: str, *, seconds: int, urgency: str) -> dict:
    """Return the headers of a push to this address, kept for the browser for so many seconds."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + TOKEN_SECONDS,
        "sub": subject,
    }
    token, key = _signed(claims, _private(private_key)), public_key_of(private_key)
    return {
        "Authorization": f"vapid t={token}, k={key}",
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(seconds),
        "Urgency": urgency,
    }


def encoded(data: bytes) -> str:
    """Write bytes in base64url without padding, as all of Web Push does."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Read base64url with or without padding. Raises ValueError."""
    return base64.b64decode(
        text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True
    )


def _private(text: str) -> ec.EllipticCurvePrivateKey:
    raw = decoded(text)
    if len(raw) != 32:
        raise ValueError("A VAPID key is 32 bytes in base64url.")
    return ec.derive_private_key(int.from_bytes(raw, "big"), CURVE)


def _browser_keys(public_key: str, auth_secret: str) -> tuple[ec.EllipticCurvePublicKey, bytes]:
    try:
        point, secret = decoded(public_key), decoded(auth_secret)
        if len(point) != POINT_BYTES or len(secret) != SECRET_BYTES:
            raise ValueError("wrong length")
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point), secret
    except ValueError as error:
        raise UnusableKeys(str(error)) from error


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def _signed(claims: dict, key: ec.EllipticCurvePrivateKey) -> str:
    """Return a JSON Web Token signed with ES256, whose signature is the two numbers, not DER."""
    parts = [{"typ": "JWT", "alg": "ES256"}, claims]
    text = ".".join(encoded(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{text}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
