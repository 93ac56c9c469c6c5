"""What is set up wrong: each check has an id, says what follows from it, and how to cure it.

Errors stop the start. Warnings are for what runs, but not as its owner believes.
"""

import os
import sqlite3
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

from helpdesk.core.web_push import public_key_of

LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1", "testserver"}
SECRET_KEY_LENGTH = 32
# What Evolution API's own .env.example holds: everybody can read it there.
PUBLIC_GATEWAY_KEYS = {"429683C4C977415CAAFCCE10F7D57E11"}
GATEWAY_KEY_LENGTH = 16
OLDEST_SQLITE = (3, 35, 0)  # RETURNING


@register(Tags.security)
def check_secret_key(app_configs=None, **kwargs):
    key = settings.SECRET_KEY
    if len(key) >= SECRET_KEY_LENGTH and len(set(key)) > 5:
        return []
    return [
        Error(
            "SECRET_KEY can be guessed; with it anybody can sign in as anybody.",
            hint="Remove SECRET_KEY (one is made and kept in DATA_DIR/secrets), or set 50 random characters:"
            " python -c 'import secrets; print(secrets.token_urlsafe(50))'",
            id="ramal.E001",
        )
    ]


@register(Tags.security)
def check_fernet_keys(app_configs=None, **kwargs):
    return [
        Error(
            f"Key {number} of FERNET_KEYS is not a Fernet key; stored secrets cannot be read or written.",
            hint="Make one: python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'",
            id="ramal.E002",
        )
        for number, key in enumerate(settings.FERNET_KEYS, start=1)
        if not _is_fernet_key(key)
    ]


def _is_fernet_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    else:
        return True


@register()
def check_vapid_key(app_configs=None, **kwargs):
    try:
        public_key_of(settings.VAPID_PRIVATE_KEY)
    except ValueError:
        return [
            Error(
                "VAPID_PRIVATE_KEY is not a key; no browser can be woken.",
                hint="Remove it (one is made and kept in DATA_DIR/secrets), or set 32 bytes in base64url:"
                " python -c 'from helpdesk.core.web_push import new_private_key; print(new_private_key())'",
                id="ramal.E009",
            )
        ]
    return []


@register(Tags.security)
def check_gateway_key(app_configs=None, **kwargs):
    key = settings.GATEWAY_API_KEY
    is_public = key.upper() in PUBLIC_GATEWAY_KEYS
    if not settings.GATEWAY_URL or (len(key) >= GATEWAY_KEY_LENGTH and not is_public):
        return []
    return [
        Error(
            "GATEWAY_API_KEY is missing, short or the public example: with it anybody who reaches the gateway"
            " reads and writes as your numbers.",
            hint="Set AUTHENTICATION_API_KEY at the gateway and GATEWAY_API_KEY here to one new value:"
            " python -c 'import secrets; print(secrets.token_urlsafe(32))'",
            id="ramal.E007",
        )
    ]


@register()
def check_gateway_url(app_configs=None, **kwargs):
    parts = urlsplit(settings.GATEWAY_URL)
    if not settings.GATEWAY_URL or (parts.scheme in ("http", "https") and parts.hostname):
        return []
    return [
        Error(
            f"GATEWAY_URL is {settings.GATEWAY_URL!r}; numbers with a QR code are reached there.",
            hint="Set the address of Evolution API: GATEWAY_URL=http://gateway:8080",
            id="ramal.E008",
        )
    ]


@register()
def check_base_url(app_configs=None, **kwargs):
    parts = urlsplit(settings.BASE_URL)
    if parts.scheme in ("http", "https") and parts.hostname and not parts.path.strip("/"):
        return []
    return [
        Error(
            f"BASE_URL is {settings.BASE_URL!r}; links and cookies are made from it.",
            hint="Set the address that people type, without a path: BASE_URL=https://ajuda.example.com",
            id="ramal.E003",
        )
    ]


@register()
def check_sqlite_version(app_configs=None, **kwargs):
    if not settings.IS_SQLITE or sqlite3.sqlite_version_info >= OLDEST_SQLITE:
        return []
    return [
        Error(
            f"Python's SQLite is {sqlite3.sqlite_version}; 3.35 or newer is needed.",
            hint="Use a newer Python, or PostgreSQL: DATABASE_URL=postgres://user:password@host/name",
            id="ramal.E004",
        )
    ]


@register()
def check_data_dir(app_configs=None, **kwargs):
    if os.access(settings.DATA_DIR, os.W_OK):
        return []
    return [
        Error(
            f"DATA_DIR ({settings.DATA_DIR}) cannot be written; files and secrets are kept there.",
            hint="Create it, or give it to the user that runs this: chown -R <user> <DATA_DIR>",
            id="ramal.E005",
        )
    ]


@register(Tags.security)
def check_debug_in_public(app_configs=None, **kwargs):
    if not (settings.DEBUG and settings.HTTPS):
        return []
    return [
        Error(
            "DEBUG is on although BASE_URL is https: error pages would show settings and data to anybody.",
            hint="Remove DEBUG, or set DEBUG=off.",
            id="ramal.E006",
        )
    ]


@register(Tags.security)
def check_https_for_others(app_configs=None, **kwargs):
    if settings.HTTPS or urlsplit(settings.BASE_URL).hostname in LOCAL_HOSTS:
        return []
    return [
        Warning(
            "BASE_URL is http and not this machine: passwords and customers' messages travel in clear,"
            " and WhatsApp delivers no webhooks to it.",
            hint="Put a proxy with TLS in front (deploy/nginx.conf) and set BASE_URL=https://...",
            id="ramal.W001",
        )
    ]


@register()
def check_one_backend_only(app_configs=None, **kwargs):
    if bool(settings.DATABASE_URL) == bool(settings.REDIS_URL):
        return []
    named, missing = (
        ("DATABASE_URL", "REDIS_URL") if settings.DATABASE_URL else ("REDIS_URL", "DATABASE_URL")
    )
    return [
        Warning(
            f"{named} is set and {missing} is not: then only one process may run (manage.py start);"
            " pushes and tasks do not reach others.",
            hint=f"Set {missing} as well, or neither.",
            id="ramal.W002",
        )
    ]


@register(Tags.security)
def check_allowed_hosts(app_configs=None, **kwargs):
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Warning(
            "ALLOWED_HOSTS contains '*': links in mails and the origin of websockets can be forged.",
            hint="Name the hosts, or remove ALLOWED_HOSTS: the host of BASE_URL is allowed by itself.",
            id="ramal.W003",
        )
    ]


@register()
def check_proxies(app_configs=None, **kwargs):
    if not settings.HTTPS or settings.TRUSTED_PROXIES:
        return []
    return [
        Warning(
            "BASE_URL is https and TRUSTED_PROXIES is empty: behind a proxy every visitor has the proxy's"
            " address, so limits per address hit all of them together.",
            hint="Set TRUSTED_PROXIES to the proxy's address, e.g. TRUSTED_PROXIES=127.0.0.1",
            id="ramal.W004",
        )
    ]


@register(Tags.security)
def check_given_secrets_when_spread(app_configs=None, **kwargs):
    if settings.EMBEDDED or not settings.SECRETS_MADE_HERE:
        return []
    missing = ", ".join(settings.SECRETS_MADE_HERE)
    return [
        Warning(
            f"{missing}: made by this machine and kept in {settings.DATA_DIR}/secrets. A second host would"
            " make others, and could neither read stored secrets nor recognise sessions.",
            hint="Set them in the environment of every host, or share DATA_DIR.",
            id="ramal.W005",
        )
    ]
