"""Compares what Lever holds with what is expected. Pure: both are given, nothing is read here."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pinlever.ops.demo.scenario import Expected, Json

SOURCE, ORIGIN, STAGE = "Pin", "sourced", "lead-new"
ENTERED = frozenset({"created", "added"})


@dataclass(frozen=True)
class Found:
    """What our own record says about one person on one job, and the marker their opportunity would carry."""

    label: str
    marker: str
    state: str = "not yet"
    question: str = ""
    opportunity: str = ""
    url: str = ""
    seconds: float | None = None


@dataclass(frozen=True)
class Judged:
    """One line of the table; `differences` is empty if all is as expected."""

    expected: Expected
    found: Found
    outcome: str
    differences: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """What Lever holds, and who was in it beforehand (`known`: key → id)."""

    opportunities: Mapping[str, Json]
    contacts: Mapping[str, Json]
    with_resume: frozenset[str]
    known: Mapping[str, str]

    @classmethod
    def of(cls, state: Json, known: Mapping[str, str]) -> "Held":
        return cls(
            {row["id"]: row for row in state["opportunities"]},
            {row["id"]: row for row in state["contacts"]},
            frozenset(row["opportunity"] for row in state["resumes"]),
            known,
        )

    def was_there(self, id: str) -> bool:
        return id in self.known.values()


def judge(expectations: list[Expected], found: Mapping[str, Found], held: Held) -> list[Judged]:
    """One line for each expectation."""
    entered = {label: row.opportunity for label, row in found.items()}
    return [_judge_one(expected, found[expected.label], held, entered) for expected in expectations]


def judge_whole(expectations: list[Expected], held: Held) -> list[str]:
    """What is wrong with Lever as a whole: somebody there twice, or more there than was sent."""
    outcomes = Counter(expected.outcome for expected in expectations)
    wrong = []
    for kind, rows, coming in (
        ("people", held.contacts, outcomes["created"]),
        ("opportunities", held.opportunities, outcomes["created"] + outcomes["added"]),
    ):
        before = sum(held.was_there(id) for id in rows)
        if len(rows) != before + coming:
            wrong.append(f"Lever holds {len(rows)} {kind}; {before} were there, {coming} should have come.")
    return [*wrong, *_twice(held)]


def outcome_of(row: Found, held: Held) -> str:
    """What became of a person, by what Lever holds first, by our record where Lever cannot know."""
    opportunity = held.opportunities.get(row.opportunity)
    if opportunity is None:
        return {"needs_you": "asked"}.get(row.state, row.state)
    if held.was_there(row.opportunity) or not _carries(opportunity, row.marker):
        return "linked"
    return "added" if held.was_there(opportunity["contact"]) else "created"


def _judge_one(expected: Expected, row: Found, held: Held, entered: Mapping[str, str]) -> Judged:
    outcome = outcome_of(row, held)
    differences = list(_differ("outcome", expected.outcome, outcome))
    if not differences:
        differences += _details(expected, row, held, entered)
    return Judged(expected, row, outcome, tuple(differences))


def _details(expected: Expected, row: Found, held: Held, entered: Mapping[str, str]) -> Iterator[str]:
    if expected.outcome == "asked":
        yield from _differ("question", expected.question, row.question)
    if expected.outcome == "linked":
        yield from _differ(
            "linked to", held.known.get(expected.to) or entered.get(expected.to), row.opportunity
        )
    if expected.outcome in ENTERED:
        opportunity = held.opportunities[row.opportunity]
        if expected.outcome == "added":
            yield from _differ("added to", held.known[expected.to], opportunity["contact"])
        seen = _shown(opportunity, row, held)
        wanted = {**expected.holds, "sources": [SOURCE], "origin": ORIGIN, "stage": STAGE}
        wanted["performed as"] = expected.holds["owner"]
        for name, value in wanted.items():
            yield from _differ(name, value, seen[name])


def _shown(opportunity: Json, row: Found, held: Held) -> Json:
    """Lever's side in the words of the expectations."""
    names = ("name", "headline", "location", "emails", "tags", "sources", "origin", "stage", "owner")
    return {
        **{name: opportunity[name] for name in names},
        "phones": [phone["value"] for phone in opportunity["phones"]],
        "linkedin": [link for link in opportunity["links"] if "linkedin.com" in link],
        "posting": (opportunity["postings"] or [None])[0],
        "performed as": opportunity["stageChanges"][0]["userId"],
        "resume": row.opportunity in held.with_resume,
    }


def _twice(held: Held) -> Iterator[str]:
    """Keys more than one person has, and our links carried by more than one."""
    keys = Counter(
        key
        for contact in held.contacts.values()
        for key in {value.lower() for value in (*contact["emails"], *contact["links"])}
    )
    yield from (
        f"{key} belongs to {times} people in Lever." for key, times in sorted(keys.items()) if times > 1
    )


def _carries(opportunity: Json, marker: str) -> bool:
    return any(marker in link for link in opportunity["links"])


def _differ(what: str, expected: Any, found: Any) -> Iterator[str]:
    if expected != found:
        yield f"{what}: expected {expected!r}, found {found!r}"
