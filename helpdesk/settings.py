"""All settings. The environment (and .env) is read here and nowhere else; .env.example explains each."""

import atexit
import hmac
import shutil
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key

from helpdesk.core.environment import Environment
from helpdesk.core.logging import logging_settings
from helpdesk.core.secrets import kept_secret
from helpdesk.core.storages import media_storage
from helpdesk.core.web_push import new_private_key

BASE_DIR = Path(__file__).resolve().parent.parent
TESTING = "pytest" in sys.modules
env = Environment()
if not TESTING and (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

# --- This site
DEBUG = env.bool("DEBUG", False)
SITE_NAME = env.str("SITE_NAME", "Ramal")
PORT = env.int("PORT", 8000)
BASE_URL = env.str("BASE_URL", f"http://localhost:{PORT}").rstrip("/")
if TESTING:
    # Tests never touch the data of whoever runs them.
    DATA_DIR = Path(tempfile.mkdtemp(prefix="ramal-tests-"))
    atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
else:
    DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "data"))).resolve()
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
HTTPS = urlsplit(BASE_URL).scheme == "https"
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[urlsplit(BASE_URL).hostname, "localhost", "127.0.0.1", "[::1]"]
)

# --- Secrets: given, or made once and kept in DATA_DIR/secrets
SECRET_KEY = env.str("SECRET_KEY", "") or kept_secret(
    DATA_DIR / "secrets", "secret_key", get_random_secret_key
)
FERNET_KEYS = env.list("FERNET_KEYS", default=[]) or [
    kept_secret(DATA_DIR / "secrets", "fernet_key", lambda: Fernet.generate_key().decode())
]
HASH_KEY = env.str("HASH_KEY", "") or kept_secret(
    DATA_DIR / "secrets", "hash_key", get_random_secret_key
)

SECRETS_MADE_HERE = [
    name
    for name in ("SECRET_KEY", "FERNET_KEYS", "HASH_KEY", "VAPID_PRIVATE_KEY")
    if not env.str(name, "")
]

# --- First administrator and demonstration data
ADMIN_EMAIL = env.str("ADMIN_EMAIL", "")
ADMIN_PASSWORD = env.str("ADMIN_PASSWORD", "")
DEMO = env.bool("DEMO", not env.str("DATABASE_URL", ""))
# Its tests run on every database.
SIMULATOR = env.bool("SIMULATOR", DEMO or TESTING)

# --- Database
DATABASE_URL = env.str("DATABASE_URL", "")
DATABASE_DIRECT_URL = env.str("DATABASE_DIRECT_URL", "") or DATABASE_URL
if DATABASE_URL:
    DATABASES = {"default": env.postgres_url("DATABASE_URL")}
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Safe behind a pooler in transaction mode, which may hand each statement another connection.
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
else:
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "ramal.sqlite3",
            "OPTIONS": {
                # IMMEDIATE: a transaction that reads first and writes later never finds the
                # database taken in between. FULL: what was acknowledged survives a power cut.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                " PRAGMA cache_size=-16000; PRAGMA mmap_size=134217728;",
            },
            # A file, not memory: several threads work on it.
            "TEST": {"NAME": DATA_DIR / "test.sqlite3"},
        }
    }
IS_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")

# --- Redis, or its embedded stand-ins
REDIS_URL = env.redis_url("REDIS_URL")
if TESTING and REDIS_URL:
    # Each process of pytest-xdist gets a Redis database of its own, counted from the one named.
    _worker = int(env.str("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    _redis = urlsplit(REDIS_URL)
    REDIS_URL = _redis._replace(path=f"/{int(_redis.path.strip('/') or 0) + _worker}").geturl()
if REDIS_URL:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    }
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            # Publishing knows no database numbers: two installations on one Redis would hear each other.
            "CONFIG": {
                "hosts": [REDIS_URL],
                "prefix": f"ramal{urlsplit(REDIS_URL).path.strip('/')}",
            },
        }
    }
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "helpdesk.core.channel_layer.BridgedInMemoryChannelLayer"}
    }
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT = "helpdesk.core.broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DATA_DIR / "broker"),
        "data_folder_out": str(DATA_DIR / "broker"),
        "control_folder": str(DATA_DIR / "broker" / "control"),
        "polling_interval": 0.05,
    }
# One process for everything when neither server is named.
EMBEDDED = not DATABASE_URL and not REDIS_URL

# --- Celery
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "calendar")
CELERY_TIMEZONE = env.str("TIME_ZONE", "America/Sao_Paulo")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Celery closes the database connection around each task unless told to reuse it (10-measurements.md).
CELERY_DB_REUSE_MAX = 1_000_000

# --- Applications
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "helpdesk.core",
    "helpdesk",
    "accounts",
    "conversations",
    "bots",
    "campaigns",
    "reports",
]
MIDDLEWARE = [
    # The webhook leaves the stack here: it needs no session, no locale, no user.
    "helpdesk.middleware.WebhookMiddleware",
    "helpdesk.middleware.RequestContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "helpdesk.middleware.PagesGZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.audit.middleware.AuditMiddleware",
    "accounts.middleware.SessionTimeMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "helpdesk.error_pages.ErrorPageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "helpdesk.urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"
ASGI_APPLICATION = "helpdesk.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "helpdesk.context_processors.site",
            ],
            "builtins": [
                "helpdesk.templatetags.ramal",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
        },
    }
]

