"""What becomes of two candidates who are made one, and of one who is taken apart, told before it is done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pinlever.connection.models import KnownOpportunity, LeverAccount
from pinlever.outreach.models import Hold, OutreachEvent
from pinlever.recruiting.families import Family, family
from pinlever.recruiting.models import Candidate, ContactPoint, Prospect
from pinlever.sync.models import IN_LEVER_STATES, WORKABLE, SyncRecord

NEITHER = "Neither of them is in Lever."
BACK = (
    "It can be taken apart again: both get back what was theirs. What comes meanwhile stays with {into}, and what "
    "Lever gets meanwhile stays there."
)


@dataclass(frozen=True)
class Told:
    """Sentences; `warning` is empty unless something needs a second thought."""

    sentences: tuple[str, ...]
    warning: str = ""


def joined(account: LeverAccount | None, gone: Family, into: Family) -> Told:
    """What making one person of the two means. A constant number of queries."""
    links = _links(account, (gone, into))
    contacts = sorted({contact for found in links.values() for contact in found})
    names = _names(account, contacts)
    sentences = [
        f"{gone.root} becomes part of {into.root}; everything known of either is shown as one person.",
        *_jobs(gone, into),
        *_lever(contacts, names, links),
        *_under_way(account, (gone, into)),
        *_holds(gone, into),
        BACK.format(into=into.root),
    ]
    return Told(tuple(sentences), _two_in_lever(contacts, names))


def apart(account: LeverAccount | None, gone: Candidate) -> Told:
    """What taking a merged candidate out again means, and what it cannot restore."""
    whole = family(gone)
    back = _below(gone, whole)
    own = Prospect.objects.filter(candidate__in=back).select_related("job").order_by("pk")
    jobs = ", ".join(str(one.job) for one in own) or "no job"
    sentences = [
        f"{gone} is a person of their own again, with their own contact details and outreach, on {jobs}.",
        *_stays_behind(gone, whole),
    ]
    if account is not None:
        records = SyncRecord.objects.filter(
            account=account, prospect__candidate__in=whole.ids, state__in=IN_LEVER_STATES
        )
        since = records.filter(synced_at__gt=gone.merged_at) if gone.merged_at else records.none()
        if count := since.count():
            sentences.append(
                f"{_counted(count, 'profile')} in Lever came about while they were one; what Lever got stays there."
            )
    return Told(tuple(sentences))


def _below(gone: Candidate, whole: Family) -> list[int]:
    """The candidate and everybody merged into them before."""
    back = {gone.pk}
    for member in whole.members[1:]:
        if member.merged_into_id in back:
            back.add(member.pk)
    return sorted(back)


def _stays_behind(gone: Candidate, whole: Family) -> list[str]:
    if gone.merged_at is None:
        return []
    root = whole.root
    points = ContactPoint.objects.filter(candidate=root, arrived_at__gt=gone.merged_at).count()
    events = OutreachEvent.objects.filter(prospect__candidate=root, arrived_at__gt=gone.merged_at).count()
    found = [
        _counted(count, name)
        for count, name in ((points, "contact detail"), (events, "outreach event"))
        if count
    ]
    if not found:
        return [f"Nothing came since they were joined that would stay with {root}."]
    return [f"What came since they were joined stays with {root}: {' and '.join(found)}."]


def _jobs(gone: Family, into: Family) -> list[str]:
    rows = Prospect.objects.filter(candidate__in=[*gone.ids, *into.ids]).select_related("job")
    on: dict[str, set[bool]] = {}
    for row in rows.order_by("pk"):
        on.setdefault(str(row.job), set()).add(row.candidate_id in into.ids)
    both = [title for title, sides in on.items() if len(sides) > 1]
    told = [f"Jobs together: {', '.join(on)}."] if on else []
    if both:
        told.append(f"On {', '.join(both)} both are sourced; both entries stay, as entries of one person.")
    return told


def _lever(
    contacts: Sequence[str], names: Mapping[str, str], links: Mapping[int, Collection[str]]
) -> list[str]:
    if not contacts:
        return [NEITHER]
    if len(contacts) == 1:
        name = names.get(contacts[0]) or "a profile"
        who = "Both are" if all(links.values()) else "One of them is"
        return [f"{who} linked to {name} in Lever; the person's next job uses that profile."]
    return []


def _two_in_lever(contacts: Sequence[str], names: Mapping[str, str]) -> str:
    if len(contacts) < 2:
        return ""
    named = " and ".join(names.get(one) or one for one in contacts)
    return (
        f"They are linked to {len(contacts)} different people in Lever: {named}. Joining them here merges nothing "
        "there, and their links stay; at their next job somebody is asked which one it is. Merge the two in Lever if "
        "they are one."
    )


def _under_way(account: LeverAccount | None, sides: Sequence[Family]) -> list[str]:
    members = [member for side in sides for member in side.ids]
    moving = SyncRecord.objects.filter(account=account, prospect__candidate__in=members, state__in=WORKABLE)
    count = moving.count() if account else 0
    return [f"{_counted(count, 'job')} on the way to Lever: planned anew, as one person."] if count else []


def _holds(gone: Family, into: Family) -> list[str]:
    rows = Hold.objects.filter(candidate__in=[*gone.ids, *into.ids], released_at=None).count()
    verb = "counts" if rows == 1 else "count"
    return [f"{_counted(rows, 'hold')} on outreach {verb} for the one person."] if rows else []


def _links(account: LeverAccount | None, sides: Sequence[Family]) -> dict[int, set[str]]:
    root_of = {member: side.root.pk for side in sides for member in side.ids}
    found: dict[int, set[str]] = {side.root.pk: set() for side in sides}
    rows = SyncRecord.objects.filter(
        account=account, prospect__candidate__in=root_of, state__in=IN_LEVER_STATES
    ).exclude(contact_id="")
    for candidate, contact in rows.values_list("prospect__candidate", "contact_id") if account else ():
        found[root_of[candidate]].add(contact)
    return found


def _names(account: LeverAccount | None, contacts: Collection[str]) -> dict[str, str]:
    if account is None or not contacts:
        return {}
    rows = KnownOpportunity.objects.filter(account=account, contact_id__in=contacts, deleted_at=None)
    return dict(rows.exclude(name="").values_list("contact_id", "name"))


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
