"""EMAIL_URL as Django's settings: smtp://, smtp+tls:// (STARTTLS) or smtps://user:password@host:port, or console://."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SECONDS = 10
PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
_BACKENDS = "django.core.mail.backends."


def mail_settings(url: str, *, debug: bool) -> dict[str, Any]:
    """Without an address mail goes to the terminal while DEBUG is on, and nowhere otherwise: links in it open doors."""
    if not url:
        return {"EMAIL_BACKEND": _BACKENDS + ("console.EmailBackend" if debug else "dummy.EmailBackend")}
    parts = urlsplit(url)
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": _BACKENDS + "console.EmailBackend"}
    if parts.scheme not in PORTS or not parts.hostname:
        raise ImproperlyConfigured(
            "EMAIL_URL is no address of a mail server. Write it as smtp+tls://user:password@host:587, "
            "smtps://user:password@host:465 or smtp://host:25; @ and : in the password as %40 and %3A."
        )
    return {
        "EMAIL_BACKEND": _BACKENDS + "smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": _port(url) or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": SECONDS,
    }


def _port(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError:
        raise ImproperlyConfigured("EMAIL_URL has a port that is no number up to 65535.") from None
