"""Our own link at Lever: the person's page in Pin, whose path holds the prospect's key. It tells our work for ours."""

import re
import uuid
from urllib.parse import unquote, urlsplit

from django.conf import settings

MARKER_PATH = "/prospects/"
_MARKED = re.compile(
    r"/prospects/([0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})", re.IGNORECASE
)

_WITH_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)


def marker_link(prospect_key: uuid.UUID) -> str:
    """The link to send: this installation's address, then the marker."""
    return f"{settings.PINLEVER_URL}{MARKER_PATH}{prospect_key}/"


def marker_of(url: str) -> uuid.UUID | None:
    """The key in a link of ours, whatever became of its scheme, host (the installation may move), slash or query."""
    address = url.strip()
    try:
        path = urlsplit(address if _WITH_HOST.match(address) else f"//{address}").path
    except ValueError:
        return None
    found = _MARKED.fullmatch(unquote(path).rstrip("/"))
    return uuid.UUID(found[1]) if found else None
