"""All settings, from the environment. With nothing set: SQLite, the ORM broker, Practice Lever, DEBUG on."""

import os
from pathlib import Path

import dj_database_url

from config import env, secrets

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.flag("DEBUG", True)
SECRETS_FROM_ENVIRONMENT = bool(env.text("SECRET_KEY") and env.text("FIELD_ENCRYPTION_KEYS"))
_own = {} if SECRETS_FROM_ENVIRONMENT else secrets.made_once(VAR_DIR / "secrets.json")
SECRET_KEY = env.text("SECRET_KEY") or _own["SECRET_KEY"]
FIELD_ENCRYPTION_KEYS = env.words("FIELD_ENCRYPTION_KEYS") or [_own["FIELD_ENCRYPTION_KEYS"]]
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]" if DEBUG else "")
PINLEVER_URL = env.address("PINLEVER_URL", "http://127.0.0.1:8000")

# Lever. LEVER_API_URL and LEVER_AUTH_URL replace the production addresses only.
LEVER_CLIENT_ID = env.text("LEVER_CLIENT_ID")
LEVER_CLIENT_SECRET = env.text("LEVER_CLIENT_SECRET")
LEVER_SANDBOX_CLIENT_ID = env.text("LEVER_SANDBOX_CLIENT_ID")
LEVER_SANDBOX_CLIENT_SECRET = env.text("LEVER_SANDBOX_CLIENT_SECRET")
LEVER_API_URL = env.address("LEVER_API_URL")
LEVER_AUTH_URL = env.address("LEVER_AUTH_URL")
PRACTICE_LEVER_URL = env.address("PRACTICE_LEVER_URL", "http://127.0.0.1:8765")

# How calls to Lever are paced and judged (seconds).
LEVER_RATE = env.number("LEVER_RATE", 10, least=0.1, most=1000)  # requests a second, of one credential
LEVER_DEADLINE = env.number(
    "LEVER_DEADLINE", 20, least=0.5, most=120
)  # one call, from connecting to its last byte
READ_BACK_AFTER = env.numbers("READ_BACK_AFTER", "5,30,120,600")  # looks after an answer that was lost
INDEX_FRESH_FOR = env.number("INDEX_FRESH_FOR", 10, least=1, most=60)
POLL_EVERY = env.number("POLL_EVERY", 300, least=5, most=3600)

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_q",
    "import_export",
    "pinlever.foundation",
    "pinlever.audit",
    "pinlever.accounts",
    "pinlever.recruiting",
    "pinlever.outreach",
    "pinlever.connection",
    "pinlever.sync",
    "pinlever.imports",
    "pinlever.web",
    "pinlever.api",
    "pinlever.ops",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    *([] if DEBUG else ["whitenoise.middleware.WhiteNoiseMiddleware"]),
    "config.policy.ContentPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
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
                "pinlever.web.menu.menu",
                "pinlever.ops.liveness.worker",
            ]
        },
    }
]

DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'pinlever.sqlite3'}")
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=600, conn_health_checks=True)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Measured: without WAL and immediate transactions, 100 of 600 small transactions met "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
    }
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / f"test-{os.getpid()}.sqlite3")}

REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

WORKERS = int(
    env.number("WORKERS", 4, least=1, most=64)
)  # at least four, so that Lever's latency does not cap the rate
Q_CLUSTER = {
    "name": "pinlever",
    "workers": WORKERS,
    "queue_limit": WORKERS,
    "timeout": 120,
    "retry": 300,
    "ack_failures": True,
    "max_attempts": 1,
    "save_limit": -1,
    "catch_up": False,
    "recycle": 500,
    "poll": 0.1,
    "label": "Work queue",
    **({"redis": REDIS_URL} if REDIS_URL else {"orm": "default"}),
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "static-collected"
if not DEBUG:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

# Signing in: by email address; people are invited, nobody signs up.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "/accounts/login/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PINLEVER_URL.startswith("https://")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}

# How long a worker may hold a record (seconds): waiting for a slot, one call, and what lies around it.
LEVER_SLOT_WAIT = env.number("LEVER_SLOT_WAIT", 30, least=1, most=120)  # a slot further away is not slept for
LEASE_MARGIN = env.number("LEASE_MARGIN", 15, least=1, most=120)
RECORD_LEASE = LEVER_SLOT_WAIT + LEVER_DEADLINE + LEASE_MARGIN

# ops
SWEEP_EVERY = env.number(
    "SWEEP_EVERY", 15, least=1, most=300
)  # how often each worker looks for work that is due
WORKER_SILENCE = env.number(
    "WORKER_SILENCE", 20, least=2, most=600
)  # plus LEVER_DEADLINE: then a worker group hangs
LOGGING["loggers"] = {
    # What it warns of reaches us as an error of the call; its warnings would show addresses with their queries.
    "urllib3": {"level": "ERROR"},
    "django-q": {"level": env.text("QUEUE_LOG_LEVEL", "WARNING")},
}  # else several lines a task
WAKE_UP_LASTS = 10.0  # seconds after which a wake-up that no worker took counts as lost

# What pages may load: our own files only. config/policy.py widens it for the admin.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "frame-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"  # the résumé is shown in a frame of our own page
