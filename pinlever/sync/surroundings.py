"""What an explanation needs besides the record itself, read for many records in a constant number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pinlever.connection.accounts import current_connection
from pinlever.connection.models import (
    AllowedJob,
    AllowedPerson,
    KnownOpportunity,
    LeverAccount,
    LeverConnection,
    LeverUser,
    Stage,
)
from pinlever.connection.names import names_of, posting_names
from pinlever.connection.progress import is_complete
from pinlever.foundation.clock import db_now
from pinlever.recruiting.models import Prospect
from pinlever.recruiting.services import families
from pinlever.sync.causes import (
    FIRST_CRAWL,
    HELD_REASONS,
    NOT_CONNECTED,
    OUTGOING_OFF,
    RECONNECT,
    TWIN,
    let_go,
)
from pinlever.sync.gates import is_active
from pinlever.sync.models import IN_LEVER_STATES, JobPosting, State, SyncRecord, Waiting, wanted_posting
from pinlever.sync.queue import Standing, places_of
from pinlever.sync.undo_told import undos_told


@dataclass(frozen=True)
class LeverStatus:
    """How the opportunity stands in Lever, as last read at `seen_at`; of a confidential one we only linked to, no more
    than that it is there."""

    posting_id: str
    posting: str
    stage: str
    is_archived: bool
    seen_at: datetime
    is_gone: bool = False
    is_hidden: bool = False
    told_by: str = ""


@dataclass(frozen=True)
class Surroundings:
    """Names by Lever's ids, standings and statuses by record id, what holds everybody, and whom the pilot allows."""

    now: datetime
    account: LeverAccount | None = None
    connection: LeverConnection | None = None
    is_read: bool = True
    standings: dict[int, Standing] = field(default_factory=dict)
    twins: dict[int, str] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    postings: dict[str, str] = field(default_factory=dict)
    statuses: dict[int, LeverStatus] = field(default_factory=dict)
    posting_of_job: dict[int, str] = field(default_factory=dict)
    job_of: dict[int, int] = field(default_factory=dict)
    is_active: bool = False
    allowed_jobs: frozenset[int] = frozenset()
    allowed_candidates: frozenset[int] = frozenset()
    undos: dict[int, str] = field(default_factory=dict)  # what an undo has to say about a record

    def wanted_posting(self, record: SyncRecord) -> str:
        """The posting this record is for: the one chosen for it, else its job's."""
        own = self.posting_of_job.get(self.job_of.get(record.prospect_id, 0), "")
        return wanted_posting(record.posting_chosen, own)

    def holds_everybody(self) -> str:
        """The cause that holds whoever is due now, or ""."""
        if self.account is None or not self.is_active:
            return NOT_CONNECTED if self.connection is None else RECONNECT
        if not self.account.outgoing_on:
            return OUTGOING_OFF
        return "" if self.is_read else FIRST_CRAWL

    def is_let_go(self, cause: str) -> bool:
        """Whether what held a record for this cause holds nobody any more; the sweep lets it go within seconds."""
        outgoing_on = self.account is not None and self.account.outgoing_on
        return cause in let_go(is_active=self.is_active, outgoing_on=outgoing_on, is_read=self.is_read)

    def is_left_out(self, prospect: Prospect) -> bool:
        """Whether the pilot's allow-list leaves this person out."""
        if self.account is None or not self.account.allow_list_on:
            return False
        return (
            prospect.job_id not in self.allowed_jobs and prospect.candidate_id not in self.allowed_candidates
        )


def around(
    account: LeverAccount | None, prospects: Sequence[Prospect], records: Sequence[SyncRecord]
) -> Surroundings:
    """Read now. `records` are those of `prospects`."""
    now = db_now()
    connection = current_connection()
    if account is None:
        return Surroundings(now, connection=connection)
    known = _opportunities(account, records)
    wanted = JobPosting.objects.filter(account=account, job__in={one.job_id for one in prospects})
    posting_of_job = dict(wanted.values_list("job_id", "posting_id"))
    postings = posting_names(account, _posting_ids(records, posting_of_job, known))
    return Surroundings(
        now=now,
        account=account,
        connection=connection,
        is_active=is_active(account, connection),
        is_read=is_complete(account),
        standings=places_of(account, records, now),
        twins=_twins(records),
        users=names_of(LeverUser, account, {one.performed_as for one in records}),
        postings=postings,
        statuses=_statuses(account, records, known, postings),
        posting_of_job=posting_of_job,
        job_of={one.pk: one.job_id for one in prospects},
        undos=undos_told(records, now),
        **_allowed(account, prospects),
    )


def holds_everybody(account: LeverAccount | None) -> str:
    """Why nobody goes to Lever now, whoever they are; "" when nothing holds them."""
    return HELD_REASONS.get(around(account, [], []).holds_everybody(), "")


def _opportunities(account: LeverAccount, records: Iterable[SyncRecord]) -> dict[str, KnownOpportunity]:
    ids = {one.opportunity_id for one in records if one.state in IN_LEVER_STATES and one.opportunity_id}
    rows = KnownOpportunity.objects.filter(account=account, lever_id__in=ids).defer("payload")
    return {row.lever_id: row for row in rows} if ids else {}


def _posting_ids(
    records: Iterable[SyncRecord], posting_of_job: dict[int, str], known: dict[str, KnownOpportunity]
) -> set[str]:
    named = {each for one in records for each in (one.posting_id, one.posting_chosen)}
    return named | set(posting_of_job.values()) | {row.posting_id for row in known.values()}


def _statuses(
    account: LeverAccount,
    records: Iterable[SyncRecord],
    known: dict[str, KnownOpportunity],
    postings: dict[str, str],
) -> dict[int, LeverStatus]:
    stages = names_of(Stage, account, {row.stage_id for row in known.values()})
    return {
        one.pk: LeverStatus(
            posting_id=row.posting_id,
            posting=""
            if (is_hidden := row.is_confidential and not one.created_by_us)
            else postings.get(row.posting_id, ""),
            stage="" if is_hidden else stages.get(row.stage_id, ""),
            is_archived=row.archived_at is not None,
            seen_at=row.seen_at,
            is_gone=row.deleted_at is not None or row.is_anonymized,
            is_hidden=is_hidden,
            told_by=row.told_by,
        )
        for one in records
        if (row := known.get(one.opportunity_id)) is not None and one.state in IN_LEVER_STATES
    }


def _twins(records: Iterable[SyncRecord]) -> dict[int, str]:
    ids = [one.pk for one in records if one.state == State.QUEUED and one.cause == TWIN]
    if not ids:
        return {}
    rows = Waiting.objects.filter(record__in=ids).values_list("record_id", "holder__prospect__job__title")
    return dict(rows)


def _allowed(account: LeverAccount, prospects: Sequence[Prospect]) -> dict[str, frozenset[int]]:
    """The pilot's jobs, and those of the candidates one of whose rows is allowed."""
    if not account.allow_list_on:
        return {}
    jobs = AllowedJob.objects.filter(account=account, job__in={one.job_id for one in prospects})
    people = set(AllowedPerson.objects.filter(account=account).values_list("candidate_id", flat=True))
    rows = {member for each in families(people).values() for member in each.ids} if people else set()
    return {
        "allowed_jobs": frozenset(jobs.values_list("job_id", flat=True)),
        "allowed_candidates": frozenset(rows),
    }
