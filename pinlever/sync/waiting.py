"""When a lost answer is looked for: a window of read-backs after the last moment a byte can have left."""

from datetime import datetime, timedelta

from django.conf import settings

EMPTY_WINDOWS = 3  # running; then a person decides
UNREADABLE_FOR = timedelta(hours=24)


def first_look_after() -> float:
    """Seconds from the lost answer to the first look."""
    return float(settings.READ_BACK_AFTER[0])


def next_look(over_at: datetime, now: datetime) -> float | None:
    """Seconds until the next look after one that found nothing at `now`; None when the window has closed."""
    since = (now - over_at).total_seconds()
    for moment in settings.READ_BACK_AFTER:
        if moment > since:
            return float(moment - since)
    return None
