"""Wrong settings, and combinations of settings, found by `manage.py check` before they do harm."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from pinlever.lever.hosts import is_loopback

REDIS_SCHEMES = ("redis", "rediss", "unix")


def check_settings(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """All checks of this module."""
    return [message for check in CHECKS for message in check()]


def secrets_from_environment() -> list[CheckMessage]:
    if settings.DEBUG or settings.SECRETS_FROM_ENVIRONMENT:
        return []
    return [
        Error(
            "SECRET_KEY and FIELD_ENCRYPTION_KEYS are not both set in the environment.",
            hint="Without DEBUG they have to be: set both, the same for every process of the installation.",
            id="pinlever.E001",
        )
    ]


def hosts_named() -> list[CheckMessage]:
    if settings.DEBUG or settings.ALLOWED_HOSTS:
        return []
    return [
        Error(
            "ALLOWED_HOSTS is empty, so every request would be refused.",
            hint="Set it to the host names people use, separated by commas.",
            id="pinlever.E002",
        )
    ]


def own_address() -> list[CheckMessage]:
    parts = urlsplit(settings.PINLEVER_URL)
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        return []
    return [
        Error(
            f"PINLEVER_URL={settings.PINLEVER_URL!r} is no https address.",
            hint="Set it to where people open PinLever. It is part of what is sent to Lever; http is for this "
            "machine only.",
            id="pinlever.E003",
        )
    ]


def encryption_keys() -> list[CheckMessage]:
    bad = [number for number, key in enumerate(settings.FIELD_ENCRYPTION_KEYS, 1) if not _is_key(key)]
    if not bad and settings.FIELD_ENCRYPTION_KEYS:
        return []
    which = f"key {', '.join(map(str, bad))} is not" if bad else "it holds none"
    return [
        Error(
            f"FIELD_ENCRYPTION_KEYS must be keys of 32 url-safe base64 bytes: {which}.",
            hint="Make one with: python -c 'from cryptography.fernet import Fernet; "
            "print(Fernet.generate_key().decode())'. Newest first; keep the old ones behind it.",
            id="pinlever.E004",
        )
    ]


def oauth_clients() -> list[CheckMessage]:
    return [
        Error(
            f"{prefix}_CLIENT_ID and {prefix}_CLIENT_SECRET belong together, and one of them is missing.",
            hint="Set both as Lever issued them, or neither.",
            id="pinlever.E005",
        )
        for prefix in ("LEVER", "LEVER_SANDBOX")
        if bool(getattr(settings, f"{prefix}_CLIENT_ID"))
        != bool(getattr(settings, f"{prefix}_CLIENT_SECRET"))
    ]


def read_back() -> list[CheckMessage]:
    if settings.READ_BACK_AFTER[-1] > settings.LEVER_DEADLINE:
        return []
    return [
        Warning(
            "READ_BACK_AFTER ends before a call's own deadline (LEVER_DEADLINE).",
            hint="Let its last look come well after LEVER_DEADLINE: Lever may save what we no longer wait for.",
            id="pinlever.W001",
        )
    ]


def redis_address() -> list[CheckMessage]:
    if not settings.REDIS_URL:
        return []
    parts = urlsplit(settings.REDIS_URL)
    if parts.scheme in REDIS_SCHEMES and (parts.hostname or parts.path.strip("/")):
        return []
    return [
        Error(
            "REDIS_URL is not an address of Redis.",
            hint="Write it as redis://host:6379/0, rediss://… with TLS, or unix:///path/to/socket.",
            id="pinlever.E006",
        )
    ]


def one_machine() -> list[CheckMessage]:
    """Redis is set up for several machines; SQLite is a file on one of them."""
    if not settings.REDIS_URL or "sqlite" not in settings.DATABASES["default"]["ENGINE"]:
        return []
    return [
        Warning(
            "REDIS_URL is set while the database is a SQLite file.",
            hint="With processes on several machines set DATABASE_URL to PostgreSQL; on one machine this works.",
            id="pinlever.W002",
        )
    ]


def _is_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


CHECKS = (
    secrets_from_environment,
    hosts_named,
    own_address,
    encryption_keys,
    oauth_clients,
    read_back,
    redis_address,
    one_machine,
)
