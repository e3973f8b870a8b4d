"""What a search finds, in groups: people, their sync history, people who are in Lever only, deliveries, jobs, files.

Each group is a few look-ups by index, whatever was typed, and holds a handful of rows. Recruiters find nothing of
confidential candidacies and no deliveries: those hold what others were told, or Lever told, word for word.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet

from pinlever.connection.models import KnownKey, KnownOpportunity, LeverAccount, Posting
from pinlever.connection.searching import candidacies
from pinlever.imports.models import Import
from pinlever.inbound.models import WebhookDelivery
from pinlever.notices.models import Delivery
from pinlever.recruiting import searching
from pinlever.recruiting.families import families, roots_of
from pinlever.recruiting.models import Candidate, ContactPoint, IdentityKey, Job, Prospect
from pinlever.sync.explain import Explanation, explanations_of_records
from pinlever.sync.models import Attempt, ExportRun, JobPosting, Presence, SyncRecord
from pinlever.sync.presence import Candidacy, Names
from pinlever.web.candidate_rows import Row, rows_of
from pinlever.web.search_reading import Typed

SHOWN = 8
MOST_READ = 24  # of people in Lever, before those we have are left out
MOST_RECORDS = 200
External = IdentityKey.Kind.EXTERNAL


@dataclass(frozen=True)
class Story:
    """A record as the history tells it: where it stands, and its latest attempt."""

    record: SyncRecord
    explanation: Explanation
    attempt: Attempt | None


@dataclass(frozen=True)
class InLever:
    """Somebody in Lever whom we do not have, as their liveliest candidacy."""

    known: KnownOpportunity
    candidacy: Candidacy

    @property
    def name(self) -> str:
        return self.known.name or "Somebody without a name"


def candidates(account: LeverAccount | None, typed: Typed, *, sees_all: bool) -> QuerySet[Candidate]:
    """Roots, the newest first."""
    if typed.id or typed.number is not None or typed.phones:
        ids = _by_key(account, typed, sees_all=sees_all)
        return Candidate.objects.filter(pk__in=set(roots_of(ids).values())).order_by("-pk")
    found = searching.people(typed.text)
    roots = Candidate.objects.filter(merged_into=None)
    outside = set(roots_of(_known_outside(typed.text)).values())
    wanted = Q(pk__in=found.values("pk"))
    return roots.filter(wanted | Q(pk__in=outside) if outside else wanted).order_by("-pk")


def people(found: Sequence[Candidate]) -> list[Row]:
    """With their jobs and standing."""
    return rows_of(found)


def stories(account: LeverAccount | None, typed: Typed, members: Iterable[int]) -> list[Story]:
    """The sync history of these candidates (merged ones included), or the record with that number or id."""
    rows = SyncRecord.objects.filter(pk__in=_record_ids(account, typed, members))
    records = list(
        rows.select_related("prospect__candidate", "prospect__job").order_by("-updated_at", "-pk")[:SHOWN]
    )
    told = explanations_of_records(records)
    latest = Attempt.objects.filter(record__in=records).order_by().values("record").annotate(last=Max("pk"))
    attempts = Attempt.objects.in_bulk([row["last"] for row in latest])
    by_record = {one.record_id: one for one in attempts.values()}
    return [Story(one, told[one.pk], by_record.get(one.pk)) for one in records]


def _record_ids(account: LeverAccount | None, typed: Typed, members: Iterable[int]) -> set[int]:
    """Each way by its own index; in one condition the database would read everything."""
    records = SyncRecord.objects.filter(account=account).order_by("-pk")
    ways = [
        Q(
            prospect__in=list(
                Prospect.objects.filter(candidate__in=list(members)).values_list("pk", flat=True)
            )
        )
    ]
    if typed.id:
        ways += [Q(opportunity_id=typed.id), Q(contact_id=typed.id)]
    if typed.number is not None and typed.of in ("", "record"):
        ways.append(Q(pk=typed.number))
    return {pk for way in ways for pk in records.filter(way).values_list("pk", flat=True)[:MOST_RECORDS]}


def only_in_lever(account: LeverAccount | None, typed: Typed) -> list[InLever]:
    """People in Lever who are no candidate of ours; never of a confidential candidacy."""
    if account is None or (typed.number is not None and not typed.phones):
        return []
    rows = candidacies(account, "" if typed.phones else typed.text)
    if typed.phones:
        held = KnownKey.objects.filter(account=account, kind="phone", value__in=typed.phones)
        rows = rows.filter(pk__in=held.values("opportunity"))
    liveliest: dict[str, KnownOpportunity] = {}
    for row in rows.defer("payload").order_by("-active_at", "-pk")[:MOST_READ]:
        liveliest.setdefault(row.contact_id, row)
    ours = _ours(account, list(liveliest))
    chosen = [row for contact, row in liveliest.items() if contact not in ours][:SHOWN]
    names = Names(account, chosen)
    return [InLever(row, names.candidacy(row)) for row in chosen]


def told_by_lever(
    account: LeverAccount | None, typed: Typed, records: Iterable[SyncRecord]
) -> list[WebhookDelivery]:
    """Webhooks from Lever about these, the newest first."""
    ids = {each for one in records for each in (one.opportunity_id, one.contact_id)} | {typed.id}
    ids -= {""}
    rows = WebhookDelivery.objects.filter(Q(opportunity_id__in=ids) | Q(contact_id__in=ids), account=account)
    return list(rows.defer("body").order_by("-received_at", "-pk")[:SHOWN]) if ids else []


def told_to_others(keys: Iterable[object]) -> list[Delivery]:
    """Webhooks of ours about the people with these keys, the newest first."""
    rows = Delivery.objects.filter(announcement__about__in=list(keys)).select_related(
        "announcement", "endpoint"
    )
    return list(rows.defer("endpoint__secret", "endpoint__former_secret").order_by("-pk")[:SHOWN])


def jobs(account: LeverAccount | None, typed: Typed) -> list[Job]:
    """By title, by our key, by the id somebody else gave it, or by its Lever job."""
    if typed.id:
        mapped = JobPosting.objects.filter(account=account, posting_id=typed.id).values("job")
        wanted = Q(key=typed.id) | Q(pk__in=mapped)
    else:
        wanted = Q(external_id=typed.text)
        if typed.is_words:
            wanted |= Q(title__icontains=typed.text)
    return list(Job.objects.filter(wanted).order_by("-is_open", "title", "pk")[:SHOWN])


def postings(account: LeverAccount | None, typed: Typed) -> list[Posting]:
    """The Lever job with that id; a confidential one is found by nobody."""
    if not typed.id:
        return []
    return list(Posting.objects.filter(account=account, lever_id=typed.id, is_confidential=False))


def files(typed: Typed) -> list[Import]:
    """Imports by number or by the file's name."""
    wanted = Q(pk__in=())
    if typed.number is not None and typed.of in ("", "import"):
        wanted |= Q(pk=typed.number)
    if typed.is_words and typed.number is None:
        wanted |= Q(file_name__icontains=typed.text)
    return list(Import.objects.filter(wanted).select_related("job").order_by("-pk")[:SHOWN])


