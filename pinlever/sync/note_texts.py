"""The words of our notes on Lever's timeline. Pure: facts in, text out.

Nothing in them notifies anybody at Lever: every "@", which there begins a mention, becomes "(at)". The last line
tells our notes for ours; it follows from keys that are random and from what the note is about.
"""

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pinlever.outreach.models import OutreachEvent
from pinlever.recruiting.cleaning import clean_lines, clean_text

LONGEST_BODY = 5_000
LONGEST_LINE = 200
MOST_POINTS = 20
LONGEST = 12_000
_CUT = " … (cut)"
_AT = "(at)"  # readable in every font, and plain to whoever copies an address
_AT_SIGNS = re.compile("[@\ufe6b\uff20]")  # the wide and the small one, should somebody normalise text
# Marks that turn the direction of what follows them. Joiners stay: names and emoji need them.
_TURNING = re.compile("[\u200e\u200f\u061c]")
_MARK = "PinLever · {id}"
_MARKED = re.compile(r"PinLever\W{1,3}([0-9a-f]{16})")

_OPENED = re.compile(r"Opened (on|[0-9,]+ times, last on) .* UTC")

_Kind = OutreachEvent.Kind
TITLES = {
    _Kind.ADDED_TO_OUTREACH: "Added to outreach",
    _Kind.CONTACT_FOUND: "Contact information found",
    _Kind.MESSAGE_SENT: "Message sent",
    _Kind.OPENED: "Message opened",
    _Kind.REPLIED: "They replied",
    _Kind.INTERESTED: "They are interested",
    _Kind.BOUNCED: "A message could not be delivered",
    _Kind.UNSUBSCRIBED: "They do not want to be written to any more",
}
_CHANNELS = {"email": " by email", "linkedin": " on LinkedIn", "sms": " by SMS"}


@dataclass(frozen=True)
class Point:
    """An email address or a number, from where it came and when it was verified."""

    value: str
    kind: str
    source: str = ""
    verified_at: datetime | None = None


@dataclass(frozen=True)
class Opens:
    count: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True)
class Told:
    """One outreach event as a note tells it. `body` is left out where no rule wants it."""

    kind: str
    at: datetime
    job: str
    channel: str = ""
    subject: str = ""
    by: str = ""
    body: str = ""
    opens: Opens = Opens()
    points: Sequence[Point] = ()


@dataclass(frozen=True)
class Sourced:
    """Who sourced somebody, in words; `how`: who acts for them in Lever."""

    who: str
    job: str
    at: datetime | None
    how: str = ""
    points: Sequence[Point] = ()


def mark_of(prospect_key: uuid.UUID, *about: str) -> str:
    """The id in a note's last line: the same whenever the same thing is told about the same prospect."""
    return uuid.uuid5(prospect_key, "note:" + "|".join(about)).hex[:16]


def marked_with(text: str) -> str:
    """The id in the last line of a note of ours, else ""."""
    lines = text.strip().splitlines()
    found = _MARKED.fullmatch(lines[-1].strip()) if lines else None
    return found[1] if found else ""


def event_note(told: Told, *, link: str, mark: str) -> str:
    """The whole note about an event."""
    lines = [f"{TITLES[_Kind(told.kind)]}{_CHANNELS.get(told.channel, '')} · {_line(told.job)}"]
    lines.append(" · ".join([_moment(told.at), *([_line(told.by)] if told.by else [])]))
    if told.subject:
        lines.append(f"Subject: {_line(told.subject)}")
    lines += _points(told.points)
    if told.opens.count and told.opens.last_at:
        lines.append(_opens(told.opens))
    if told.body:
        lines += ["", _body(told.body)]
    return signed(lines, link, mark)


def with_opens(text: str, opens: Opens) -> str:
    """A note of ours with its line about opens as it is now; all else, quoted words too, stays as it is."""
    head, blank, rest = text.replace("\r\n", "\n").partition("\n\n")
    lines = [line for line in head.split("\n") if not _OPENED.fullmatch(line.strip())]
    if opens.count and opens.last_at:
        lines.append(_opens(opens))
    return "\n".join(lines) + blank + rest


def sourced_note(sourced: Sourced, *, link: str, mark: str) -> str:
    """The whole note about where somebody comes from."""
    lines = [f"{_line(sourced.who)} · {_line(sourced.job)}"]
    if sourced.at:
        lines.append(f"On {_moment(sourced.at)}")
    if sourced.how:
        lines.append(f"{_line(sourced.how, 300)}.")
    if sourced.points:
        lines += ["Contact details as Pin knows them:", *_points(sourced.points)]
    return signed(lines, link, mark)


def plain(text: str) -> str:
    """The text without anything that notifies somebody or turns the reading direction."""
    return _TURNING.sub("", _AT_SIGNS.sub(_AT, text))


def signed(lines: Iterable[str], link: str, mark: str) -> str:
    """The lines with our link and mark at the end, as all our notes have them."""
    end = f"\n\n{link}\n{_MARK.format(id=mark)}"
    text = plain("\n".join(lines))
    most = LONGEST - len(end)
    return (text if len(text) <= most else text[: most - len(_CUT)].rstrip() + _CUT) + end


def _points(points: Sequence[Point]) -> list[str]:
    lines = [f"• {_point(point)}" for point in points[:MOST_POINTS]]
    if len(points) > MOST_POINTS:
        lines.append(f"• and {len(points) - MOST_POINTS} more")
    return lines


def _point(point: Point) -> str:
    source = f"from {_line(point.source)}, " if point.source else ""
    verified = f"verified on {_day(point.verified_at)}" if point.verified_at else "not verified"
    return f"{_line(point.value)} ({point.kind}): {source}{verified}"


def _opens(opens: Opens) -> str:
    assert opens.last_at is not None
    if opens.count == 1:
        return f"Opened on {_moment(opens.last_at)}"
    return f"Opened {opens.count:,} times, last on {_moment(opens.last_at)}"


def _body(text: str) -> str:
    shown = clean_lines(text, LONGEST_BODY)
    return shown if len(shown) < LONGEST_BODY else shown[: LONGEST_BODY - len(_CUT)].rstrip() + _CUT


def _line(text: str, most: int = LONGEST_LINE) -> str:
    return clean_text(text, most)


def _moment(at: datetime) -> str:
    utc = at.astimezone(UTC)
    return f"{_day(utc)}, {utc:%H:%M} UTC"


def _day(at: datetime) -> str:
    utc = at.astimezone(UTC)
    return f"{utc.day} {utc:%b %Y}"
