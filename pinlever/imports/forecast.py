"""What an import would do, in numbers, before it is begun: the same decisions the arrivals will make. Writes nothing.

Who somebody is follows from their keys as in `recruiting.arrive`; rows join earlier rows as they will on arrival.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime

from pinlever.connection.accounts import home_account
from pinlever.connection.models import KnownKey, KnownOpportunity, LeverAccount
from pinlever.foundation.batches import batched
from pinlever.foundation.clock import db_now
from pinlever.imports.arriving import sourced_via
from pinlever.imports.checking import CheckedRow
from pinlever.imports.drafts import Draft, facts_of
from pinlever.imports.lever_people import SOURCE as LEVER
from pinlever.imports.services import Checked
from pinlever.recruiting.choosing import choose, rivals
from pinlever.recruiting.families import roots_of
from pinlever.recruiting.keys import Key, Told, holders_of, told_by
from pinlever.recruiting.models import IdentityKey, Job, Prospect
from pinlever.recruiting.services import PersonKeys
from pinlever.sync.firing import facts_of as outreach_facts
from pinlever.sync.models import JobRule, SyncRecord, Trigger
from pinlever.sync.outcomes import Kind
from pinlever.sync.preview import MOST, plan_for
from pinlever.sync.triggers import CONTACT_POINT, Fact, fires

NOBODY: frozenset[Key] = frozenset()


@dataclass(frozen=True, slots=True)
class Forecast:
    """Rows that are ready, by what becomes of their people.

    `new`, `known` and `twice` (further up in the file) add up to all of them; the others are among these.
    """

    new: int = 0
    known: int = 0
    twice: int = 0
    in_doubt: int = 0
    linked: int = 0
    in_lever: int = 0
    on_job: int = 0
    fires: int = 0
    planned: Sequence[tuple[int, str, str]] = ()  # of those who would go: prospect, what becomes of them, why
    read_at: str = ""  # how old our copy of Lever was for it

    def counts(self) -> dict[Kind, int]:
        """Those who would go, by outcome, in the order in which they are told."""
        found = Counter(kind for _, kind, _ in self.planned)
        return {kind: found[kind] for kind in Kind if found[kind]}

    @property
    def planned_at(self) -> datetime | None:
        return parse_datetime(self.read_at) if self.read_at else None


def forecast(checked: Checked, source: str) -> Forecast:
    """The dry run of a checked file."""
    rows = [row for row in checked.rows if row.draft is not None]
    account = home_account()
    told = [_told(row, source) for row in rows]
    held = _holders(told)
    in_lever = _in_lever(account, told)
    new = known = twice = in_doubt = 0
    people: dict[int, list[Draft]] = defaultdict(list)
    newcomer = 0  # people of this file have numbers below zero until they are candidates
    for row, keys in zip(rows, told, strict=True):
        doubted = bool(rivals(keys, held))
        who = None if doubted else choose(keys, held, asked={}).candidate
        in_doubt += doubted
        new, known, twice = new + (who is None), known + ((who or 0) > 0), twice + ((who or 0) < 0)
        if who is None:
            newcomer -= 1
        elif who > 0 and row.draft:
            people[who].append(row.draft)
        held |= {key: who or newcomer for key in keys.all if key not in held}
    on_job = _on_job(checked.job, people.keys())
    firing = _firing(account, checked.job, on_job)
    planned, read_at = _plan(account, firing, people) if account and firing else ((), "")
    return Forecast(
        new=new,
        known=known,
        twice=twice,
        in_doubt=in_doubt,
        linked=sum(1 for row in rows if row.draft and row.draft.lever_profile),
        in_lever=sum(1 for keys in told if not in_lever.isdisjoint(keys.strong)),
        on_job=len({prospect.candidate_id for prospect in on_job}),
        fires=len(firing),
        planned=planned,
        read_at=read_at,
    )


def _told(row: CheckedRow, source: str) -> Told:
    """The keys of a row; those of a row without any follow from all it says, as on arrival."""
    draft = row.draft or Draft()
    kinds = {"email": IdentityKey.Kind.EMAIL, "LinkedIn profile": IdentityKey.Kind.LINKEDIN}
    strong = frozenset(Key(kinds[kind], value) for kind, value in row.keys if kind in kinds)
    profile = draft.lever_profile
    if not strong and not profile:
        return told_by(facts_of(draft, sourced_via=sourced_via(draft, source), source=source), source, "")
    external = Key(IdentityKey.Kind.EXTERNAL, f"{LEVER}:{profile}") if profile else None
    return Told(strong, NOBODY, external, None)


def _holders(told: Sequence[Told]) -> dict[Key, int]:
    """Who holds each key now; a Lever profile nobody holds is told by what we know of Lever."""
    wanted = sorted({key for keys in told for key in keys.all})
    held: dict[Key, int] = {}
    for part in batched(wanted):
        held |= holders_of(part)
    profiles = {keys.external for keys in told if keys.external and keys.external not in held}
    return held | _owners(profiles)


def _owners(profiles: set[Key]) -> dict[Key, int]:
    """As `lever_people.remember_owner` will find them: by our records, else by the keys Lever has of that person."""
    found: dict[Key, int] = {}
    for part in batched(sorted(profiles)):
        by_id = {key.value.partition(":")[2]: key for key in part}
        recorded = SyncRecord.objects.filter(opportunity_id__in=by_id)
        candidates = dict(recorded.values_list("opportunity_id", "prospect__candidate_id"))
        roots = roots_of(candidates.values())
        found |= {by_id[profile]: roots[candidate] for profile, candidate in candidates.items()}
        found |= _owners_by_index({profile: key for profile, key in by_id.items() if key not in found})
    return found


def _owners_by_index(by_id: Mapping[str, Key]) -> dict[Key, int]:
    known = KnownOpportunity.objects.filter(lever_id__in=by_id, is_anonymized=False)
    contacts = dict(known.values_list("lever_id", "contact_id"))
    kinds = (KnownKey.Kind.EMAIL, KnownKey.Kind.LINKEDIN)
    rows = KnownKey.objects.filter(opportunity__contact_id__in=set(contacts.values()), kind__in=kinds)
    keys: dict[str, set[Key]] = {}
    for contact, kind, value in rows.values_list("opportunity__contact_id", "kind", "value"):
        keys.setdefault(contact, set()).add(Key(kind, value))
    held = holders_of({key for some in keys.values() for key in some})
    owners = {contact: {held[key] for key in some if key in held} for contact, some in keys.items()}
    return {
        by_id[profile]: next(iter(owners[contact]))
        for profile, contact in contacts.items()
        if len(owners.get(contact, ())) == 1
    }


def _in_lever(account: LeverAccount | None, told: Sequence[Told]) -> set[Key]:
    """The keys that somebody in Lever has, by the account's own matching keys."""
    if account is None:
        return set()
    kinds = account.match_kinds & {KnownKey.Kind.EMAIL.value, KnownKey.Kind.LINKEDIN.value}
    found: set[Key] = set()
    for part in batched(sorted({key for keys in told for key in keys.strong if key.kind in kinds})):
        values = [key.value for key in part]
        rows = KnownKey.objects.filter(
            account=account, kind__in=kinds, value__in=values, opportunity__deleted_at=None
        )
        found |= {Key(kind, value) for kind, value in rows.values_list("kind", "value")}
    return found