def exports(typed: Typed) -> list[ExportRun]:
    """The export with that number."""
    if typed.number is None or typed.of not in ("", "export"):
        return []
    return list(ExportRun.objects.filter(pk=typed.number).select_related("job"))


def _by_key(account: LeverAccount | None, typed: Typed, *, sees_all: bool) -> set[int]:
    """Candidate ids by an id of ours or Lever's, by a phone number, or by a number."""
    found = _known_outside(typed.text)
    if typed.phones:
        points = ContactPoint.objects.filter(kind="phone", normalised__in=typed.phones)
        found |= set(points.values_list("candidate", flat=True)[:MOST_READ])
    if typed.number is not None and typed.of == "record":
        rows = SyncRecord.objects.filter(pk=typed.number, account=account)
        found |= set(rows.values_list("prospect__candidate", flat=True))
    if typed.id:
        found |= set(Candidate.objects.filter(key=typed.id).values_list("pk", flat=True))
        found |= set(Prospect.objects.filter(key=typed.id).values_list("candidate", flat=True))
        found |= _by_lever_id(account, typed.id, sees_all=sees_all)
    return found


def _by_lever_id(account: LeverAccount | None, lever_id: str, *, sees_all: bool) -> set[int]:
    """Whoever is linked to it, or whom the index takes for that person."""
    known = KnownOpportunity.objects.filter(account=account, lever_id=lever_id)
    known = known if sees_all else known.filter(is_confidential=False)
    contacts = {lever_id, *known.values_list("contact_id", flat=True)}
    by_id = Q(opportunity_id=lever_id) | Q(contact_id__in=contacts)
    records = SyncRecord.objects.filter(by_id, account=account)
    present = Presence.objects.filter(account=account, contact_id__in=contacts)
    return {
        *records.values_list("prospect__candidate", flat=True)[:MOST_READ],
        *present.values_list("root_id", flat=True)[:MOST_READ],
    }


def _known_outside(text: str) -> set[int]:
    """By the id another system gave them, alone or as "source:id"."""
    keys = IdentityKey.objects.filter(kind=External, value=text).values_list("candidate", flat=True)
    return {*keys, *Candidate.objects.filter(external_id=text).values_list("pk", flat=True)[:MOST_READ]}


def _ours(account: LeverAccount, contacts: Sequence[str]) -> set[str]:
    linked = SyncRecord.objects.filter(account=account, contact_id__in=contacts)
    present = Presence.objects.filter(account=account, contact_id__in=contacts)
    return {*linked.values_list("contact_id", flat=True), *present.values_list("contact_id", flat=True)}


def members_of(found: Sequence[Candidate]) -> list[Candidate]:
    """These people with everybody who was merged into them."""
    return [member for each in families(one.pk for one in found).values() for member in each.members]
