"""Reading settings from the environment, with a sentence for whoever got one wrong."""

import warnings

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE = ("true", "on", "yes", "y", "ok", "1")
FALSE = ("false", "off", "no", "n", "0", "")


class Environment(environ.FileAwareEnv):
    """django-environ's reader (also of NAME_FILE), refusing what it would guess about."""

    def bool(self, name, default=environ.Env.NOTSET):
        """Return a switch; anything but on or off, yes or no, true or false, 1 or 0 is refused."""
        value = self.str(name, default="" if default is self.NOTSET else str(default))
        if value.strip().lower() in TRUE:
            return True
        elif value.strip().lower() in FALSE:
            return False
        else:
            raise ImproperlyConfigured(f"{name} is {value!r}; it can be 'on' or 'off'.")

    def int(self, name, default=environ.Env.NOTSET):
        """Return a whole number."""
        try:
            return super().int(name, default)
        except ValueError as error:
            value = self.str(name)
            raise ImproperlyConfigured(
                f"{name} is {value!r}; it must be a whole number."
            ) from error

    def postgres_url(self, name) -> dict:
        """Return the Django settings of a PostgreSQL (or SQLite) address."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            database = self.db_url(name)
        if not database.get("ENGINE"):
            raise ImproperlyConfigured(
                f"{name} is not understood; write postgres://user:password@host:5432/name"
            )
        return database

    def redis_url(self, name) -> str:
        """Return a Redis address, or '' when none is given."""
        value = self.str(name, "")
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ImproperlyConfigured(f"{name} is not understood; write redis://host:6379/0")
        return value
