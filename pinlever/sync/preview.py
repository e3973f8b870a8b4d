"""What an export would do with many people, decided by the code that then does it (`plan.decide`), by the index alone.

Nothing is asked of Lever and nothing is written; the plan says how old the index is.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from pinlever.connection import crawl
from pinlever.connection.accounts import current_connection
from pinlever.connection.models import AllowedJob, AllowedPerson, LeverAccount, LeverConnection, PeopleIndex
from pinlever.recruiting.models import Prospect
from pinlever.recruiting.services import families
from pinlever.sync import causes
from pinlever.sync.known import Known, known_of
from pinlever.sync.models import IN_LEVER_STATES, State
from pinlever.sync.plan import Add, Ask, Create, Facts, Key, Link, Opening, Person, decide
from pinlever.sync.standing import check_posting, performer_for
from pinlever.sync.subject import Subject
from pinlever.sync.turn import EndsHere

BATCH = 1000
MOST = 5000  # people in one export
NEW = "new:"  # the contact of somebody whom this very export creates
IDENTITY = "Who this is has to be decided first: some of their keys belong to others in Pin."
UNSETTLED = "It is not known yet whether Lever saved them. That is settled by itself."
TWIN = "The same person goes to Lever by this export for another job already."
AGAIN = "Removed in Lever before; will be created again."


class Kind(StrEnum):
    CREATE = "create"
    LINK = "link"
    ADD = "add"
    ASK = "ask"
    HELD = "held"
    BLOCKED = "blocked"
    IN_LEVER = "in_lever"


GOING = (Kind.CREATE, Kind.LINK, Kind.ADD, Kind.ASK, Kind.HELD)
WOULD: dict[Kind, str] = {
    Kind.CREATE: "would be created",
    Kind.LINK: "linked",
    Kind.ADD: "added to the Lever job",
    Kind.ASK: "would need a decision",
    Kind.HELD: "would wait for the allow-list",
    Kind.BLOCKED: "cannot go",
    Kind.IN_LEVER: "in Lever already",
}
SHORT: dict[Kind, str] = {
    Kind.CREATE: "create",
    Kind.LINK: "link",
    Kind.ADD: "add",
    Kind.ASK: "need you",
    Kind.HELD: "held",
    Kind.BLOCKED: "cannot",
    Kind.IN_LEVER: "in Lever already",
}


@dataclass(frozen=True)
class Outcome:
    """What would become of one prospect, and why."""

    prospect: Prospect
    name: str
    kind: Kind
    reason: str = ""

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


def plan_for(account: LeverAccount, prospects: Iterable[int], *, posting_id: str = "") -> Plan:
    """The plan for these prospect ids, by id. `posting_id` replaces each job's own Lever job, as in `export`."""
    planner = _Planner(account)
    ids = sorted(set(prospects))
    rows = Prospect.objects.select_related("candidate", "job__owner", "sourcer").order_by("pk")
    outcomes: list[Outcome] = []
    for start in range(0, len(ids), BATCH):
        batch = list(rows.filter(pk__in=ids[start : start + BATCH]))
        outcomes += [planner.outcome(known) for known in known_of(account, batch, posting_id=posting_id)]
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
    made: dict[Key, Person] = field(default_factory=dict)
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
        kind, reason = self._decide(known)
        if kind in (Kind.CREATE, Kind.LINK, Kind.ADD, Kind.ASK) and not self._is_allowed(known.subject):
            kind, reason = Kind.HELD, causes.HELD_REASONS[causes.ALLOW_LIST]
        return Outcome(known.subject.prospect, str(known.subject.root), kind, reason)

    def _decide(self, known: Known) -> tuple[Kind, str]:
        record = known.record
        if record is not None and record.state in IN_LEVER_STATES:
            return Kind.IN_LEVER, "In Lever already."
        if record is not None and record.state == State.NEEDS_YOU:
            return Kind.BLOCKED, "Somebody has to decide about them first."
        if known.is_unsettled:
            return Kind.BLOCKED, UNSETTLED
        if known.is_questioned:
            return Kind.ASK, IDENTITY
        return self._by_facts(known)

    def _by_facts(self, known: Known) -> tuple[Kind, str]:
        subject, decision = known.subject, decide(self._with_made(known))
        if isinstance(decision, Ask):
            return Kind.ASK, decision.text
        if isinstance(decision, Link):
            twin = decision.person.contact_id.startswith(NEW)
            return Kind.LINK, TWIN if twin else ""
        refused = self._posting(subject.posting_id) or self._performer(subject)
        if refused:
            return Kind.BLOCKED, refused
        if isinstance(decision, Add):
            return Kind.ADD, ""
        assert isinstance(decision, Create)
        self._remember(subject)
        was_removed = known.record is not None and known.record.state == State.REMOVED
        return Kind.CREATE, AGAIN if was_removed else ""

    def _with_made(self, known: Known) -> Facts:
        """The facts, with whom this export creates before."""
        twins = {one.contact_id: one for key in known.subject.claim_keys if (one := self.made.get(key))}
        return replace(known.facts, people=(*known.facts.people, *twins.values())) if twins else known.facts

    def _remember(self, subject: Subject) -> None:
        name, contact = str(subject.root), f"{NEW}{subject.prospect.pk}"
        created = subject.prospect.created_at
        opening = Opening(contact, subject.posting_id, False, None, created, is_ours=False)
        person = Person(contact, name, (opening,), frozenset({("candidate", str(subject.root.pk))}))
        for key in subject.claim_keys:
            self.made.setdefault(key, person)

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

    def _is_allowed(self, subject: Subject) -> bool:
        if not self.account.allow_list_on or subject.prospect.job_id in self.allowed_jobs:
            return True
        return bool(self.allowed_people & set(subject.family.ids))


def _refused(check: Callable[[], object]) -> str:
    try:
        check()
    except EndsHere as here:
        return here.end.reason
    return ""
