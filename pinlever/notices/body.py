"""What is sent: type, time, data. The same bytes each time the same announcement is sent."""

import json
from datetime import UTC
from typing import Any

from pinlever.notices.models import Announcement


def told(announcement: Announcement) -> dict[str, Any]:
    """The body as a value."""
    return {
        "type": announcement.kind,
        "timestamp": announcement.happened_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": announcement.data,
    }


def written(announcement: Announcement) -> bytes:
    """The body as it is signed and sent."""
    return json.dumps(told(announcement), separators=(",", ":"), sort_keys=True).encode()
