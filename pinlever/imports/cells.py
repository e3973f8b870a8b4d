"""The text of one cell → values, or a CellProblem that says what is wrong and how to cure it. Pure."""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pinlever.imports.countries import region_of
from pinlever.imports.dates import AmbiguousDate, parse_date
from pinlever.recruiting.identity import clean_text, email_key, linkedin_key, phone_key

MAX_CELL = 32_767  # what a cell holds in Excel
MAX_VALUES = 50
_SEPARATORS = re.compile(r"[,;|\r\n]+")
_UNREADABLE = re.compile("[\ufffd\x80-\x84\x86-\x9f]")
# Spreadsheets run a cell that begins so; lists of ours put an apostrophe before it, which is taken off again.
_GUARDED = re.compile(r"^'(?=[=+\-@\t\r])")


class CellProblem(ValueError):
    """One cell cannot be used. `value` is the part that is wrong; empty means the whole cell."""

    def __init__(self, wrong: str, cure: str, value: str = "") -> None:
        super().__init__(f"{wrong}. {cure}")
        self.wrong, self.cure, self.value = wrong, cure, value


def readable(text: str) -> str:
    """The cell as it was meant, or the problem that makes any cell unusable."""
    if len(text) > MAX_CELL:
        raise CellProblem(
            f"The cell has {len(text):,} characters; {MAX_CELL:,} are read at most",
            "Shorten it. If it holds several rows, a quotation mark before it is not closed.",
            text[:80],
        )
    if _UNREADABLE.search(text):
        raise CellProblem(
            "The cell has characters that cannot be read", "Write them again and save the file as CSV UTF-8."
        )
    return _GUARDED.sub("", text)


def short_text(text: str, longest: int) -> str:
    """One line; too long is a problem, so that nothing is cut off unseen."""
    line = clean_text(text, MAX_CELL)
    if len(line) > longest:
        raise CellProblem(f"{len(line):,} characters, at most {longest} fit", "Shorten it.", line[:80])
    return line


def words(text: str, longest: int) -> tuple[str, ...]:
    """A list, each word once whatever its case, in the file's order."""
    found: dict[str, str] = {}
    for part in _parts(text):
        found.setdefault(part.casefold(), short_text(part, longest))
    return tuple(found.values())


def emails(text: str) -> tuple[str, ...]:
    """Email addresses, each once."""
    found: dict[str, str] = {}
    for part in _parts(text):
        for address in _addresses(part):
            key = email_key(address)
            if key is None:
                raise CellProblem(
                    "This is not an email address",
                    "Write it as name@example.com; put commas between several.",
                    address[:80],
                )
            found.setdefault(key, address if address.casefold() == key else key)
    return tuple(found.values())


def _addresses(part: str) -> list[str]:
    several = part.split()
    return several if len(several) > 1 and all("@" in address.strip("<>") for address in several) else [part]


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as written, its type ("" unknown) and its E.164 form where it has one."""

    value: str
    type: str
    key: str | None


_PHONE_TYPES = {
    "mobile": "mobile", "cell": "mobile", "m": "mobile", "home": "home", "private": "home", "h": "home",
    "work": "work", "office": "work", "business": "work", "w": "work", "other": "other", "skype": "skype",
}  # fmt: skip
_LABEL = re.compile(
    rf"^({'|'.join(_PHONE_TYPES)})\s*[:.]\s*|\s*\(({'|'.join(_PHONE_TYPES)})\)$", re.IGNORECASE
)
_NUMBER = re.compile(
    r"^(?:tel:)?[+(]?[\d\s()./+\-–]{5,40}(?:\s*(?:x|ext\.?|extension|#)\s*\d{1,6})?$", re.IGNORECASE
)
_SCIENTIFIC = re.compile(r"^[\d.,]+e\+?\d+$", re.IGNORECASE)


def phones(text: str, kind: str, region: str | None) -> tuple[Phone, ...]:
    """Phone numbers, each once. One without a country code is kept as written unless `region` completes it."""
    found: dict[str, Phone] = {}
    for part in _parts(text):
        label = _LABEL.search(part)
        number = _LABEL.sub("", part).strip()
        if _SCIENTIFIC.match(number):
            raise CellProblem(
                "A spreadsheet has rounded this phone number",
                "Format the column as text, write the number again and save.",
                number[:80],
            )
        if not _NUMBER.match(number) or not 5 <= sum(map(str.isdigit, number)) <= 22:
            raise CellProblem(
                "This is not a phone number",
                "Write it with its country code, such as +1 415 555 2671.",
                number[:80],
            )
        own = _PHONE_TYPES[(label[1] or label[2]).lower()] if label else _PHONE_TYPES.get(kind, "")
        key = phone_key(number, region)
        found.setdefault(key or re.sub(r"\D", "", number), Phone(clean_text(number, 80), own, key))
    return tuple(found.values())


_LINKS = re.compile(r"[;|\r\n]+|,\s+|,(?=\S*(?://|www\.|linkedin))|\s+(?=https?://)", re.IGNORECASE)
_NO_PROFILE = (
    ("/sales/", "This is a link of Sales Navigator, which names no public profile"),
    ("/talent/", "This is a link of LinkedIn Recruiter, which names no public profile"),
    ("/recruiter/", "This is a link of LinkedIn Recruiter, which names no public profile"),
    ("/company/", "This is the page of a company, not of a person"),
    ("/school/", "This is the page of a school, not of a person"),
    ("/jobs/", "This is a job, not a person"),
    ("lnkd.in/", "This is a short link, which does not say whose profile it leads to"),
    ("/in/aco", "This link holds a member number, which names no public profile"),
)


def links(text: str) -> tuple[str, ...]:
    return tuple(part.strip(" ,<>") for part in _LINKS.split(text) if part.strip(" ,<>"))


def linkedin_urls(text: str) -> tuple[str, ...]:
    """Addresses of public LinkedIn profiles, each person's once."""
    found: dict[str, str] = {}
    for link in links(text):
        key = linkedin_key(link)
        if key is None:
            wrong = next(
                (told for mark, told in _NO_PROFILE if mark in link.lower()), "This is no LinkedIn profile"
            )
            raise CellProblem(
                wrong,
                "Open the person's own profile and copy its address: https://www.linkedin.com/in/…",
                link[:120],
            )
        found.setdefault(key, short_text(link, 500))
    return tuple(found.values())


