"""Column headers → what we keep in them. One table: our template, Lever's files, and what other tools write.

Case, spaces, hyphens, underscores and punctuation do not count. A column key is a field's name, with a variant
where several columns may hold one list: `emails`, `emails:work`, `phones:mobile`, `phones:2`.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

TEMPLATE = Path(__file__).with_name("template.csv")

# Field → headers as people write them. The first is the template's. "=" gives a variant of a list field.
SPELLINGS: dict[str, tuple[str, ...]] = {
    "name": ("Name", "Full name", "Candidate name", "Candidate", "Person", "Contact name", "Display name"),
    "first_name": ("First name", "Given name", "Forename"),
    "last_name": ("Last name", "Surname", "Family name"),
    "emails": (
        *("Emails", "Email", "Email address", "Email addresses", "Candidate email", "Contact email", "Mail"),
        *("Primary email=primary", "Work email=work", "Business email=work", "Corporate email=work"),
        *(
            "Company email=work",
            "Professional email=work",
            "Personal email=personal",
            "Private email=personal",
        ),
        *("Home email=personal", "Other email=other", "Secondary email=other", "Alternate email=other"),
    ),
    "phones": (
        *("Phones", "Phone", "Phone number", "Phone numbers", "Telephone", "Tel", "Contact number"),
        *("Mobile=mobile", "Mobile phone=mobile", "Mobile number=mobile", "Cell=mobile", "Cell phone=mobile"),
        *(
            "Home phone=home",
            "Personal phone=home",
            "Work phone=work",
            "Business phone=work",
            "Other phone=other",
        ),
        *("Work direct phone=work", "Office phone=work"),
    ),
    "linkedin": (
        *(
            "LinkedIn URL",
            "LinkedIn",
            "LinkedIn profile",
            "LinkedIn profile URL",
            "LinkedIn link",
            "LinkedIn URLs",
        ),
        *("Person LinkedIn URL", "Personal LinkedIn", "Contact LinkedIn URL", "LinkedIn public profile URL"),
        *("Public profile URL", "LinkedIn address"),
    ),
    "links": ("Links", "Link", "URL", "URLs", "Websites", "Website", "Profile URL", "Social links"),
    "city": ("City", "Town", "Mailing city", "Home city"),
    "state": ("State", "Region", "State/Region", "Province", "State or province", "County", "Mailing state"),
    "country": ("Country", "Country/Region", "Mailing country", "Country code", "Country name"),
    "location": ("Location", "Current location", "Candidate location", "Address", "Place"),
    "title": (
        "Title",
        "Job title",
        "Current title",
        "Position",
        "Current position",
        "Role",
        "Current job title",
    ),
    "company": (
        *("Company", "Current company", "Company name", "Employer", "Current employer", "Organization"),
        *("Organisation", "Organization name", "Account name"),
    ),
    "headline": ("Headline", "LinkedIn headline", "Tagline"),
    "skills": ("Skills", "Skill", "Skill set", "Key skills"),
    "tags": ("Tags", "Tag", "Labels"),
    "sourced_by": (
        "Sourced by",
        "Sourcer",
        "Sourcer email",
        "Sourced by email",
        "Added by",
        "Recruiter email",
    ),
    "sourced_at": ("Sourced at", "Date sourced", "Sourced on", "Date added", "Added on", "Created at (GMT)"),
    "sourcing_tag": ("Sourcing tag", "Campaign", "Sequence"),
    "score": ("Score", "Match score", "Rating"),
    "lever_profile": (
        *("Lever profile", "Lever Profile ID", "Profile ID", "Lever ID", "Lever link", "Lever URL"),
        *("Lever profile URL", "Lever profile link", "Lever opportunity ID", "Opportunity ID"),
    ),
    "notes": ("Notes", "Note", "Comments", "Comment", "Remarks"),
}
LIST_FIELDS = frozenset({"emails", "phones", "linkedin", "links", "skills", "tags"})
# Columns of Lever's own files, and of our list of problems, that are kept with the row and not used.
_KEPT = (
    *("Stage", "Archive Reason", "Archive Date", "Sources", "Origin", "Referrer", "Resume Filename", "Owner"),
    *(
        "Lever Posting URL",
        "Posting Owner",
        "Posting Hiring Manager",
        "Candidate Owner Email",
        "Application ID",
    ),
    *("Posting ID", "Posting Title", "Posting Owner Name", "Posting Department", "Posting Team"),
    *("Posting Location", "Current Stage", "Profile Archive Status", "Profile Archive Reason"),
    *("Posting Archive Status", "Posting Archive Reason", "Applied At (GMT)", "Posting Archived At (GMT)"),
    *(
        "Last Story At (GMT)",
        "Last Advanced At (GMT)",
        "Start Date",
        "Schools",
        "Referred",
        "Is Social Referral",
    ),
    *(
        "Is Employee Referral",
        "Is Manual Referral",
        "Hired",
        "Candidate Owner Name",
        "Row",
        "Problem",
        "Cure",
    ),
)
_KEPT_FAMILIES = re.compile(
    r"^\s*(stage\s*-.*|(note|datenote|usernote|issecretnote)[-_ ]?\d+)\s*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file; `key` is empty where we do not use it, `known` tells whether we know why."""

    index: int
    header: str
    key: str
    known: bool


