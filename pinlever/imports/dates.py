"""Dates as files write them → aware datetimes in UTC. A date that can be read in two ways is not guessed."""

import re
from datetime import UTC, datetime, timedelta

FIRST_YEAR = 1990
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *(("jan", "january"), ("feb", "february"), ("mar", "march"), ("apr", "april"), ("may",)),
            *(("jun", "june"), ("jul", "july"), ("aug", "august"), ("sep", "sept", "september")),
            *(("oct", "october"), ("nov", "november"), ("dec", "december")),
        ),
        start=1,
    )
    for name in names
}
_CLOCK = (
    r"(?:[ ,T]+(?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?)?(?:\s*(?:GMT|UTC|Z))?"
)
_NUMERIC = re.compile(rf"(?P<a>\d{{1,2}})(?P<sep>[./-])(?P<b>\d{{1,2}})(?P=sep)(?P<y>\d{{4}}){_CLOCK}", re.I)
_YEAR_FIRST = re.compile(
    rf"(?P<y>\d{{4}})(?P<sep>[./-])(?P<m>\d{{1,2}})(?P=sep)(?P<d>\d{{1,2}}){_CLOCK}", re.I
)
_DAY_WORD = re.compile(
    rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[ .-]+(?P<m>[a-z]+)[ .,-]+(?P<y>\d{{4}}){_CLOCK}", re.I
)
_WORD_DAY = re.compile(rf"(?P<m>[a-z]+)\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>\d{{4}}){_CLOCK}", re.I)
# Excel counts days from here; between these numbers lie 1990 and 2079.
_EXCEL_START = datetime(1899, 12, 30, tzinfo=UTC)
_EXCEL_DAYS = re.compile(r"(?P<days>[3-6]\d{4})(?:[.,]\d+)?")
_UNIX = re.compile(r"(?P<seconds>\d{10})(?P<milli>\d{3})?")


class AmbiguousDate(ValueError):
    """The date can be read as day before month and as month before day."""


def parse_date(text: str) -> datetime:
    """The moment; without a time midnight, without a zone UTC. ValueError if it is none.

    Lever's exports write `2026-01-31 08:00:00` in GMT, and `31-01-2026 08:00` once Excel has saved them.
    """
    text = " ".join(text.split())
    moment = _from_number(text) or _from_iso(text) or _from_words(text) or _from_numeric(text)
    if moment is None:
        raise ValueError("no date")
    if moment.year < FIRST_YEAR:
        raise ValueError("too early")
    return moment


def _from_iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if re.match(r"\d{4}-", text) else None
    except ValueError:
        return None
    if moment is None:
        return None
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("no date") from None


def _from_number(text: str) -> datetime | None:
    if found := _UNIX.fullmatch(text):
        return datetime.fromtimestamp(int(found["seconds"]), UTC)
    if found := _EXCEL_DAYS.fullmatch(text):
        return _EXCEL_START + timedelta(days=int(found["days"]))
    return None


def _from_words(text: str) -> datetime | None:
    if found := _YEAR_FIRST.fullmatch(text):
        return _moment(found, int(found["m"]), int(found["d"]))
    found = _DAY_WORD.fullmatch(text) or _WORD_DAY.fullmatch(text)
    month = _MONTHS.get(found["m"].lower()) if found else None
    return _moment(found, month, int(found["d"])) if found and month else None


def _from_numeric(text: str) -> datetime | None:
    """31.01.2026 and 31-01-2026 put the day first; with slashes both orders are usual."""
    found = _NUMERIC.fullmatch(text)
    if found is None:
        return None
    first, second = int(found["a"]), int(found["b"])
    if found["sep"] == "/" and first != second and first <= 12 and second <= 12:
        raise AmbiguousDate(text)
    if found["sep"] == "/" and second > 12:
        first, second = second, first
    return _moment(found, second, first)


def _moment(found: re.Match[str], month: int, day: int) -> datetime:
    hour, minute, second = (int(found[name] or 0) for name in ("h", "min", "s"))
    half = (found["half"] or "").lower().replace(".", "")
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("no time of day")
        hour = hour % 12 + (12 if half == "pm" else 0)
    return datetime(int(found["y"]), month, day, hour, minute, second, tzinfo=UTC)