# --- Language and time
# Tests speak the language of the sources; those of the translations ask for Portuguese.
LANGUAGE_CODE = env.str("LANGUAGE_CODE", "en" if TESTING else "pt-br")
LANGUAGES = [("pt-br", "Português (Brasil)"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "helpdesk" / "locale"]
TIME_ZONE = env.str("TIME_ZONE", "America/Sao_Paulo")
USE_TZ = True

# --- Static and private files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_STORAGE_URL = env.str("MEDIA_STORAGE_URL", "")
STORAGES = {
    "default": media_storage(MEDIA_STORAGE_URL, MEDIA_ROOT),
    "staticfiles": {"BACKEND": "helpdesk.core.static.StaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 60
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG or TESTING
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024

# --- People
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = [
    # The username is unique without regard to case, by a constraint that this check does not see.
    "auth.W004",
    # HSTS for subdomains and preloading bind other sites of the owner: theirs to decide, at the proxy.
    "security.W005",
    "security.W021",
]
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailOrUsernameBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_REMEMBER = False
# Wrong passwords: accounts/lockout.py. `login_failed` is for wrong codes of the second factor.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "50/15m/ip,5/15m/key",
    "reset_password": "20/15m/ip,3/15m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ACCOUNT_FORMS = {"reset_password": "accounts.forms.ResetRequestForm"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_ADAPTER = "accounts.two_factor.TwoFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.two_factor.LoginCodeForm",
    "reauthenticate": "accounts.two_factor.ConfirmCodeForm",
    "activate_totp": "accounts.two_factor.SetUpForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SITE_NAME
# A telephone's clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=2).total_seconds())
# Passwords of the old program are read once and hashed anew by the first (accounts/hashers.py).
PASSWORD_HASHERS = [
    "accounts.hashers.BCrypt12PasswordHasher",
    "accounts.hashers.LegacyBCryptHasher",
    "accounts.hashers.LegacySHA256Hasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# The upper bound; what ends a session earlier are the site settings session_idle_minutes and
# session_absolute_hours (accounts/middleware.py). Without "remember" the cookie itself lasts until
# the browser is closed.
SESSION_COOKIE_AGE = int(timedelta(days=7).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
EMAIL_TIMEOUT = 10
EMAIL_URL = env.str("EMAIL_URL", "consolemail://")
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))

# --- Security
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Only a proxy we trust can say what was asked by http; without one the redirect would never end.
SECURE_SSL_REDIRECT = HTTPS and bool(TRUSTED_PROXIES)
SECURE_REDIRECT_EXEMPT = [r"^health"]
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "media-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# Hosts that outgoing HTTP may reach although they resolve to a private address.
OUTBOUND_HTTP_ALLOW = env.list("OUTBOUND_HTTP_ALLOW", default=[])

# --- WhatsApp
WHATSAPP_GRAPH_URL = env.str("WHATSAPP_GRAPH_URL", "https://graph.facebook.com").rstrip("/")
WHATSAPP_GRAPH_VERSION = env.str("WHATSAPP_GRAPH_VERSION", "v25.0")
WHATSAPP_APP_ID = env.str("WHATSAPP_APP_ID", "")
WHATSAPP_APP_SECRET = env.str("WHATSAPP_APP_SECRET", "")
WHATSAPP_VERIFY_TOKEN = env.str("WHATSAPP_VERIFY_TOKEN", "")
WHATSAPP_PHONE_NUMBER_ID = env.str("WHATSAPP_PHONE_NUMBER_ID", "")
WHATSAPP_BUSINESS_ACCOUNT_ID = env.str("WHATSAPP_BUSINESS_ACCOUNT_ID", "")
WHATSAPP_ACCESS_TOKEN = env.str("WHATSAPP_ACCESS_TOKEN", "")
GATEWAY_URL = env.str("GATEWAY_URL", "").rstrip("/")
GATEWAY_API_KEY = env.str("GATEWAY_API_KEY", "")
if SIMULATOR and not GATEWAY_URL and not TESTING:  # tests start a gateway where they want one
    GATEWAY_URL = f"{BASE_URL}/simulator/gateway"
    # The same in all processes, which need not share DATA_DIR.
    GATEWAY_API_KEY = hmac.new(SECRET_KEY.encode(), b"simulated gateway", "sha256").hexdigest()

# --- Waking browsers (Web Push): the key by which they know us, and whom push services may ask
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", "") or kept_secret(
    DATA_DIR / "secrets", "vapid_private_key", new_private_key
)
VAPID_SUBJECT = f"mailto:{ADMIN_EMAIL}" if ADMIN_EMAIL else BASE_URL

# --- Logs
LOGGING = logging_settings(DEBUG, TESTING)

# --- Reserved for later areas; read here so that .env.example and the code agree from the start
BACKUP_KEY = env.str("BACKUP_KEY", "")
GEMINI_API_KEY = env.str("GEMINI_API_KEY", "")
GEMINI_API_URL = env.str("GEMINI_API_URL", "")
OPENAI_API_KEY = env.str("OPENAI_API_KEY", "")
OPENAI_BASE_URL = env.str("OPENAI_BASE_URL", "")
SENTRY_DSN = env.str("SENTRY_DSN", "")
OTEL_EXPORTER_OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", "")