def _plan(
    account: LeverAccount, firing: Sequence[Prospect], drafts: Mapping[int, Sequence[Draft]]
) -> tuple[tuple[tuple[int, str, str], ...], str]:
    """What becomes of those who would go, by the code that then decides, with the keys this file brings."""
    ids = [one.pk for one in firing[:MOST]]
    arriving = {one.pk: _keys_of(drafts[one.candidate_id]) for one in firing}
    plan = plan_for(account, ids, is_export=False, arriving=arriving)
    rows = tuple((one.prospect.pk, str(one.kind), one.reason) for one in plan.outcomes)
    return rows, plan.read_at.isoformat() if plan.read_at else ""


def _keys_of(drafts: Sequence[Draft]) -> PersonKeys:
    """All that these rows tell of one person, in the file's order."""
    found: dict[str, list[str]] = defaultdict(list)
    for draft in drafts:
        told = told_by(facts_of(draft, sourced_via="", source=""), "", "")
        for kind, value in sorted(told.strong | told.phones):
            found[kind].append(value)
    return PersonKeys(tuple(found["email"]), tuple(found["linkedin"]), tuple(found["phone"]))


def _on_job(job: Job, people: Collection[int]) -> list[Prospect]:
    found: list[Prospect] = []
    for part in batched(sorted(people)):
        found += Prospect.objects.filter(job=job, candidate__in=part)
    return found


def _firing(account: LeverAccount | None, job: Job, on_job: Sequence[Prospect]) -> list[Prospect]:
    """Which of the job's people would reach its rule by contact details in this file, were these to count."""
    rule = JobRule.objects.filter(job=job).exclude(trigger=Trigger.NEVER).first()
    if account is None or rule is None:
        return []
    begins = max(rule.trigger_set_at, account.first_connected_at)
    now = db_now()
    firing: list[Prospect] = []
    for part in batched([one for one in on_job if one.outreach_stage != Prospect.Stage.SOURCED]):
        sent = SyncRecord.objects.filter(account=account, prospect__in=part)
        sent_ids = set(sent.values_list("prospect_id", flat=True))
        facts = outreach_facts([one for one in part if one.pk not in sent_ids])
        arriving = Fact(CONTACT_POINT, now)
        firing += [
            one
            for one in part
            if one.pk in facts and fires(rule.trigger, [*facts[one.pk], arriving], not_before=begins)
        ]
    return firing
