"""All settings, from the environment. With nothing set: SQLite, the ORM broker, Practice Lever, DEBUG on."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from import_export.formats.base_formats import CSV

from config import env, logs, mail, secrets, theme
from pinlever.lever.hosts import PRODUCTION, SANDBOX

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
# Whether what X-Forwarded-For, X-Forwarded-Proto and X-Request-ID say is true.
TRUST_PROXY = env.flag("TRUST_PROXY", False)

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
FULL_CRAWL_AT = int(env.number("FULL_CRAWL_AT", 3, least=0, most=23))  # the hour, UTC, of the nightly look
CRAWL_SHARE = env.number("CRAWL_SHARE", 0.3, least=0.01, most=1)  # of the rate, for that, while people wait

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
    "pinlever.notices",
    "pinlever.recruiting",
    "pinlever.outreach",
    "pinlever.connection",
    "pinlever.sync",
    "pinlever.inbound",
    "pinlever.imports",
    "pinlever.web",
    "pinlever.api",
    "pinlever.ops",
]
MIDDLEWARE = [
    "pinlever.ops.tracing.RequestLog",  # outermost: every answer bears the id of its log lines
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
    "pinlever.web.sizes.RefuseHuge",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "pinlever.accounts.middleware.TimeZone",
    "pinlever.accounts.middleware.SecondFactor",
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
else:
    # By itself libpq waits for minutes.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 10)
    # Measured: compiling a list's statement took 2.2 s, running it 0.05 s. A proxy that refuses this: "?options=".
    DATABASES["default"]["OPTIONS"].setdefault("options", "-c jit=off")

REDIS_URL = env.text("REDIS_URL")
CACHES = {  # the default one is the same for all processes: sign-in limits count in it
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},  # beyond it old entries go: nobody floods the limits away
    },
    # What only one process needs to know. django-q2 writes its own figures every half second.
    "own": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
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
    "cache": "own",
    **({"redis": REDIS_URL} if REDIS_URL else {"orm": "default"}),
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "static-collected")))
if not DEBUG:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

# Signing in: by email address; people are invited, nobody signs up.
AUTHENTICATION_BACKENDS = ["pinlever.accounts.signing_in.ByAddress"]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "/accounts/login/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # asking for another password mails nobody who has no account
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {"reset_password": "pinlever.accounts.signing_in.AnotherPassword"}
ACCOUNT_ADAPTER = "pinlever.accounts.adapters.AccountAdapter"
MFA_ADAPTER = "pinlever.accounts.adapters.SecondFactorAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are given by super admins, not claimed by visitors
MFA_TOTP_ISSUER = "PinLever"
MFA_TOTP_TOLERANCE = 1  # phones whose clocks are half a minute off
SECOND_FACTOR_REQUIRED = not DEBUG  # of super admins
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "first_name", "last_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Under https, in production, nothing is served without it.
_https = PINLEVER_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_SSL_REDIRECT = _https and not DEBUG
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]  # asked from inside, past the proxy
_insist = int(env.number("HSTS_SECONDS", 365 * 86400, least=0, most=10**9))
SECURE_HSTS_SECONDS = _insist if SECURE_SSL_REDIRECT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = bool(SECURE_HSTS_SECONDS)
SILENCED_SYSTEM_CHECKS = [
    "security.W019",  # X_FRAME_OPTIONS is SAMEORIGIN, for the résumé in a frame of our own page
    "security.W021",  # preloading is a promise for a whole domain: its owner's to make
]
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "pinlever.ops.errors.csrf_failure"
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # whose attempts to sign in are counted

EMAIL_URL = env.text("EMAIL_URL")
globals().update(mail.mail_settings(EMAIL_URL, debug=DEBUG))
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"PinLever <pinlever@{urlsplit(PINLEVER_URL).hostname}>")
LOGGING = logs.logging_of(
    env.choice("LOG_FORMAT", "plain" if DEBUG else "json", logs.FORMATS), env.text("LOG_LEVEL", "INFO")
)

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
LOGGING["loggers"] |= {
    # What it warns of reaches us as an error of the call; its warnings would show addresses with their queries.
    "urllib3": {"level": "ERROR"},
    "django-q": {"level": env.text("QUEUE_LOG_LEVEL", "WARNING")},
}  # else several lines a task
# Whether webhooks out may go to this machine, and to private addresses by plain http.
WEBHOOKS_INTERNAL = env.flag("WEBHOOKS_INTERNAL", DEBUG)
WAKE_UP_LASTS = 10.0  # seconds after which a wake-up that no worker took counts as lost

# Connecting Lever: a form of ours leads to its sign-in, where one is set up. It signs nobody in here.
SOCIALACCOUNT_ADAPTER = "pinlever.connection.provider.ConnectsOnly"
SIGN_IN_ORIGINS = [
    "{0.scheme}://{0.netloc}".format(urlsplit(url))
    for url, is_set_up in (
        (LEVER_AUTH_URL or PRODUCTION.authorize_url, LEVER_CLIENT_ID),
        (SANDBOX.authorize_url, LEVER_SANDBOX_CLIENT_ID),
        (PRACTICE_LEVER_URL, PRACTICE_LEVER_URL),
    )
    if is_set_up
]

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
        "form-action": ["'self'", *SIGN_IN_ORIGINS],
        "frame-ancestors": ["'self'"],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"  # the résumé is shown in a frame of our own page

# The administration: its look, and what its files may be.
UNFOLD = theme.UNFOLD
IMPORT_FORMATS = EXPORT_FORMATS = [CSV]
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True  # a name such as =HYPERLINK(…) stays text in a spreadsheet
IMPORT_EXPORT_SKIP_ADMIN_LOG = True  # the audit log has it
IMPORT_EXPORT_TMP_STORAGE_CLASS = (
    "import_export.tmp_storages.CacheStorage"  # the next page may be another process's
)