@dataclass(frozen=True, slots=True)
class HeaderProblem:
    header: str
    wrong: str
    cure: str


def plain(header: str) -> str:
    """What counts of a header: its letters and digits, case and width ignored."""
    return "".join(c for c in unicodedata.normalize("NFKC", header).casefold() if c.isalnum())


def _keys() -> dict[str, str]:
    found: dict[str, str] = {}
    for field, spellings in SPELLINGS.items():
        for spelling in spellings:
            words, _, variant = spelling.partition("=")
            found[plain(words)] = f"{field}:{variant}" if variant else field
    return found


KEYS = _keys()
KEPT = frozenset(plain(header) for header in _KEPT)


def key_of(header: str) -> str:
    """The column key of a header, or "". `Email 2` is one more column of the list of emails."""
    name = plain(header)
    if name in KEYS:
        return KEYS[name]
    numbered = re.fullmatch(r"(.*?)(\d{1,2})", name)
    field = KEYS.get(numbered[1], "") if numbered else ""
    if numbered and field in LIST_FIELDS:
        return f"{field}:{int(numbered[2])}"
    return ""


def recognised(header: Sequence[str]) -> int:
    """How many columns of the header we know."""
    return sum(1 for cell in header if key_of(cell) or plain(cell) in KEPT)


def columns_of(header: Sequence[str]) -> tuple[tuple[Column, ...], tuple[HeaderProblem, ...]]:
    """The columns with their keys, and what is wrong with the header as a whole. A key is given once."""
    columns: list[Column] = []
    problems: list[HeaderProblem] = []
    taken: dict[str, str] = {}
    for index, text in enumerate(header):
        key = key_of(text)
        if key and key in taken:
            problems.append(_twice(text, taken[key]))
            key = ""
        elif key:
            taken[key] = text.strip()
        columns.append(Column(index, text.strip(), key, bool(key) or _is_kept(text)))
    if not taken:
        problems.append(_nothing(header))
    return tuple(columns), tuple(problems)


def _is_kept(text: str) -> bool:
    return plain(text) in KEPT or bool(_KEPT_FAMILIES.match(text)) or not text.strip()


def _nothing(header: Sequence[str]) -> HeaderProblem:
    return HeaderProblem(
        header[0].strip()[:80] if header else "",
        "No column header is known",
        "Put headers such as Name, Emails, LinkedIn URL into the first row; the template shows all of them.",
    )


def _unknown(header: str) -> HeaderProblem:
    return HeaderProblem(header.strip(), "There is no such kind of column", "Choose one from the list.")


def _twice(header: str, first: str) -> HeaderProblem:
    return HeaderProblem(
        header.strip(),
        f"“{first}” and “{header.strip()}” are two columns for the same thing",
        "Remove one of them, or give it a header that says what it is, such as Work email, Email 2, Mobile phone.",
    )


def columns_as(
    header: Sequence[str], keys: Sequence[str]
) -> tuple[tuple[Column, ...], tuple[HeaderProblem, ...]]:
    """The columns as somebody chose them: a key for each, "" for not used.

    A list takes any number of columns; another key twice, an unknown key, or none at all is a problem.
    """
    chosen: list[str] = []
    problems: list[HeaderProblem] = []
    for text, asked in zip(header, [*keys, *[""] * len(header)], strict=False):
        key = _free(asked, chosen)
        if asked and not key:
            problems.append(_twice(text, header[chosen.index(asked)]) if asked in chosen else _unknown(text))
        chosen.append(key)
    if not any(chosen) and not problems:
        problems.append(_nothing(header))
    columns = (
        Column(place, text.strip(), key, bool(key) or _is_kept(text))
        for place, (text, key) in enumerate(zip(header, chosen, strict=True))
    )
    return tuple(columns), tuple(problems)


def _free(key: str, taken: Sequence[str]) -> str:
    """The key, numbered where it is a list's that was chosen before; "" when it cannot be had."""
    field = key.partition(":")[0]
    if field not in SPELLINGS or (key not in CHOICES and not re.fullmatch(r"\w+:\d{1,3}", key)):
        return ""
    if key not in taken:
        return key
    if field not in LIST_FIELDS:
        return ""
    return next(again for number in range(2, 1000) if (again := f"{field}:{number}") not in taken)


def _choices() -> dict[str, str]:
    """Column key → how it is called where somebody chooses: the first spelling of each."""
    found: dict[str, str] = {}
    for field, spellings in SPELLINGS.items():
        for spelling in spellings:
            words, _, variant = spelling.partition("=")
            found.setdefault(f"{field}:{variant}" if variant else field, words)
    return found


CHOICES = _choices()
