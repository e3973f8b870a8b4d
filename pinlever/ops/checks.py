"""What `manage.py check --deploy` says about an installation that is about to meet people."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Warning


def mail(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    if settings.DEBUG or settings.EMAIL_URL:
        return []
    return [
        Warning(
            "EMAIL_URL is not set: invitations and forgotten passwords reach nobody by mail.",
            hint="Set it to your mail server, such as smtp+tls://user:password@mail.example.com:587.",
            id="pinlever.W003",
        )
    ]


def proxy(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """gunicorn is no server for the open network; without trust in its proxy everybody looks like one address."""
    if settings.DEBUG or settings.TRUST_PROXY:
        return []
    return [
        Warning(
            "TRUST_PROXY is off: attempts to sign in are counted for the proxy, not for whoever makes them, and a "
            "proxy on another machine is redirected to https without end.",
            hint="Behind a reverse proxy that sets X-Forwarded-For and X-Forwarded-Proto itself, set TRUST_PROXY=on.",
            id="pinlever.W004",
        )
    ]
