"""From where and how long ago a status is known."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pinlever.connection.accounts import home_account
from pinlever.web.freshness import silence, told_by
from pinlever.web.templatetags.pages import ago

register = template.Library()


@register.filter
def as_of(status: Any) -> SafeString | str:
    """ "by webhook, 2 minutes ago" of anything with `seen_at` and `told_by`; the exact time shows on hover."""
    seen_at: datetime | None = status.seen_at
    if seen_at is None:
        return ""
    by = told_by(status.told_by)
    return format_html("{}{}", f"{by}, " if by else "", ago(seen_at))


@register.inclusion_tag("_parts/silence.html")
def lever_silence() -> dict[str, str]:
    """One note for the page where Lever has been silent for too long."""
    return {"silence": silence(home_account())}
