"""Everybody else of the demo that stays: people, what outreach did so far, who is in Lever, and what goes wrong.

Made up, and always the same. Pure.
"""

import csv
import io
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from pinlever.ops.demo.scenario import Json

_NAMES: Json = json.loads(Path(__file__).with_name("crowd.json").read_text(encoding="utf-8"))
FIRST, LAST, COMPANIES, PLACES = (_NAMES[name] for name in ("first", "last", "companies", "places"))
# The demo's jobs beyond the scenario's: a Lever job that is closed meanwhile, and one nobody has set a rule for.
MORE_JOBS = (
    {
        "title": "Data Analyst",
        "trigger": "messaged",
        "posting": "data-analyst",
        "owner": "mei@practice.example",
    },
    {"title": "Head of Growth", "trigger": "never", "posting": "", "owner": "tomasz@practice.example"},
)
# Job → how many, what they do now, and what they know.
SIZES: dict[str, tuple[int, str, str]] = {
    "Backend Engineer": (38, "Software Engineer", "Go, PostgreSQL, Kubernetes"),
    "Product Designer": (30, "Product Designer", "Figma, Prototyping"),
    "Account Executive": (30, "Account Manager", "SaaS, Negotiation"),
    "Data Scientist": (22, "Data Scientist", "Python, Statistics"),
    "Talent pool": (16, "Consultant", ""),
    "Data Analyst": (9, "Analyst", "SQL, dbt"),
    "Head of Growth": (7, "Marketing Lead", "Growth"),
}
SOURCERS = (
    "ines.duarte@practice.example",
    "tomasz@practice.example",
    "kai@pin.example",
    "mei@practice.example",
)
# How far outreach got, and how often; each begins with being added to it.
COURSES: tuple[tuple[int, tuple[str, ...]], ...] = (
    (16, ()),
    (16, ("added_to_outreach",)),
    (20, ("added_to_outreach", "message_sent")),
    (16, ("added_to_outreach", "message_sent", "opened")),
    (12, ("added_to_outreach", "message_sent", "opened", "replied")),
    (12, ("added_to_outreach", "message_sent", "opened", "replied", "interested")),
    (4, ("added_to_outreach", "message_sent", "bounced")),
    (4, ("added_to_outreach", "message_sent", "opened", "unsubscribed")),
)
NOTES = {
    "message_sent": "Subject: a role that made me think of you",
    "replied": "Thanks for writing! What does the team look like?",
    "interested": "This sounds good. Could we talk on Thursday?",
    "bounced": "550 mailbox unavailable",
}
SPAN = timedelta(days=12)
LONG_AGO = timedelta(days=45)  # before any rule of the demo was set
IN_LEVER_EVERY = 11
REFUSED, UNANSWERED = "refused", "unanswered"


@dataclass(frozen=True)
class Event:
    """One event of one person, `ago` before now."""

    person: str
    job: str
    kind: str
    ago: timedelta

    @property
    def details(self) -> dict[str, str]:
        return {"note": NOTES[self.kind]} if self.kind in NOTES else {}


@dataclass
class Crowd:
    """Import rows by job; what happened, oldest first; who is in Lever; and whom Lever does wrong."""

    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    in_lever: list[Json] = field(default_factory=list)
    troubles: dict[str, str] = field(default_factory=dict)

    def file(self, job: str) -> bytes:
        """The job's people as a CSV file."""
        text = io.StringIO()
        writer = csv.DictWriter(text, list(self.rows[job][0]))
        writer.writeheader()
        writer.writerows(self.rows[job])
        return text.getvalue().encode()


def crowd() -> Crowd:
    """The same people at every call."""
    chance, made = Random(2024), Crowd()  # noqa: S311  (chance, not secrecy)
    names = _names(chance)
    for job, (size, title, skills) in SIZES.items():
        made.rows[job] = [_person(chance, next(names), title, skills) for _ in range(size)]
        for number, row in enumerate(made.rows[job]):
            made.events += _events(chance, row["Name"], job, was_long_ago=number % 9 == 4)
            if number % IN_LEVER_EVERY == 3:
                made.in_lever.append(_profile(row))
    made.events.sort(key=lambda event: event.ago, reverse=True)
    _go_wrong(made)
    return made


def _go_wrong(made: Crowd) -> None:
    """Two whom Lever does not take, and three rows of the last file that nobody could import."""
    designers = {row["Name"]: row["Emails"] for row in made.rows["Product Designer"] if row["Emails"]}
    there = {person["name"] for person in made.in_lever}
    sent = [
        designers[event.person]
        for event in made.events
        if event.person in designers.keys() - there and event.kind == "message_sent" and event.ago < SPAN
    ]
    made.troubles = {sent[0]: REFUSED, sent[1]: UNANSWERED}
    for row, wrong in zip(
        made.rows["Head of Growth"],
        ({"Emails": "not an address"}, {"Phones": "call me maybe"}, {"Sourced at": "2026-02-31"}),
        strict=False,
    ):
        row.update(wrong)


def _names(chance: Random) -> Iterator[str]:
    pairs = [f"{first} {last}" for first in FIRST for last in LAST]
    chance.shuffle(pairs)
    return iter(pairs)


def _person(chance: Random, name: str, title: str, skills: str) -> dict[str, str]:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    city, state, country = chance.choice(PLACES)
    return {
        "Name": name,
        "Emails": f"{plain.replace(' ', '.')}@mail.example" if chance.random() < 0.9 else "",
        "Phones": f"+47 4{chance.randrange(10**7):07d}" if chance.random() < 0.4 else "",
        "LinkedIn URL": f"https://www.linkedin.com/in/{plain.replace(' ', '-')}",
        "City": city,
        "State": state,
        "Country": country,
        "Title": chance.choice(("", "Senior ", "Lead ")) + title,
        "Company": chance.choice(COMPANIES),
        "Skills": skills,
        "Sourced by": chance.choice(SOURCERS),
        "Sourced at": "2026-09-01",
    }


def _events(chance: Random, person: str, job: str, *, was_long_ago: bool) -> Iterator[Event]:
    (kinds,) = chance.choices([kinds for _, kinds in COURSES], [weight for weight, _ in COURSES])
    starts = LONG_AGO if was_long_ago else SPAN * chance.uniform(0.1, 1)
    for number, kind in enumerate(kinds):
        yield Event(person, job, kind, starts - number * starts / 12)


def _profile(row: dict[str, str]) -> Json:
    opportunity = {"posting": None, "created_at": 1_735_689_600_000}
    emails = [row["Emails"]] if row["Emails"] else []
    return {
        "name": row["Name"],
        "headline": f"{row['Title']}, {row['Company']}",
        "emails": emails,
        "links": [row["LinkedIn URL"]],
        "opportunities": [opportunity],
    }
