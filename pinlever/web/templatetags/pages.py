"""Icons, times and states, told the same way on every page."""

import functools
from datetime import datetime
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from pinlever.sync.moments import distance

ICONS = Path(settings.BASE_DIR) / "static" / "vendor" / "tabler-icons-3.51.0"
register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """The icon as inline SVG; hidden from screen readers unless it has a label."""
    told = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return mark_safe(_drawing(name).replace("<svg", f"<svg {told}", 1))  # noqa: S308  # our own files


@functools.cache
def _drawing(name: str) -> str:
    return " ".join((ICONS / f"{name}.svg").read_text().split())


@register.filter
def ago(moment: datetime | None) -> SafeString | str:
    """How long ago (or until), as a time element; the exact time shows on hover."""
    if moment is None:
        return ""
    words = distance((timezone.now() - moment).total_seconds())
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), words)


@register.filter
def number(value: Any) -> str:
    """With thousands separators."""
    return f"{value:,}" if isinstance(value, int) else str(value)


@register.simple_tag
def people(count: int) -> str:
    """ "1 person", "1,204 people"."""
    return "1 person" if count == 1 else f"{count:,} people"


@register.inclusion_tag("_parts/state.html")
def state(explanation: Any) -> dict[str, Any]:
    """Coloured dot, word, and the reason in a sentence (an Explanation)."""
    return {"it": explanation}


@register.inclusion_tag("_parts/lever_logo.html")
def lever_logo(url: str, name: str = "") -> dict[str, str]:
    """The logo that opens the profile in Lever; nothing without an address."""
    return {"url": url, "name": name}


@register.filter
def initials(name: str) -> str:
    """One or two letters for an avatar."""
    words = str(name).split()
    letters = [word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)]
    return "".join(letters).upper()
