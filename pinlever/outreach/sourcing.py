"""People and their contact details, arriving where outreach has to know: `contact_found` in the same transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from pinlever.accounts.models import User
from pinlever.audit.services import Actor
from pinlever.outreach.events import record_new
from pinlever.outreach.models import OutreachEvent
from pinlever.recruiting import services as recruiting
from pinlever.recruiting.contact_points import point_of
from pinlever.recruiting.facts import EmailFact, PersonFacts, PhoneFact
from pinlever.recruiting.families import Family
from pinlever.recruiting.models import Candidate, ContactPoint, IdentityQuestion, Job, Prospect

SOURCE = "pinlever"
CONTACT_POINT = "contact-point"  # begins the ids of events about one


class InvalidContactPoint(ValueError):
    """Neither an email address nor a phone number; the message says what was given."""


@dataclass(frozen=True)
class Sourced:
    """Who arrived. `created` tells whether the candidate is new; `prospect` is None without a job."""

    candidate: Candidate
    prospect: Prospect | None
    created: bool
    question: IdentityQuestion | None


def person_arrived(
    *,
    by: Actor,
    facts: PersonFacts,
    source: str,
    external_id: str = "",
    job: Job | None = None,
    sourcer: User | None = None,
    sourcer_email: str = "",
    sourcing_tag: str = "",
    score: float | None = None,
    quiet: bool = False,
) -> Sourced:
    """`recruiting.arrive`, with the prospect on the job and an event for each contact point that is news."""
    with transaction.atomic():
        arrived = recruiting.arrive(
            by=by, facts=facts, source=source, external_id=external_id, sourced_by=sourcer, quiet=quiet
        )
        prospect = None
        if job is not None:
            prospect, _ = recruiting.put_on_job(
                by=by,
                person=arrived.family,
                is_new=arrived.created,
                job=job,
                sourcer=sourcer,
                sourcer_email=sourcer_email,
                sourcing_tag=sourcing_tag,
                score=score,
                sourced_at=facts.sourced_at,
            )
        if not arrived.created:
            _announce(by, _on_jobs(arrived.family), arrived.contact_points, quiet=quiet)
        elif prospect is not None:
            _announce(by, [prospect], arrived.contact_points, quiet=quiet)
    return Sourced(arrived.candidate, prospect, arrived.created, arrived.question)


def add_contact_point(
    *,
    by: Actor,
    candidate: Candidate,
    kind: str,
    value: str,
    source: str = "",
    verified_at: datetime | None = None,
    phone_type: str = "",
    found_at: datetime | None = None,
    quiet: bool = False,
) -> ContactPoint:
    """The person's contact point, new or known. Raises InvalidContactPoint."""
    fact: EmailFact | PhoneFact
    if kind == ContactPoint.Kind.EMAIL:
        fact = EmailFact(value, source, verified_at, found_at=found_at)
    else:
        fact = PhoneFact(value, phone_type, source, verified_at, found_at=found_at)
    point = point_of(fact) if kind in ContactPoint.Kind.values else None
    if point is None:
        raise InvalidContactPoint(f"{value!r} is no {kind} that could be used. Check the spelling.")
    with transaction.atomic():
        learned = recruiting.add_contact_points(
            by=by, candidate=candidate, facts=[fact], source=source or SOURCE, quiet=quiet
        )
        _announce(by, _on_jobs(learned.family), learned.contact_points, quiet=quiet)
        stored = ContactPoint.objects.filter(candidate__in=learned.family.ids, kind=kind)
        return stored.filter(normalised=point.normalised).order_by("pk")[0]


def _on_jobs(family: Family) -> QuerySet[Prospect]:
    """The person's prospects, locked: events of one prospect see each other, so a rule they complete together fires."""
    rows = Prospect.objects.select_for_update(no_key=True, of=("self",)).select_related("candidate", "job")
    return rows.filter(candidate__in=family.ids).order_by("pk")


def _announce(
    by: Actor, prospects: Iterable[Prospect], points: Sequence[ContactPoint], *, quiet: bool
) -> None:
    """Contact points are news once each; a quiet event and a later loud one about the same point are two events."""
    events = [
        OutreachEvent(
            prospect=prospect,
            kind=OutreachEvent.Kind.CONTACT_FOUND,
            occurred_at=point.found_at,
            source=SOURCE,
            external_id=f"{CONTACT_POINT}:{point.pk}{':quiet' if quiet else ''}",
            is_quiet=quiet,
        )
        for prospect in (prospects if points else ())
        for point in points
    ]
    record_new(by=by, events=events)
