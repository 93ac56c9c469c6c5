"""Model fields whose contents are encrypted in the database."""

from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class UndecryptableValue(Exception):
    """A stored secret that none of FERNET_KEYS opens."""


@cache
def fernet() -> MultiFernet:
    """Return the keys of FERNET_KEYS: the first encrypts, all of them decrypt."""
    return MultiFernet([Fernet(key) for key in settings.FERNET_KEYS])


class EncryptedTextField(models.TextField):
    """Text that is encrypted (Fernet) on its way to the database; an empty text stays empty.

    Raises UndecryptableValue on reading when no key fits: a wrong key must be noticed and never
    be mistaken for an empty or a changed secret.
    """

    def get_prep_value(self, value):
        """Encrypt."""
        value = super().get_prep_value(value)
        if not value:
            return value
        return fernet().encrypt(value.encode()).decode()

    def from_db_value(self, value, expression, connection):
        """Decrypt; raises UndecryptableValue."""
        if not value:
            return value
        try:
            return fernet().decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise UndecryptableValue(
                "A stored secret cannot be opened with any of FERNET_KEYS. "
                "Put the key that was in use when it was saved back into FERNET_KEYS."
            ) from error
