"""People arrive in Pin and outreach goes on, as its systems would tell us: again and again, until it is stored."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from pinlever.audit.services import PIN
from pinlever.imports.services import start_import
from pinlever.outreach.models import OutreachEvent
from pinlever.outreach.services import person_arrived, record_event
from pinlever.recruiting.facts import EmailFact, PersonFacts, PhoneFact
from pinlever.recruiting.merging import merge
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync import services
from tests.chaos.people import JOBS, Person

SOURCE = "chaos"
SOURCERS = ("Ines.Duarte@practice.example", "tomasz@practice.example", "stranger@pin.example", "")
Kind = OutreachEvent.Kind
HEADER = ("Name", "Email", "Work email", "Personal email", "LinkedIn URL", "Phone")


def feed(who: Person, at: datetime) -> None:
    """Everything about one person; outreach happened `at`. A repeat, whole or after a crash, changes nothing."""
    triggers = {job.pk: trigger for job, (_, trigger, _) in zip(all_jobs(), JOBS, strict=True)}
    for prospect in _arrivals(who, jobs_of(who)):
        _reach_out(prospect, triggers[prospect.job_id], at)


def all_jobs() -> Sequence[Job]:
    return list(Job.objects.order_by("pk"))


def jobs_of(who: Person) -> list[Job]:
    jobs = all_jobs()
    return [jobs[number] for number in who.jobs]


def feed_file(people: Iterable[Person]) -> None:
    """The same for people of a file; whoever imports them has ticked that they may fire the job's trigger."""
    people = list(people)
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(HEADER)
    for who in people:
        rows.writerow([who.name, *(*who.emails, "", "", "")[:3], who.linkedin, who.phone])
    start_import(
        by=PIN,
        name=f"chaos-{people[0].number}.csv",
        content=table.getvalue().encode(),
        job=jobs_of(people[0])[0],
        fires_triggers=True,
    )


def reach_out_to(people: Iterable[Person], at: datetime) -> int:
    """Outreach to people of a file, as far as they are there; says to how many."""
    names = [who.name for who in people]
    found = Prospect.objects.filter(candidate__full_name__in=names).select_related("job")
    for prospect in found:
        _reach_out(prospect, "messaged", at)
    return len(found)


def _arrivals(who: Person, jobs: list[Job]) -> list[Prospect]:
    everything = _facts(who, emails=True, linkedin=True)
    if who.special == "two rows":
        return _two_rows(who, jobs)
    if who.special == "doubt":
        _arrive(who, "mail", _facts(who, emails=True, linkedin=False))
        _arrive(who, "linkedin", _facts(who, emails=False, linkedin=True))
    return [_on(_arrive(who, "", everything, job)) for job in jobs]


def _two_rows(who: Person, jobs: list[Job]) -> list[Prospect]:
    """Two rows of one person, merged before outreach begins."""
    first = _arrive(who, "first", _facts(who, emails=True, linkedin=not who.emails), jobs[0])
    second = _arrive(who, "second", _facts(who, emails=False, linkedin=bool(who.emails)), jobs[1])
    merge(by=PIN, gone=_on(second).candidate, into=_on(first).candidate)
    return [_on(first), _on(second)]


def _arrive(who: Person, part: str, facts: PersonFacts, job: Job | None = None) -> Prospect | None:
    sourced = person_arrived(
        by=PIN,
        facts=facts,
        source=SOURCE,
        external_id=f"{who.number}{part}",
        job=job,
        sourcer_email=SOURCERS[who.number % 4],
    )
    return sourced.prospect


def _on(prospect: Prospect | None) -> Prospect:
    assert prospect is not None
    return prospect


def _facts(who: Person, *, emails: bool, linkedin: bool) -> PersonFacts:
    return PersonFacts(
        full_name=who.name,
        emails=tuple(EmailFact(email) for email in who.emails if emails),
        linkedin_urls=(who.linkedin,) if who.linkedin and linkedin else (),
        phones=(PhoneFact(who.phone, type="mobile"),) if who.phone else (),
        sourced_via=who.via,
        current_title="Engineer",
        current_company="Nordlys",
        skills=("Python",),
    )


def _reach_out(prospect: Prospect, trigger: str, at: datetime) -> None:
    _event(prospect, Kind.ADDED_TO_OUTREACH, at)
    if trigger == "never":
        services.export(by=PIN, prospects=[prospect])
        return
    _event(prospect, Kind.MESSAGE_SENT, at, "email")
    if trigger == "replied":
        _event(prospect, Kind.REPLIED, at, "email")


def _event(prospect: Prospect, kind: str, at: datetime, channel: str = "") -> None:
    record_event(
        by=PIN,
        prospect=prospect,
        kind=kind,
        channel=channel,
        occurred_at=at,
        source=SOURCE,
        external_id=f"{prospect.key}:{kind}",
    )
