"""What an export would do with many people, decided by the code that then does it (`plan.decide`), by the index alone.

Nothing is asked of Lever and nothing is written; the plan says how old the index is.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pinlever.connection import crawl
from pinlever.connection.accounts import current_connection
from pinlever.connection.models import AllowedJob, AllowedPerson, LeverAccount, LeverConnection, PeopleIndex
from pinlever.foundation.batches import batched
from pinlever.recruiting.models import Prospect
from pinlever.recruiting.services import PersonKeys, families
from pinlever.sync import causes
from pinlever.sync.known import NOTHING, Known, known_of
from pinlever.sync.made_before import NEW, MadeBefore
from pinlever.sync.models import IN_LEVER_STATES, State, SyncRecord
from pinlever.sync.outcomes import GOING, SHORT, WOULD, Kind, kind_of
from pinlever.sync.plan import Add, Ask, BringBack, Create, Decision, Facts, Link, decide
from pinlever.sync.profiles import UNKNOWN
from pinlever.sync.standing import check_posting, performer_for
from pinlever.sync.subject import Subject
from pinlever.sync.turn import EndsHere

BATCH = 1000
MOST = 5000  # people in one export
IDENTITY = "Who this is has to be decided first: some of their keys belong to others in Pin."
UNSETTLED = "It is not known yet whether Lever saved them. That is settled by itself."
TWIN = "The same person goes to Lever by this export for another job already."
AGAIN = "Removed in Lever before; will be created again."


@dataclass(frozen=True)
class Outcome:
    """What would become of one prospect, and why. `facts`: what it was decided on, the index's alone."""

    prospect: Prospect
    name: str
    kind: Kind
    reason: str = ""
    facts: Facts | None = None

    @property
    def is_going(self) -> bool:
        return self.kind in GOING


@dataclass(frozen=True)
class Reason:
    """People whom the same thing happens to for the same reason."""

    kind: Kind
    reason: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class Plan:
    """`waits`: what keeps everybody waiting at the moment, in a sentence. `read_at`: how old the index is."""

    outcomes: tuple[Outcome, ...]
    waits: str = ""
    read_at: datetime | None = None

    @property
    def going(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.is_going]

    @property
    def staying(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if not outcome.is_going]

    def counts(self) -> dict[Kind, int]:
        """People by outcome, in the order in which they are told."""
        found: dict[Kind, int] = defaultdict(int)
        for outcome in self.outcomes:
            found[outcome.kind] += 1
        return {kind: found[kind] for kind in Kind if found[kind]}

    def reasons(self) -> list[Reason]:
        """Outcomes that need a word, the most frequent first."""
        alike: dict[tuple[Kind, str], list[Outcome]] = defaultdict(list)
        for outcome in self.outcomes:
            if outcome.reason:
                alike[outcome.kind, outcome.reason].append(outcome)
        rows = [Reason(kind, reason, tuple(each)) for (kind, reason), each in alike.items()]
        return sorted(rows, key=lambda row: (row.kind in GOING, -len(row.outcomes)))

    def told(self) -> str:
        """ "71 would be created, 12 linked, 4 would need a decision"."""
        return ", ".join(f"{count:,} {WOULD[kind]}" for kind, count in self.counts().items())

    def __str__(self) -> str:
        """ "7 create, 2 link, 1 cannot"."""
        return ", ".join(f"{count:,} {SHORT[kind]}" for kind, count in self.counts().items()) or "nobody"


def plan_for(
    account: LeverAccount,
    prospects: Iterable[int],
    *,
    posting_id: str = "",
    is_export: bool = True,
    arriving: Mapping[int, PersonKeys] = NOTHING,
) -> Plan:
    """The plan for these prospect ids, by id. `posting_id` replaces each job's own Lever job, as in `export`.

    Without `is_export` nobody exports them: they go as their records stand (who is in the queue, or past a rule).
    `arriving`: keys that an import is about to bring, by prospect id.
    """
    planner = _Planner(account)
    ids = sorted(set(prospects))
    rows = Prospect.objects.prefetch_related("job__owner", "sourcer").order_by("pk")
    outcomes: list[Outcome] = []
    for some in batched(ids, BATCH):
        batch = list(rows.filter(pk__among=some))
        several = known_of(account, batch, posting_id=posting_id, is_export=is_export, arriving=arriving)
        outcomes += [planner.outcome(known) for known in several]
    read = PeopleIndex.objects.filter(account=account).values_list("refreshed_at", "complete_at").first()
    return Plan(tuple(outcomes), waits(account), (read[0] or read[1]) if read else None)