def linkedin_among(text: str) -> tuple[str, ...]:
    """The LinkedIn profiles among links of all kinds; the others are no problem."""
    return linkedin_urls("\n".join(link for link in links(text) if linkedin_key(link)))


_UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_LEVER_HOST = r"hire\.(?:eu\.)?(?:sandbox\.)?(?:eu\.)?lever\.co"


def lever_profile(text: str, practice_url: str) -> str:
    """The id of an opportunity at Lever, from the id itself or a link to its page (Lever's app or Practice Lever)."""
    cell = clean_text(text, MAX_CELL).strip("<> ").lower()
    if re.fullmatch(_UUID, cell):
        return cell
    practice = re.escape(re.sub(r"^https?://", "", practice_url.lower().rstrip("/")))
    found = re.match(
        rf"(?:https?://)?(?:{_LEVER_HOST}|{practice})/(?:[^?#]*/)?candidates/({_UUID})(?![0-9a-f-])", cell
    )
    if found is None:
        raise CellProblem(
            "This is no Lever profile",
            "Give the profile's id, or its link: https://hire.lever.co/candidates/… with the whole id.",
            cell[:120],
        )
    return found[1]


def moment(text: str, now: datetime | None = None) -> datetime:
    """A date, with or without a time, that is not to come."""
    try:
        when = parse_date(text)
    except AmbiguousDate:
        raise CellProblem(
            "This date can be read in two ways", "Write year, month, day: 2026-01-31.", text[:80]
        ) from None
    except (ValueError, OverflowError):
        raise CellProblem("This is not a date", "Write year, month, day: 2026-01-31.", text[:80]) from None
    # A day ahead of UTC may have begun elsewhere.
    if when > (now or datetime.now(UTC)) + timedelta(days=1):
        raise CellProblem("This date is to come", "Give the day on which the person was sourced.", text[:80])
    return when


def score(text: str) -> float:
    plain = text.strip().rstrip("%").strip().replace(",", ".", 1)
    try:
        value = float(plain)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > 1e9:
        raise CellProblem(
            "This is not a number", "Write the score as a number, such as 87 or 4.5.", text[:80]
        )
    return value


def location(text: str) -> tuple[str, str, str]:
    """City, state and country of one cell. Put together again in this order they are what the cell said."""
    parts = [part for part in (short_text(part, 120) for part in text.split(",")) if part]
    match parts:
        case []:
            return "", "", ""
        case [place]:
            return ("", "", place) if region_of(place) and len(place) > 2 else (place, "", "")
        case [city, place]:
            # Two capitals are rather a state of the USA than a country: "San Francisco, CA".
            return (city, "", place) if region_of(place) and len(place) > 2 else (city, place, "")
    return parts[0], short_text(", ".join(parts[1:-1]), 120), parts[-1]


def _parts(text: str) -> list[str]:
    parts = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    if len(parts) > MAX_VALUES:
        raise CellProblem(
            f"The cell has {len(parts):,} values; {MAX_VALUES} are read at most",
            "Leave only those that are needed.",
            text[:80],
        )
    return parts
