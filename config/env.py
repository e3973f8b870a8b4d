"""Typed reading of the environment. Each reader rejects nonsense with the variable's name and the cure."""

import os
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


def text(name: str, default: str = "") -> str:
    """The variable without surrounding spaces."""
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool) -> bool:
    """on/off, yes/no, true/false, 1/0 in any case."""
    value = text(name, str(default)).lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither on nor off. Write on or off.")


def choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    """One of the choices, in any case."""
    value = text(name, default).lower()
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r} is none of {', '.join(choices)}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list; empty entries are left out."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def number(name: str, default: float, *, least: float, most: float) -> float:
    """A number between `least` and `most`, both included."""
    raw = text(name, str(default))
    try:
        value = float(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={raw!r} is not a number.") from None
    if not least <= value <= most:
        raise ImproperlyConfigured(f"{name}={raw} must lie between {least:g} and {most:g}.")
    return value


def numbers(name: str, default: str) -> tuple[float, ...]:
    """A comma-separated list of positive numbers, growing."""
    try:
        values = tuple(float(word) for word in words(name, default))
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be numbers separated by commas.") from None
    if not values or any(value <= 0 for value in values) or list(values) != sorted(values):
        raise ImproperlyConfigured(f"{name} must be growing positive numbers separated by commas.")
    return values


def address(name: str, default: str = "") -> str:
    """An http(s) address without a trailing slash. Plain http is accepted for loopback hosts only."""
    value = text(name, default).rstrip("/")
    if not value:
        return ""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ImproperlyConfigured(
            f"{name}={value!r} is not an address such as https://pinlever.example.com."
        )
    if parts.username or parts.password:
        raise ImproperlyConfigured(f"{name} must not hold a user name or password.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
        raise ImproperlyConfigured(
            f"{name}={value!r} is plain http. Use https; http is for this machine only."
        )
    return value
