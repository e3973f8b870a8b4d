"""What waits for somebody's decision: questions about records and about people in Pin, those that hang together as one.

Skipped, a question goes to the end of the list for everybody, for a day or until something new is asked about the same
people.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from pinlever.audit.services import Actor, record as audit
from pinlever.foundation.clock import db_now
from pinlever.foundation.row_ids import row_id
from pinlever.recruiting.families import roots_of
from pinlever.recruiting.models import IdentityQuestion
from pinlever.sync.asked_holds import ABOUT_WHO
from pinlever.sync.chains import chains
from pinlever.sync.key_words import LEVER_CONTACT
from pinlever.sync.models import Question, State

MOST = 200  # of either kind: the next ones follow as these are decided
PUT_OFF = timedelta(days=1)
ABOUT_RECORD, ABOUT_PERSON = "record", "person"


@dataclass(frozen=True)
class Asked:
    """An open question. `key` names it in addresses, as record-12 or person-3."""

    key: str
    kind: str
    name: str
    asked_at: datetime
    job: str = ""
    skipped_at: datetime | None = None
    skipped_by: str = ""
    is_blocking: bool = True
    shares_contact: bool = False


@dataclass(frozen=True)
class Chain:
    """Questions about the same people. `is_skipped`: all of them were put off within a day."""

    asked: tuple[Asked, ...]
    is_skipped: bool

    @property
    def first(self) -> Asked:
        return self.asked[0]

    @property
    def more(self) -> int:
        return len(self.asked) - 1

    def has(self, key: str) -> bool:
        return any(one.key == key for one in self.asked)


def waiting(also: str = "") -> list[Chain]:
    """Who replied first, then as asked, then people in Pin; whatever is skipped comes last. `also`: is there whichever
    place it has. A constant number of queries."""
    rows, people = _records(also), _people(also)
    roots = roots_of(
        {row.record.prospect.candidate_id for row in rows}
        | {row.candidate_id for row in people}
        | {entry["candidate"] for row in people for entry in row.evidence}
    )
    about = {_of_record(row): _nodes_of_record(row, roots) for row in rows}
    about |= {_of_person(row): _nodes_of_person(row, roots) for row in people}
    since = db_now() - PUT_OFF
    found = [Chain(each, _is_skipped(each, since)) for each in chains(list(about), about)]
    return sorted(found, key=lambda chain: chain.is_skipped)


@transaction.atomic
def skip(*, by: Actor, keys: Iterable[str]) -> int:
    """Puts open questions off; answers how many. What is answered by now stays as it is."""
    done = 0
    for key in set(keys):
        kind, _, number = key.partition("-")
        pk = row_id(number)
        if pk is None:
            continue
        rows: QuerySet[Question] | QuerySet[IdentityQuestion] = (
            Question.objects.filter(pk=pk, answered_at=None)
            if kind == ABOUT_RECORD
            else IdentityQuestion.objects.filter(pk=pk, answered_at=None)
        )
        if rows.update(skipped_at=db_now(), skipped_by=by.label[:200]):
            audit(by=by, action="question.skipped", subject=rows.get())
            done += 1
    return done


def _is_skipped(asked: Sequence[Asked], since: datetime) -> bool:
    return all(one.skipped_at is not None and one.skipped_at > since for one in asked)


def _records(also: str) -> list[Question]:
    rows = Question.objects.filter(answered_at=None, record__state=State.NEEDS_YOU).exclude(
        kind=Question.Kind.IDENTITY
    )
    about = rows.select_related("record__prospect__candidate", "record__prospect__job")
    found = list(about.order_by("record__priority", "pk")[:MOST])
    return found + [row for row in _also(about, also, ABOUT_RECORD) if row not in found]


def _people(also: str) -> list[IdentityQuestion]:
    rows = IdentityQuestion.objects.filter(answered_at=None).select_related("candidate")
    found = list(rows.order_by("-is_blocking", "pk")[:MOST])
    return found + [row for row in _also(rows, also, ABOUT_PERSON) if row not in found]


def _also(rows: "QuerySet[Question] | QuerySet[IdentityQuestion]", key: str, kind: str) -> list:  # type: ignore[type-arg]
    named, _, number = key.partition("-")
    pk = row_id(number)
    return [] if named != kind or pk is None else list(rows.filter(pk=pk))


def _of_record(row: Question) -> Asked:
    prospect = row.record.prospect
    return Asked(
        f"{ABOUT_RECORD}-{row.pk}",
        row.kind,
        str(prospect.candidate),
        row.asked_at,
        str(prospect.job),
        row.skipped_at,
        row.skipped_by,
    )


def _of_person(row: IdentityQuestion) -> Asked:
    return Asked(
        f"{ABOUT_PERSON}-{row.pk}",
        Question.Kind.IDENTITY,
        str(row.candidate),
        row.asked_at,
        "",
        row.skipped_at,
        row.skipped_by,
        row.is_blocking,
        any(entry["kind"] == LEVER_CONTACT for entry in row.evidence),
    )


def _nodes_of_record(row: Question, roots: dict[int, int]) -> list[str]:
    candidate = row.record.prospect.candidate_id
    theirs = [option["contact"] for option in row.options] if row.kind in ABOUT_WHO else []
    return [f"pin:{roots.get(candidate, candidate)}", *(f"lever:{contact}" for contact in theirs)]


def _nodes_of_person(row: IdentityQuestion, roots: dict[int, int]) -> list[str]:
    named = [row.candidate_id, *(entry["candidate"] for entry in row.evidence)]
    contacts = [entry["value"] for entry in row.evidence if entry["kind"] == LEVER_CONTACT]
    return [*(f"pin:{roots.get(one, one)}" for one in named), *(f"lever:{one}" for one in contacts)]
