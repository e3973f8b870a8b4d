"""A large company in the database, written in bulk: people, how they are reached, outreach, sync records, imports."""

import itertools
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from pinlever.ops.demo.crowd import FIRST, LAST

JOBS = 60
BIG = 20_000  # people on the largest job
CHUNK = 5_000
# State, cause, share of the records.
STATES = (
    ("synced", "", 60),
    ("in_lever", "", 14),
    ("failed", "posting_gone", 6),
    ("failed", "rejected_400", 3),
    ("needs_you", "ask_doubt", 3),
    ("queued", "", 6),
    ("retrying", "unavailable", 1),
    ("held", "allow_list", 4),
    ("cancelled", "cancelled", 3),
)


class Company:
    """Fills the database; `fill` answers what pages need to be asked for."""

    def __init__(self, candidates: int, records: int) -> None:
        self.candidates, self.records = candidates, records

    def is_there(self) -> bool:
        """Whether a database that was kept holds them."""
        from pinlever.imports.models import Import

        return Import.objects.exists()

    def fill(self) -> dict[str, Any]:
        """Writes everything; the index that is dear to write comes last, as after a restored backup."""
        from django.utils import timezone

        from pinlever.recruiting.indexing import INDEX, make_search_index

        self.now = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(f"DROP INDEX IF EXISTS {INDEX}")
        self._people_who_sign_in()
        self._account()
        self._jobs()
        for start in range(0, self.candidates, CHUNK):
            with transaction.atomic():
                self._chunk(range(start, min(start + CHUNK, self.candidates)))
        make_search_index()
        self._imports()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return self.found()

    def found(self) -> dict[str, Any]:
        """The largest job, and who looks."""
        from pinlever.accounts.models import User
        from pinlever.recruiting.models import Job

        return {"job": Job.objects.order_by("pk")[0].key, "by": User.objects.get(is_superuser=True)}

    def _people_who_sign_in(self) -> None:
        from pinlever.accounts.models import User

        self.recruiter = User.objects.create_user("rita@company.example", first_name="Rita", last_name="Vik")
        User.objects.create_superuser("aud@company.example", first_name="Aud", last_name="Berg")

    def _account(self) -> None:
        from pinlever.connection.models import LeverAccount, LeverConnection, Pace, PeopleIndex, Posting

        self.account = LeverAccount.objects.create(
            environment="practice", first_connected_at=self.now - timedelta(days=90), outgoing_on=True
        )
        current = LeverConnection.objects.create(
            account=self.account, kind=LeverConnection.Kind.API_KEY, is_current=True
        )
        Pace.objects.create(connection=current, rate=10)
        PeopleIndex.objects.create(account=self.account, complete_at=self.now)
        Posting.objects.bulk_create(
            Posting(
                account=self.account,
                lever_id=f"posting-{number}",
                text=f"Posting {number}",
                state="published",
            )
            for number in range(JOBS)
        )

    def _jobs(self) -> None:
        from pinlever.recruiting.models import Job
        from pinlever.sync.models import JobPosting, JobRule

        self.jobs = Job.objects.bulk_create(
            Job(title=f"Engineer {number}", owner=self.recruiter, is_open=number % 6 < 5)
            for number in range(JOBS)
        )
        triggers = ("replied", "messaged", "contact_found", "interested", "never")
        JobRule.objects.bulk_create(
            JobRule(job=job, trigger=triggers[number % 5], trigger_set_at=self.now - timedelta(days=60))
            for number, job in enumerate(self.jobs)
        )
        JobPosting.objects.bulk_create(
            JobPosting(account=self.account, job=job, posting_id=f"posting-{number}")
            for number, job in enumerate(self.jobs)
        )

    def _chunk(self, numbers: range) -> None:
        from pinlever.recruiting.models import Candidate

        people = Candidate.objects.bulk_create(self._candidate(number) for number in numbers)
        self._reached(people, numbers)
        prospects = self._prospects(people, numbers)
        self._outreach(prospects, numbers)
        share = self.records / self.candidates  # spread over all, as they arrived
        chosen = [row for row, number in zip(prospects, numbers, strict=True) if _is_chosen(number, share)]
        self._records(chosen)

    def _candidate(self, number: int) -> Any:
        from pinlever.recruiting.identity import name_key
        from pinlever.recruiting.models import Candidate
        from pinlever.recruiting.searching import search_text

        name = f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]} {letters(number)}"
        title, employer = f"Engineer {number % 50}", f"Company {number % 3000}"
        return Candidate(
            full_name=name,
            search_name=name_key(name),
            search_text=search_text(name, title, employer),
            current_title=title,
            current_company=employer,
            city="Oslo",
            country="Norway",
        )

    def _reached(self, people: list[Any], numbers: range) -> None:
        from pinlever.recruiting.models import ContactPoint, IdentityKey, ProfileLink

        pairs = list(zip(people, numbers, strict=True))
        ContactPoint.objects.bulk_create(
            ContactPoint(
                candidate=person,
                kind="email",
                value=email(number),
                normalised=email(number),
                is_primary=True,
                found_at=self.now,
            )
            for person, number in pairs
        )
        ProfileLink.objects.bulk_create(
            ProfileLink(candidate=person, url=linkedin(number)) for person, number in pairs
        )
        IdentityKey.objects.bulk_create(
            IdentityKey(candidate=person, kind=kind, value=value)
            for person, number in pairs
            for kind, value in (("email", email(number)), ("linkedin", f"p{number}"))
        )

    def _prospects(self, people: list[Any], numbers: range) -> list[Any]:
        from pinlever.recruiting.models import Prospect, prospect_key

        stages = itertools.cycle(("sourced", "in_outreach", "messaged", "messaged", "replied", "interested"))
        every = self.candidates // min(BIG, self.candidates)
        jobs = [
            self.jobs[0] if number % every == every // 3 else self.jobs[1 + number % (JOBS - 1)]
            for number in numbers
        ]
        return Prospect.objects.bulk_create(
            Prospect(
                key=prospect_key(person.key, job.key),
                candidate=person,
                job=job,
                sourcer=self.recruiter,
                outreach_stage=next(stages),
            )
            for person, job in zip(people, jobs, strict=True)
        )

    def _outreach(self, prospects: list[Any], numbers: range) -> None:
        from pinlever.outreach.models import OutreachEvent

        kinds = {
            "in_outreach": ("added_to_outreach",),
            "messaged": ("added_to_outreach", "message_sent"),
            "replied": ("added_to_outreach", "message_sent", "replied"),
            "interested": ("added_to_outreach", "message_sent", "replied", "interested"),
        }
        OutreachEvent.objects.bulk_create(
            OutreachEvent(
                prospect=prospect,
                kind=kind,
                channel="" if kind == "added_to_outreach" else "email",
                occurred_at=self.now - timedelta(days=number % 80),
                source="bench",
                external_id=f"{number}",
            )
            for prospect, number in zip(prospects, numbers, strict=True)
            for kind in kinds.get(prospect.outreach_stage, ())
        )

    def _records(self, prospects: list[Any]) -> None:
        from pinlever.connection.models import KnownOpportunity
        from pinlever.sync.models import Question, SyncRecord

        records = SyncRecord.objects.bulk_create(self._record(row) for row in prospects)
        Question.objects.bulk_create(
            Question(record=record, kind="doubt", text="Two people fit.")
            for record in records
            if record.state == "needs_you"
        )
        KnownOpportunity.objects.bulk_create(
            KnownOpportunity(
                account=self.account,
                lever_id=record.opportunity_id,
                contact_id=record.contact_id,
                name="Somebody",
                opened_at=self.now,
                active_at=self.now,
                changed_at=self.now,
                seen_at=self.now,
            )
            for record in records
            if record.opportunity_id
        )
        self._stories(records)
        self._steps(records)

    def _record(self, prospect: Any) -> Any:
        from pinlever.sync.models import SyncRecord

        state, cause, _ = next(self._states)
        is_there = state in ("synced", "in_lever")
        opportunity = str(uuid.uuid4()) if is_there else ""
        return SyncRecord(
            account=self.account,
            prospect=prospect,
            state=state,
            cause=cause,
            reason="" if is_there else "Because of the bench.",
            due_at=self.now + timedelta(hours=1),
            contact_id=str(uuid.uuid4()) if is_there else "",
            opportunity_id=opportunity,
            posting_id="posting-1" if is_there else "",
            lever_url=f"https://hire.lever.co/candidates/{opportunity}" if is_there else "",
            created_by_us=state == "synced",
            synced_at=self.now if is_there else None,
        )

    def _steps(self, records: list[Any]) -> None:
        """Notes of everybody in Lever; of some of them one failed, and of fewer the résumé is missing."""
        from pinlever.sync.models import FollowUp

        there = [record for record in records if record.opportunity_id]
        common = {"place": self.now, "due_at": self.now, "made_at": self.now}
        FollowUp.objects.bulk_create(
            FollowUp(
                record=record,
                kind="note",
                opportunity_id=record.opportunity_id,
                key="sourced",
                state="failed" if number % 20 == 0 else "done",
                **common,
            )
            for number, record in enumerate(there)
        )
        FollowUp.objects.bulk_create(
            FollowUp(
                record=record,
                kind="resume",
                opportunity_id=record.opportunity_id,
                key="resume",
                state="failed",
                reason="Because of the bench.",
                **common,
            )
            for record in there[::50]
        )

    _states: Iterator[tuple[str, str, int]] = itertools.cycle(
        row for turn in range(100) for row in STATES if turn < row[2]
    )

    def _stories(self, records: list[Any]) -> None:
        from pinlever.audit.models import AuditEntry
        from pinlever.sync.models import Attempt

        Attempt.objects.bulk_create(
            Attempt(
                record=record, started_at=self.now, ended_at=self.now, result=record.cause or record.state
            )
            for record in records
        )
        AuditEntry.objects.bulk_create(
            AuditEntry(
                by_kind="system",
                by_label="PinLever",
                action="sync.ended",
                subject_type="sync.SyncRecord",
                subject_id=str(record.pk),
                subject_label=str(record.pk),
                after={"state": record.state},
            )
            for record in records
        )

    def _imports(self) -> None:
        from pinlever.imports.models import Import

        Import.objects.bulk_create(
            Import(
                file_name=f"people-{number}.csv",
                sha256=f"{number:064}",
                job=self.jobs[number % JOBS],
                by_kind="person",
                by_label="Rita Vik",
                state="done",
                encoding="utf-8",
                delimiter=",",
                totals={"rows": 400, "ready": 400},
            )
            for number in range(500)
        )


def _is_chosen(number: int, share: float) -> bool:
    return int((number + 1) * share) > int(number * share)


def letters(number: int) -> str:
    """A name part of its own for each."""
    return "".join(chr(97 + number // 26**place % 26) for place in range(4)).capitalize()


def email(number: int) -> str:
    return f"person{number}@mail.example"


def linkedin(number: int) -> str:
    return f"https://www.linkedin.com/in/p{number}"
