"""Who is sourced in a chaos run. Pure: the same number is always the same person.

Names are unique, so that a person is known again in Lever whatever keys they were created with.
"""

from dataclasses import dataclass
from typing import Any

from pinlever.practice import seed

BACKEND, DESIGN, SALES = (
    seed.posting_id(slug) for slug in ("backend-engineer", "product-designer", "account-executive")
)
# title, trigger, posting
JOBS = (
    ("Backend Engineer", "messaged", BACKEND),
    ("Product Designer", "contact_found", DESIGN),
    ("Account Executive", "never", SALES),
    ("Talent pool", "replied", ""),
)
FIRST = ("Ingrid", "Zoë", "Łukasz", "Nguyễn", "José", "Åse", "Milica", "Tariq", "Ngozi", "Keiko")
LAST = (
    "Solheim",
    "Brontë",
    "Wójcik",
    "Thị Mai",
    "Ibáñez",
    "Bjørnstad",
    "Petrović",
    "Haddad",
    "Okafor",
    "Sato",
)


@dataclass(frozen=True)
class Person:
    """`kind` says what is known of them; `special` what makes them difficult."""

    number: int
    kind: str
    special: str
    name: str
    emails: tuple[str, ...]
    linkedin: str
    phone: str
    jobs: tuple[int, ...]
    via: str

    @property
    def is_in_lever(self) -> bool:
        return self.kind == "known"


KINDS = ("phone", "linkedin", "known", "both", "emails")
SPECIALS = {
    3: "two jobs",
    6: "two rows",
    8: "two jobs",
    13: "two rows",
    18: "doubt",
    24: "file",
    22: "two jobs",
}


def person(number: int) -> Person:
    kind = KINDS[number % len(KINDS)]
    special = SPECIALS.get(number % 25, "")
    jobs: tuple[int, ...] = ((number // 5) % len(JOBS),)
    if special in ("two jobs", "two rows"):
        jobs = (0, 1)
    if special == "file":
        jobs = (0,)
    return Person(
        number=number,
        kind=kind,
        special=special,
        name=f"{FIRST[number % 10]} {LAST[number // 10 % 10]} {_letters(number)}",
        emails=_emails(number, kind, special),
        linkedin="" if kind in ("phone", "emails") else f"https://www.linkedin.com/in/chaos-{number}/",
        phone=f"+4790{number:06d}" if kind == "phone" else "",
        jobs=jobs,
        via="pin" if number % 10 == 3 else "import",
    )


def known_to_lever(who: Person, changed_at: int | None = None) -> dict[str, Any]:
    """Several opportunities of somebody who is in Lever before: matched by email, by LinkedIn, or by both.

    `changed_at` (ms): when Lever last changed them, for those who come after the first crawl.
    """
    by = who.number // 5 % 3
    at = seed.SEEDED_AT + who.number * 1000
    postings: list[dict[str, Any]] = [{"posting": SALES, "archived": True}, {"posting": None}]
    changed = {"updated_at": changed_at} if changed_at else {}
    if who.number % 2:
        postings.append({"posting": BACKEND})
    return {
        "name": who.name,
        "emails": [who.emails[0].upper()] if by != 1 else [],
        "links": [who.linkedin.replace("www.", "no.")] if by != 0 else [],
        "opportunities": [
            {"created_at": at + number * 10, "sources": ["Referral"], **changed, **one}
            for number, one in enumerate(postings)
        ],
    }


def _emails(number: int, kind: str, special: str) -> tuple[str, ...]:
    if kind in ("phone", "linkedin"):
        return ()
    if kind == "emails":
        return tuple(f"chaos{number}.{place}@people.example" for place in ("home", "work", "old"))
    return (f"chaos{number}@people.example",)


def _letters(number: int) -> str:
    """A word of letters alone: digits are no part of a name."""
    word = ""
    number += 26
    while number:
        number, rest = divmod(number, 26)
        word = chr(ord("a") + rest) + word
    return word.capitalize()
