"""Times and places in the words of sentences: "3 minutes ago", "in about 2 h", "4th", "12 Nov 2026"."""

from datetime import datetime

from django.utils.timezone import localtime

DAY = 86400
SPANS = ((60, "second", 1), (3600, "minute", 60), (DAY, "hour", 3600), (DAY * 45, "day", DAY))
JUST_NOW = 5


def ago(moment: datetime, now: datetime) -> str:
    """How long ago; from a week on the day itself, in the reader's time zone."""
    seconds = max(0.0, (now - moment).total_seconds())
    return distance(seconds) if seconds < DAY * 8 else f"on {day(moment)}"


def distance(seconds: float) -> str:
    """ "5 minutes ago", "just now"; of seconds to come, below 0: "in 2 hours"."""
    if abs(seconds) < JUST_NOW:
        return "just now" if seconds >= 0 else "in a moment"
    counted = _counted(abs(seconds))
    return f"{counted} ago" if seconds >= 0 else f"in {counted}"


def _counted(seconds: float) -> str:
    for limit, unit, size in SPANS:
        if seconds < limit:
            count = int(seconds // size)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    months = int(seconds // (DAY * 30.4))
    return f"{months} months" if months < 24 else f"{months // 12} years"


def ahead(moment: datetime, now: datetime) -> str:
    """In how long: "at any moment", "in 40 s"."""
    seconds = (moment - now).total_seconds()
    return "at any moment" if seconds < 1 else f"in {spoken(seconds).removeprefix('about ')}"


def day(moment: datetime) -> str:
    """ "12 Nov 2026", in the reader's time zone."""
    local = localtime(moment)
    return f"{local.day} {local:%b %Y}"


def ordinal(place: int) -> str:
    """ "1st", "12th", "1,023rd"."""
    ending = "th" if 10 <= place % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place:,}{ending}"


def spoken(seconds: float) -> str:
    """ "about 6 s", "about 2 min 40 s", "about 2 h": so fine that the rounding is no tenth of it."""
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    if seconds < 600:
        return _in_two(seconds, 10, (60, "min"), (1, "s"))
    if seconds < 5400:
        return f"about {round(seconds / 60)} min"
    if seconds < 36000:
        return _in_two(seconds, 600, (3600, "h"), (60, "min"))
    if seconds < 172800:
        return f"about {round(seconds / 3600)} h"
    return f"about {round(seconds / 86400)} days"


def _in_two(seconds: float, step: int, large: tuple[int, str], small: tuple[int, str]) -> str:
    """In steps of `step` seconds, in two units; each is its size in seconds and its name."""
    (size, unit), (part, part_unit) = large, small
    whole, rest = divmod(round(seconds / step) * step, size)
    return f"about {whole} {unit}" + (f" {rest // part} {part_unit}" if rest else "")
