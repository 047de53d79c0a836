"""Settings, from the environment: DATABASE_URL, TRELLIS_DATA, TRELLIS_SECRET_KEY, TRELLIS_URL, mail, phone, sign-in."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.csp import CSP

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("TRELLIS_DATA") or ROOT / "var").resolve()
DATA.mkdir(parents=True, exist_ok=True)


def secret_key() -> str:
    """The key of this installation: from the environment, else made once and kept in the data folder."""
    if given := os.environ.get("TRELLIS_SECRET_KEY"):
        return given
    file = DATA / "secret_key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text()


# Planning costs PostgreSQL more than reading does, once it weighs every order of eight tables; of six it finds the same
# ones (docs/performance.md). Compiling a plan never pays for what a page reads.
PLANNING = "-c join_collapse_limit=6 -c from_collapse_limit=6 -c jit=off"


def database(url: str) -> dict[str, object]:
    """Read postgresql://user:password@host:port/name?option=… or sqlite:///path; empty is SQLite in the data folder."""
    parts = urlsplit(url or f"sqlite:///{DATA / 'trellis.sqlite3'}")
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "trellis.core.sqlite",
            "NAME": unquote(parts.path[1:]),
            "OPTIONS": {
                "timeout": 30,
                "transaction_mode": "IMMEDIATE",
                # The log is put into the file every 32 MB: a page that was written often goes there once.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-64000; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
                "PRAGMA wal_autocheckpoint=8000;",
            },
            "CONN_MAX_AGE": 600,
        }
    if parts.scheme not in ("postgres", "postgresql"):
        raise SystemExit(f"DATABASE_URL must start with postgresql:// or sqlite:///, not {parts.scheme}://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "OPTIONS": {"connect_timeout": 5, "options": PLANNING} | dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


DEBUG = os.environ.get("TRELLIS_DEBUG") == "1"
SECRET_KEY = secret_key()
PUBLIC_URL = os.environ.get("TRELLIS_URL") or f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
ALLOWED_HOSTS = [urlsplit(PUBLIC_URL).hostname or "127.0.0.1", "127.0.0.1", "localhost", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""))}
IS_ONE_PROCESS = DATABASES["default"]["ENGINE"] == "trellis.core.sqlite"  # See config/serve.py.
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOMS = [
    "trellis.core",
    "trellis.team",
    "trellis.api",
    "trellis.web",
    "trellis.events",
    "trellis.people",
    "trellis.intake",
    "trellis.conversations",
    "trellis.journeys",
    "trellis.steps.capture",
    "trellis.integrations.smtp",
    "trellis.integrations.twilio",
    "trellis.integrations.inbound_email",
    "trellis.desk",
    "trellis.lists",
    "trellis.entrance",
    "trellis.setup",
    "trellis.transfer",
    "trellis.config",
]
INSTALLED_APPS = [
    *ROOMS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
]
AUTH_USER_MODEL = "team.User"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "trellis.api.middleware.ApiMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "trellis.web.middleware.PageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "trellis.entrance.views.middleware.EntranceMiddleware",
]
ROOT_URLCONF = "trellis.config.urls"
WSGI_APPLICATION = "trellis.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# What several web processes must know at once (wrong passwords, codes that were used) is kept in the database, and so
# are sessions: one that is ended is ended in every process. Where there is one process, its memory does. Roomy,
# so that nobody pushes out what was counted by trying many names.
ROOMY = {"MAX_ENTRIES": 50_000}
CACHES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": ROOMY}
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
if not IS_ONE_PROCESS:
    CACHES = {
        "default": {"BACKEND": "trellis.web.caching.PartlyShared", "OPTIONS": ROOMY},
        "shared": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "team_shared",
            "OPTIONS": ROOMY,
        },
    }
    SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:today"
LOGOUT_REDIRECT_URL = "account_login"
AUTHENTICATION_BACKENDS = ["trellis.entrance.views.adapters.EmailBackend"]
ACCOUNT_ADAPTER = "trellis.entrance.views.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # Nobody signs up; allauth reads here that there are passwords.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = PUBLIC_URL.partition(":")[0]
# For each account, whoever guesses at it, and for each address: an office often shares one.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "100/15m/ip,10/15m/key",
    "reset_password": "20/m/ip,5/15m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "10/15m/user",
    "reauthenticate": "10/15m/user",
}
PASSWORD_RESET_TIMEOUT = 60 * 60
# How many proxies of ours pass requests on: without it, all who come through one count as one address.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRELLIS_PROXIES") or 0)
MFA_ADAPTER = "trellis.entrance.views.adapters.TwoStepsAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
# Sign-in with an account that people have elsewhere: the issuer's address, and what it knows Trellis by.
OIDC = {
    "url": os.environ.get("TRELLIS_OIDC_URL", ""),
    "client_id": os.environ.get("TRELLIS_OIDC_CLIENT_ID", ""),
    "client_secret": os.environ.get("TRELLIS_OIDC_CLIENT_SECRET", ""),
    "name": os.environ.get("TRELLIS_OIDC_NAME") or "your company account",
}
SOCIALACCOUNT_ADAPTER = "trellis.entrance.views.adapters.ElsewhereAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # A form may lead to our own pages alone, even by redirect; a link may lead away.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Each room's door checks sizes itself and answers 413; these are the outer walls.
DATA_UPLOAD_MAX_MEMORY_SIZE = 26_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
# For each API token: a program that runs wild leaves room for people. Counted in each process.
API_REQUESTS_PER_MINUTE = 20_000

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src-attr": [CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
}
# The nonce is used by a template tag, which reads it from the request.
SILENCED_SYSTEM_CHECKS = ["security.W027"]
SECURE_REFERRER_POLICY = "same-origin"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [("npm/inter", ROOT / "node_modules/@fontsource-variable/inter/files")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "trellis.web.storage.Storage"},
}
MEDIA_ROOT = DATA / "files"

# What is connected. Empty: messages are kept in the app and shown as "not connected".
SMTP_URL = os.environ.get("TRELLIS_SMTP_URL", "")  # smtp://user:password@host:port or smtps://
MAIL_FROM = os.environ.get("TRELLIS_MAIL_FROM", "")
TWILIO = {
    "account_sid": os.environ.get("TRELLIS_TWILIO_ACCOUNT_SID", ""),
    "auth_token": os.environ.get("TRELLIS_TWILIO_AUTH_TOKEN", ""),
    "number": os.environ.get("TRELLIS_TWILIO_NUMBER", ""),
    "api_url": os.environ.get("TRELLIS_TWILIO_API_URL", "https://api.twilio.com"),
}
INBOUND_EMAIL_SECRET = os.environ.get("TRELLIS_INBOUND_EMAIL_SECRET", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