def waits(account: LeverAccount) -> str:
    """What keeps everybody from being sent at the moment; empty when nothing does."""
    connection = current_connection()
    if connection is None or connection.account_id != account.pk:
        return causes.HELD_REASONS[causes.NOT_CONNECTED]
    if connection.state != LeverConnection.State.ACTIVE:
        return causes.HELD_REASONS[causes.RECONNECT]
    if not account.outgoing_on:
        return causes.HELD_REASONS[causes.OUTGOING_OFF]
    return "" if crawl.is_complete(account) else causes.HELD_REASONS[causes.FIRST_CRAWL]


@dataclass
class _Planner:
    """Goes through people in the order in which they are exported: who comes twice is created once."""

    account: LeverAccount
    made: MadeBefore = field(default_factory=MadeBefore)
    postings: dict[str, str] = field(default_factory=dict)
    performers: dict[tuple[str, ...], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.allowed_jobs: set[int] = set()
        self.allowed_people: set[int] = set()
        if self.account.allow_list_on:
            jobs = AllowedJob.objects.filter(account=self.account)
            self.allowed_jobs = set(jobs.values_list("job_id", flat=True))
            people = AllowedPerson.objects.filter(account=self.account).values_list("candidate_id", flat=True)
            self.allowed_people = {row for each in families(people).values() for row in each.ids}

    def outcome(self, known: Known) -> Outcome:
        known = self.made.told_apart(known)
        kind, reason, decision = self._decide(known)
        if (kind in GOING or decision is not None) and not self._is_allowed(known):
            kind, reason = Kind.HELD, causes.HELD_REASONS[causes.ALLOW_LIST]
        elif kind in GOING and decision is not None:
            self.made.remember(known.subject, decision)
        return Outcome(known.subject.prospect, str(known.subject.root), kind, reason, known.facts)

    def _decide(self, known: Known) -> tuple[Kind, str, Decision | None]:
        record = known.record
        if record is not None and record.state in IN_LEVER_STATES:
            return Kind.IN_LEVER, "In Lever already.", None
        if record is not None and record.state == State.NEEDS_YOU:
            return Kind.BLOCKED, "Somebody has to decide about them first.", None
        if known.is_unsettled:
            return Kind.BLOCKED, UNSETTLED, None
        if known.is_questioned:
            return Kind.ASK, IDENTITY, None
        if record is not None and record.wish_opportunity_id and not record.wish_contact_id:
            return Kind.BLOCKED, UNKNOWN.format(id=record.wish_opportunity_id), None
        decision = decide(self.made.facts(known))
        refused = "" if isinstance(decision, Link | BringBack | Ask) else self._refused(known.subject)
        if refused:
            return Kind.BLOCKED, refused, decision
        return kind_of(decision), _why(decision, record), decision

    def _refused(self, subject: Subject) -> str:
        return self._posting(subject.posting_id) or self._performer(subject)

    def _posting(self, posting_id: str) -> str:
        if posting_id not in self.postings:
            self.postings[posting_id] = _refused(lambda: check_posting(self.account, posting_id))
        return self.postings[posting_id]

    def _performer(self, subject: Subject) -> str:
        """Who acts depends on the sourcer and the job's owner alone: asked once for each pair."""
        prospect, owner = subject.prospect, subject.prospect.job.owner
        sourcer = prospect.sourcer.email if prospect.sourcer else ""
        who = (sourcer, prospect.sourcer_email, owner.email if owner else "")
        if who not in self.performers:
            self.performers[who] = _refused(lambda: performer_for(self.account, subject))
        return self.performers[who]

    def _is_allowed(self, known: Known) -> bool:
        subject, record = known.subject, known.record
        if not self.account.allow_list_on or subject.prospect.job_id in self.allowed_jobs:
            return True
        names_a_profile = record is not None and bool(record.wish_opportunity_id)
        return names_a_profile or bool(self.allowed_people & set(subject.family.ids))


def _why(decision: Decision, record: SyncRecord | None) -> str:
    if isinstance(decision, Ask):
        return decision.text
    if isinstance(decision, Link):
        return TWIN if decision.person.contact_id.startswith(NEW) else decision.besides
    if isinstance(decision, Add):
        return decision.besides
    was_removed = record is not None and record.state == State.REMOVED
    return AGAIN if isinstance(decision, Create) and was_removed else ""


def _refused(check: Callable[[], object]) -> str:
    try:
        check()
    except EndsHere as here:
        return here.end.reason
    return ""
