"""How passwords are kept: bcrypt with 12 rounds; what the old program kept is read once.

Django hashes a password anew when it has verified by any hasher but the first of PASSWORD_HASHERS.
"""

import hashlib
import re

import bcrypt
from django.conf import settings
from django.contrib.auth.hashers import BasePasswordHasher, BCryptSHA256PasswordHasher
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_noop as _

ROUNDS = 12
BCRYPT_BYTES = 72
HEX_SHA256 = re.compile(r"[0-9a-f]{64}")


class BCrypt12PasswordHasher(BCryptSHA256PasswordHasher):
    """bcrypt of the password's SHA-256: bcrypt alone ignores everything after 72 bytes.

    PASSWORD_BCRYPT_ROUNDS lowers the cost where passwords are many and protect nothing (tests).
    """

    algorithm = "bcrypt_sha256"

    @property
    def rounds(self) -> int:
        return getattr(settings, "PASSWORD_BCRYPT_ROUNDS", ROUNDS)


class LegacyHasher(BasePasswordHasher):
    """Reads a hash of the old program; nothing new is written with it."""

    def salt(self):
        return ""

    def safe_summary(self, encoded):
        return {_("algorithm"): self.algorithm}

    def must_update(self, encoded):
        return True

    def harden_runtime(self, password, encoded):
        pass


class LegacyBCryptHasher(LegacyHasher):
    """`bcrypt$` and what bcryptjs wrote (`$2a$10$...`): cut after 72 bytes, as bcryptjs did."""

    algorithm = "bcrypt"

    def encode(self, password, salt):
        hashed = bcrypt.hashpw(password.encode()[:BCRYPT_BYTES], salt.encode())
        return f"{self.algorithm}${hashed.decode()}"

    def decode(self, encoded):
        return {"algorithm": self.algorithm, "hash": encoded.partition("$")[2], "salt": ""}

    def verify(self, password, encoded):
        try:
            again = self.encode(password, self.decode(encoded)["hash"])
        except ValueError:
            return False  # not a bcrypt hash at all
        return constant_time_compare(encoded, again)


class LegacySHA256Hasher(LegacyHasher):
    """`legacy_sha256$` and 64 hex digits, without salt: equal passwords look equal.

    Whoever still has one has to choose a new password after logging in (EmailOrUsernameBackend).
    """

    algorithm = "legacy_sha256"

    def encode(self, password, salt):
        return f"{self.algorithm}${hashlib.sha256(password.encode()).hexdigest()}"

    def decode(self, encoded):
        return {"algorithm": self.algorithm, "hash": encoded.partition("$")[2], "salt": ""}

    def verify(self, password, encoded):
        return constant_time_compare(encoded, self.encode(password, ""))


def from_legacy(stored: str) -> str | None:
    """Return a stored password of the old program in our notation (spec/09, 2.1).

    None for what is no hash: plain text has never let anybody in, and must not be kept.
    """
    if stored.startswith("$2") and len(stored) == 60:
        return f"{LegacyBCryptHasher.algorithm}${stored}"
    if HEX_SHA256.fullmatch(stored):
        return f"{LegacySHA256Hasher.algorithm}${stored}"
    return None


def is_weak(encoded: str) -> bool:
    """Whether a password kept like this has to be replaced by another, not only hashed anew."""
    return encoded.startswith(f"{LegacySHA256Hasher.algorithm}$")
